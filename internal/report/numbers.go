package report

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// absent stands for a figure that does not exist, as "..." does in the tables of the statistics office, where "-" is
// nothing.
const absent = "…"

// persons prints a number of persons, whole.
func (w words) persons(n float64) string { return w.decimal(n, 0) }

func (w words) signedPersons(n float64) string { return signed(n, w.decimal(n, 0)) }

func (w words) signedPercent(x float64) string { return signed(x, w.decimal(x, 2)) }

func (w words) count(n int) string { return w.decimal(float64(n), 0) }

func (w words) interval(lower, upper float64) string {
	if math.IsNaN(lower) || math.IsNaN(upper) {
		return absent
	}
	return "[" + w.decimal(lower, 0) + "; " + w.decimal(upper, 0) + "]"
}

func (w words) qValue(q float64) string {
	if q < 0.0001 {
		return "< " + w.decimal(0.0001, 4)
	}
	return w.decimal(q, 4)
}

// percent prints a share of one as percent, with as many decimals as it has.
func (w words) percent(share float64) string { return w.plain(100*share) + "%" }

// share prints a share of one in percent.
func (w words) share(share float64) string {
	if math.IsNaN(share) {
		return absent
	}
	return w.decimal(100*share, 1) + "%"
}

// figures3 prints three digits that tell, and nothing beyond thousandths.
func (w words) figures3(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return w.decimal(x, 0)
	}
	return w.decimal(x, min(3, max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))))
}

// weight prints a weight from 0 to 1; one that is next to nothing is not printed as nothing.
func (w words) weight(x float64) string {
	if x > 0 && x < 0.001 {
		return "< " + w.decimal(0.001, 3)
	}
	return w.figures3(x)
}

// plain prints up to four decimals, and no noughts at the end.
func (w words) plain(x float64) string {
	s := w.decimal(x, 4)
	if strings.Contains(s, w.point) {
		s = strings.TrimRight(strings.TrimRight(s, "0"), w.point)
	}
	return s
}

func signed(x float64, printed string) string {
	if x > 0 && printed != absent && strings.Trim(printed, "0.,") != "" {
		return "+" + printed
	}
	return printed
}

// decimal prints a number with so many decimals, the thousands set apart, and a minus sign that is as wide as a plus.
func (w words) decimal(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return absent
	}
	text := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	var b strings.Builder
	if x < 0 && strings.Trim(text, "0.") != "" {
		b.WriteString("−")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(w.thousands)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(w.point + fraction)
	}
	return b.String()
}

// moment prints a time as the study gives it, in its own zone; what is not RFC 3339 stays as it is.
func (w words) moment(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.Format(w.clock)
}
