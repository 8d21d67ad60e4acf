package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/bcrypt"
)

// bcrypt reads no more than this of a password, and its Go package refuses longer ones.
const bcryptBytes = 72

// RandomPassword is a text whose value and hash are secret.
type RandomPassword struct{}

type RandomPasswordState struct {
	textArgs
	BcryptHash string `pulumi:"bcryptHash" provider:"secret"`
	Result     string `pulumi:"result"     provider:"secret"`
}

func (r *RandomPassword) Annotate(a infer.Annotator) {
	a.SetToken("index/randomPassword", "RandomPassword")
}

func (RandomPassword) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[textArgs], error) {
	return checked(infer.DefaultCheck[textArgs](ctx, req.NewInputs))
}

func (RandomPassword) Create(
	_ context.Context, req infer.CreateRequest[textArgs],
) (infer.CreateResponse[RandomPasswordState], error) {
	state := RandomPasswordState{textArgs: req.Inputs.withDefaults()}
	if req.DryRun {
		return infer.CreateResponse[RandomPasswordState]{Output: state}, nil
	}
	result, err := req.Inputs.generate()
	if err != nil {
		return infer.CreateResponse[RandomPasswordState]{}, err
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(result[:min(len(result), bcryptBytes)]), bcrypt.DefaultCost)
	if err != nil {
		return infer.CreateResponse[RandomPasswordState]{}, err
	}
	state.Result, state.BcryptHash = result, string(hash)
	// Ids are in clear in every state file: a password's is a constant.
	return infer.CreateResponse[RandomPasswordState]{ID: "none", Output: state}, nil
}
