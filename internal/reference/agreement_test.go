package reference

import (
	"maps"
	"slices"
)

func init() { register("agreement", agreement) }

// agreements are the functions that hold an entry on agreement against ours, by a field that only entries of their
// kind have.
var agreements = map[string]func(*entry) outcome{}

// registerAgreement names the function for entries that have a field. Files of measures call it from init.
func registerAgreement(field string, check func(*entry) outcome) {
	if agreements[field] != nil {
		panic("reference: entries on agreement with " + field + " are registered twice")
	}
	agreements[field] = check
}

// agreement sends an entry to the function of the first field it has.
func agreement(e *entry) outcome {
	for _, field := range slices.Sorted(maps.Keys(agreements)) {
		if e.has(field) {
			return agreements[field](e)
		}
	}
	return unsupported("measures of agreement")
}
