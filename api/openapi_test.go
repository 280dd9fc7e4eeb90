package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID, Summary string
		Parameters           []struct {
			Name, In, Description string
		}
		Responses map[string]struct{ Content map[string]any }
	}
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct{ Type any }
			Required   []string
		}
	}
}

func readDocument(t *testing.T, h http.Handler) document {
	t.Helper()
	var d document
	w := request(h, "GET", "/openapi.json")
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("openapi.json: %v, %v", err, w.Header())
	}
	return d
}

// Every route in the document answers, with a media type the document promises.
func TestDescribedRoutesAnswer(t *testing.T) {
	h := newHandler(t)
	d := readDocument(t, h)
	if !strings.HasPrefix(d.OpenAPI, "3.1") || len(d.Paths) != 23 {
		t.Errorf("OpenAPI %s with %d paths", d.OpenAPI, len(d.Paths))
	}
	values := strings.NewReplacer("{id}", study, "{code}", "01", "{name}", "screening", "{level}", "commune")
	for path, operations := range d.Paths {
		w := request(h, "GET", values.Replace(path))
		mediaType, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if _, ok := operations["get"].Responses["200"].Content[mediaType]; !ok || w.Code != http.StatusOK {
			t.Errorf("%s: status %d, %s is not described", path, w.Code, mediaType)
		}
	}
}

func TestDescriptionIsComplete(t *testing.T) {
	d := readDocument(t, newHandler(t))
	for path, operations := range d.Paths {
		get := operations["get"]
		if get.Summary == "" || get.OperationID == "" {
			t.Errorf("%s has no summary or identifier", path)
		}
		described := 0
		for _, p := range get.Parameters {
			if p.In == "path" {
				described++
			}
			if p.Description == "" {
				t.Errorf("%s: parameter %s is not described", path, p.Name)
			}
		}
		if described != strings.Count(path, "{") {
			t.Errorf("%s: %d parameters of the path are described", path, described)
		}
		for _, status := range []string{"404", "422", "500"} {
			if _, ok := get.Responses[status].Content["application/problem+json"]; strings.Contains(path, "{id}") && !ok {
				t.Errorf("%s: status %s is not described", path, status)
			}
		}
	}
	row := d.Components.Schemas["Row"]
	if len(row.Properties) != len(columnNames) || len(row.Required) != len(columnNames) {
		t.Errorf("Row has %d properties, %d required, want %d", len(row.Properties), len(row.Required), len(columnNames))
	}
	if kinds, _ := json.Marshal(row.Properties["p_value"].Type); string(kinds) != `["number","null"]` {
		t.Errorf("p_value is %s, want a number or null", kinds)
	}
}
