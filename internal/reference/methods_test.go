package reference

import (
	"encoding/json"
	"slices"
	"sort"
)

// methods are the functions that hold an entry of schema compare-golden against ours, by topic and method: fields of
// the entry's input go in, and what is named in its expected is compared.
var methods = map[string]map[string]func(*given) expected{}

// An expected is our results by the names that entries give them: float64, []float64, [][]float64,
// map[string]float64, int, bool, string or []string.
type expected map[string]any

// given is the input of an entry.
type given struct {
	*entry
}

// registerMethod names the function for a method of a topic. Files of methods call it from init.
func registerMethod(topic, method string, check func(*given) expected) {
	if methods[topic] == nil {
		methods[topic] = map[string]func(*given) expected{}
		register(topic, byMethod)
	}
	if methods[topic][method] != nil {
		panic("reference: method " + method + " of " + topic + " is registered twice")
	}
	methods[topic][method] = check
}

// byMethod holds an entry against the function of its method.
func byMethod(e *entry) outcome {
	var method string
	e.into("method", &method)
	check := methods[e.topic][method]
	if check == nil {
		return unsupported("method %s", method)
	}
	var input, want map[string]json.RawMessage
	e.into("input", &input)
	e.into("expected", &want)
	in := &given{&entry{topic: e.topic, dir: e.dir, fields: input, tolerance: e.tolerance}}
	got := check(in)
	var left []string
	for name, raw := range want {
		ours, given := got[name]
		if !given {
			left = append(left, name)
			continue
		}
		if o := e.compare(name, ours, raw); o.disagrees != "" {
			return o
		}
	}
	if len(want) == len(left) {
		return unsupported("no figures of method %s", method)
	}
	sort.Strings(left)
	return agree(left...)
}

// compare holds one figure, of whatever shape ours has, against the entry's.
func (e *entry) compare(name string, ours any, raw json.RawMessage) outcome {
	switch v := ours.(type) {
	case float64:
		return e.numbers(name, []float64{v}, json.RawMessage("["+string(raw)+"]"))
	case int:
		return e.numbers(name, []float64{float64(v)}, json.RawMessage("["+string(raw)+"]"))
	case []float64:
		return e.numbers(name, v, raw)
	case [][]float64:
		var rows []json.RawMessage
		if err := json.Unmarshal(raw, &rows); err != nil || len(rows) != len(v) {
			return disagree("%s: %d rows, want %d (%v)", name, len(v), len(rows), err)
		}
		for i := range v {
			if o := e.numbers(name, v[i], rows[i]); o.disagrees != "" {
				return o
			}
		}
	case map[string]float64:
		var want map[string]number
		if err := json.Unmarshal(raw, &want); err != nil {
			return disagree("%s has another shape: %v", name, err)
		}
		if err := e.tolerance.object(name, v, want); err != nil {
			return disagree("%v", err)
		}
	case bool:
		return same(name, v, raw)
	case string:
		return same(name, v, raw)
	case []string:
		var want []string
		if err := json.Unmarshal(raw, &want); err != nil || !slices.Equal(v, want) {
			return disagree("%s = %v, want %s", name, v, raw)
		}
	default:
		return disagree("%s: ours has no shape that can be compared", name)
	}
	return agree()
}

func (e *entry) numbers(name string, got []float64, raw json.RawMessage) outcome {
	var want []number
	if err := json.Unmarshal(raw, &want); err != nil {
		return disagree("%s has another shape: %v", name, err)
	}
	if err := e.tolerance.vector(name, got, want); err != nil {
		return disagree("%v", err)
	}
	return agree()
}

func same[T comparable](name string, got T, raw json.RawMessage) outcome {
	var want T
	if err := json.Unmarshal(raw, &want); err != nil || got != want {
		return disagree("%s = %v, want %s", name, got, raw)
	}
	return agree()
}
