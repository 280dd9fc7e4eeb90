package study

import _ "embed"

// Template is a commented study to start from.
//
//go:embed template.yaml
var Template []byte
