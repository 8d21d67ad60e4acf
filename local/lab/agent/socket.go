package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
)

// Of linux/in6.h; the frozen syscall package does not name it.
const ipv6Transparent = 75

// A socket made inside a namespace and not yet connected or listening.
func open(protocol string, address netip.Addr, options func(descriptor int) error) (int, error) {
	kind := syscall.SOCK_STREAM
	if protocol == "udp" {
		kind = syscall.SOCK_DGRAM
	}
	domain := syscall.AF_INET
	if address.Is6() {
		domain = syscall.AF_INET6
	}
	descriptor, err := syscall.Socket(domain, kind|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, fmt.Errorf("socket: %w", err)
	}
	if err := options(descriptor); err != nil {
		syscall.Close(descriptor)
		return -1, err
	}
	return descriptor, nil
}

func endpoint(address netip.Addr, port int) syscall.Sockaddr {
	if address.Is6() {
		return &syscall.SockaddrInet6{Addr: address.As16(), Port: port}
	}
	return &syscall.SockaddrInet4{Addr: address.As4(), Port: port}
}

// Lets a socket have an address that its namespace does not.
func allowForeignSource(descriptor int, address netip.Addr) error {
	if address.Is6() {
		return syscall.SetsockoptInt(descriptor, syscall.IPPROTO_IPV6, ipv6Transparent, 1)
	}
	return syscall.SetsockoptInt(descriptor, syscall.IPPROTO_IP, syscall.IP_TRANSPARENT, 1)
}

// Connects without waiting: what comes of it is told by the socket once it is writable.
func startConnecting(descriptor int, address netip.Addr, port int) error {
	err := syscall.Connect(descriptor, endpoint(address, port))
	if errors.Is(err, syscall.EINPROGRESS) {
		return nil
	}
	return err
}

// Waits until a connection is made or refused, or until the file's deadline.
func finishConnecting(file *os.File) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Write(func(descriptor uintptr) bool {
		code, err := syscall.GetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_ERROR)
		if err != nil {
			refused = err
			return true
		}
		if code != 0 {
			refused = syscall.Errno(code)
			return true
		}
		// Writable and without an error, yet not connected: asked before the kernel had anything to say.
		_, err = syscall.Getpeername(int(descriptor))
		return err == nil
	})
	return errors.Join(err, refused)
}
