package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// RandomString is a text that is no secret; it is its own id.
type RandomString struct{}

type RandomStringState struct {
	textArgs
	Result string `pulumi:"result"`
}

func (r *RandomString) Annotate(a infer.Annotator) {
	a.SetToken("index/randomString", "RandomString")
}

func (RandomString) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[textArgs], error) {
	return checked(infer.DefaultCheck[textArgs](ctx, req.NewInputs))
}

func (RandomString) Create(
	_ context.Context, req infer.CreateRequest[textArgs],
) (infer.CreateResponse[RandomStringState], error) {
	state := RandomStringState{textArgs: req.Inputs.withDefaults()}
	if req.DryRun {
		return infer.CreateResponse[RandomStringState]{Output: state}, nil
	}
	result, err := req.Inputs.generate()
	if err != nil {
		return infer.CreateResponse[RandomStringState]{}, err
	}
	state.Result = result
	return infer.CreateResponse[RandomStringState]{ID: result, Output: state}, nil
}
