// Package study reads study.yaml, the one place that names everything a study is about. The types here are the
// published JSON Schema, and the schema is what a study is checked against.
package study

import (
	"path/filepath"
	"time"
	_ "time/tzdata" // a machine may have no time zones of its own
)

// A Study is study.yaml. Paths in it are relative to the file.
type Study struct {
	ID        string   `json:"study" jsonschema:"pattern=^[a-z0-9][a-z0-9-]*$" jsonschema_description:"Identifier: lower-case letters, digits and hyphens. It names the study in the API."`
	Title     string   `json:"title" jsonschema_description:"Title, as the report shows it."`
	Languages []string `json:"languages,omitempty" jsonschema:"minItems=1,enum=vi,enum=en" jsonschema_description:"Languages of the report, the first one leading. Default: en."`
	Reference Date     `json:"reference_time" jsonschema_description:"The day at whose 0:00 the population is described: ages are completed years then, births and deaths from then on do not count."`
	Seed      uint64   `json:"seed,omitempty" jsonschema:"minimum=0" jsonschema_description:"Seed of everything that is drawn at random."`

	Areas       Areas          `json:"areas,omitempty" jsonschema_description:"The code list of administrative units. Without it, every code the register holds is an area."`
	Register    Register       `json:"register,omitempty" jsonschema_description:"The population register. Not needed with a received extract."`
	Definitions []Definition   `json:"definitions" jsonschema:"minItems=1" jsonschema_description:"Population definitions, all tallied in one pass."`
	Draw        Draw           `json:"draw,omitempty" jsonschema_description:"Which areas are extracted. Not needed with a received extract."`
	Collection  Collection     `json:"collection" jsonschema_description:"Field work. Nothing is compared before it has ended."`
	Field       Field          `json:"field_results" jsonschema_description:"What the census found."`
	Sources     []Source       `json:"sources,omitempty" jsonschema_description:"Further sources that compare.pairs can name: an extract of another date, further field results, a definition."`
	Compare     Compare        `json:"compare" jsonschema_description:"What is compared, and how it is judged. Sealed with the extract."`
	Estimation  Estimation     `json:"estimation,omitempty,omitzero" jsonschema_description:"What is estimated of a census sample beside the cells that are compared, and how. No part of the comparison plan."`
	Time        *Time          `json:"time,omitempty" jsonschema_description:"How the register gets from the day its figures stand at to the reference time. It explains differences and changes no figure that is compared. No part of the comparison plan, but for the day of events that are counted in the register."`
	Earlier     *EarlierCensus `json:"earlier_census,omitempty" jsonschema_description:"A census before this one, to see whether its cohorts have survived plausibly. No part of the comparison plan."`
	Screening   *Screening     `json:"screening,omitempty" jsonschema_description:"Areas read together: shrinkage, funnels, ranks, clustering, and which to visit first. No part of the comparison plan."`
	Explanation Explanation    `json:"explanation,omitempty,omitzero" jsonschema_description:"How differences are explained. No part of the comparison plan."`
	Plan        Plan           `json:"plan,omitempty,omitzero" jsonschema_description:"Which sample the census needs, planned from the register. Only concord plan reads it."`
	Extract     string         `json:"extract,omitempty" jsonschema_description:"Folder of an extract received from the keeper of the register. Drawing and extracting are then not done here, and the register is not needed."`
	Output      string         `json:"output,omitempty" jsonschema_description:"Folder of the artefacts. Default: artefacts."`

	File string `json:"-"` // path of the study
	Text string `json:"-"` // the study as written

	document *document
}

// Areas is a CSV code list: one row a unit of the lowest level, with the units above it in columns beside.
type Areas struct {
	File      string   `json:"file,omitempty" jsonschema_description:"CSV file with a header."`
	Level     string   `json:"level,omitempty" jsonschema_description:"Name of the lowest level. Default: commune."`
	Code      string   `json:"code,omitempty" jsonschema_description:"Column with the code, which is text."`
	Name      string   `json:"name,omitempty" jsonschema_description:"Column with the name."`
	Type      string   `json:"type,omitempty" jsonschema_description:"Column with the type of unit: phường, xã, thị trấn."`
	ValidFrom string   `json:"valid_from,omitempty" jsonschema_description:"Column with the first day a unit exists; empty means always."`
	ValidTo   string   `json:"valid_to,omitempty" jsonschema_description:"Column with the first day a unit no longer exists; empty means never."`
	Parents   []Parent `json:"parents,omitempty" jsonschema_description:"Levels above, lowest first."`

	Boundaries *Boundaries `json:"boundaries,omitempty" jsonschema_description:"Shapes of the units, which tell neighbours. Only screening reads them."`
	Centroid   *Centroid   `json:"centroid,omitempty" jsonschema_description:"Columns with the middle of the units, instead of boundaries."`
}

// A Parent is a level of units above the lowest one.
type Parent struct {
	Level string `json:"level" jsonschema_description:"Name of the level: district, province."`
	Code  string `json:"code" jsonschema_description:"Column with its code."`
	Name  string `json:"name,omitempty" jsonschema_description:"Column with its name."`
}

// A Register says where the register lies and what its columns mean.
type Register struct {
	File       string            `json:"file,omitempty" jsonschema_description:"DuckDB, Parquet or CSV file."`
	Format     string            `json:"format,omitempty" jsonschema:"enum=duckdb,enum=parquet,enum=csv" jsonschema_description:"Default: by the file's extension."`
	Table      string            `json:"table,omitempty" jsonschema_description:"Table of a DuckDB file, or table or view of a database; schema.table is allowed."`
	Postgres   *Postgres         `json:"postgres,omitempty" jsonschema_description:"The PostgreSQL database that the table lies in, instead of a file."`
	DateFormat string            `json:"date_format,omitempty" jsonschema:"pattern=^(YYYY|MM|DD)[-/. ]?(YYYY|MM|DD)[-/. ]?(YYYY|MM|DD)$" jsonschema_description:"How dates kept as text are written, such as DD/MM/YYYY. Default: YYYY-MM-DD. A year alone stands for its 1 July, a year and a month for the 15th."`
	Where      string            `json:"where,omitempty" jsonschema_description:"Expression that is true for the rows that count. Default: all."`
	Columns    RegisterColumns   `json:"columns,omitempty"`
	SexCodes   map[string]string `json:"sex_codes,omitempty" jsonschema_description:"What the codes of sex mean: male or female. Any other code is missing."`
	Dimensions []Dimension       `json:"dimensions,omitempty" jsonschema_description:"Further categories to tally."`
}

// RegisterColumns maps a register: each is a column or an SQL expression over columns.
type RegisterColumns struct {
	Person         string `json:"person,omitempty" jsonschema_description:"Person key. Read by register check only."`
	Household      string `json:"household,omitempty" jsonschema_description:"Household key. Read by register check only."`
	Permanent      string `json:"permanent,omitempty" jsonschema_description:"Area of permanent residence (thường trú)."`
	Temporary      string `json:"temporary,omitempty" jsonschema_description:"Area of temporary residence (tạm trú)."`
	Current        string `json:"current,omitempty" jsonschema_description:"Area of current residence (nơi ở hiện tại)."`
	Sex            string `json:"sex,omitempty"`
	BirthDate      string `json:"birth_date,omitempty" jsonschema_description:"Date, or text as register.date_format says."`
	BirthYearMonth string `json:"birth_year_month,omitempty" jsonschema_description:"Text YYYY-MM; the 15th stands for the day."`
	Age            string `json:"age,omitempty" jsonschema_description:"Completed years at the reference time."`
	DeathDate      string `json:"death_date,omitempty"`
	RegisteredFrom string `json:"registered_from,omitempty" jsonschema_description:"First day registered."`
	RegisteredTo   string `json:"registered_to,omitempty" jsonschema_description:"First day no longer registered."`
	Count          string `json:"count,omitempty" jsonschema_description:"Persons a row stands for, of a register that comes as counts. An area without a row is then not known, rather than empty."`
	NoiseSD        string `json:"noise_sd,omitempty" jsonschema_description:"Of a register that comes as counts: standard deviation of the noise that a disclosure rule added to the count of the row."`
}

// A Dimension is a further category.
type Dimension struct {
	Name   string            `json:"name" jsonschema:"pattern=^[a-z][a-z0-9_]*$"`
	Column string            `json:"column" jsonschema_description:"Column or expression."`
	Codes  map[string]string `json:"codes,omitempty" jsonschema_description:"What the codes mean. Any other code is missing. Without codes the text itself is the category."`
}

// A Definition is a population definition.
type Definition struct {
	Name      string `json:"name" jsonschema:"pattern=^[a-z][a-z0-9_+-]*$"`
	Residence string `json:"residence" jsonschema_description:"permanent, temporary, current, permanent+temporary (both areas count where they differ), or an expression that gives the area."`
}

// Collection is the period of field work, both days included.
type Collection struct {
	Start    Date   `json:"start"`
	End      Date   `json:"end"`
	TimeZone string `json:"time_zone,omitempty" jsonschema_description:"Time zone of these days. Default: Asia/Ho_Chi_Minh."`
}

// Zone is the time zone of the days of collection.
func (c Collection) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		panic("study: time zone " + c.TimeZone + " was not checked")
	}
	return zone
}

// Field says where the field results lie and what they are.
type Field struct {
	File       string            `json:"file,omitempty" jsonschema_description:"CSV, Parquet or DuckDB file. A CSV file is read record by record; others are added up where they lie."`
	Format     string            `json:"format,omitempty" jsonschema:"enum=duckdb,enum=parquet,enum=csv" jsonschema_description:"Default: by the file's extension."`
	Table      string            `json:"table,omitempty" jsonschema_description:"Table of a DuckDB file or a database."`
	Postgres   *Postgres         `json:"postgres,omitempty" jsonschema_description:"The PostgreSQL database that the table lies in, instead of a file."`
	Kind       string            `json:"kind" jsonschema:"enum=sample,enum=counts,enum=aggregates" jsonschema_description:"sample: weighted persons or households with their design; counts: a complete count, by person or by cell; aggregates: published figures, one a row, with or without standard error."`
	Columns    FieldColumns      `json:"columns"`
	SexCodes   map[string]string `json:"sex_codes,omitempty" jsonschema_description:"What the codes of sex mean: male or female."`
	Dimensions []Dimension       `json:"dimensions,omitempty"`
	Whole      bool              `json:"whole,omitempty" jsonschema_description:"counts: the count covers every area, so one without a row is empty rather than not known."`
	Graduate   string            `json:"graduate,omitempty" jsonschema:"enum=sprague,enum=beers,enum=monotone" jsonschema_description:"aggregates: how age groups that are not those of compare.age_groups are matched to them. Whole groups are added up; one that is cut is split by sprague (five-year groups), beers (five-year groups, infants apart or not) or monotone (any groups, never below 0), and the rows say so. Without it, other age groups are refused."`
	Crosswalks []Crosswalk       `json:"crosswalks,omitempty" jsonschema_description:"Carry the areas of the file over to the code list, one after the other."`
}

// FieldColumns maps field results: each is a column or an SQL expression over columns.
type FieldColumns struct {
	Area       string `json:"area"`
	Sex        string `json:"sex,omitempty"`
	Age        string `json:"age,omitempty" jsonschema_description:"Completed years at the reference time."`
	BirthDate  string `json:"birth_date,omitempty" jsonschema_description:"Date, or text YYYY-MM-DD, instead of age."`
	Count      string `json:"count,omitempty" jsonschema_description:"Persons a row stands for: household size, or a count. Default: 1."`
	Stratum    string `json:"stratum,omitempty" jsonschema_description:"sample: stratum of the first stage."`
	PSU        string `json:"psu,omitempty" jsonschema_description:"sample: primary sampling unit (enumeration area)."`
	Household  string `json:"household,omitempty" jsonschema_description:"sample: second-stage unit within the PSU."`
	Weight     string `json:"weight,omitempty" jsonschema_description:"sample: sampling weight."`
	PSUs       string `json:"psus,omitempty" jsonschema_description:"sample: PSUs of the stratum in the frame, for the finite population correction."`
	Households string `json:"households,omitempty" jsonschema_description:"sample: households of the PSU in the frame, for the second stage."`
	Dimension  string `json:"dimension,omitempty" jsonschema_description:"aggregates: total, sex, age5, sex*age5, age, or a named one. Default: total."`
	Cell       string `json:"cell,omitempty" jsonschema_description:"aggregates: the cell of the dimension."`
	Value      string `json:"value,omitempty" jsonschema_description:"aggregates: the figure, in persons."`
	SE         string `json:"se,omitempty" jsonschema_description:"aggregates: its standard error."`
	NoiseSD    string `json:"noise_sd,omitempty" jsonschema_description:"counts, aggregates: standard deviation of the noise that a disclosure rule added to the count of the row, or to the figure. A figure without other error has an se of 0 beside it."`
}

// A Crosswalk carries area codes over to another code list.
type Crosswalk struct {
	File    string `json:"file" jsonschema_description:"CSV file, one row a pair of old and new unit."`
	From    string `json:"from" jsonschema_description:"Column with the old code."`
	To      string `json:"to" jsonschema_description:"Column with the new code."`
	Share   string `json:"share,omitempty" jsonschema_description:"Column with the share of persons that goes over; empty where it is not known. Without the column, an old unit with one row goes over whole."`
	Primary string `json:"primary,omitempty" jsonschema_description:"Column that is 1 for the new unit that stands in for shares not known."`
}

// Compare is the comparison plan.
type Compare struct {
	Definitions     []string           `json:"definitions,omitempty" jsonschema:"minItems=1" jsonschema_description:"Default: all."`
	Pairs           []Pair             `json:"pairs,omitempty" jsonschema:"minItems=1" jsonschema_description:"Sources that are held against each other. Default: every definition compared against the census."`
	Dimensions      []string           `json:"dimensions,omitempty" jsonschema:"minItems=1" jsonschema_description:"total, sex, age5, sex*age5, age, or a named one. Default: total, sex, age5, sex*age5."`
	Levels          []string           `json:"levels,omitempty" jsonschema:"minItems=1" jsonschema_description:"Levels of areas, the lowest included or not. Default: the lowest."`
	MarginPct       float64            `json:"margin_pct" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Margin of equivalence in percent of the census."`
	Margins         map[string]float64 `json:"margins_pct,omitempty" jsonschema_description:"Other margins, by dimension."`
	MarginsBySize   []SizeMargin       `json:"margins_by_size,omitempty" jsonschema:"minItems=1" jsonschema_description:"Other margins for areas of a size, smallest first. Areas larger than all classes, or whose persons the register does not know, have margin_pct and margins_pct."`
	Level           float64            `json:"level,omitempty" jsonschema:"exclusiveMinimum=0.5,exclusiveMaximum=1" jsonschema_description:"Confidence level of the intervals. Default: 0.95."`
	FDR             float64            `json:"fdr,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1" jsonschema_description:"Rate at which a difference is called one: of false discoveries, or of any at all where adjust is of that kind. Default: 0.05."`
	Adjust          string             `json:"adjust,omitempty" jsonschema:"enum=bh,enum=by,enum=holm,enum=hochberg,enum=hommel,enum=bonferroni,enum=hierarchical,enum=hierarchical_bonferroni" jsonschema_description:"How p-values are adjusted for being many. bh, by, hierarchical keep the rate of false discoveries, the others that of any; hierarchical goes down from the highest units to cells. Default: bh."`
	Families        []Family           `json:"families,omitempty" jsonschema:"minItems=1" jsonschema_description:"Cells adjusted together; a cell belongs to the first that covers it. Default, and for cells that none covers: each level, definition and dimension."`
	Alpha           float64            `json:"alpha,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=0.5" jsonschema_description:"Size of each one-sided equivalence test. Default: 0.05."`
	Superpopulation bool               `json:"superpopulation,omitempty" jsonschema_description:"Take complete counts for one outcome of a process, with the variance of a Poisson variable, rather than for the truth. Default: no; their margin alone decides."`
	AgeGroups       []int              `json:"age_groups,omitempty" jsonschema:"minItems=1" jsonschema_description:"First years of the groups of age5, the last one open. Default: 0, 5, … 85."`
}

// Path resolves a path against the folder the study lies in, links of that folder followed: what ".." means is settled by
// where the folder is, not by how it was named.
func (s *Study) Path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	dir := filepath.Dir(s.File)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, name)
}
