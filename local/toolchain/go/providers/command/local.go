package main

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// LocalCommand runs commands on the machine of the engine.
type LocalCommand struct{}

type LocalCommandArgs struct {
	commandArgs
	Dir         *string  `pulumi:"dir,optional"`
	Interpreter []string `pulumi:"interpreter,optional"`
}

type LocalCommandState struct {
	LocalCommandArgs
	commandOutputs
}

func (c *LocalCommand) Annotate(a infer.Annotator) { a.SetToken("local", "Command") }

func (LocalCommand) WireDependencies(f infer.FieldSelector, args *LocalCommandArgs, state *LocalCommandState) {
	wireOutputs(f, &args.commandArgs, &state.commandOutputs)
}

func (LocalCommand) Create(
	ctx context.Context, req infer.CreateRequest[LocalCommandArgs],
) (infer.CreateResponse[LocalCommandState], error) {
	state := LocalCommandState{LocalCommandArgs: req.Inputs}
	id, err := newID(req.Name)
	if err == nil && !req.DryRun {
		state.commandOutputs, err = state.run(ctx, req.Inputs.Create)
	}
	return infer.CreateResponse[LocalCommandState]{ID: id, Output: state}, err
}

func (LocalCommand) Update(
	ctx context.Context, req infer.UpdateRequest[LocalCommandArgs, LocalCommandState],
) (infer.UpdateResponse[LocalCommandState], error) {
	state := LocalCommandState{LocalCommandArgs: req.Inputs, commandOutputs: req.State.commandOutputs}
	var err error
	if !req.DryRun {
		state.commandOutputs, err = state.run(ctx, req.Inputs.onUpdate())
	}
	return infer.UpdateResponse[LocalCommandState]{Output: state}, err
}

func (LocalCommand) Delete(
	ctx context.Context, req infer.DeleteRequest[LocalCommandState],
) (infer.DeleteResponse, error) {
	_, err := req.State.run(ctx, req.State.Delete)
	return infer.DeleteResponse{}, err
}

func (state LocalCommandState) run(ctx context.Context, command *string) (commandOutputs, error) {
	if command == nil {
		return state.commandOutputs, nil
	}
	interpreter := state.Interpreter
	if len(interpreter) == 0 {
		interpreter = []string{"/bin/sh", "-c"}
	}
	captured := newCapture(ctx, state.Logging)
	process := exec.CommandContext(ctx, interpreter[0], append(interpreter[1:], *command)...)
	process.Dir = orEmpty(state.Dir)
	process.Env = os.Environ()
	for name, value := range state.Environment {
		process.Env = append(process.Env, name+"="+value)
	}
	if state.passesPreviousOutput() {
		process.Env = append(process.Env, previousStdout+"="+state.Stdout, previousStderr+"="+state.Stderr)
	}
	process.Stdin = strings.NewReader(state.stdin())
	process.Stdout, process.Stderr = &captured.stdout, &captured.stderr
	return captured.finish(process.Run())
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
