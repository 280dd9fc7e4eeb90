package draw

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"slices"
	"strings"

	"github.com/concord-stat/concord/internal/problems"
	"github.com/concord-stat/concord/internal/study"
	"github.com/concord-stat/concord/sampling"
)

// A surveyed frame is what one pass over a frame tells of it.
type surveyed struct {
	sized  bool   // the selection goes by sizes
	most   int    // units that can be drawn from a stratum at most
	digest string // SHA-256 of the frame as the selection sees it
	units  int
	strata map[string]*stratum
	order  []string // codes of the strata, ascending
}

// A stratum is the units among which one selection is made: those of a stratum, or those of one unit above.
type stratum struct {
	code         string
	above        []string
	units        int
	sizes        *sampling.Sizes
	total        float64 // of spread
	mean, around float64 // of spread: its mean, and the sum of squares around that
	take         int     // units to draw; of a selection with a rate, 0
	rate         float64 // of selections by rate
}

// survey goes through the frame once: it collects what is wrong with it and what the selection has to know beforehand.
func survey(ctx context.Context, f Frame, s *study.Selection, seen Progress) (*surveyed, error) {
	v := &surveyed{most: s.N, sized: s.Sized(), strata: make(map[string]*stratum)}
	sum, found := sha256.New(), &problems.List{}
	var last Unit
	repeats := 0
	repeated := func() {
		if repeats > 0 {
			found.Add(f.Name(), last.Line, "", "unit %s stands %d times in the frame", name(last), repeats+1)
		}
		repeats = 0
	}
	for u, err := range f.Units(ctx, s) {
		if err != nil {
			return nil, err
		}
		if v.units > 0 && u.Code == last.Code && u.Code != "" && slices.Equal(u.Above, last.Above) {
			repeats++
			continue
		}
		repeated()
		seen.seen(v.units, 0)
		check(found, f, s, u)
		digestUnit(sum, u)
		v.add(u)
		last = u
	}
	repeated()
	if err := found.Err(); err != nil {
		return nil, err
	}
	v.digest = hex.EncodeToString(sum.Sum(nil))
	for code := range v.strata {
		v.order = append(v.order, code)
	}
	slices.Sort(v.order)
	return v, nil
}

// name is the code of a unit with those of the units above it.
func name(u Unit) string { return strings.Join(append(slices.Clone(u.Above), u.Code), "/") }

// check notes what is wrong with a unit by itself.
func check(found *problems.List, f Frame, s *study.Selection, u Unit) {
	add := func(key, format string) { found.Add(f.Name(), u.Line, key, format, name(u)) }
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	switch {
	case u.Code == "" && len(u.Above) > 0:
		found.Add(f.Name(), u.Line, "", "within %s there are rows without the code of a unit", shown(groupOf(u)))
	case u.Code == "":
		found.Add(f.Name(), u.Line, "", "a unit has no code: leave such rows out, or say where they belong")
	case slices.Contains(u.Above, ""):
		add("", "unit %s belongs to no unit above")
	case s.Stratum != "" && u.Stratum == "":
		add(s.Stratum, "unit %s has no stratum")
	case s.Size != "" && !finite(u.Size):
		add(s.Size, "unit %s has no size that is a number")
	case s.Size != "" && u.Size < 0:
		add(s.Size, "unit %s has a size below 0")
	case s.Spread != "" && !finite(u.Spread):
		add(s.Spread, "unit %s has no value that is a number")
	case slices.ContainsFunc(u.Balance, func(v float64) bool { return !finite(v) }):
		add(strings.Join(s.Balance, ", "), "unit %s lacks a value to balance on")
	case !finite(u.Centre[0]) || !finite(u.Centre[1]) || math.Abs(u.Centre[0]) > 180 || math.Abs(u.Centre[1]) > 90:
		add(s.Longitude+", "+s.Latitude, "unit %s has no centre in degrees")
	case s.Coordination != nil && s.Coordination.Column != "" && !(u.Number > 0 && u.Number < 1):
		add(s.Coordination.Column, "unit %s has no permanent random number above 0 and below 1")
	}
}

func (v *surveyed) add(u Unit) {
	key := groupOf(u)
	h := v.strata[key]
	if h == nil {
		h = &stratum{code: key, above: u.Above, sizes: sampling.NewSizes(v.most)}
		v.strata[key] = h
	}
	v.units++
	h.units++
	h.total += u.Spread
	off := u.Spread - h.mean // Welford's update: sums of squares lose a spread that is small beside its mean
	h.mean += off / float64(h.units)
	h.around += float64(off * (u.Spread - h.mean))
	if v.sized {
		h.sizes.Add(u.Size)
	}
}

// groupOf is the group a unit is selected in: its stratum, or the units above it.
func groupOf(u Unit) string {
	if len(u.Above) > 0 {
		return strings.Join(u.Above, "\x00")
	}
	return u.Stratum
}

// shown is a group as people read it.
func shown(group string) string { return strings.ReplaceAll(group, "\x00", "/") }

// deviation is the standard deviation of spread in the stratum, with divisor units - 1.
func (h *stratum) deviation() float64 {
	if h.units < 2 {
		return 0
	}
	n := float64(h.units)
	return math.Sqrt(h.around / (n - 1))
}

// digestUnit adds a unit to the digest of the frame, every field by its length and bytes.
func digestUnit(sum hash.Hash, u Unit) {
	var b []byte
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	number := func(v float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v)) }
	for _, t := range slices.Concat(u.Above, []string{u.Code, u.Stratum}, u.Order) {
		text(t)
	}
	for _, v := range slices.Concat([]float64{u.Size, u.Spread, u.Number, u.Centre[0], u.Centre[1]}, u.Balance) {
		number(v)
	}
	sum.Write(b)
}
