package main

const setnsCall = 268
