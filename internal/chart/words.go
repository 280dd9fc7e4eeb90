package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/internal/results"
)

// Labels are the words and signs of a figure.
type Labels struct {
	Register, Census string // the two sides
	Interval         string // of the census; its place in the legend is left out when nothing has an interval
	Male, Female     string
	Persons          string // title of the axis
	Thousands        string // separator of thousands
}

// DefinitionName returns the name of a population definition in the language, or the identifier itself where it is
// not one of the usual ones.
func DefinitionName(language, definition string) string {
	return wordsIn(language).definitionName(definition)
}

// LevelName returns what the areas of a level are called in the language, or the identifier itself where it is not one of
// the usual ones.
func LevelName(language, level string) string {
	if name, ok := wordsIn(language).levels[level]; ok {
		return name
	}
	return level
}

// SourceName returns the name of a source in the language: its title, census for the field results of the study, or the
// definition that its register is taken under.
func SourceName(language string, s results.Source) string {
	switch w := wordsIn(language); {
	case s.Title != "" || !s.Main():
		return s.Label()
	case s.Kind == results.Census:
		return w.Census
	default:
		return w.definitionName(s.Name)
	}
}

type words struct {
	Labels
	difference          string // format of Interval where neither side is known without error
	unstated            string // format of missing, for any two sides
	decimal             string
	definition          string
	missing, incomplete string // formats
	drawn               string // format
	noFigure            string
	definitions, levels map[string]string
}

func wordsIn(language string) words {
	if language == "vi" {
		return vietnamese
	}
	return english
}

var vietnamese = words{
	Labels: Labels{
		Register: "Cơ sở dữ liệu dân cư", Census: "Điều tra dân số", Interval: "khoảng tin cậy %s%% của điều tra",
		Male: "Nam", Female: "Nữ", Persons: "Người", Thousands: ".",
	},
	difference: "khoảng tin cậy %s%% của chênh lệch",
	unstated:   "Không rõ tuổi hoặc giới tính: %s %s, %s %s người",
	decimal:    ",",
	definition: "Dân số",
	missing:    "Không rõ tuổi hoặc giới tính: cơ sở dữ liệu dân cư %s, điều tra dân số %s người",
	incomplete: "Số ô không có khoảng tin cậy hoặc số liệu: %d",
	drawn:      "chỉ tính %d trong %d đơn vị được chọn",
	noFigure:   "–",
	definitions: map[string]string{
		"permanent": "thường trú", "temporary": "tạm trú", "current": "nơi ở hiện tại",
		"permanent_temporary": "thường trú và tạm trú", "registered": "có đăng ký cư trú", "usual": "thực tế thường trú",
	},
	levels: map[string]string{
		"commune": "xã, phường, thị trấn", "ward": "phường", "district": "quận, huyện", "province": "tỉnh, thành phố", "region": "vùng",
		"country": "toàn quốc",
	},
}

var english = words{
	Labels: Labels{
		Register: "Population register", Census: "Census", Interval: "%s%% interval of the census",
		Male: "Male", Female: "Female", Persons: "Persons", Thousands: ",",
	},
	difference: "%s%% interval of the difference",
	unstated:   "Age or sex not stated: %s %s, %s %s persons",
	decimal:    ".",
	definition: "Population",
	missing:    "Age or sex not stated: register %s, census %s persons",
	incomplete: "Cells without an interval or a figure: %d",
	drawn:      "over the %d of %d areas drawn",
	noFigure:   "–",
	definitions: map[string]string{
		"permanent": "permanent residents", "temporary": "temporary residents", "current": "current residents",
		"permanent_temporary": "permanent and temporary residents", "registered": "all registered residents", "usual": "usual residents",
	},
	levels: map[string]string{
		"commune": "communes", "ward": "wards", "district": "districts", "province": "provinces", "region": "regions",
		"country": "country",
	},
}

func (w words) definitionName(definition string) string {
	if name, ok := w.definitions[definition]; ok {
		return name
	}
	return definition
}

// ofPair are the words where other sources than register and census are held against each other.
func (w words) ofPair(language string, p results.Pair) words {
	if p.Usual() {
		return w
	}
	first, second := SourceName(language, p.First), SourceName(language, p.Second)
	w.Register, w.Census, w.Interval = first, second, w.difference
	w.missing = fmt.Sprintf(w.unstated, escaped(first), "%s", escaped(second), "%s")
	return w
}

// escaped is a name that can stand in a format.
func escaped(name string) string { return strings.ReplaceAll(name, "%", "%%") }

// labels completes the words with the confidence level, 0.95 for 95 %.
func (w words) labels(level float64) Labels {
	l := w.Labels
	percent := strconv.FormatFloat(math.Round(level*1e4)/100, 'f', -1, 64)
	l.Interval = fmt.Sprintf(l.Interval, strings.Replace(percent, ".", w.decimal, 1))
	return l
}

// persons prints a number of persons; a weighted one is rounded here, at the last printing.
func (w words) persons(n float64) string {
	if math.IsNaN(n) {
		return w.noFigure
	}
	return grouped(n, w.Thousands)
}

// grouped prints a whole number with its thousands set apart.
func grouped(n float64, separator string) string {
	digits := strconv.FormatFloat(math.Abs(math.RoundToEven(n)), 'f', 0, 64)
	var b strings.Builder
	if n < 0 && digits != "0" {
		b.WriteString("−")
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(d)
	}
	return b.String()
}
