package simulate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realUnits are the options for the real country. Its files are not part of the repository; CI must have them.
func realUnits(t *testing.T) Options {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "vietnam")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("shared/vietnam not there")
	}
	return Options{
		UnitsFile: filepath.Join(dir, "units_2024.csv"), PopulationFile: filepath.Join(dir, "commune_population_2019.csv"),
		AgesFile: filepath.Join(dir, "district_age_2019.csv"),
	}
}

func TestRealUnits(t *testing.T) {
	o := realUnits(t)
	o.Persons, o.Seed, o.Rates = 100_000, 51, DefaultRates()
	s, dir := run(t, o)
	// Of the 705 districts five are islands without communes.
	if s.Provinces != 63 || s.Districts != 700 || s.Communes != 10_598 || s.Records != 100_000 {
		t.Errorf("%d provinces, %d districts, %d communes, %d records", s.Provinces, s.Districts, s.Communes, s.Records)
	}
	areas, err := os.ReadFile(filepath.Join(dir, "areas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(areas), ",estimate,"); n != 3 {
		t.Errorf("%d communes with an estimated size, want 3: those without a count in 2019", n)
	}
	if n := strings.Count(string(areas), ",urban,"); n != 1780+618 {
		t.Errorf("%d urban communes, want 1,780 wards and 618 towns", n)
	}
}

// TestRealAges holds the simulated ages of every district's urban and rural part against the file they were drawn from.
func TestRealAges(t *testing.T) {
	o := realUnits(t)
	o.Persons, o.Seed = 1_000_000, 52
	f, err := Population(o)
	if err != nil {
		t.Fatal(err)
	}
	file, err := readAges(o.AgesFile)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]*[ageGroups]float64{}
	for _, s := range f.settled {
		m := &f.c.communes[s.index]
		key := ageKey("d", m.district, m.urban)
		if counts[key] == nil {
			counts[key] = new([ageGroups]float64)
		}
		for i := range s.people {
			counts[key][min(ageGroups-1, int(s.people[i].age)/5)]++
		}
	}
	checked := 0
	for key, got := range counts {
		given := file.groups[key]
		if given == nil || total(given) == 0 || total(got) < 500 { // chi-square needs expected counts of a few
			continue
		}
		want := *given
		for g := range want {
			want[g] *= total(got) / total(given)
		}
		checked++
		if x, critical := chiSquare(got[:], want[:], ageGroups-1); x > critical {
			t.Errorf("%s: X² = %.1f over %.1f", key, x, critical)
		}
	}
	if checked < 500 {
		t.Errorf("only %d structures large enough to check", checked)
	}
}

func TestInventedCountry(t *testing.T) {
	for seed := range uint64(20) {
		communes := inventCommunes(seed)
		districts, codes, names, towns := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]int{}
		var sizes []float64
		for _, m := range communes {
			districts[m.district], codes[m.code], names[m.name] = true, true, true
			if m.urban {
				towns[m.district]++
			}
			sizes = append(sizes, m.size)
		}
		n := len(communes)
		if n < 240 || n > 300 || len(districts) != 40 || len(codes) != n || len(names) != n || len(towns) != 40 {
			t.Errorf("seed %d: %d communes, %d codes, %d names, %d districts, %d with a town", seed, n, len(codes),
				len(names), len(districts), len(towns))
		}
		if slices.Max(sizes) < 8*slices.Min(sizes) {
			t.Errorf("seed %d: sizes from %.0f to %.0f, want an order of magnitude", seed, slices.Min(sizes), slices.Max(sizes))
		}
	}
}

func TestFaultsAreCollected(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "units.csv")
	text := "\ufefftype,province_code,province_name,district_code,district_name,commune_code,commune_name\n" +
		"Phường,01,A,001,B,00001,C\n" +
		"Làng,1,A,001,B,00002,C\n" +
		"Xã,01,A,001,,00001,C\n" +
		"Xã,01,A\n" +
		"Xã,01,A,001,B,00003,C\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	units, err := readUnits(path)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"units.csv:3:province_code:", "units.csv:3:type:", "units.csv:4:district_name:",
		"units.csv:4:commune_code: 00001 is already on line 2", "units.csv:5: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
	if len(units) != 4 {
		t.Errorf("%d units read, want the 4 readable ones", len(units))
	}
	if err := readTable(path, []string{"type", "eas", "size"}, nil); err == nil || strings.Count(err.Error(), "no such column") != 2 {
		t.Errorf("two missing columns: %v", err)
	}
}

func TestFallbacks(t *testing.T) {
	communes := []commune{
		{code: "1", district: "1", province: "1"}, {code: "2", district: "1", province: "1"}, {code: "3", district: "1", province: "1"},
		{code: "4", district: "2", province: "1"}, {code: "5", district: "3", province: "2"},
	}
	giveSizes(communes, map[string]count{"1": {100, modelSizes}, "2": {300, modelSizes}, "4": {0, modelSizes}})
	for i, want := range []struct {
		size  float64
		basis string
	}{{100, basisCensus}, {300, basisCensus}, {200, basisEstimate}, {200, basisEstimate}, {200, basisEstimate}} {
		if communes[i].size != want.size || communes[i].basis != want.basis {
			t.Errorf("commune %d: %v by %s, want %v by %s", i+1, communes[i].size, communes[i].basis, want.size, want.basis)
		}
	}
}

func TestLargestRemainder(t *testing.T) {
	for _, tt := range []struct {
		total   int64
		weights []float64
		want    []int64
	}{
		{10, []float64{1, 1, 1}, []int64{4, 3, 3}},
		{10, []float64{1000, 1, 1}, []int64{8, 1, 1}},
		{3, []float64{9, 0, 0}, []int64{1, 1, 1}},
		{100, []float64{45.6, 33.3, 21.1}, []int64{46, 33, 21}},
	} {
		if got := largestRemainder(tt.total, tt.weights); !slices.Equal(got, tt.want) {
			t.Errorf("largestRemainder(%d, %v) = %v, want %v", tt.total, tt.weights, got, tt.want)
		}
	}
}
