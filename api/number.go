package api

import (
	"encoding/json"
	"math"

	"github.com/danielgtaylor/huma/v2"
)

// A Number is a figure that may not exist: NaN, and what JSON cannot write otherwise, is null.
type Number float64

// MarshalJSON writes the number in full, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(v)
}

// Schema tells OpenAPI that the number may be null.
func (Number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Format: "double", Nullable: true}
}
