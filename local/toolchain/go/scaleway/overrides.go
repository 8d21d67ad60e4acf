package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

// Properties whose names or shapes in @pulumiverse/scaleway are not those that the bridge derives: one that is singular where
// the bridge says plural, or the other way round, or called otherwise. A test compares every property of every token.
func overrideProperties(info *tfbridge.ProviderInfo) {
	value := map[string]*tfbridge.SchemaInfo{"token": {Name: "value"}}
	info.Resources["scaleway_container_token"].Fields = value
	info.Resources["scaleway_function_token"].Fields = value
	info.Resources["scaleway_container"].Fields = map[string]*tfbridge.SchemaInfo{
		"health_check": {
			Name:        "healthChecks",
			MaxItemsOne: tfbridge.False(),
			Elem: &tfbridge.SchemaInfo{Fields: map[string]*tfbridge.SchemaInfo{
				"http": {Name: "https", MaxItemsOne: tfbridge.False()},
			}},
		},
	}
	info.DataSources["scaleway_baremetal_offer"].Fields = map[string]*tfbridge.SchemaInfo{
		"cpu": {Name: "cpu", MaxItemsOne: tfbridge.True()},
	}
}
