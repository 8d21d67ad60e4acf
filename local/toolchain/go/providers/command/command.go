package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// The names under which a command finds what the one before it printed.
const (
	previousStdout = "PULUMI_COMMAND_STDOUT"
	previousStderr = "PULUMI_COMMAND_STDERR"
)

// commandArgs are the inputs that remote and local commands share. A change of triggers replaces the resource; a change of
// anything else runs update, or create where there is no update.
type commandArgs struct {
	Create      *string           `pulumi:"create,optional"`
	Update      *string           `pulumi:"update,optional"`
	Delete      *string           `pulumi:"delete,optional"`
	Stdin       *string           `pulumi:"stdin,optional"`
	Environment map[string]string `pulumi:"environment,optional"`
	Triggers    []any             `pulumi:"triggers,optional"               provider:"replaceOnChanges"`
	Logging     *Logging          `pulumi:"logging,optional"`

	AddPreviousOutputInEnv *bool `pulumi:"addPreviousOutputInEnv,optional"`
}

type commandOutputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Logging says which of a command's outputs the engine shows.
type Logging string

const (
	logStdout Logging = "stdout"
	logStderr Logging = "stderr"
	logBoth   Logging = "stdoutAndStderr"
	logNone   Logging = "none"
)

func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "Stdout", Value: logStdout},
		{Name: "Stderr", Value: logStderr},
		{Name: "StdoutAndStderr", Value: logBoth},
		{Name: "None", Value: logNone},
	}
}

// onUpdate is the command of an update: none of them set means nothing to run.
func (args commandArgs) onUpdate() *string {
	if args.Update != nil {
		return args.Update
	}
	return args.Create
}

func (args commandArgs) passesPreviousOutput() bool {
	return args.AddPreviousOutputInEnv == nil || *args.AddPreviousOutputInEnv
}

func (args commandArgs) stdin() string {
	if args.Stdin == nil {
		return ""
	}
	return *args.Stdin
}

// newID is a name that no other resource has: what a command did has no id of its own.
func newID(prefix string) (string, error) {
	suffix := make([]byte, 4)
	if _, err := rand.Read(suffix); err != nil {
		return "", err
	}
	return prefix + hex.EncodeToString(suffix), nil
}

// capture collects what a command prints, and shows it line by line as the logging asks.
type capture struct {
	lock           sync.Mutex
	all            strings.Builder
	stdout, stderr stream
}

type stream struct {
	owner   *capture
	show    func(string)
	text    strings.Builder
	partial string
}

func newCapture(ctx context.Context, logging *Logging) *capture {
	logger := provider.GetLogger(ctx)
	show := func(only Logging) func(string) {
		if logging == nil || *logging == logBoth || *logging == only {
			return logger.Info
		}
		return func(string) {}
	}
	c := &capture{}
	c.stdout = stream{owner: c, show: show(logStdout)}
	c.stderr = stream{owner: c, show: show(logStderr)}
	return c
}

func (s *stream) Write(chunk []byte) (int, error) {
	s.owner.lock.Lock()
	defer s.owner.lock.Unlock()
	s.owner.all.Write(chunk)
	s.text.Write(chunk)
	lines := strings.Split(s.partial+string(chunk), "\n")
	s.partial = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		s.show(line)
	}
	return len(chunk), nil
}

// finish shows what was left of a last line and returns the outputs, or an error with all that was printed.
func (c *capture) finish(err error) (commandOutputs, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, s := range []*stream{&c.stdout, &c.stderr} {
		if s.partial != "" {
			s.show(s.partial)
		}
	}
	if err != nil {
		return commandOutputs{}, fmt.Errorf("the command failed: %w\n%s", err, c.all.String())
	}
	return commandOutputs{
		Stdout: strings.TrimSuffix(c.stdout.text.String(), "\n"),
		Stderr: strings.TrimSuffix(c.stderr.text.String(), "\n"),
	}, nil
}
