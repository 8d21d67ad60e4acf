package main

import (
	"encoding/json"
	"io"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// property is one property as a Pulumi program sees it. Type is boolean, number, string, object, asset or
// any; a list is written string[], a map of strings {string}. An object lists its own properties.
type property struct {
	Type       string               `json:"type"`
	Input      bool                 `json:"input"`
	Required   bool                 `json:"required,omitempty"`
	Replaces   bool                 `json:"replaces,omitempty"`
	Secret     bool                 `json:"secret,omitempty"`
	Properties map[string]*property `json:"properties,omitempty"`
}

type entry struct {
	Terraform  string               `json:"terraform"`
	Properties map[string]*property `json:"properties"`
}

// writeSchema prints every token with its properties, for the test that compares them with the npm package.
func writeSchema(out io.Writer, info tfbridge.ProviderInfo) error {
	resources, functions := map[string]entry{}, map[string]entry{}
	for name, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(name).Schema()
		resources[string(resource.Tok)] = entry{name, describeAll(schema, resource.Fields)}
	}
	for name, source := range info.DataSources {
		schema := info.P.DataSourcesMap().Get(name).Schema()
		functions[string(source.Tok)] = entry{name, describeAll(schema, source.Fields)}
	}
	return json.NewEncoder(out).Encode(map[string]any{"resources": resources, "functions": functions})
}

func describeAll(schema shim.SchemaMap, overrides map[string]*tfbridge.SchemaInfo) map[string]*property {
	described := map[string]*property{}
	schema.Range(func(name string, field shim.Schema) bool {
		described[tfbridge.TerraformToPulumiNameV2(name, schema, overrides)] = describe(field, overrides[name])
		return true
	})
	return described
}

func describe(field shim.Schema, override *tfbridge.SchemaInfo) *property {
	is := &property{
		Input:    field.Optional() || field.Required(),
		Required: field.Required(),
		Replaces: field.ForceNew(),
		Secret:   field.Sensitive(),
	}
	switch field.Type() {
	case shim.TypeBool:
		is.Type = "boolean"
	case shim.TypeInt, shim.TypeFloat:
		is.Type = "number"
	case shim.TypeString:
		is.Type = "string"
	case shim.TypeMap:
		element := describeElement(field.Elem(), override)
		if element.Properties != nil {
			is.Type, is.Properties = "object", element.Properties
		} else {
			is.Type = "{" + element.Type + "}"
		}
	case shim.TypeList, shim.TypeSet:
		element := describeElement(field.Elem(), override)
		is.Type, is.Properties = element.Type, element.Properties
		if !tfbridge.IsMaxItemsOne(field, override) {
			is.Type += "[]"
		}
	default:
		is.Type = "any"
	}
	return is
}

func describeElement(element any, override *tfbridge.SchemaInfo) *property {
	var inner *tfbridge.SchemaInfo
	var fields map[string]*tfbridge.SchemaInfo
	if override != nil && override.Elem != nil {
		inner, fields = override.Elem, override.Elem.Fields
	}
	switch element := element.(type) {
	case shim.Resource:
		return &property{Type: "object", Properties: describeAll(element.Schema(), fields)}
	case shim.Schema:
		return describe(element, inner)
	default:
		return &property{Type: "string"}
	}
}
