package study

import (
	"fmt"
	"slices"
	"strings"
)

// Screening says how the areas are read together: which are unlike the others, how surely, and which to visit first.
// It is no part of the comparison plan, and decides no verdict.
type Screening struct {
	Definition    string   `json:"definition,omitempty" jsonschema_description:"Population definition whose discrepancies are screened. Default: the first compared."`
	Dimension     string   `json:"dimension,omitempty" jsonschema_description:"Dimension that is screened, every cell by itself. Default: total, or the first compared where total is not."`
	Levels        []string `json:"levels,omitempty" jsonschema:"minItems=1" jsonschema_description:"Levels whose areas are read together. Default: all that are compared. A thin sample says too much of the lowest: it knows only the areas it happened to find many persons in."`
	Within        []string `json:"within,omitempty" jsonschema_description:"Levels above, towards whose units areas are shrunken. Default: all levels above. An empty list is for none."`
	Covariates    []string `json:"covariates,omitempty" jsonschema:"minItems=1" jsonschema_description:"What discrepancies are expected to depend on: columns of the code list, numbers or categories, or size for the logarithm of the register's persons. Units above have the mean of their areas, of categories the shares."`
	Tail          string   `json:"tail,omitempty" jsonschema:"enum=heavy,enum=limited,enum=normal" jsonschema_description:"What is made of areas far from all others. heavy: they are of a wider distribution and stay where they are; limited: no area is moved by more than its standard error; normal: all are alike. Default: heavy."`
	CountVariance float64  `json:"count_variance,omitempty" jsonschema:"exclusiveMinimum=0,maximum=2" jsonschema_description:"Two complete counts: variance of their difference by person, which is the share of persons in one of them alone. Default: 1, a Poisson count about the other, which is the most that can be."`
	Cost          string   `json:"cost,omitempty" jsonschema_description:"Column of the code list with the cost of a visit, above 0. Default: every visit costs the same."`
	Seed          uint64   `json:"seed,omitempty" jsonschema:"minimum=0" jsonschema_description:"Seed of the permutations. Default: the seed of the study."`
	Permutations  int      `json:"permutations,omitempty" jsonschema:"minimum=99,maximum=99999" jsonschema_description:"Permutations for the test of clustering. Default: 999."`
}

// Boundaries are the shapes of units.
type Boundaries struct {
	File      string  `json:"file" jsonschema_description:"GeoJSON file of polygons, in longitude and latitude."`
	Code      string  `json:"code" jsonschema_description:"Property with the code of the unit, of whatever level."`
	Tolerance float64 `json:"tolerance_m,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Borders no farther apart than so many metres touch. Default: 50."`
}

// Centroid names columns of the code list.
type Centroid struct {
	Longitude  string  `json:"longitude" jsonschema_description:"Column with the longitude of the unit's middle, in degrees."`
	Latitude   string  `json:"latitude" jsonschema_description:"Column with its latitude."`
	Neighbours int     `json:"neighbours,omitempty" jsonschema:"minimum=1" jsonschema_description:"So many nearest units are neighbours. Default: 6."`
	DistanceKm float64 `json:"distance_km,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Instead, all units within so many kilometres."`
}

// SizeCovariate is the covariate that is no column.
const SizeCovariate = "size"

func (s *Study) setScreeningDefaults() {
	if b := s.Areas.Boundaries; b != nil {
		setDefault(&b.Tolerance, 50)
	}
	if c := s.Areas.Centroid; c != nil && c.Neighbours == 0 && c.DistanceKm == 0 {
		c.Neighbours = 6
	}
	x := s.Screening
	if x == nil {
		return
	}
	if len(s.Compare.Definitions) > 0 {
		setDefaultName(&x.Definition, s.Compare.Definitions[0])
	}
	if slices.Contains(s.Compare.Dimensions, "total") {
		setDefaultName(&x.Dimension, "total")
	} else if len(s.Compare.Dimensions) > 0 {
		setDefaultName(&x.Dimension, s.Compare.Dimensions[0])
	}
	if x.Levels == nil {
		x.Levels = s.Compare.Levels
	}
	if x.Within == nil {
		x.Within = s.LevelNames()[1:]
	}
	setDefaultName(&x.Tail, "heavy")
	setDefault(&x.CountVariance, 1)
	if x.Seed == 0 {
		x.Seed = s.Seed
	}
	if x.Permutations == 0 {
		x.Permutations = 999
	}
}

func (d *document) checkScreening(s *Study) {
	d.checkPlaces(s)
	x, at := s.Screening, []string{"screening"}
	if x == nil {
		return
	}
	if !slices.Contains(s.Compare.Definitions, x.Definition) {
		d.add(append(at, "definition"), "%q is not one of the definitions compared: %s", x.Definition,
			strings.Join(s.Compare.Definitions, ", "))
	}
	if !slices.Contains(s.Compare.Dimensions, x.Dimension) {
		d.add(append(at, "dimension"), "%q is not compared: the dimensions are %s", x.Dimension,
			strings.Join(s.Compare.Dimensions, ", "))
	}
	d.checkNames([]string{"screening", "levels"}, x.Levels, s.Compare.Levels)
	d.checkNames([]string{"screening", "within"}, x.Within, s.LevelNames()[1:])
	for i, name := range x.Covariates {
		where := []string{"screening", "covariates", fmt.Sprint(i)}
		if slices.Contains(x.Covariates[:i], name) {
			d.add(where, "%q is named twice", name)
		}
		if name != SizeCovariate && s.Areas.File == "" {
			d.add(where, "%q: a covariate is a column of the code list, and areas.file is missing", name)
		}
	}
	if x.Cost != "" && s.Areas.File == "" {
		d.add(append(at, "cost"), "screening.cost is a column of the code list, and areas.file is missing")
	}
}

// checkPlaces holds boundaries and centroids against each other.
func (d *document) checkPlaces(s *Study) {
	if s.Areas.Boundaries != nil && s.Areas.Centroid != nil {
		d.add([]string{"areas", "centroid"},
			"areas.boundaries and areas.centroid both tell which areas are neighbours: leave one out")
	}
	c, at := s.Areas.Centroid, []string{"areas", "centroid"}
	if c == nil {
		return
	}
	if s.Areas.File == "" {
		d.add(at, "areas.centroid names columns of the code list, and areas.file is missing")
	}
	if c.Neighbours > 0 && c.DistanceKm > 0 {
		d.add(append(at, "distance_km"), "areas.centroid has neighbours and distance_km: leave one out")
	}
}
