package chart

import (
	"fmt"
	"strings"
)

// Codes of why an area is where it is in a worklist, as the table screening has them.
const (
	NoRegisterFigure    = "no_register_figure"
	NobodyOnOneSide     = "nobody_on_one_side"
	NoFigureOfItsOwn    = "no_figure_of_its_own"
	CompleteCounts      = "complete_counts"
	Measured            = "measured"
	UnlikeAllOthers     = "unlike_all_others"
	Outside95           = "outside_95"
	Outside998          = "outside_99.8"
	NeighboursMore      = "neighbours_more"      // as the area itself
	NeighboursFewer     = "neighbours_fewer"     // as the area itself
	AmongNeighboursLow  = "neighbours_have_less" // other than the area itself
	AmongNeighboursHigh = "neighbours_have_more" // other than the area itself
	ErrorExpected       = "error_expected"
)

// A Reason is why an area is where it is in a worklist.
type Reason struct {
	Codes                 []string
	Percent, Lower, Upper float64 // register against census, in percent of the census, with the others considered
	Measured              float64 // as measured, in percent of the census
	Persons               float64 // in error, expected
	Probability           float64 // of being beyond the margin
}

type reasonWords struct {
	above, below string            // formats of a percentage
	between      string            // format of three texts
	codes        map[string]string // formats of what reasonFigures gives
}

var englishReasons = reasonWords{
	above: "%s %% above the census", below: "%s %% below the census", between: "%s, between %s %% and %s %%",
	codes: map[string]string{
		NoRegisterFigure: "no figure in the register", NobodyOnOneSide: "one side has nobody, the other %s persons",
		NoFigureOfItsOwn: "no discrepancy of its own; areas like it have the register %s", CompleteCounts: "two complete counts: register %s",
		Measured: "register %s the others considered (%s as measured)", UnlikeAllOthers: "unlike all others, so left as measured",
		Outside95: "outside the 95 %% limits of the funnel", Outside998: "outside the 99.8 %% limits of the funnel",
		NeighboursMore: "its neighbours have too many registered, too", NeighboursFewer: "its neighbours have too few registered, too",
		AmongNeighboursLow: "its neighbours have fewer registered than most", AmongNeighboursHigh: "its neighbours have more registered than most",
		ErrorExpected: "%s persons in error expected, beyond the margin with probability %s",
	},
}

var vietnameseReasons = reasonWords{
	above: "cao hơn điều tra %s %%", below: "thấp hơn điều tra %s %%", between: "%s, trong khoảng từ %s %% đến %s %%",
	codes: map[string]string{
		NoRegisterFigure: "cơ sở dữ liệu không có số liệu", NobodyOnOneSide: "một bên không có ai, bên kia có %s người",
		NoFigureOfItsOwn: "không có chênh lệch riêng; ở các đơn vị tương tự, cơ sở dữ liệu %s",
		CompleteCounts:   "hai bên đều đếm toàn bộ: cơ sở dữ liệu %s",
		Measured:         "cơ sở dữ liệu %s khi xét cùng các đơn vị khác (theo số đo: %s)", UnlikeAllOthers: "khác hẳn mọi đơn vị khác, nên giữ nguyên số đo",
		Outside95: "ngoài giới hạn 95 %% của biểu đồ phễu", Outside998: "ngoài giới hạn 99,8 %% của biểu đồ phễu",
		NeighboursMore: "các đơn vị lân cận cũng đăng ký thừa", NeighboursFewer: "các đơn vị lân cận cũng đăng ký thiếu",
		AmongNeighboursLow:  "các đơn vị lân cận đăng ký ít hơn phần lớn đơn vị",
		AmongNeighboursHigh: "các đơn vị lân cận đăng ký nhiều hơn phần lớn đơn vị",
		ErrorExpected:       "dự kiến sai %s người, xác suất vượt biên %s",
	},
}

// Text is the reason in words of the language ("vi" or "en"; any other is English). A code that has no words stays as it is.
func (r Reason) Text(language string) string {
	w := englishReasons
	if language == "vi" {
		w = vietnameseReasons
	}
	said := make([]string, len(r.Codes))
	for i, code := range r.Codes {
		format, ok := w.codes[code]
		if !ok {
			said[i] = code
			continue
		}
		said[i] = fmt.Sprintf(format, r.figures(code, w, wordsIn(language))...)
	}
	return strings.Join(said, "; ")
}

// figures are those that the words of a code mention.
func (r Reason) figures(code string, w reasonWords, in words) []any {
	number := func(format string, v float64) string {
		return strings.NewReplacer(".", in.decimal, "-", "−").Replace(fmt.Sprintf(format, v))
	}
	persons := in.persons(r.Persons)
	against := func(percent float64) string {
		if percent < 0 {
			return fmt.Sprintf(w.below, number("%.1f", -percent))
		}
		return fmt.Sprintf(w.above, number("%.1f", percent))
	}
	steadied := fmt.Sprintf(w.between, against(r.Percent), number("%+.1f", r.Lower), number("%+.1f", r.Upper))
	switch code {
	case NobodyOnOneSide:
		return []any{persons}
	case NoFigureOfItsOwn:
		return []any{steadied}
	case CompleteCounts:
		return []any{against(r.Measured)}
	case Measured:
		return []any{steadied, against(r.Measured)}
	case ErrorExpected:
		return []any{persons, number("%.2f", r.Probability)}
	}
	return nil
}
