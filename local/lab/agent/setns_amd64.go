package main

// The frozen syscall package does not name it on this architecture.
const setnsCall = 308
