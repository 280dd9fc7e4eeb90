package estimation

import (
	"encoding/json"
	"io"
	"math"
)

// A Result is the estimates with all that is needed to make them again.
type Result struct {
	Program     string             `json:"program"`
	File        FileRecord         `json:"file"`
	Options     Options            `json:"options"`
	Design      DesignRecord       `json:"design"`
	Calibration *CalibrationRecord `json:"calibration,omitempty"`
	Assistance  *AssistanceRecord  `json:"assistance,omitempty"`
	Notes       []string           `json:"notes,omitempty"` // of all estimates
	By          []string           `json:"by,omitempty"`    // columns of the domains
	Estimates   []Row              `json:"estimates"`
}

// WriteJSON writes the result with all that it records, numbers in full.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// A FileRecord names a file by its content.
type FileRecord struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Format string `json:"format"`
	Rows   int    `json:"rows"`
}

// A DesignRecord is the design as the columns describe it.
type DesignRecord struct {
	Stages     []StageRecord `json:"stages,omitempty"`
	Weight     string        `json:"weight,omitempty"` // empty: from the counts of the stages
	Lonely     string        `json:"lonely_psu,omitempty"`
	Rows       int           `json:"rows"`
	Strata     int           `json:"strata,omitempty"` // of the first stage
	PSUs       int           `json:"psus,omitempty"`
	Replicates int           `json:"replicates,omitempty"`
	SumWeights Number        `json:"sum_weights"`
	DF         Number        `json:"df"`
}

// A StageRecord is the columns of a stage.
type StageRecord struct {
	Stage      int      `json:"stage"`
	Strata     []string `json:"strata,omitempty"`
	Unit       string   `json:"unit,omitempty"` // empty: the row
	Population string   `json:"population,omitempty"`
}

// A Row is an estimate with what is known of its error.
type Row struct {
	Statistic string   `json:"statistic"` // one of Types
	Variable  string   `json:"variable"`
	Category  string   `json:"category,omitempty"` // of a proportion
	By        []string `json:"by,omitempty"`       // the domain: a level of every column of Result.By
	Estimate  Number   `json:"estimate"`
	SE        Number   `json:"se"`
	CV        Number   `json:"cv"` // SE over the size of the estimate
	Lower     Number   `json:"lower"`
	Upper     Number   `json:"upper"`
	DF        Number   `json:"df"`
	N         int64    `json:"n"`       // rows used
	Missing   int64    `json:"missing"` // rows of the domain that are left out, as the variable is missing
	Deff      Number   `json:"deff"`
	Interval  string   `json:"interval"`
	Notes     []string `json:"notes,omitempty"`
	*Assisted          // nil but for totals with the help of a register
}

// A Number is null in JSON where it is not there, and a text where it is infinite.
type Number float64

// MarshalJSON writes the number in full.
func (n Number) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 1):
		return []byte(`"Inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Inf"`), nil
	default:
		return json.Marshal(v)
	}
}
