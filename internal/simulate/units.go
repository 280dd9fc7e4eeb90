package simulate

import (
	"errors"
	"fmt"
	"slices"
)

// Types of commune as the unit list writes them.
const (
	ward     = "Phường"
	township = "Thị trấn"
	village  = "Xã"
)

// readCommunes reads a real country: units, their sizes and their age structures.
func readCommunes(o Options) ([]commune, error) {
	communes, unitsErr := readUnits(o.UnitsFile)
	counts, countsErr := readCounts(o.PopulationFile)
	ages, agesErr := readAges(o.AgesFile)
	if err := errors.Join(unitsErr, countsErr, agesErr); err != nil {
		return nil, err
	}
	giveSizes(communes, counts)
	for i := range communes {
		communes[i].ages = ages.of(&communes[i])
	}
	return communes, nil
}

// readUnits reads the list of communes.
func readUnits(path string) ([]commune, error) {
	var communes []commune
	seen := map[string]int{}
	columns := []string{"province_code", "province_name", "district_code", "district_name", "commune_code", "commune_name", "type"}
	err := readTable(path, columns, func(t *table) {
		m := commune{
			code: t.digits("commune_code", 5), name: t.text("commune_name"),
			district: t.digits("district_code", 3), districtName: t.text("district_name"),
			province: t.digits("province_code", 2), provinceName: t.text("province_name"),
		}
		m.urban = t.oneOf("type", ward, township, village) != village
		if line, ok := seen[m.code]; ok && m.code != "" {
			t.fault("commune_code", "%s is already on line %d", m.code, line)
		}
		seen[m.code] = t.line
		communes = append(communes, m)
	})
	if err == nil && len(communes) == 0 {
		err = fmt.Errorf("simulate: %s holds no commune", path)
	}
	return communes, err
}

// count is what a census counted in a commune.
type count struct {
	population float64
	sizes      []float64 // cumulative shares of household sizes
}

// readCounts reads census counts by commune. Rows without a commune code belong to places that are none.
func readCounts(path string) (map[string]count, error) {
	counts := map[string]count{}
	sizeColumns := []string{"hh1", "hh2", "hh3", "hh4", "hh5", "hh6", "hh7plus"}
	columns := append([]string{"commune_code_2019", "population"}, sizeColumns...)
	err := readTable(path, columns, func(t *table) {
		c := count{population: t.count("population")}
		shares := make([]float64, len(sizeColumns))
		for i, name := range sizeColumns {
			shares[i] = t.count(name)
		}
		if c.sizes = cumulate(shares); c.sizes == nil {
			c.sizes = modelSizes
		}
		if t.optional("commune_code_2019") == "" {
			return
		}
		code := t.digits("commune_code_2019", 5)
		if _, ok := counts[code]; ok {
			t.fault("commune_code_2019", "%s is there twice", code)
		}
		counts[code] = c
	})
	return counts, err
}

// giveSizes sets the communes' sizes from their counts; those without one get the median of their district, else
// of their province, else of the country.
func giveSizes(communes []commune, counts map[string]count) {
	known := map[string][]float64{}
	for i := range communes {
		m := &communes[i]
		if c, ok := counts[m.code]; ok && c.population > 0 {
			m.basis, m.size, m.sizes = basisCensus, c.population, c.sizes
			for _, unit := range []string{"d" + m.district, "p" + m.province, ""} {
				known[unit] = append(known[unit], c.population)
			}
		}
	}
	for i := range communes {
		if m := &communes[i]; m.basis == "" {
			m.basis, m.sizes = basisEstimate, modelSizes
			m.size = firstMedian(known["d"+m.district], known["p"+m.province], known[""], []float64{1})
		}
	}
}

// firstMedian is the median of the first of the samples that is not empty.
func firstMedian(samples ...[]float64) float64 {
	for _, s := range samples {
		if n := len(s); n > 0 {
			sorted := slices.Sorted(slices.Values(s))
			return (sorted[(n-1)/2] + sorted[n/2]) / 2
		}
	}
	return 0
}

// ageColumns are the columns of the ages file that hold the five-year groups.
var ageColumns = func() (names []string) {
	for a := 0; a < openGroup; a += 5 {
		names = append(names, fmt.Sprintf("a%02d_%02d", a, a+4))
	}
	return append(names, "a85plus")
}()

// ageFile holds counts by age group of districts, provinces and the country, urban and rural, and the structures
// made of them so far.
type ageFile struct {
	groups map[string]*[ageGroups]float64
	made   map[string]*structure
}

// ageKey names the counts of a unit: its level, code and residence.
func ageKey(level, code string, urban bool) string {
	return fmt.Sprintf("%s%s %t", level, code, urban)
}

// readAges reads age structures; without a file everybody gets the model's. Rows that are neither urban
// nor rural repeat the others and are passed over.
func readAges(path string) (*ageFile, error) {
	f := &ageFile{groups: map[string]*[ageGroups]float64{}, made: map[string]*structure{}}
	if path == "" {
		return f, nil
	}
	columns := append([]string{"province_code", "district_code_2019", "residence"}, ageColumns...)
	err := readTable(path, columns, func(t *table) {
		residence := t.oneOf("residence", "urban", "rural", "total")
		district, province := t.digits("district_code_2019", 3), t.digits("province_code", 2)
		var groups [ageGroups]float64
		for g, name := range ageColumns {
			groups[g] = t.count(name)
		}
		if residence != "total" {
			f.add(groups, residence == "urban", district, province)
		}
	})
	return f, err
}

// add counts a district's part to the district, its province and the country.
func (f *ageFile) add(groups [ageGroups]float64, urban bool, district, province string) {
	for _, key := range []string{ageKey("d", district, urban), ageKey("p", province, urban), ageKey("", "", urban)} {
		if f.groups[key] == nil {
			f.groups[key] = new([ageGroups]float64)
		}
		for g, n := range groups {
			f.groups[key][g] += n
		}
	}
}

// of is the structure for a commune: its district's, else its province's, else the country's, else the model's.
func (f *ageFile) of(m *commune) *structure {
	for _, key := range []string{ageKey("d", m.district, m.urban), ageKey("p", m.province, m.urban), ageKey("", "", m.urban)} {
		if groups := f.groups[key]; groups != nil && total(groups) > 0 {
			return f.make(key, *groups)
		}
	}
	return f.make(ageKey("model", "", m.urban), modelAges[m.urban])
}

// make makes a structure once.
func (f *ageFile) make(key string, groups [ageGroups]float64) *structure {
	if f.made[key] == nil {
		f.made[key] = newStructure(groups)
	}
	return f.made[key]
}

// total adds up the groups.
func total(groups *[ageGroups]float64) (sum float64) {
	for _, n := range groups {
		sum += n
	}
	return sum
}
