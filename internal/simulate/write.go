package simulate

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/concord-stat/concord/internal/store"
)

// rowWriter takes the rows of the register in order, nil for null.
type rowWriter interface {
	Row(values ...any) error
}

// textFile is a buffered file of text.
type textFile struct {
	*bufio.Writer
	f *os.File
}

// createText creates a text file.
func createText(path string) (*textFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	return &textFile{bufio.NewWriterSize(f, 1<<18), f}, nil
}

// Close writes what is left and closes the file.
func (t *textFile) Close() error {
	return errors.Join(t.Flush(), t.f.Close())
}

// writer puts settlements, in order, into the files of one run.
type writer struct {
	ctx                context.Context
	c                  *country
	creator            *store.Creator
	register           *registrar
	census, population *textFile
	codes              []string // of enumeration areas
	coverage           []coverage
	planted            []int64 // persons of planted causes, by commune
	done               int64
	households         int64
	censusHouseholds   int64
	censusRows         int64
	line               []byte
}

const (
	censusHeader = "commune,stratum,ea,household,weight,n_ea,n_hh,responded,sex,age,ethnicity,marital_status,relationship\n"
	truthHeader  = "commune,sex,age,persons\n"
)

// newWriter creates the files.
func newWriter(ctx context.Context, c *country) (w *writer, err error) {
	w = &writer{ctx: ctx, c: c, codes: c.areaCodes(), coverage: make([]coverage, len(c.communes)), planted: make([]int64, len(c.communes))}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close(false))
			w = nil
		}
	}()
	if err = os.Mkdir(filepath.Join(c.o.Out, "truth"), 0o755); err != nil {
		return w, err
	}
	if w.census, err = createText(filepath.Join(c.o.Out, "census.csv")); err != nil {
		return w, err
	}
	if w.population, err = createText(filepath.Join(c.o.Out, "truth", "population.csv")); err != nil {
		return w, err
	}
	if w.creator, err = store.Create(filepath.Join(c.o.Out, "register.duckdb")); err != nil {
		return w, err
	}
	rows, err := w.creator.Table(ctx, "persons", registerColumns)
	if err != nil {
		return w, err
	}
	w.register = newRegistrar(c, rows, w.coverage)
	_, err = w.census.WriteString(censusHeader)
	_, err2 := w.population.WriteString(truthHeader)
	return w, errors.Join(err, err2)
}

// write writes one settlement to every file.
func (w *writer) write(s *settlement) error {
	if err := w.register.write(w.ctx, s); err != nil {
		return err
	}
	w.writeCensus(s)
	w.writeTruth(s)
	v := &w.coverage[s.index]
	v.residents = int64(len(s.people))
	v.planted.add(&s.planted)
	w.planted[s.index] = s.plantedPersons
	w.households += int64(len(s.houses) - 1)
	w.done += int64(len(s.records))
	w.c.o.Progress(w.done, w.c.o.Persons)
	return w.ctx.Err()
}

// writeCensus writes the enumerated persons. A failed write is kept by the buffer and told by Close.
func (w *writer) writeCensus(s *settlement) {
	m := &w.c.communes[s.index]
	h := &w.c.strata[m.stratum]
	last := int64(-1)
	for i := range s.census {
		r := &s.census[i]
		b := append(append(append(append(w.line[:0], m.code...), ','), h.name...), ',')
		b = append(append(b, w.codes[r.area]...), ',')
		b = append(strconv.AppendInt(b, r.household(), 10), ',')
		b = append(strconv.AppendFloat(b, r.weight, 'f', -1, 64), ',')
		for _, n := range []int64{int64(len(h.areas)), int64(r.listed), int64(r.responded)} {
			b = append(strconv.AppendInt(b, n, 10), ',')
		}
		b = append(append(b, sexNames[r.sex]...), ',')
		b = append(strconv.AppendInt(b, int64(r.age), 10), ',')
		b = append(append(b, ethnicities[r.ethnicity]...), ',')
		b = append(append(b, maritalNames[r.marital]...), ',')
		b = append(append(b, relationNames[r.relation]...), '\n')
		w.line = b
		w.census.Write(b)
		if r.household() != last {
			last = r.household()
			w.censusHouseholds++
		}
	}
	w.censusRows += int64(len(s.census))
}

// writeTruth writes the residents by sex and age.
func (w *writer) writeTruth(s *settlement) {
	for sex, ages := range s.truth() {
		for age, n := range ages {
			if n == 0 {
				continue
			}
			b := append(append(append(append(w.line[:0], w.c.communes[s.index].code...), ','), sexNames[sex]...), ',')
			b = append(strconv.AppendInt(b, int64(age), 10), ',')
			w.line = append(strconv.AppendInt(b, n, 10), '\n')
			w.population.Write(w.line)
		}
	}
}

// close closes the files; a run that went well gets its lists of areas and of errors too.
func (w *writer) close(well bool) error {
	var errs []error
	if well {
		errs = append(errs, w.writeAreas(), w.writeCoverage(), w.writeCauses())
	}
	for _, f := range []*textFile{w.census, w.population} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	if w.creator != nil {
		errs = append(errs, w.creator.Close())
	}
	return errors.Join(errs...)
}

// writeAreas writes the list of communes.
func (w *writer) writeAreas() error {
	rows := [][]string{{"commune_code", "commune_name", "district_code", "district_name", "province_code",
		"province_name", "residence", "size_basis", "eas"}}
	for i := range w.c.communes {
		m := &w.c.communes[i]
		rows = append(rows, []string{m.code, m.name, m.district, m.districtName, m.province, m.provinceName,
			m.residence(), m.basis, strconv.Itoa(m.areas)})
	}
	return writeRows(filepath.Join(w.c.o.Out, "areas.csv"), rows)
}

// writeCoverage writes truth, register and planted errors of every commune.
func (w *writer) writeCoverage() error {
	header := append([]string{"commune_code", "residents", "permanent", "temporary", "current"}, kindNames[:]...)
	rows := [][]string{header}
	for i := range w.coverage {
		v := &w.coverage[i]
		row := []string{w.c.communes[i].code}
		for _, n := range append([]int64{v.residents, v.permanent, v.temporary, v.current}, v.planted[:]...) {
			row = append(row, strconv.FormatInt(n, 10))
		}
		rows = append(rows, row)
	}
	return writeRows(filepath.Join(w.c.o.Out, "truth", "coverage.csv"), rows)
}

// writeRows writes a small CSV file.
func writeRows(path string, rows [][]string) error {
	f, err := createText(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close())
}

// summary adds up what was written.
func (w *writer) summary(inverse []float64) Summary {
	c := w.c
	s := Summary{
		Provinces: len(c.provinces), Districts: c.districts, Communes: len(c.communes), Records: w.done,
		Households: w.households, Areas: c.areas, Strata: len(c.strata),
		CensusHouseholds: w.censusHouseholds, CensusRows: w.censusRows,
	}
	for _, x := range inverse {
		if x > 0 {
			s.SampledAreas++
		}
	}
	w.addUp(&s)
	return s
}

// addUp adds the communes up to provinces and to the country.
func (w *writer) addUp(s *Summary) {
	var planted counts
	index := map[string]int{}
	for i, p := range w.c.provinces {
		index[p] = i
	}
	s.ByProvince = make([]ProvinceSummary, len(w.c.provinces))
	for i := range w.coverage {
		v, m := &w.coverage[i], &w.c.communes[i]
		p := &s.ByProvince[index[m.province]]
		p.Code, p.Name = m.province, m.provinceName
		p.Residents += v.residents
		p.Permanent += v.permanent
		p.Temporary += v.temporary
		p.Current += v.current
		planted.add(&v.planted)
	}
	for _, p := range s.ByProvince {
		s.Residents += p.Residents
		s.Permanent += p.Permanent
		s.Temporary += p.Temporary
		s.Current += p.Current
	}
	for k, n := range planted {
		s.Planted = append(s.Planted, Count{kindNames[k], n})
	}
}
