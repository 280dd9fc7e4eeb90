package estimation

import (
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/internal/microdata"
)

// A variable is what a total or mean is of: a column of numbers, 1, or a condition, which counts 1 where it is true
// and 0 where it is not.
type variable struct {
	name      string
	column    string
	condition condition
}

// parseVariable reads a variable. A text that is just the name of a column is that column.
func parseVariable(text string, f *microdata.File) (variable, error) {
	v := variable{name: text}
	if f.Has(text) {
		v.column = text
		return v, nil
	}
	if text == "1" {
		return v, nil
	}
	c, err := parseCondition(text)
	if err != nil {
		return v, fmt.Errorf("%q is neither a column nor a condition: %w", text, err)
	}
	if bare, ok := c.(compared); ok && bare.column == strings.Trim(text, `"`) {
		v.column = bare.column
		return v, nil
	}
	v.condition = c
	return v, nil
}

func (v variable) wants() []microdata.Want {
	switch {
	case v.condition != nil:
		return v.condition.wants()
	case v.column != "":
		return number(v.column)
	}
	return nil
}

// values are those of the rows, NaN where missing; nil is 1 for all.
func (v variable) values(t *microdata.Table) []float64 {
	switch {
	case v.condition != nil:
		return indicator(v.condition.on(t))
	case v.column != "":
		return t.Numbers(v.column)
	}
	return nil
}

func indicator(on []truth) []float64 {
	out := make([]float64, len(on))
	for i, v := range on {
		switch v {
		case yes:
			out[i] = 1
		case unknown:
			out[i] = math.NaN()
		}
	}
	return out
}

// splitTop splits a text at a sign that stands in no parentheses and no quotes.
func splitTop(text string, at rune) []string {
	var out []string
	depth, quote, from := 0, rune(0), 0
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == at && depth == 0:
			out = append(out, strings.TrimSpace(text[from:i]))
			from = i + len(string(at))
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

// splitAll splits each of some texts at commas.
func splitAll(texts []string) []string {
	var out []string
	for _, t := range texts {
		out = append(out, splitTop(t, ',')...)
	}
	return out
}
