package main

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"
)

// How long a listener waits for the token of a connection that was made.
const patience = 30 * time.Second

// Listens at one address and port of a namespace, for as long as the process lives. Every flow that comes is noted and answered.
func listen(inside *entrance, arrivals *ledger, asked request) error {
	address, err := netip.ParseAddr(asked.Address)
	if err != nil {
		return err
	}
	var descriptor int
	err = inside.in(asked.Namespace, func() error {
		descriptor, err = open(asked.Protocol, address, func(made int) error {
			if err := syscall.SetsockoptInt(made, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
				return err
			}
			if err := syscall.Bind(made, endpoint(address, asked.Port)); err != nil {
				return fmt.Errorf("listening at %s %s port %d: %w", asked.Protocol, asked.Address, asked.Port, err)
			}
			if asked.Protocol == "udp" {
				return nil
			}
			return syscall.Listen(made, 512)
		})
		return err
	})
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(descriptor), "listener")
	defer file.Close()
	if asked.Protocol == "udp" {
		socket, err := net.FilePacketConn(file)
		if err != nil {
			return err
		}
		go answerDatagrams(socket, arrivals, asked.Namespace)
		return nil
	}
	listener, err := net.FileListener(file)
	if err != nil {
		return err
	}
	go answerConnections(listener, arrivals, asked.Namespace)
	return nil
}

func answerDatagrams(socket net.PacketConn, arrivals *ledger, namespace string) {
	buffer := make([]byte, 256)
	for {
		length, sender, err := socket.ReadFrom(buffer)
		if err != nil {
			// An answer that could not be delivered is told to the socket that sent it.
			continue
		}
		arrivals.note(string(buffer[:length]), seenFrom(sender, namespace))
		_, _ = socket.WriteTo(buffer[:length], sender)
	}
}

func answerConnections(listener net.Listener, arrivals *ledger, namespace string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			continue
		}
		go func() {
			defer connection.Close()
			_ = connection.SetDeadline(time.Now().Add(patience))
			line, err := bufio.NewReader(connection).ReadString('\n')
			if err != nil {
				return
			}
			arrivals.note(strings.TrimSuffix(line, "\n"), seenFrom(connection.RemoteAddr(), namespace))
			_, _ = connection.Write([]byte(line))
		}()
	}
}

func seenFrom(sender net.Addr, namespace string) arrival {
	endpoint, err := netip.ParseAddrPort(sender.String())
	if err != nil {
		return arrival{Namespace: namespace, Source: sender.String()}
	}
	return arrival{namespace, endpoint.Addr().Unmap().String(), int(endpoint.Port())}
}
