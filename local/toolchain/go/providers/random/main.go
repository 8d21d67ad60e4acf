// Command pulumi-resource-random serves what this project uses of @pulumi/random: RandomPassword, RandomString and RandomId, with
// the tokens, properties and replacement rules of the official provider 4.21.2.
package main

import (
	"context"
	"fmt"
	"os"

	"archipel/toolchain/lifetime"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Set by the build: the version of the npm package that this stands in for.
var version = "0.0.0"

func main() {
	lifetime.FollowParent()
	provider, err := infer.NewProviderBuilder().
		WithResources(
			infer.Resource(RandomPassword{}),
			infer.Resource(RandomString{}),
			infer.Resource(RandomId{}),
		).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "random", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
