package study

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Draw selects areas, and units of further stages within them.
type Draw struct {
	Selection
	Areas         []string   `json:"areas,omitempty" jsonschema_description:"Codes for the method list, of any level. For the other methods: draw among these only."`
	Level         string     `json:"level,omitempty" jsonschema_description:"Level of the units drawn; all areas of a drawn unit are extracted. Default: the lowest."`
	SecondPhase   *Selection `json:"second_phase,omitempty" jsonschema_description:"A second phase: a sample of the units drawn. Its units are the ones extracted."`
	Stages        []Stage    `json:"stages,omitempty" jsonschema_description:"Further stages: what is drawn within every area drawn, and within that."`
	SelfWeighting float64    `json:"self_weighting,omitempty" jsonschema:"exclusiveMinimum=0,maximum=1" jsonschema_description:"Probability every unit of the last stage is to have; the last stage then takes no n."`
	Definition    string     `json:"definition,omitempty" jsonschema_description:"Population definition that places the units of further stages in areas. Default: the first."`
}

// A Selection says how units are selected.
type Selection struct {
	Method       string        `json:"method,omitempty" jsonschema:"enum=all,enum=list,enum=srs,enum=srs_with_replacement,enum=bernoulli,enum=poisson,enum=systematic,enum=circular_systematic,enum=pps_systematic,enum=pps_random_systematic,enum=pps_with_replacement,enum=tille,enum=sampford,enum=midzuno,enum=conditional_poisson,enum=pareto,enum=rao_hartley_cochran,enum=balanced,enum=local_pivotal,enum=stratified" jsonschema_description:"all: every unit; list: those named; the others are the designs of docs/sampling.md. stratified is srs within the strata."`
	N            int           `json:"n,omitempty" jsonschema:"minimum=1" jsonschema_description:"Units to draw: of all strata together, or within each unit of the stage above. Of bernoulli and poisson, the number expected."`
	Stratum      string        `json:"stratum,omitempty" jsonschema_description:"Level above or column that is the stratum. Every method is then used within the strata."`
	Allocation   string        `json:"allocation,omitempty" jsonschema:"enum=proportional,enum=equal,enum=square_root,enum=neyman,enum=power" jsonschema_description:"How n is shared over the strata: by units, equally, by the root of units, by units times the standard deviation of spread, by the root of the total of spread times its coefficient of variation. Default: proportional."`
	Spread       string        `json:"spread,omitempty" jsonschema_description:"Definition or column whose spread neyman and power go by. Default: size."`
	Least        int           `json:"least,omitempty" jsonschema:"minimum=1" jsonschema_description:"Units to draw in every stratum at least. Default: 1."`
	Most         int           `json:"most,omitempty" jsonschema:"minimum=1" jsonschema_description:"Units to draw in every stratum at most. Default: all."`
	Size         string        `json:"size,omitempty" jsonschema_description:"Population definition whose register count is the size, or a column."`
	Order        []string      `json:"order,omitempty" jsonschema_description:"Levels, definitions or columns to order the units by before a systematic method, in serpentine order. Default: by code."`
	Balance      []string      `json:"balance,omitempty" jsonschema_description:"balanced: definitions or columns whose totals the sample is to reproduce."`
	Longitude    string        `json:"longitude,omitempty" jsonschema_description:"local_pivotal: column of the longitude of the unit's centre, in degrees."`
	Latitude     string        `json:"latitude,omitempty" jsonschema_description:"local_pivotal: column of its latitude, in degrees."`
	Coordination *Coordination `json:"coordination,omitempty" jsonschema_description:"Permanent random numbers, for srs, bernoulli, poisson and pareto, so that units are kept or avoided from one draw to another."`
	Rotation     int           `json:"rotation_groups,omitempty" jsonschema:"minimum=2" jsonschema_description:"Share the drawn units at random over this many rotation groups."`
	Keep         string        `json:"keep,omitempty" jsonschema_description:"Folder of the draw of an earlier study, whose units are kept as far as the new probabilities allow. For srs and pps_systematic."`
}

// Coordination is where on the circle of permanent random numbers a draw begins.
type Coordination struct {
	Seed   uint64  `json:"seed,omitempty" jsonschema:"minimum=0" jsonschema_description:"The permanent random number of a unit follows from this seed and its code. Keep it from draw to draw."`
	Column string  `json:"column,omitempty" jsonschema_description:"Column with the permanent random numbers, above 0 and below 1, instead of a seed."`
	Start  float64 `json:"start,omitempty" jsonschema:"minimum=0,exclusiveMaximum=1" jsonschema_description:"The same start as an earlier draw keeps its units; one past its stretch avoids them."`
}

// A Stage is drawn within every unit of the stage above.
type Stage struct {
	Unit string `json:"unit" jsonschema_description:"household or person, as register.columns names them, or a column or expression of the register, such as the enumeration area."`
	Selection
}

// Sizes of the units of a further stage: their persons, or their units one stage further down.
const (
	SizePersons = "persons"
	SizeUnits   = "units"
)

// needs is what the methods need beside the units.
var needs = map[string]struct{ n, size, stratum, list, order, coordination, within bool }{
	"all":                   {within: true},
	"list":                  {list: true},
	"srs":                   {n: true, coordination: true, within: true},
	"stratified":            {n: true, stratum: true, coordination: true},
	"srs_with_replacement":  {n: true},
	"bernoulli":             {n: true, coordination: true, within: true},
	"poisson":               {n: true, size: true, coordination: true, within: true},
	"systematic":            {n: true, order: true, within: true},
	"circular_systematic":   {n: true, order: true, within: true},
	"pps_systematic":        {n: true, size: true, order: true, within: true},
	"pps_random_systematic": {n: true, size: true, within: true},
	"pps_with_replacement":  {n: true, size: true},
	"tille":                 {n: true, size: true, within: true},
	"sampford":              {n: true, size: true, within: true},
	"midzuno":               {n: true, size: true, within: true},
	"conditional_poisson":   {n: true, size: true, within: true},
	"pareto":                {n: true, size: true, coordination: true, within: true},
	"rao_hartley_cochran":   {n: true, size: true},
	"balanced":              {n: true},
	"local_pivotal":         {n: true},
}

// allocations are the rules by which n is shared over strata.
var allocations = []string{"proportional", "equal", "square_root", "neyman", "power"}

// Methods are the names of the methods of selection.
func Methods() []string { return slices.Sorted(maps.Keys(needs)) }

func (s *Study) setDrawDefaults() {
	if s.Draw.Level == "" {
		s.Draw.Level = s.Areas.Level
	}
	s.Draw.Selection.SetDefaults()
	if s.Draw.SecondPhase != nil {
		s.Draw.SecondPhase.SetDefaults()
	}
	for i := range s.Draw.Stages {
		s.Draw.Stages[i].SetDefaults()
	}
	if s.Draw.Definition == "" && len(s.Definitions) > 0 {
		s.Draw.Definition = s.Definitions[0].Name
	}
}

// SetDefaults fills in what a selection leaves open.
func (s *Selection) SetDefaults() {
	if s.Least == 0 {
		s.Least = 1
	}
	if s.Allocation == "" {
		s.Allocation = "proportional"
	}
	if s.Spread == "" {
		s.Spread = s.Size
	}
}

// Faults are what a selection lacks, or has to no purpose, each with the key it is about ("" for the whole).
func (s *Selection) Faults() (faults [][2]string) {
	add := func(key, format string, args ...any) {
		faults = append(faults, [2]string{key, fmt.Sprintf(format, args...)})
	}
	need, known := needs[s.Method]
	if !known {
		add("method", "method %q is not one of %s", s.Method, strings.Join(Methods(), ", "))
		return faults
	}
	if need.n && s.N == 0 {
		add("", "n is missing: say how many units to draw")
	}
	if need.stratum && s.Stratum == "" {
		add("", "stratum is missing: name a level above or a column")
	}
	if need.size && s.Size == "" {
		add("", "size is missing: name a population definition or a column")
	}
	if s.Method == "balanced" && len(s.Balance) == 0 {
		add("", "balance is missing: name the definitions or columns to balance on")
	}
	if s.Method == "local_pivotal" && (s.Longitude == "" || s.Latitude == "") {
		add("", "longitude and latitude are missing: name the columns of the centres")
	}
	if !slices.Contains(allocations, s.Allocation) {
		add("allocation", "allocation %q is not one of %s", s.Allocation, strings.Join(allocations, ", "))
	}
	if (s.Allocation == "neyman" || s.Allocation == "power") && s.Spread == "" {
		add("allocation", "allocation %s needs spread: name the definition or column it goes by", s.Allocation)
	}
	if s.Most > 0 && s.Most < s.Least {
		add("most", "most is %d, below least, %d", s.Most, s.Least)
	}
	s.superfluous(add, need.order, need.coordination)
	return faults
}

// superfluous refuses what a method would leave unused: a plan that says more than it does misleads.
func (s *Selection) superfluous(add func(key, format string, args ...any), order, coordination bool) {
	if len(s.Order) > 0 && !order {
		add("order", "order has no effect on method %s: it is for the systematic methods", s.Method)
	}
	if s.Coordination != nil && !coordination {
		add("coordination", "method %s cannot be coordinated: srs, bernoulli, poisson and pareto can", s.Method)
	}
	if s.Keep != "" && (s.Method != "srs" && s.Method != "pps_systematic" || s.Coordination != nil || len(s.Order) > 0) {
		add("keep", "keep goes with method srs or pps_systematic, without coordination or order")
	}
	if s.Allocation != "proportional" && s.Stratum == "" {
		add("allocation", "allocation %s has no effect without a stratum", s.Allocation)
	}
	if len(s.Balance) > 0 && s.Method != "balanced" {
		add("balance", "balance has no effect on method %s: it is for balanced", s.Method)
	}
	if (s.Longitude != "" || s.Latitude != "") && s.Method != "local_pivotal" {
		add("", "longitude and latitude have no effect on method %s: they are for local_pivotal", s.Method)
	}
	if s.Size != "" && !s.Sized() && s.Allocation != "neyman" && s.Allocation != "power" {
		add("size", "size has no effect on method %s: choose a method that goes by size, such as pps_systematic, or an allocation", s.Method)
	}
}

// Random tells whether the outcome depends on the seed of the draw.
func (s *Selection) Random() bool {
	return s.Method != "all" && s.Method != "list" && (s.Coordination == nil || s.Rotation > 0)
}

// Sized tells whether the method goes by the sizes. A size beside another method serves allocation alone.
func (s *Selection) Sized() bool {
	return s.Size != "" && (needs[s.Method].size || s.Method == "balanced" || s.Method == "local_pivotal")
}

// Repeats tells whether a unit can be drawn more than once.
func (s *Selection) Repeats() bool {
	return s.Method == "srs_with_replacement" || s.Method == "pps_with_replacement"
}

func (d *document) checkDraw(s *Study) {
	at := []string{"draw"}
	if !slices.Contains(s.LevelNames(), s.Draw.Level) {
		d.add(append(at, "level"), "%q is not one of %s", s.Draw.Level, strings.Join(s.LevelNames(), ", "))
	}
	if s.Draw.Method == "" {
		return
	}
	if s.Draw.Method == "list" && len(s.Draw.Areas) == 0 {
		d.add(at, "draw.areas is missing: name the areas to extract")
	}
	if s.Draw.Method != "all" && s.Areas.File == "" {
		d.add(at, "draw.method %s needs a code list: set areas.file", s.Draw.Method)
	}
	d.checkSelection(at, &s.Draw.Selection)
	if phase := s.Draw.SecondPhase; phase != nil {
		d.checkSelection(append(at, "second_phase"), phase)
		if phase.Keep != "" {
			d.add(append(at, "second_phase", "keep"), "keep is for the first phase: draw.keep")
		}
	}
	d.checkStages(s)
}

// checkSelection notes the faults of a selection at its path.
func (d *document) checkSelection(at []string, s *Selection) {
	for _, f := range s.Faults() {
		path := slices.Clone(at)
		if f[0] != "" {
			path = append(path, f[0])
		}
		d.add(path, "%s.%s", strings.Join(at, "."), f[1])
	}
}

func (d *document) checkStages(s *Study) {
	for i := range s.Draw.Stages {
		stage, at := &s.Draw.Stages[i], []string{"draw", "stages", fmt.Sprint(i)}
		if s.UnitOf(*stage) == "" {
			d.add(append(at, "unit"), "unit %s needs register.columns.%s", stage.Unit, stage.Unit)
		}
		if stage.Method == "" {
			d.add(at, "%s.method is missing", strings.Join(at, "."))
			continue
		}
		if !needs[stage.Method].within || stage.Stratum != "" || stage.Keep != "" || len(stage.Order) > 0 {
			d.add(at, "%s: a further stage is one of %s, without stratum, order and keep", strings.Join(at, "."), strings.Join(withinMethods(), ", "))
		}
		if size := stage.Size; size != "" && size != SizePersons && size != SizeUnits {
			d.add(append(at, "size"), "the size of a further stage is %s or %s (its units one stage further down)", SizePersons, SizeUnits)
		}
		last := i == len(s.Draw.Stages)-1
		if selfWeighting := last && s.Draw.SelfWeighting > 0; selfWeighting {
			d.checkSelfWeighting(at, stage)
		} else {
			d.checkSelection(at, &stage.Selection)
		}
	}
	if len(s.Draw.Stages) > 0 && s.Draw.Level != s.Areas.Level {
		d.add([]string{"draw", "level"}, "draw.stages go on from areas of the lowest level, %s; draw these", s.Areas.Level)
	}
	if len(s.Draw.Stages) > 0 && s.Draw.Repeats() {
		d.add([]string{"draw", "method"}, "draw.method %s can draw an area more than once, which stages do not go on from", s.Draw.Method)
	}
	if s.Draw.SelfWeighting > 0 && len(s.Draw.Stages) == 0 {
		d.add([]string{"draw", "self_weighting"}, "draw.self_weighting needs stages: it sets what the last one takes")
	}
	if len(s.Draw.Stages) > 0 && !slices.Contains(s.definitionNames(), s.Draw.Definition) {
		d.add([]string{"draw", "definition"}, "%q is not one of %s", s.Draw.Definition, strings.Join(s.definitionNames(), ", "))
	}
}

func (d *document) checkSelfWeighting(at []string, stage *Stage) {
	if stage.N != 0 {
		d.add(append(at, "n"), "n has no place beside draw.self_weighting, which sets it in every unit")
	}
	if stage.Method == "systematic" && stage.Coordination != nil {
		d.add(append(at, "coordination"), "method systematic cannot be coordinated: of the methods of self-weighting, bernoulli can")
	}
	if stage.Method != "systematic" && stage.Method != "bernoulli" {
		d.add(append(at, "method"), "draw.self_weighting needs a last stage of method systematic or bernoulli: their rate need not make whole numbers")
	}
}

func withinMethods() []string {
	return slices.DeleteFunc(Methods(), func(m string) bool { return !needs[m].within })
}

// UnitOf is the expression of the register that tells the units of a stage apart.
func (s *Study) UnitOf(stage Stage) string {
	switch stage.Unit {
	case "household":
		return s.Register.Columns.Household
	case "person":
		return s.Register.Columns.Person
	}
	return stage.Unit
}
