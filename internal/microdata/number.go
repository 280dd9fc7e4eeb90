package microdata

import (
	"bytes"
	"math"
	"strconv"
)

var powersOfTen = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18}

// parseNumber reads a number with a decimal point, correctly rounded: digits, a sign, an exponent, and nothing else, so
// that inf, nan, hexadecimals and digits in groups are none.
func parseNumber(b []byte) (float64, bool) {
	digits, decimals, point := 0, 0, false
	var whole uint64
	rest := b
	negative := len(b) > 0 && b[0] == '-'
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		rest = b[1:]
	}
	for _, c := range rest {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits > 18 {
				return parseAnyNumber(b)
			}
			whole = whole*10 + uint64(c-'0')
			if point {
				decimals++
			}
		case c == '.' && !point:
			point = true
		default:
			return parseAnyNumber(b)
		}
	}
	if digits == 0 {
		return 0, false
	}
	if whole >= 1<<53 {
		return parseAnyNumber(b)
	}
	// Both are exact, and so the quotient is rounded once.
	v := float64(whole) / powersOfTen[decimals]
	if negative {
		v = -v
	}
	return v, true
}

func parseAnyNumber(b []byte) (float64, bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil && !math.IsInf(v, 0)
}

// notANumber says what is wrong with a text in a column of numbers.
func notANumber(b []byte) string {
	if bytes.Count(b, []byte(",")) == 1 {
		if _, ok := parseNumber(bytes.Replace(b, []byte(","), []byte("."), 1)); ok {
			return "a number with a decimal comma: write it with a decimal point"
		}
	}
	return "not a number; if it stands for a missing value, name it with --missing"
}
