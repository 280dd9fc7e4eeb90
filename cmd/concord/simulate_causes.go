package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/internal/simulate"
)

// causesHelp says what can be planted, and how it is asked for.
const causesHelp = `Reasons to differ are planted in some communes with --cause name,share=,strength=[,weakest=][,residence=urban|rural]:
share of the communes that are hit, strength a probability, drawn evenly from weakest to strength in each. The names, and
what of the strength is:
  newborns          a resident under 5 has no record
  young_adults      a registered resident of 15 to 34 has the record of another beside, who is gone
  oldest            a resident of 80 and over has the record of another beside, who is dead
  level             a registered resident has a second record, under another number
  age_misstatement  an enumerated person gives the nearest age that ends in 0 or 5
truth/causes.csv then tells what was planted where; causes.csv of the comparison, what was found.`

// parseCauses reads --cause settings, in their order: a commune gets the first whose lot it draws.
func parseCauses(settings []string) ([]simulate.Cause, error) {
	var causes []simulate.Cause
	for _, s := range settings {
		cause, err := parseCause(s)
		if err != nil {
			return nil, fmt.Errorf("--cause %s: %w", s, err)
		}
		causes = append(causes, cause)
	}
	return causes, simulate.CheckCauses(causes)
}

func parseCause(setting string) (simulate.Cause, error) {
	name, rest, _ := strings.Cut(setting, ",")
	cause := simulate.Cause{Name: name}
	numbers := map[string]*float64{"share": &cause.Share, "strength": &cause.Strength, "weakest": &cause.Weakest}
	for _, part := range strings.Split(rest, ",") {
		key, text, _ := strings.Cut(part, "=")
		if key == "residence" {
			cause.Residence = text
			continue
		}
		number, ok := numbers[key]
		if !ok {
			return cause, fmt.Errorf("%q is none of share=, strength=, weakest=, residence=", part)
		}
		var err error
		if *number, err = strconv.ParseFloat(text, 64); err != nil {
			return cause, fmt.Errorf("%s: want a number", part)
		}
	}
	return cause, nil
}
