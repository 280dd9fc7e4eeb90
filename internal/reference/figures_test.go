package reference

import (
	"errors"
	"fmt"
	"math"
)

// Figures gather what was compared with an entry, up to the first difference.
type figures struct {
	e        *entry
	looked   []string // fields of the entry that were inputs, or were compared
	compared int
	err      error
}

// newFigures begins with the inputs, the fields that state no result of ours.
func newFigures(e *entry, inputs ...string) *figures {
	return &figures{e: e, looked: append([]string{"id", "dataset", "call", "r_warnings", "tolerance"}, inputs...)}
}

// number compares a number with the field.
func (f *figures) number(field string, got float64) {
	var want number
	f.field(field, &want, func() error {
		if !f.e.tolerance.near(got, float64(want)) {
			return fmt.Errorf("%s = %v, want %v", field, got, float64(want))
		}
		return nil
	})
}

// vector compares a list with the field.
func (f *figures) vector(field string, got []float64) {
	var want []number
	f.field(field, &want, func() error { return f.e.tolerance.vector(field, got, want) })
}

// matrix compares a matrix, by rows, with the field.
func (f *figures) matrix(field string, got [][]float64) {
	var want [][]number
	f.field(field, &want, func() error { return f.compareMatrix(field, got, want) })
}

func (f *figures) compareMatrix(field string, got [][]float64, want [][]number) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d rows, want %d", field, len(got), len(want))
	}
	for i := range got {
		if err := f.e.tolerance.vector(fmt.Sprintf("%s[%d]", field, i), got[i], want[i]); err != nil {
			return err
		}
	}
	return nil
}

// covariance compares a covariance matrix with the field. A covariance that is nothing but rounding is as near as its
// variances let it be: the tolerance is relative to the product of the standard errors.
func (f *figures) covariance(field string, got [][]float64) {
	var want [][]number
	f.field(field, &want, func() error {
		if len(got) != len(want) {
			return fmt.Errorf("%s: %d rows, want %d", field, len(got), len(want))
		}
		for i := range got {
			for j := range got[i] {
				size := math.Sqrt(math.Abs(float64(want[i][i] * want[j][j])))
				within := tolerance{Abs: f.e.tolerance.Abs + f.e.tolerance.Rel*size}
				if !within.near(got[i][j], float64(want[i][j])) {
					return fmt.Errorf("%s[%d][%d] = %v, want %v", field, i, j, got[i][j], float64(want[i][j]))
				}
			}
		}
		return nil
	})
}

// field reads a field and compares, unless something differed before or the entry does not state it.
func (f *figures) field(field string, want any, compare func() error) {
	f.looked = append(f.looked, field)
	switch {
	case f.err != nil || !f.e.has(field):
	case !f.e.fits(field, want):
		f.err = fmt.Errorf("%s has another shape", field)
	default:
		f.err = compare()
		f.compared++
	}
}

// hold notes what went wrong elsewhere.
func (f *figures) hold(err error) {
	if f.err == nil {
		f.err = err
	}
}

// outcome is agreement if something was compared and nothing differed; figures that were not looked at are left.
func (f *figures) outcome() outcome {
	switch {
	case f.err != nil:
		return disagree("%v", f.err)
	case f.compared == 0:
		return unsupported("no figures")
	}
	return agree(strangers(f.e.fields, f.looked...)...)
}

// all is an error unless every figure was compared and none differed. It is for figures that are one field of an entry.
func (f *figures) all() error {
	switch o := f.outcome(); {
	case o.disagrees != "":
		return errors.New(o.disagrees)
	case o.unsupported != "":
		return errors.New(o.unsupported)
	case o.left != nil:
		return fmt.Errorf("%v not compared", o.left)
	}
	return nil
}
