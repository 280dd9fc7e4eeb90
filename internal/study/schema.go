package study

import (
	"bytes"
	"encoding/json"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the published JSON Schema of study.yaml.
func Schema() []byte {
	r := jsonschema.Reflector{ExpandedStruct: true, Anonymous: true}
	s := r.Reflect(&Study{})
	s.ID = "https://concord.example/study.schema.json"
	s.Title = "Concord study"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("study: schema: " + err.Error())
	}
	return append(text, '\n')
}

// compile makes the validator. The schema is ours: a failure is a mistake of the program.
func compile() *validator.Schema {
	doc, err := validator.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		panic("study: schema: " + err.Error())
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("study.schema.json", doc); err != nil {
		panic("study: schema: " + err.Error())
	}
	s, err := c.Compile("study.schema.json")
	if err != nil {
		panic("study: schema: " + err.Error())
	}
	return s
}
