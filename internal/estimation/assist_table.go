package estimation

import (
	"fmt"
	"strings"
)

// line says for people what assisted estimates rest on.
func (a *AssistanceRecord) line() string {
	text := fmt.Sprintf("assisted by %s (%s on %s", a.File, a.Method, strings.Join(a.Variables, ", "))
	if a.Group != "" {
		text += ", coefficients by " + a.Group
	}
	text += ")"
	if len(a.Over) > 0 {
		text += ", added up over " + strings.Join(a.Over, ", ")
	}
	return text
}

// cells are those of the table: assistant, plain estimate and standard error, gain in percent.
func (a *Assisted) cells(decimals int) []string {
	if a == nil {
		return make([]string, len(csvAssisted))
	}
	return []string{a.Assistant, rounded(float64(a.Plain), decimals), rounded(float64(a.PlainSE), decimals),
		percent(a.Gain)}
}

// line says for people what was gained.
func (g Gain) line() string {
	text := fmt.Sprintf("gain of total %s: ", g.Variable)
	switch g.Cells {
	case 0:
		text += "not known"
	case 1:
		text += percent(g.Median) + " % of the variance"
	default:
		text += fmt.Sprintf("%s %% of the variance in the median of %d estimates, from %s to %s",
			percent(g.Median), g.Cells, percent(g.Lowest), percent(g.Highest))
	}
	if g.Unassisted > 0 {
		text += fmt.Sprintf("; unassisted: %d", g.Unassisted)
	}
	if g.Synthetic > 0 {
		text += fmt.Sprintf("; synthetic: %d", g.Synthetic)
	}
	return text
}
