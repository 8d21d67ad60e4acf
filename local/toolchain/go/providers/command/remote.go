package main

import (
	"context"
	"fmt"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
)

// RemoteCommand runs commands on another machine over SSH.
type RemoteCommand struct{}

type RemoteCommandArgs struct {
	commandArgs
	Connection Connection `pulumi:"connection" provider:"secret"`
}

type RemoteCommandState struct {
	RemoteCommandArgs
	commandOutputs
}

func (c *RemoteCommand) Annotate(a infer.Annotator) { a.SetToken("remote", "Command") }

func (RemoteCommand) WireDependencies(f infer.FieldSelector, args *RemoteCommandArgs, state *RemoteCommandState) {
	wireOutputs(f, &args.commandArgs, &state.commandOutputs)
}

// wireOutputs makes what a command prints unknown in a preview once an input of it changes, and secret once one is secret: a
// command may print what it was given. How to reach the machine (always secret) has no part in it.
func wireOutputs(f infer.FieldSelector, args *commandArgs, outputs *commandOutputs) {
	for _, output := range []any{&outputs.Stdout, &outputs.Stderr} {
		f.OutputField(output).DependsOn(
			f.InputField(&args.Create),
			f.InputField(&args.Update),
			f.InputField(&args.Stdin),
			f.InputField(&args.Environment),
			f.InputField(&args.Triggers),
		)
	}
}

func (RemoteCommand) Create(
	ctx context.Context, req infer.CreateRequest[RemoteCommandArgs],
) (infer.CreateResponse[RemoteCommandState], error) {
	state := RemoteCommandState{RemoteCommandArgs: req.Inputs}
	id, err := newID(req.Name)
	if err == nil && !req.DryRun {
		state.commandOutputs, err = state.run(ctx, req.Inputs.Create)
	}
	return infer.CreateResponse[RemoteCommandState]{ID: id, Output: state}, err
}

func (RemoteCommand) Update(
	ctx context.Context, req infer.UpdateRequest[RemoteCommandArgs, RemoteCommandState],
) (infer.UpdateResponse[RemoteCommandState], error) {
	state := RemoteCommandState{RemoteCommandArgs: req.Inputs, commandOutputs: req.State.commandOutputs}
	var err error
	if !req.DryRun {
		state.commandOutputs, err = state.run(ctx, req.Inputs.onUpdate())
	}
	return infer.UpdateResponse[RemoteCommandState]{Output: state}, err
}

func (RemoteCommand) Delete(
	ctx context.Context, req infer.DeleteRequest[RemoteCommandState],
) (infer.DeleteResponse, error) {
	_, err := req.State.run(ctx, req.State.Delete)
	return infer.DeleteResponse{}, err
}

func (state RemoteCommandState) run(ctx context.Context, command *string) (commandOutputs, error) {
	if command == nil {
		return state.commandOutputs, nil
	}
	client, err := state.Connection.dial(ctx)
	if err != nil {
		return commandOutputs{}, err
	}
	defer client.Close()
	// A session has no context of its own: closing the connection ends what waits on it.
	defer context.AfterFunc(ctx, func() { client.Close() })()

	session, err := client.NewSession()
	if err != nil {
		return commandOutputs{}, err
	}
	defer session.Close()
	if err := state.setEnvironment(ctx, session); err != nil {
		return commandOutputs{}, err
	}
	captured := newCapture(ctx, state.Logging)
	session.Stdin = strings.NewReader(state.stdin())
	session.Stdout, session.Stderr = &captured.stdout, &captured.stderr
	return captured.finish(session.Run(*command))
}

func (state RemoteCommandState) setEnvironment(ctx context.Context, session *ssh.Session) error {
	const hint = "the server takes only what its AcceptEnv names"
	for name, value := range state.Environment {
		if err := session.Setenv(name, value); err != nil {
			return fmt.Errorf("environment %s: %w (%s)", name, err, hint)
		}
	}
	if !state.passesPreviousOutput() {
		return nil
	}
	for name, value := range map[string]string{previousStdout: state.Stdout, previousStderr: state.Stderr} {
		if value == "" {
			continue
		}
		if err := session.Setenv(name, value); err != nil {
			provider.GetLogger(ctx).Warningf("environment %s: %v (%s); set addPreviousOutputInEnv to false", name, err, hint)
		}
	}
	return nil
}
