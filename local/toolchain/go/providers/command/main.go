// Command pulumi-resource-command serves what this project uses of @pulumi/command: remote.Command and local.Command, with the
// tokens, properties and update rules of the official provider 1.2.1.
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
		WithResources(infer.Resource(RemoteCommand{}), infer.Resource(LocalCommand{})).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "command", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
