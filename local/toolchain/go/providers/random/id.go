package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// RandomId is a number of random bytes in several notations, each behind an optional prefix. It is no secret.
type RandomId struct{}

type RandomIdArgs struct {
	ByteLength int               `pulumi:"byteLength"`
	Keepers    map[string]string `pulumi:"keepers,optional"`
	Prefix     *string           `pulumi:"prefix,optional"`
}

type RandomIdState struct {
	RandomIdArgs
	B64Std string `pulumi:"b64Std"`
	B64Url string `pulumi:"b64Url"`
	Dec    string `pulumi:"dec"`
	Hex    string `pulumi:"hex"`
}

func (r *RandomId) Annotate(a infer.Annotator) {
	a.SetToken("index/randomId", "RandomId")
}

func (RandomId) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[RandomIdArgs], error) {
	args, failures, err := infer.DefaultCheck[RandomIdArgs](ctx, req.NewInputs)
	if err == nil && len(failures) == 0 && args.ByteLength < 1 {
		failures = append(failures, provider.CheckFailure{
			Property: "byteLength",
			Reason:   fmt.Sprintf("byteLength is %d; it must be at least 1", args.ByteLength),
		})
	}
	return infer.CheckResponse[RandomIdArgs]{Inputs: args, Failures: failures}, err
}

func (RandomId) Create(
	_ context.Context, req infer.CreateRequest[RandomIdArgs],
) (infer.CreateResponse[RandomIdState], error) {
	state := RandomIdState{RandomIdArgs: req.Inputs}
	if req.DryRun {
		return infer.CreateResponse[RandomIdState]{Output: state}, nil
	}
	bytes := make([]byte, req.Inputs.ByteLength)
	if _, err := rand.Read(bytes); err != nil {
		return infer.CreateResponse[RandomIdState]{}, err
	}
	prefix := orDefault(req.Inputs.Prefix, "")
	id := base64.RawURLEncoding.EncodeToString(bytes)
	state.B64Url = prefix + id
	state.B64Std = prefix + base64.StdEncoding.EncodeToString(bytes)
	state.Hex = prefix + hex.EncodeToString(bytes)
	state.Dec = prefix + new(big.Int).SetBytes(bytes).String()
	return infer.CreateResponse[RandomIdState]{ID: id, Output: state}, nil
}
