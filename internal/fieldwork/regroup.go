package fieldwork

import (
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/analysis"
	"github.com/concord-stat/concord/analysis/demography"
)

// A series is the published figures of one area by age, and by what else their cells say before it: "male*".
type series struct {
	area, dimension, before string
}

// regrouping brings published figures into the age groups that are compared.
type regrouping struct {
	*reader
	method     demography.Method
	regroupers map[string]*demography.Regrouper // by dimension and the groups there are
	out        []Figure
	lines      []int32
	graduated  int // figures for which a group was cut
	added      int // figures with an error, of several figures
}

// regroup replaces the figures of ages whose groups are not those compared. Figures that fit already stay as they are.
func (r *reader) regroup(out *Results) {
	g := &regrouping{reader: r, method: demography.Method(r.study.Field.Graduate)}
	g.regroupers = make(map[string]*demography.Regrouper)
	members := make(map[series][]int)
	var order []series
	for i, f := range r.figures {
		before, label, ofAge := agePart(f)
		if !ofAge || label == analysis.Missing {
			g.keep(f, r.line[i])
			continue
		}
		s := series{f.Area, f.Dimension, before}
		if members[s] == nil {
			order = append(order, s)
		}
		members[s] = append(members[s], i)
	}
	for _, s := range order {
		g.series(s, members[s])
	}
	r.figures, r.line = g.out, g.lines
	out.Caveats = append(out.Caveats, g.caveats()...)
}

func (g *regrouping) caveats() (said []string) {
	if g.graduated > 0 {
		said = append(said, fmt.Sprintf("%d figures of ages are graduated by %s: their errors are those of the "+
			"published groups, not of the splitting", g.graduated, g.method))
	}
	if g.added > 0 {
		said = append(said, fmt.Sprintf("%d figures of ages are put together of several, whose errors are taken "+
			"for independent", g.added))
	}
	return said
}

func (g *regrouping) keep(f Figure, line int32) {
	g.out, g.lines = append(g.out, f), append(g.lines, line)
}

// agePart cuts the cell of a dimension with ages into what stands before the age group, and its label.
func agePart(f Figure) (before, label string, ofAge bool) {
	switch f.Dimension {
	case "age5", "age":
		return "", f.Cell, true
	case "sex*age5":
		sex, label, _ := strings.Cut(f.Cell, "*")
		return sex + "*", label, true
	}
	return "", "", false
}

// wanted are the age groups a dimension is compared in.
func (g *regrouping) wanted(dimension string) demography.Groups {
	if dimension != "age" {
		return demography.Groups{Start: g.study.Compare.AgeGroups, End: demography.Open}
	}
	return demography.Groups{Start: []int{0, analysis.OpenAge}, End: demography.Open}.Singles()
}

// series brings the figures of one series into the groups compared.
func (g *regrouping) series(s series, members []int) {
	wanted := g.wanted(s.dimension)
	labels, fit := make([]string, len(members)), true
	known := make(map[string]bool)
	for _, label := range wanted.Labels() {
		known[label] = true
	}
	for k, i := range members {
		_, labels[k], _ = agePart(g.figures[i])
		fit = fit && known[labels[k]]
	}
	if fit {
		for _, i := range members {
			g.keep(g.figures[i], g.line[i])
		}
		return
	}
	line := g.line[members[0]]
	groups, order, err := demography.ParseGroups(labels)
	if err != nil {
		g.found.Add(g.file, int(line), g.label("cell"), "%v", err)
		return
	}
	r, err := g.regrouper(s.dimension, groups, wanted)
	if err != nil {
		g.found.Add(g.file, int(line), g.label("cell"), "%v", err)
		return
	}
	g.put(s, groups, wanted, r, g.gather(members, order), line)
}

// regrouper is the one of a dimension and groups, made once.
func (g *regrouping) regrouper(dimension string, groups, wanted demography.Groups) (*demography.Regrouper, error) {
	key := dimension + " " + strings.Join(groups.Labels(), " ")
	if r, made := g.regroupers[key]; made {
		return r, nil
	}
	r, err := demography.NewRegrouper(g.method, groups, wanted)
	if err == nil {
		g.regroupers[key] = r
	}
	return r, err
}

// gather are the figures of a series in the order of age.
func (g *regrouping) gather(members, order []int) []Figure {
	figures := make([]Figure, len(order))
	for k, at := range order {
		figures[k] = g.figures[members[at]]
	}
	return figures
}

// put adds the figures of a series in the groups compared.
func (g *regrouping) put(
	s series, groups, wanted demography.Groups, r *demography.Regrouper, figures []Figure, line int32,
) {
	counts, errors, noises := make([]float64, len(figures)), make([]float64, len(figures)), make([]float64, len(figures))
	for i, f := range figures {
		counts[i], errors[i], noises[i] = f.Value, f.SE, f.Noise
	}
	made := r.Regroup(counts)
	se, noise := made.SE(errors), made.SE(noises)
	for i, label := range wanted.Labels() {
		f := Figure{Area: s.area, Dimension: s.dimension, Cell: s.before + label, Value: made.Value[i], SE: se[i], Noise: noise[i]}
		several := 0
		for _, d := range made.Jacobian.RawRowView(i) {
			if d != 0 {
				several++
			}
		}
		switch made.Made[i] {
		case demography.Graduated:
			f.Note = fmt.Sprintf("graduated by %s from groups %s", g.method, made.From[i])
			if f.Value < 0 {
				f.Note += ", which put it below 0; monotone never does"
			}
			g.graduated++
		case demography.Unknown:
			f.Value, f.SE, f.Noise = math.NaN(), math.NaN(), 0
			f.Note = "no such age group in the field results, which end with " + groups.Label(groups.Len()-1)
		case demography.Added:
			if several > 1 {
				f.Note = "added up from groups " + made.From[i]
			}
		}
		if several > 1 && f.SE > 0 {
			g.added++
		}
		g.keep(f, line)
	}
}
