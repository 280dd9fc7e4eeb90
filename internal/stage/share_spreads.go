package stage

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/columns"
	"github.com/concord-stat/concord/internal/fieldwork"
)

// spreadsName is the table of what the stated variance of shares within areas falls short by; a Parquet file alone, which
// only a comparison reads.
const spreadsName = "share_spreads"

// shareSpreads saves analysis.Design.ShareSpread of the areas of every level of a sample.
func (r *Runner) shareSpreads(dir string, list *areas.List, f *fieldwork.Results) error {
	if f.Kind != fieldwork.Sample {
		return nil
	}
	var level, area []string
	var spread []float64
	for _, l := range r.Study.Compare.Levels {
		codes, of := areasAt(f.Tally, list, l, r.Study.Compare.Levels[0])
		row, k := f.Tally.Cells(areaClass(f.Tally, codes, of))
		for i, s := range f.Design.ShareSpread(f.Tally, row, k) {
			level, area, spread = append(level, l), append(area, codes[i]), append(spread, s)
		}
	}
	t := columns.Table{{Name: "level", Text: level}, {Name: "area", Text: area}, {Name: "spread", Float: spread}}
	return columns.Create(filepath.Join(dir, spreadsName+".parquet"), func(w io.Writer) error { return t.WriteParquet(w) })
}

// areaOf is an area of a level.
type areaOf struct{ level, area string }

// loadSpreads reads what shareSpreads wrote; there is nothing of counts.
func loadSpreads(dir string) (map[areaOf]float64, error) {
	t, err := columns.Load(filepath.Join(dir, spreadsName+".parquet"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	spreads := make(map[areaOf]float64, t.Rows())
	for i, s := range t[2].Float {
		spreads[areaOf{t[0].Text[i], t[1].Text[i]}] = s
	}
	return spreads, nil
}
