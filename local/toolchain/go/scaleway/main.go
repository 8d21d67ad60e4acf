// Command pulumi-resource-scaleway is Scaleway's own Terraform provider behind Pulumi's bridge, with the
// tokens of the npm package @pulumiverse/scaleway.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"archipel/toolchain/lifetime"
	pftfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/x/muxer"
	"github.com/pulumi/pulumi-terraform-bridge/v3/unstable/metadata"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/scaleway/terraform-provider-scaleway/v2/provider"
)

// Written by generate-tokens.ts from the npm package.
//
//go:embed tokens.json
var tokenFile []byte

type tokenMap struct {
	Version   string            `json:"version"`
	Resources map[string]string `json:"resources"`
	Functions map[string]string `json:"functions"`
}

func main() {
	info, err := providerInfo(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if slices.Contains(os.Args[1:], "-get-schema") {
		if err := writeSchema(os.Stdout, info); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	lifetime.FollowParent()
	schema := fmt.Appendf(nil, `{"name":"scaleway","version":%q}`, info.Version)
	pftfbridge.MainWithMuxer(context.Background(), info.Name, info, schema)
}

func providerInfo(ctx context.Context) (tfbridge.ProviderInfo, error) {
	var named tokenMap
	if err := json.Unmarshal(tokenFile, &named); err != nil {
		return tfbridge.ProviderInfo{}, fmt.Errorf("tokens.json: %w", err)
	}
	info := tfbridge.ProviderInfo{
		P: pftfbridge.MuxShimWithPF(ctx,
			shimv2.NewProvider(provider.SDKProvider(provider.DefaultConfig())()),
			provider.NewFrameworkProvider(nil)()),
		Name:           "scaleway",
		Version:        named.Version,
		ResourcePrefix: "scaleway",
		MetadataInfo:   tfbridge.NewProviderMetadata(nil),
		// Credentials come from the environment only: a default read from there into the provider's
		// configuration would put the secret key, in clear, into every state file.
		Config: map[string]*tfbridge.SchemaInfo{
			"access_key": {Secret: tfbridge.True()},
			"secret_key": {Secret: tfbridge.True()},
		},
		Resources:   map[string]*tfbridge.ResourceInfo{},
		DataSources: map[string]*tfbridge.DataSourceInfo{},
	}
	for name, token := range named.Resources {
		info.Resources[name] = &tfbridge.ResourceInfo{Tok: tokens.Type(token)}
	}
	for name, token := range named.Functions {
		info.DataSources[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token)}
	}
	overrideProperties(&info)
	info.SetAutonaming(255, "-")

	// The table that says which of the two halves (plugin SDK v2, plugin framework) serves a token is
	// usually computed when a provider is released; it takes a few milliseconds, so it is computed here.
	mux, ok := info.P.(interface {
		ResolveDispatch(*tfbridge.ProviderInfo) (muxer.DispatchTable, error)
	})
	if !ok {
		return info, fmt.Errorf("the bridge's muxed provider %T has no ResolveDispatch", info.P)
	}
	table, err := mux.ResolveDispatch(&info)
	if err != nil {
		return info, fmt.Errorf("tokens.json names what this Terraform provider does not have: %w", err)
	}
	return info, metadata.Set(info.GetMetadata(), "mux", table)
}
