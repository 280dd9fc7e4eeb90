package microdata

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestStataMissing goes by StataCorp, help dta: the largest values that are not missing, and the codes of ., .a and .z.
func TestStataMissing(t *testing.T) {
	h := stataHeader{order: binary.BigEndian}
	for _, tt := range []struct {
		kind stataKind
		bits uint64
		want float64 // NaN: missing
	}{
		{stataByte, 0x64, 100}, {stataByte, 0x65, math.NaN()}, {stataByte, 0x7f, math.NaN()}, {stataByte, 0x81, -127},
		{stataInt, 0x7fe4, 32740}, {stataInt, 0x7fe5, math.NaN()}, {stataInt, 0x7fff, math.NaN()}, {stataInt, 0x8001, -32767},
		{stataLong, 0x7fffffe4, 2147483620}, {stataLong, 0x7fffffe5, math.NaN()}, {stataLong, 0x7fffffff, math.NaN()},
		{stataFloat, 0x7effffff, 0x1.fffffep126}, {stataFloat, 0x7f000000, math.NaN()}, {stataFloat, 0x7f00d000, math.NaN()},
		{stataFloat, 0xbf800000, -1},
		{stataDouble, 0x7fdfffffffffffff, 0x1.fffffffffffffp1022}, {stataDouble, 0x7fe0000000000000, math.NaN()},
		{stataDouble, 0x7fe01a0000000000, math.NaN()}, {stataDouble, 0xbff0000000000000, -1},
	} {
		b := binary.BigEndian.AppendUint64(nil, tt.bits)
		if got := h.number(tt.kind, b[8-stataLengths[tt.kind]:]); got != tt.want && !(math.IsNaN(got) &&
			math.IsNaN(tt.want)) {
			t.Errorf("%x of kind %d is %v, want %v", tt.bits, tt.kind, got, tt.want)
		}
	}
}

func TestStataProblems(t *testing.T) {
	f, err := Open("testdata/pandas_118.dta")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, found, err := f.Read(context.Background(), []Want{{"region", Number}})
	if err != nil || !strings.Contains(found.Error(),
		"pandas_118.dta:region: text, where numbers are wanted: use Stata's destring") {
		t.Error(err, found)
	}
}

// TestStataBroken changes and cuts files: what comes out is an error or a table, and never a panic.
func TestStataBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.dta")
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"r_113", "r_115", "pandas_117", "pandas_119"}).Draw(t, "file")
		text, err := os.ReadFile("testdata/" + name + ".dta")
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			text[rapid.IntRange(0, min(len(text), 3000)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		text = text[:rapid.OneOf(rapid.Just(len(text)), rapid.IntRange(0, len(text))).Draw(t, "length")]
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		var wants []Want
		for _, c := range f.Columns {
			wants = append(wants, Want{c, Code})
		}
		f.Read(context.Background(), wants)
	})
}
