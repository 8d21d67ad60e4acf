package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const namespaces = "/run/netns"

// The one thread that enters namespaces: a socket belongs for good to the namespace of the thread that made it, so that all the waiting
// is done elsewhere.
type entrance struct {
	work chan visit
}

type visit struct {
	namespace string
	do        func() error
	done      chan error
}

func newEntrance() *entrance {
	made := &entrance{work: make(chan visit)}
	go func() {
		// Never unlocked: a thread that has been elsewhere must not serve others.
		runtime.LockOSThread()
		for each := range made.work {
			each.done <- enter(each.namespace, each.do)
		}
	}()
	return made
}

// Runs a function inside a namespace. It must not wait for anything.
func (e *entrance) in(namespace string, do func() error) error {
	done := make(chan error, 1)
	e.work <- visit{namespace, do, done}
	return <-done
}

func enter(namespace string, do func() error) error {
	file, err := os.Open(filepath.Join(namespaces, namespace))
	if err != nil {
		return fmt.Errorf("namespace %s is not there: %v", namespace, err)
	}
	defer file.Close()
	if _, _, code := syscall.Syscall(setnsCall, file.Fd(), syscall.CLONE_NEWNET, 0); code != 0 {
		return fmt.Errorf("namespace %s cannot be entered: %v", namespace, code)
	}
	return do()
}

// Writes kernel settings, in their order: some reset others.
func (e *entrance) set(namespace string, settings [][2]string) error {
	return e.in(namespace, func() error {
		for _, setting := range settings {
			path, value := setting[0], setting[1]
			if err := os.WriteFile(filepath.Join("/proc/sys", path), []byte(value), 0o644); err != nil {
				return fmt.Errorf("setting %s of %s: %v", path, namespace, err)
			}
		}
		return nil
	})
}

// How often links are looked at while some are not ready.
const glance = 5 * time.Millisecond

// Waits until every interface of a namespace carries packets: the kernel sees to that in its own time, and what is sent before is lost.
func (e *entrance) awaitLinks(namespace string, timeout time.Duration) error {
	for deadline := time.Now().Add(timeout); ; time.Sleep(glance) {
		var waiting []string
		err := e.in(namespace, func() error {
			links, err := net.Interfaces()
			for _, link := range links {
				if link.Flags&(net.FlagRunning|net.FlagLoopback) == 0 {
					waiting = append(waiting, link.Name)
				}
			}
			return err
		})
		if err != nil || len(waiting) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("interfaces of %s are not ready: %s", namespace, strings.Join(waiting, ", "))
		}
	}
}
