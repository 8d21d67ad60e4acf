package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// How often a datagram is sent again while nothing answers: a busy machine may lose one.
const again = 350 * time.Millisecond

// Sends one flow from a namespace and waits for its answer, or until nothing has come in time.
func send(inside *entrance, arrivals *ledger, asked request, token string, timeout time.Duration) (*outcome, error) {
	destination, err := netip.ParseAddr(asked.Address)
	if err != nil {
		return nil, err
	}
	source, err := netip.ParseAddr(asked.Source)
	if err != nil {
		return nil, err
	}
	var descriptor int
	var refusal error
	err = inside.in(asked.Namespace, func() error {
		descriptor, err = open(asked.Protocol, destination, func(made int) error {
			if err := prepare(made, source, asked); err != nil {
				return err
			}
			refusal = startConnecting(made, destination, asked.Port)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(descriptor), "sender")
	defer file.Close()
	deadline := time.Now().Add(timeout)
	found := &outcome{}
	if refusal == nil {
		found.Answered, refusal = exchange(file, asked.Protocol, token, deadline)
	}
	found.Arrival = arrivals.take(token)
	if refusal != nil && !errors.Is(refusal, os.ErrDeadlineExceeded) {
		found.Refusal = refusal.Error()
	}
	return found, nil
}

func prepare(descriptor int, source netip.Addr, asked request) error {
	if err := allowForeignSource(descriptor, source); err != nil {
		return fmt.Errorf("a source of one's choice: %w", err)
	}
	if asked.Mark != 0 {
		if err := syscall.SetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_MARK, asked.Mark); err != nil {
			return fmt.Errorf("mark: %w", err)
		}
	}
	if err := syscall.Bind(descriptor, endpoint(source, asked.SourcePort)); err != nil {
		return fmt.Errorf("sending from %s port %d: %w", asked.Source, asked.SourcePort, err)
	}
	return nil
}

// Whether the listener's answer came back.
func exchange(file *os.File, protocol string, token string, deadline time.Time) (bool, error) {
	if err := file.SetDeadline(deadline); err != nil {
		return false, err
	}
	if protocol == "tcp" {
		if err := finishConnecting(file); err != nil {
			return false, err
		}
	}
	connection, err := net.FileConn(file)
	if err != nil {
		return false, err
	}
	defer connection.Close()
	if protocol == "udp" {
		return exchangeDatagrams(connection, token, deadline)
	}
	// No connection lingers: ports are used again by the next run.
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.SetDeadline(deadline)
	if _, err := connection.Write([]byte(token + "\n")); err != nil {
		return false, err
	}
	line, err := bufio.NewReader(connection).ReadString('\n')
	return line == token+"\n", err
}

func exchangeDatagrams(connection net.Conn, token string, deadline time.Time) (bool, error) {
	buffer := make([]byte, 256)
	var refusal error
	for time.Now().Before(deadline) {
		if _, err := connection.Write([]byte(token)); err != nil {
			refusal = err
		}
		next := time.Now().Add(again)
		if next.After(deadline) {
			next = deadline
		}
		for {
			_ = connection.SetReadDeadline(next)
			length, err := connection.Read(buffer)
			if err == nil && string(buffer[:length]) == token {
				return true, nil
			}
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
			// Told by another machine, or by the own kernel: it may be a passing matter.
			refusal = err
			if err != nil && time.Now().After(next) {
				break
			}
		}
	}
	return false, refusal
}
