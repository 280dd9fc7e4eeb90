package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/concord-stat/concord/analysis/demography"
)

// Unsmoothed are the figures of a pyramid as they are, where it shows smoothed ones.
type Unsmoothed struct {
	RegisterMale, RegisterFemale, CensusMale, CensusFemale []float64
	name                                                   string // in the legend
}

// fewPersons is the population of a side and sex below which smoothing takes out chance rather than misstated ages: with
// some two hundred persons a group of five years, chance moves a group by 7 %.
const fewPersons = 4000

// Smoothed is the pyramid with the counts of both sides smoothed, for display alone: the subtitle says so with the name of the
// method, the figures as they are stay visible as marks, and their intervals, which are not those of what is drawn, are left out.
// A group that the method says nothing of, such as the open one, keeps its figure.
func (p Pyramid) Smoothed(method demography.Smoother, language string) (Pyramid, error) {
	groups, err := groupsOf(p.Groups)
	if err != nil {
		return p, err
	}
	w := smoothingIn(language)
	p.Unsmoothed = &Unsmoothed{p.RegisterMale, p.RegisterFemale, p.CensusMale, p.CensusFemale, w.legend}
	few := false
	for _, s := range []*[]float64{&p.RegisterMale, &p.RegisterFemale, &p.CensusMale, &p.CensusFemale} {
		total := sumOf(*s)
		few = few || total < fewPersons
		if *s, err = smoothed(method, groups, *s); err != nil {
			return p, fmt.Errorf("chart: smoothing of %s: %w", p.Title, err)
		}
	}
	n := len(p.Groups)
	p.CensusMaleLower, p.CensusMaleUpper, p.CensusFemaleLower, p.CensusFemaleUpper = nans(n), nans(n), nans(n), nans(n)
	lines := []string{p.Subtitle, fmt.Sprintf(w.said, method)}
	if few {
		lines = append(lines, w.few)
	}
	p.Subtitle = strings.Trim(strings.Join(lines, "\n"), "\n")
	return p, nil
}

// smoothed is a series smoothed where the method says something. A series with a gap cannot be smoothed.
func smoothed(method demography.Smoother, groups demography.Groups, counts []float64) ([]float64, error) {
	for i, c := range counts {
		if math.IsNaN(c) {
			return nil, fmt.Errorf("there is no figure for ages %s", groups.Label(i))
		}
	}
	carried, err := demography.Smooth(method, groups, counts)
	if err != nil {
		return nil, err
	}
	out := carried.Value
	for i, v := range out {
		if math.IsNaN(v) {
			out[i] = counts[i]
		}
	}
	return out, nil
}

// groupsOf reads labels such as 5-9 and 85+.
func groupsOf(labels []string) (demography.Groups, error) {
	g := demography.Groups{}
	for i, label := range labels {
		first, last, closed := strings.Cut(label, "-")
		start, err := strconv.Atoi(strings.TrimSuffix(first, "+"))
		if err != nil {
			return g, fmt.Errorf("chart: %q is no age group", label)
		}
		g.Start, g.End = append(g.Start, start), demography.Open
		if end, err := strconv.Atoi(last); closed && err == nil && i == len(labels)-1 {
			g.End = end + 1
		}
	}
	return g, nil
}

func sumOf(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

// smoothingWords say in a language what was done.
type smoothingWords struct{ said, legend, few string }

func smoothingIn(language string) smoothingWords {
	if language == "vi" {
		return smoothingWords{
			said: "Đã làm trơn để hiển thị, phương pháp %s; vạch nhỏ: số liệu gốc", legend: "số liệu gốc",
			few: "Ít người: làm trơn ở đây chủ yếu bỏ đi ngẫu nhiên, không phải sai lệch khai tuổi",
		}
	}
	return smoothingWords{
		said: "Smoothed for display by %s; small marks: figures as they are", legend: "as they are",
		few: "Few persons: smoothing takes out chance here rather than misstated ages",
	}
}

// marks are short lines at values: in the lower half of each band, or in the upper one.
func (p panel) marks(values []float64, upper bool) (path vg.Path) {
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		low, high := p.band(i)
		if middle := p.middle(i); upper {
			low = middle
		} else {
			high = middle
		}
		line(&path, p.x(v), low+1, p.x(v), high-1)
	}
	return path
}

// unsmoothed draws the figures as they are of one sex.
func (f figure) unsmoothed(p panel, register, census []float64) {
	f.stroke(grey, 1.4, p.marks(register, false))
	f.stroke(ink, 0.7, p.marks(census, true))
}

func (f figure) unsmoothedKey(x vg.Length) {
	f.stroke(grey, 1.4, linePath(x+4, legendY-1, x+4, legendY+3))
	f.stroke(ink, 0.7, linePath(x+4, legendY+3, x+4, legendY+7))
}
