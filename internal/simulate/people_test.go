package simulate

import (
	"math"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"gonum.org/v1/gonum/stat/distuv"
)

// falseAlarm is the probability that a chi-square test below fails a correct simulator.
const falseAlarm = 1e-6

// chiSquare compares counts with expected ones and returns the statistic and its critical value.
func chiSquare(got, want []float64, df int) (x, critical float64) {
	for i, w := range want {
		if w > 0 {
			x += (got[i] - w) * (got[i] - w) / w
		}
	}
	return x, distuv.ChiSquared{K: float64(df)}.Quantile(1 - falseAlarm)
}

// TestAgesFollowTheStructure: people are drawn one by one from the structure, so X² of the age groups of every
// district and residence is chi-square with 17 degrees of freedom, whatever households were made of them.
func TestAgesFollowTheStructure(t *testing.T) {
	f, err := Population(Options{Persons: 300_000, Seed: 41})
	if err != nil {
		t.Fatal(err)
	}
	counts := make([][ageGroups]float64, len(f.c.strata))
	for _, s := range f.settled {
		for i := range s.people {
			counts[f.c.communes[s.index].stratum][min(ageGroups-1, int(s.people[i].age)/5)]++
		}
	}
	for i := range f.c.communes {
		m := &f.c.communes[i]
		got, want := counts[m.stratum], modelAges[m.urban]
		scale := total(&got) / total(&want)
		for g := range want {
			want[g] *= scale
		}
		if x, critical := chiSquare(got[:], want[:], ageGroups-1); x > critical {
			t.Errorf("%s: X² = %.1f over %.1f", f.c.strata[m.stratum].name, x, critical)
		}
	}
}

func TestSingleYearsKeepTheGroups(t *testing.T) {
	d := singleYears(modelAges[true])
	for g, want := range modelAges[true] {
		first, last := 5*g, 5*g+4
		if g == ageGroups-1 {
			last = openAge
		}
		var sum float64
		for a := first; a <= last; a++ {
			if d[a] < 0 {
				t.Errorf("negative weight at age %d", a)
			}
			sum += d[a]
		}
		if math.Abs(sum-want) > 1e-9*1000 {
			t.Errorf("ages %d to %d sum to %v, want %v", first, last, sum, want)
		}
	}
	// A step from one year of age to the next across a group boundary should look like a step inside a group.
	for a := 1; a < 80; a++ {
		if r := d[a] / d[a-1]; r < 0.75 || r > 1.35 {
			t.Errorf("age %d has %.2f times the people of age %d", a, r, a-1)
		}
	}
}

func TestSexRatio(t *testing.T) {
	f, err := Population(Options{Persons: 1_000_000, Seed: 42})
	if err != nil {
		t.Fatal(err)
	}
	var n [2][agesKept]float64
	var all [2]float64
	for _, s := range f.settled {
		for sex, ages := range s.truth() {
			for a, k := range ages {
				n[sex][a] += float64(k)
				all[sex] += float64(k)
			}
		}
	}
	if r := 100 * all[male] / all[female]; r < 97.5 || r > 100.5 {
		t.Errorf("%.2f males per 100 females, want about 99", r)
	}
	var x float64
	for a := range agesKept {
		k := n[male][a] + n[female][a]
		d := n[male][a] - k*maleShare[a]
		x += d * d / max(1, k*maleShare[a]*(1-maleShare[a]))
	}
	if critical := (distuv.ChiSquared{K: agesKept}).Quantile(1 - falseAlarm); x > critical {
		t.Errorf("sex by age: X² = %.1f over %.1f", x, critical)
	}
}

// TestHouseholdsMakeSense checks what every household must satisfy and what most should.
func TestHouseholdsMakeSense(t *testing.T) {
	f, err := Population(Options{Persons: 200_000, Seed: 43})
	if err != nil {
		t.Fatal(err)
	}
	var people, households, spouses, minors, minorsAsChildren, minorHeads int
	for _, s := range f.settled {
		for h := range int32(len(s.houses) - 1) {
			members := s.members(h)
			households++
			people += len(members)
			if members[0].relation != head {
				t.Fatalf("household without a head in front: %+v", members)
			}
			if members[0].age < adult {
				minorHeads++
			}
			for i, p := range members {
				apart := int(members[0].age) - int(p.age)
				if p.age < adult {
					minors++
				}
				switch p.relation {
				case head:
					if i > 0 {
						t.Fatalf("two heads: %+v", members)
					}
				case spouse:
					spouses++
					if i != 1 || p.sex == members[0].sex || p.age < adult || max(apart, -apart) > spouseApart+oldest-openAge {
						t.Fatalf("spouse does not fit: %+v", members)
					}
				case child:
					if p.age < adult {
						minorsAsChildren++
					}
					if apart < generationLow || apart > generationHigh+oldest-openAge {
						t.Fatalf("child does not fit: %+v", members)
					}
					if p.surname != members[0].surname {
						t.Fatalf("child without the head's surname: %+v", members)
					}
				case parent:
					if -apart < generationLow {
						t.Fatalf("parent does not fit: %+v", members)
					}
				}
				if p.age < adult && p.marital != single {
					t.Fatalf("married at %d", p.age)
				}
			}
		}
	}
	if mean := float64(people) / float64(households); mean < 3.45 || mean > 3.7 {
		t.Errorf("%.2f members a household, want about 3.6", mean)
	}
	if share := float64(minorsAsChildren) / float64(minors); share < 0.9 {
		t.Errorf("only %.2f of the minors are somebody's child", share)
	}
	if share := float64(spouses) / float64(households); share < 0.5 || share > 0.8 {
		t.Errorf("%.2f of the households have a couple", share)
	}
	if share := float64(minorHeads) / float64(households); share > 0.001 {
		t.Errorf("%.4f of the heads are minors", share)
	}
}

func TestBirthdays(t *testing.T) {
	reference := time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
	cal := newCalendar(reference)
	rng := stream(1, forPeople, 0)
	for age := range uint8(100) {
		for range 200 {
			born := timeOf(cal.birth(rng, age))
			completed := reference.Year() - born.Year()
			if born.AddDate(completed, 0, 0).After(reference) {
				completed--
			}
			if completed != int(age) || !born.Before(reference) {
				t.Fatalf("born %v to be %d, is %d", born, age, completed)
			}
		}
	}
}

func TestNamesAreComposedAndFrequent(t *testing.T) {
	names := newFullNames()
	for _, list := range names {
		for _, name := range list {
			if s := name.(string); !norm.NFC.IsNormalString(s) {
				t.Fatalf("%q is not in NFC", s)
			}
		}
	}
	rng := stream(2, forPeople, 0)
	const n = 100_000
	nguyen := 0
	for range n {
		if surnames.words[surnames.draw(rng)] == "Nguyễn" {
			nguyen++
		}
	}
	if share := float64(nguyen) / n; share < 0.36 || share > 0.41 {
		t.Errorf("%.3f are called Nguyễn, want about 0.38", share)
	}
}
