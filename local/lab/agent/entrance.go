package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
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
