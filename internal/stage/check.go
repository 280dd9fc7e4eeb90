package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/concord-stat/concord/internal/areas"
	"github.com/concord-stat/concord/internal/fieldwork"
	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/register"
	"github.com/concord-stat/concord/internal/store"
	"github.com/concord-stat/concord/internal/study"
)

// Check holds a study against the files it names, as far as they are there: that they exist, and that what columns mean can
// be read from them. Field results may still be to come.
func (r *Runner) Check(ctx context.Context) (*areas.List, error) {
	c := &checker{ctx: ctx, study: r.Study}
	s := r.Study
	c.file(s.Areas.File, "areas", "file")
	if s.Extract == "" && (s.Register.Postgres != nil || c.file(s.Register.File, "register", "file")) {
		c.register()
	}
	c.fieldResults(s.Field, "field_results")
	for i, o := range s.Sources {
		at := []string{"sources", strconv.Itoa(i)}
		if o.Field != nil {
			c.fieldResults(*o.Field, append(at, "field_results")...)
		}
		c.file(o.Extract, append(at, "extract")...)
		c.crosswalks(o.Crosswalks, at...)
	}
	if t := s.Time; t != nil && t.Events != nil {
		c.file(t.Events.File, "time", "events", "file")
	}
	if t := s.Time; t != nil && t.Rates != nil {
		c.file(t.Rates.File, "time", "rates", "file")
	}
	if s.Earlier != nil {
		c.file(s.Earlier.File, "earlier_census", "file")
	}
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	list, err := areas.Read(s)
	if err == nil {
		_, err = r.timeOf(list)
	}
	if err == nil && s.Earlier != nil {
		_, err = readEarlierCensus(s, list)
	}
	return list, err
}

// checker collects what is wrong, each with its place in the study.
type checker struct {
	ctx   context.Context
	study *study.Study
	found problems.List
}

func (c *checker) add(err error, path ...string) {
	line, column := c.study.Position(path...)
	c.found.Add(c.study.File, line, strconv.Itoa(column), "%s: %v", strings.Join(path, "."), err)
}

// file tells whether a file is there.
func (c *checker) file(name string, path ...string) bool {
	if name == "" {
		return false
	}
	_, err := os.Stat(c.study.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("there is no file %s", name)
	}
	if err != nil {
		c.add(err, path...)
	}
	return err == nil
}

func (c *checker) register() {
	reg := c.study.Register
	source, err := store.Open(c.ctx, register.At(c.study))
	if err != nil {
		place := "file"
		if reg.Postgres != nil {
			place = "postgres"
		}
		c.add(err, "register", place)
		return
	}
	defer source.Close()
	check := func(expr string, path ...string) {
		if err := source.Check(c.ctx, store.Expression(expr)); err != nil {
			c.add(err, path...)
		}
	}
	check(reg.Where, "register", "where")
	eachColumn(reg.Columns, func(key, expr string) { check(expr, "register", "columns", key) })
	for i, d := range reg.Dimensions {
		check(d.Column, "register", "dimensions", strconv.Itoa(i), "column")
	}
	check(c.study.Plan.PSU, "plan", "psu")
	for i, d := range c.study.Definitions {
		if areas := c.study.AreasOf(d); len(areas) == 1 && areas[0] == d.Residence {
			check(d.Residence, "definitions", strconv.Itoa(i), "residence")
		}
	}
}

// fieldResults checks field results as far as they are there.
func (c *checker) fieldResults(f study.Field, path ...string) {
	c.crosswalks(f.Crosswalks, path...)
	at := func(keys ...string) []string { return append(slices.Clip(path), keys...) }
	place := "postgres"
	if f.Postgres == nil {
		place = "file"
		if _, err := os.Stat(c.study.Path(f.File)); err != nil {
			return
		}
	}
	columns, err := fieldwork.OpenColumns(c.ctx, c.study.WithField(study.Source{Field: &f}))
	if err != nil {
		c.add(err, at(place)...)
		return
	}
	defer columns.Close()
	check := func(expr string, keys ...string) {
		if err := columns.Check(c.ctx, store.Expression(expr)); err != nil {
			c.add(err, at(keys...)...)
		}
	}
	eachColumn(f.Columns, func(key, expr string) { check(expr, "columns", key) })
	for i, d := range f.Dimensions {
		check(d.Column, "dimensions", strconv.Itoa(i), "column")
	}
}

func (c *checker) crosswalks(walks []study.Crosswalk, path ...string) {
	for i, w := range walks {
		c.file(w.File, append(slices.Clip(path), "crosswalks", strconv.Itoa(i), "file")...)
	}
}

// eachColumn goes through the mapped columns of a struct of texts, by their keys.
func eachColumn(columns any, do func(key, expr string)) {
	v := reflect.ValueOf(columns)
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if expr := v.Field(i).String(); expr != "" {
			do(key, expr)
		}
	}
}
