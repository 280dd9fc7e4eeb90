package stage

import (
	"context"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/artefact"
	"github.com/concord-stat/concord/internal/extract"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/study"
)

// furtherEstimates is the table of the estimates of a further source of field results.
func furtherEstimates(source string) string { return estimatesName + "-" + source }

// fieldFiles are the files of all field results of a study.
func fieldFiles(s *study.Study) []string {
	files := filesOf(s.Field)
	for _, o := range fields(s.Sources) {
		files = append(files, filesOf(*o.Field)...)
	}
	return files
}

func filesOf(f study.Field) (files []string) {
	if f.Postgres == nil {
		files = append(files, f.File)
	}
	for _, c := range f.Crosswalks {
		files = append(files, c.File)
	}
	return files
}

// fieldTables are the field results of a study that lie in databases, as inputs: of their moments the manifest tells.
func fieldTables(s *study.Study) (tables []artefact.Input) {
	for _, source := range append([]study.Source{{Field: &s.Field}}, fields(s.Sources)...) {
		if source.Field.Postgres != nil {
			tables = append(tables, artefact.Input{Name: source.Field.Name()})
		}
	}
	return tables
}

// estimateFurther estimates the further sources of field results as the main one, each into a table of its own. The
// demographic measures and the model of small areas are of the main one alone.
func (r *Runner) estimateFurther(ctx context.Context, dir string, list *areas.List, drawn []extract.Area, of *estimateDetails) error {
	for _, source := range fields(r.Study.Sources) {
		other := *r
		other.Study = r.Study.WithField(source)
		d := estimateDetails{Level: of.Level, Extract: of.Extract}
		results, err := fieldwork.Read(ctx, other.Study, list, r.reading())
		if err != nil {
			return err
		}
		t, err := other.estimateField(ctx, list, drawn, results, &d)
		if err != nil {
			return err
		}
		if err := t.table().Save(dir, furtherEstimates(source.Name)); err != nil {
			return err
		}
		if of.Further == nil {
			of.Further = make(map[string]estimateDetails)
		}
		of.Further[source.Name] = d
	}
	return nil
}

// estimateField estimates the cells that are compared of field results.
func (r *Runner) estimateField(ctx context.Context, list *areas.List, drawn []extract.Area, f *fieldwork.Results, d *estimateDetails) (*estimateTable, error) {
	d.describe(r, f)
	t := newEstimateTable(d.Level)
	if drawn != nil {
		t.scope = coverageOf(list, drawn).part
	}
	if err := r.estimateAll(ctx, list.Above(areaSet(drawn)), f, d, t); err != nil {
		return nil, err
	}
	d.Estimates, d.Split = len(t.value), t.split
	return t, nil
}
