package stage

import (
	"fmt"
	"math"
	"strings"

	"github.com/concord-stat/concord/compare/screen"
	"github.com/concord-stat/concord/internal/chart"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/study"
)

// screeningRows is the table of areas, in columns.
type screeningRows struct {
	level, area, name, definition, dimension, cell     []string
	raw, se, prior, shrunken, shrunkenSE, lower, upper []float64
	pct, kept, outlier, z                              []float64
	lower95, upper95, lower998, upper998               []float64
	outside                                            []string
	rank, rankLower, rankUpper, jointLower, jointUpper []float64
	moran, moranP, moranQ, hot                         []float64
	cluster                                            []string
	priority, probability, persons, cost, share        []float64
	reason, codes, notes                               []string
}

// clusterQ is the false-discovery rate at which an area is called one of a cluster.
const clusterQ = 0.05

// add writes the areas of a cell.
func (t *screeningRows) add(c *comparison, x *screenedLevel, f *family, d *screenedCell) {
	places := make([]int, len(x.areas))
	for k, stop := range d.stops {
		places[stop.Area] = k + 1
	}
	for i, area := range x.areas {
		e := d.fit.Areas[i]
		if math.IsNaN(d.register[i]) { // what the others lead to expect is then no finding
			e = screen.Shrunken{Prior: e.Prior, Value: nan, SE: nan, Kept: nan, Outlier: nan}
		}
		lower, upper := e.Interval(c.details.Plan.Level)
		t.level, t.area, t.name = append(t.level, x.level), append(t.area, area), append(t.name, c.name(area))
		t.definition, t.dimension, t.cell = append(t.definition, f.definition), append(t.dimension, f.dimension),
			append(t.cell, d.name)
		t.raw, t.se = append(t.raw, d.raw[i]), append(t.se, d.se[i])
		t.prior, t.shrunken, t.shrunkenSE = append(t.prior, e.Prior), append(t.shrunken, e.Value),
			append(t.shrunkenSE, e.SE)
		t.lower, t.upper, t.pct = append(t.lower, lower), append(t.upper, upper), append(t.pct, percent(e.Value))
		t.kept, t.outlier, t.z = append(t.kept, e.Kept), append(t.outlier, e.Outlier), append(t.z, d.score[i])
		outside := t.limits(d, i)
		t.ranks(d, i)
		cluster := t.local(d, i)
		t.visit(d, i, places[i], x.cost[i])
		reason := d.reason(i, e, outside, cluster, [2]float64{lower, upper})
		t.reason, t.codes = append(t.reason, reason.Text("en")), append(t.codes, strings.Join(reason.Codes, "; "))
		t.notes = append(t.notes, d.why[i])
	}
}

// percent that a log ratio is.
func percent(v float64) float64 { return 100 * math.Expm1(v) }

func (t *screeningRows) limits(d *screenedCell, i int) (outside string) {
	se, target := d.dispersion.SE(d.se[i], screen.Additive), d.dispersion.Target
	inner := screen.NormalLimits(target, se, screen.InnerLimits)
	outer := screen.NormalLimits(target, se, screen.OuterLimits)
	t.lower95, t.upper95 = append(t.lower95, inner.Lower), append(t.upper95, inner.Upper)
	t.lower998, t.upper998 = append(t.lower998, outer.Lower), append(t.upper998, outer.Upper)
	switch y := d.raw[i]; {
	case y < outer.Lower || y > outer.Upper:
		outside = "99.8"
	case y < inner.Lower || y > inner.Upper:
		outside = "95"
	}
	t.outside = append(t.outside, outside)
	return outside
}

func (t *screeningRows) ranks(d *screenedCell, i int) {
	t.rank = append(t.rank, d.rank[i].Expected)
	t.rankLower, t.rankUpper = append(t.rankLower, d.rank[i].Lower), append(t.rankUpper, d.rank[i].Upper)
	t.jointLower, t.jointUpper = append(t.jointLower, d.joint[i].Lower), append(t.jointUpper, d.joint[i].Upper)
}

func (t *screeningRows) local(d *screenedCell, i int) (cluster screen.Cluster) {
	l, hot := screen.LocalMoran{I: nan, Z: nan, PValue: nan, QValue: nan}, nan
	if d.local != nil {
		l, hot = d.local[i], d.hot[i]
	}
	if l.QValue <= clusterQ {
		cluster = l.Quadrant
	}
	t.moran, t.moranP, t.moranQ = append(t.moran, l.I), append(t.moranP, l.PValue), append(t.moranQ, l.QValue)
	t.hot, t.cluster = append(t.hot, hot), append(t.cluster, string(cluster))
	return cluster
}

// visit writes the place in the worklist; place 0 is none.
func (t *screeningRows) visit(d *screenedCell, i, place int, cost float64) {
	priority, share := nan, nan
	if place > 0 {
		priority, share = float64(place), d.stops[place-1].Share
	}
	t.priority, t.share = append(t.priority, priority), append(t.share, share)
	t.probability, t.persons = append(t.probability, d.expected[i].Outside), append(t.persons, d.expected[i].Persons)
	t.cost = append(t.cost, cost)
}

// reason is why an area is where it is in the worklist.
func (d *screenedCell) reason(i int, e screen.Shrunken, outside string, cluster screen.Cluster,
	interval [2]float64) chart.Reason {
	p := d.expected[i]
	r := chart.Reason{Percent: percent(e.Value), Lower: percent(interval[0]), Upper: percent(interval[1]),
		Measured: percent(d.raw[i]), Persons: p.Persons, Probability: p.Outside}
	if math.IsNaN(d.register[i]) {
		r.Codes = []string{chart.NoRegisterFigure}
		return r
	}
	r.Codes = []string{d.figure(i)}
	if e.Outlier > 0.5 {
		r.Codes = append(r.Codes, chart.UnlikeAllOthers)
	}
	if outside != "" {
		r.Codes = append(r.Codes, map[string]string{"95": chart.Outside95, "99.8": chart.Outside998}[outside])
	}
	if code := clusterCodes[cluster]; code != "" {
		r.Codes = append(r.Codes, code)
	}
	if !math.IsNaN(p.Persons) {
		r.Codes = append(r.Codes, chart.ErrorExpected)
	}
	return r
}

// figure is the code of what the discrepancy of an area rests on.
func (d *screenedCell) figure(i int) string {
	switch {
	case math.IsNaN(d.raw[i]) && (d.register[i] == 0) != (d.census[i] == 0) && !math.IsNaN(d.census[i]):
		return chart.NobodyOnOneSide
	case math.IsNaN(d.raw[i]):
		return chart.NoFigureOfItsOwn
	case d.known[i]:
		return chart.CompleteCounts
	}
	return chart.Measured
}

var clusterCodes = map[screen.Cluster]string{
	screen.HighHigh: chart.NeighboursMore, screen.LowLow: chart.NeighboursFewer,
	screen.HighLow: chart.AmongNeighboursLow, screen.LowHigh: chart.AmongNeighboursHigh,
}

func (t *screeningRows) table() columns.Table {
	return columns.Table{
		{Name: "level", Text: t.level}, {Name: "area", Text: t.area},
		{Name: "area_name", Text: t.name}, {Name: "definition", Text: t.definition},
		{Name: "dimension", Text: t.dimension}, {Name: "cell", Text: t.cell},
		{Name: "log_ratio", Float: t.raw}, {Name: "se", Float: t.se},
		{Name: "prior_mean", Float: t.prior}, {Name: "shrunken", Float: t.shrunken},
		{Name: "shrunken_se", Float: t.shrunkenSE}, {Name: "lower", Float: t.lower},
		{Name: "upper", Float: t.upper}, {Name: "discrepancy_pct", Float: t.pct},
		{Name: "weight_kept", Float: t.kept}, {Name: "outlier_probability", Float: t.outlier},
		{Name: "funnel_z", Float: t.z}, {Name: "funnel_lower_95", Float: t.lower95},
		{Name: "funnel_upper_95", Float: t.upper95}, {Name: "funnel_lower_998", Float: t.lower998},
		{Name: "funnel_upper_998", Float: t.upper998}, {Name: "outside_limits", Text: t.outside},
		{Name: "expected_rank", Float: t.rank}, {Name: "rank_lower", Float: t.rankLower},
		{Name: "rank_upper", Float: t.rankUpper}, {Name: "joint_rank_lower", Float: t.jointLower},
		{Name: "joint_rank_upper", Float: t.jointUpper}, {Name: "local_moran", Float: t.moran},
		{Name: "local_p", Float: t.moranP}, {Name: "local_q", Float: t.moranQ},
		{Name: "getis_ord", Float: t.hot}, {Name: "cluster", Text: t.cluster},
		{Name: "visit_priority", Float: t.priority}, {Name: "probability_beyond_margin", Float: t.probability},
		{Name: "expected_error", Float: t.persons}, {Name: "visit_cost", Float: t.cost},
		{Name: "cumulative_share", Float: t.share}, {Name: "reason", Text: t.reason},
		{Name: "reason_codes", Text: t.codes}, {Name: "notes", Text: t.notes},
	}
}

// figureRows is the small table: what holds of all areas of a level, one figure a row.
type figureRows struct {
	level, definition, dimension, cell, figure, notes []string
	value, p                                          []float64
}

func (t *figureRows) add(level string, f *family, cell, figure string, value, p float64, note string) {
	t.level, t.definition, t.dimension = append(t.level, level), append(t.definition, f.definition),
		append(t.dimension, f.dimension)
	t.cell, t.figure, t.notes = append(t.cell, cell), append(t.figure, figure), append(t.notes, note)
	t.value, t.p = append(t.value, value), append(t.p, p)
}

// addAll writes the figures of a cell.
func (t *figureRows) addAll(x *screenedLevel, f *family, d *screenedCell, asked *study.Screening) {
	add := func(figure string, value, p float64, note string) { t.add(x.level, f, d.name, figure, value, p, note) }
	add("areas", float64(len(x.areas)), nan, "")
	add("areas_used", float64(d.dispersion.Areas), nan, "")
	for l, v := range d.fit.Tau2 {
		name, note := "tau2_"+x.level, ""
		if l > 0 {
			name = "tau2_" + x.groupNames[l-1]
		}
		if v == 0 {
			note = "no variance beyond chance"
		}
		add(name, v, nan, note)
	}
	names := append([]string{"intercept"}, x.covariates.all(containsSize(asked))...)
	for j, b := range d.fit.Beta {
		add("coefficient: "+names[j], b, nan, "of a covariate in its standard deviations")
	}
	add("outliers_found", float64(d.fit.Outliers.Found), nan, "areas left out of the fit of the others")
	add("outlier_share", d.fit.Outliers.Share, nan, "")
	add("funnel_target", d.dispersion.Target, nan, "log ratio of all areas together")
	add("funnel_phi", d.dispersion.Phi, nan, "")
	add("funnel_tau2", d.dispersion.Tau2, nan, "")
	if x.neighbours == nil {
		add("moran_i", nan, nan, "no neighbours are known at this level")
	} else {
		add("moran_i", d.moran.I, d.moran.PValue, "of normal scores of the funnel")
		add("moran_i_permuted", d.moran.I, d.permuted, fmt.Sprintf("%d permutations", asked.Permutations))
		add("moran_i_corrected", d.unmuddied, nan, "without the error of the discrepancies")
		add("areas_without_neighbours", float64(d.moran.Islands), nan, "")
	}
	t.gains(add, d)
}

// gains are how many visits find a part of the error.
func (t *figureRows) gains(add func(string, float64, float64, string), d *screenedCell) {
	if len(d.stops) == 0 {
		return
	}
	last := d.stops[len(d.stops)-1]
	add("expected_error_total", last.Found, nan, "persons, beyond the margin")
	for _, share := range []float64{0.5, 0.8} {
		for _, s := range d.stops {
			if last.Found > 0 && s.Share >= share {
				add(fmt.Sprintf("visits_for_%.0f_pct", 100*share), float64(s.Visits), nan, fmt.Sprintf("of %d",
					last.Visits))
				break
			}
		}
	}
}

func containsSize(asked *study.Screening) bool {
	for _, name := range asked.Covariates {
		if name == study.SizeCovariate {
			return true
		}
	}
	return false
}

func (t *figureRows) table() columns.Table {
	return columns.Table{
		{Name: "level", Text: t.level}, {Name: "definition", Text: t.definition},
		{Name: "dimension", Text: t.dimension}, {Name: "cell", Text: t.cell},
		{Name: "figure", Text: t.figure}, {Name: "value", Float: t.value},
		{Name: "p_value", Float: t.p}, {Name: "notes", Text: t.notes},
	}
}
