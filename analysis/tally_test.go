package analysis_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/concord-stat/concord/analysis"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// countTally is a complete count of three areas by sex.
func countTally() *analysis.Tally {
	return &analysis.Tally{
		Dims: []analysis.Dim{
			{Name: "area", Levels: []string{"a1", "a2", "b1"}, Code: []int32{0, 0, 1, 1, 2, 2}},
			{Name: "sex", Levels: []string{"female", "male"}, Code: []int32{0, 1, 0, 1, 0, 1}},
		},
		N: []int64{1, 2, 4, 8, 16, 32},
	}
}

func TestCells(t *testing.T) {
	tally := countTally()
	province := analysis.Classes(tally.Dim("area"), []string{"a", "b"}, func(l string) (string, bool) { return l[:1], true })
	women := analysis.Classes(tally.Dim("sex"), []string{"women"}, func(l string) (string, bool) { return "women", l == "female" })
	for name, tt := range map[string]struct {
		classes []analysis.Class
		cell    []int32
		counts  []int64
	}{
		"everybody":       {nil, []int32{0, 0, 0, 0, 0, 0}, []int64{63}},
		"provinces":       {[]analysis.Class{province}, []int32{0, 0, 0, 0, 1, 1}, []int64{15, 48}},
		"province by sex": {[]analysis.Class{province, analysis.Each(tally.Dim("sex"))}, []int32{0, 1, 0, 1, 2, 3}, []int64{5, 10, 16, 32}},
		"sex by province": {[]analysis.Class{analysis.Each(tally.Dim("sex")), province}, []int32{0, 2, 0, 2, 1, 3}, []int64{5, 16, 10, 32}},
		"women":           {[]analysis.Class{women, province}, []int32{0, -1, 0, -1, 1, -1}, []int64{5, 16}},
	} {
		cell, k := tally.Cells(tt.classes...)
		if !slices.Equal(cell, tt.cell) || k != len(tt.counts) {
			t.Errorf("%s: cells %v of %d, want %v of %d", name, cell, k, tt.cell, len(tt.counts))
			continue
		}
		if got := tally.Counts(cell, k); !slices.Equal(got, tt.counts) {
			t.Errorf("%s: counts %v, want %v", name, got, tt.counts)
		}
	}
}

func TestMistakesPanic(t *testing.T) {
	tally := countTally()
	for name, mistake := range map[string]func(){
		"unlisted class": func() {
			analysis.Classes(tally.Dim("sex"), []string{"x"}, func(string) (string, bool) { return "y", true })
		},
		"unknown dimension": func() { tally.Cells(analysis.Class{Dim: "age"}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake()
		}()
	}
	if tally.Dim("age") != nil {
		t.Error("a dimension the tally does not carry")
	}
}

// TestSort: rows end in order, equal ones added up, and nothing is lost or moved to another cell.
func TestSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"count", "weights", "sample"}).Draw(t, "kind")
		tally := &analysis.Tally{Dims: []analysis.Dim{{Name: "a", Levels: []string{"x", "y"}}, {Name: "b", Levels: []string{"1", "2", "3"}}}}
		type key struct{ a, b, unit int32 }
		people, weight := map[key]int64{}, map[key]float64{}
		for range rapid.IntRange(0, 40).Draw(t, "rows") {
			k := key{rapid.Int32Range(0, 1).Draw(t, "a"), rapid.Int32Range(0, 2).Draw(t, "b"), 0}
			n := rapid.Int64Range(0, 9).Draw(t, "n")
			tally.Dims[0].Code, tally.Dims[1].Code = append(tally.Dims[0].Code, k.a), append(tally.Dims[1].Code, k.b)
			tally.N = append(tally.N, n)
			if kind == "sample" {
				k.unit = rapid.Int32Range(0, 3).Draw(t, "unit")
				tally.Unit = append(tally.Unit, k.unit)
			}
			if kind != "count" {
				tally.W = append(tally.W, float64(2*n))
			}
			people[k] += n
			weight[k] += float64(2 * n)
		}
		tally.Sort()
		if tally.Rows() != len(people) {
			t.Fatalf("%d rows, want %d", tally.Rows(), len(people))
		}
		var last key
		for i := range tally.Rows() {
			k := key{a: tally.Dims[0].Code[i], b: tally.Dims[1].Code[i]}
			if tally.Unit != nil {
				k.unit = tally.Unit[i]
			}
			if i > 0 && slices.Compare([]int32{last.a, last.b, last.unit}, []int32{k.a, k.b, k.unit}) >= 0 {
				t.Fatalf("row %d: %v after %v", i, k, last)
			}
			if tally.N[i] != people[k] || tally.W != nil && tally.W[i] != weight[k] {
				t.Fatalf("%v: %d persons, want %d", k, tally.N[i], people[k])
			}
			last = k
		}
	})
}

func TestAgeLabels(t *testing.T) {
	got := analysis.AgeLabels([]int{0, 1, 5, 15, 65})
	if want := []string{"0", "1-4", "5-14", "15-64", "65+"}; !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
	levels := analysis.AgeLevels()
	if len(levels) != 102 || levels[0] != "0" || levels[99] != "99" || levels[100] != "100+" || levels[101] != analysis.Missing {
		t.Errorf("levels %v", levels)
	}
}

func TestAgeCode(t *testing.T) {
	for age, want := range map[int]string{-1: analysis.Missing, 0: "0", 99: "99", 100: "100+", 117: "100+"} {
		if got := analysis.AgeLevels()[analysis.AgeCode(age)]; got != want {
			t.Errorf("age %d is %q, want %q", age, got, want)
		}
	}
}

// TestAgeGroups: every age falls in the last group that starts at or before it, and an unknown one in Missing.
func TestAgeGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		starts := rapid.SliceOfNDistinct(rapid.IntRange(1, analysis.OpenAge), 0, 20, rapid.ID[int]).Draw(t, "starts")
		starts = append(starts, 0)
		slices.Sort(starts)
		c := analysis.AgeGroups(starts)
		if c.Dim != "age" || !slices.Equal(c.Names, append(analysis.AgeLabels(starts), analysis.Missing)) {
			t.Fatalf("class %+v", c)
		}
		for age := -1; age <= 120; age++ {
			want := len(starts)
			for g := range starts {
				if age >= starts[g] {
					want = g
				}
			}
			if got := c.Of[analysis.AgeCode(age)]; int(got) != want {
				t.Fatalf("age %d with groups from %v is in group %d, want %d", age, starts, got, want)
			}
		}
	})
	five := analysis.AgeGroups([]int{0, 5, 10, 85})
	if got := five.Names[five.Of[analysis.AgeCode(84)]]; got != "10-84" {
		t.Errorf("age 84 is in %q", got)
	}
}

// TestCoder: whatever order texts come in, the dimension is the same, Missing last.
func TestCoder(t *testing.T) {
	texts := []string{"b", analysis.Missing, "a", "b", "", "é", "z", "a"}
	var first analysis.Dim
	for seed := range uint64(20) {
		order := rand.New(rand.NewPCG(seed, 0)).Perm(len(texts))
		coder, codes := analysis.NewCoder(), make([]int32, len(texts))
		for _, i := range order {
			codes[i] = coder.Code(texts[i])
			if coder.Name(codes[i]) != texts[i] {
				t.Fatalf("%q became %q", texts[i], coder.Name(codes[i]))
			}
		}
		if coder.Len() != 6 {
			t.Fatalf("%d levels, want 6", coder.Len())
		}
		d := coder.Dim("x", codes)
		for i, text := range texts {
			if d.Levels[d.Code[i]] != text {
				t.Fatalf("row %d: %q, want %q", i, d.Levels[d.Code[i]], text)
			}
		}
		if seed == 0 {
			first = d
		} else if diff := cmp.Diff(first, d); diff != "" {
			t.Fatalf("another order gave another dimension:\n%s", diff)
		}
	}
	if want := []string{"", "a", "b", "z", "é", analysis.Missing}; !slices.Equal(first.Levels, want) {
		t.Errorf("levels %q, want %q", first.Levels, want)
	}
}
