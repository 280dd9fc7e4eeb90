package examples_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/concord-stat/concord/compare"
)

// person is one record as the issue of the example describes it: area, sex and age by plain rules, in plain Go.
type person struct{ area, sex, age string }

// essnetPersons reads a list and applies the rules by hand: the postcode without its last three characters, age at 27
// March 2011, the 15th for a missing day, nobody born on that day or later.
func essnetPersons(t *testing.T, path string) []person {
	var all []person
	for _, r := range readCSV(t, path) {
		p := person{"missing", "missing", "missing"}
		if n := len(r["postcode"]); n > 3 {
			p.area = r["postcode"][:n-3]
		}
		switch r["sex"] {
		case "M":
			p.sex = "male"
		case "F":
			p.sex = "female"
		}
		if r["birth_year"] == "" {
			all = append(all, p)
			continue
		}
		year, _ := strconv.Atoi(r["birth_year"])
		month, _ := strconv.Atoi(r["birth_month"])
		day, err := strconv.Atoi(r["birth_day"])
		if err != nil {
			day = 15
		}
		birth := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		if birth.Day() != day { // 30 February became 1 or 2 March: no date
			all = append(all, p)
			continue
		}
		if !birth.Before(time.Date(2011, 3, 27, 0, 0, 0, 0, time.UTC)) {
			continue
		}
		age := 2011 - year
		if month > 3 || month == 3 && day > 27 {
			age--
		}
		p.age = strconv.Itoa(age)
		if age >= 100 {
			p.age = "100+"
		}
		all = append(all, p)
	}
	return all
}

// cellsOf counts persons by every dimension of the study.
func cellsOf(people []person) map[string]float64 {
	count := make(map[string]float64)
	for _, p := range people {
		group := "missing"
		if age, err := strconv.Atoi(p.age); err == nil && age < 85 {
			group = fmt.Sprintf("%d-%d", age/5*5, age/5*5+4)
		} else if p.age != "missing" {
			group = "85+"
		}
		for _, cell := range []string{"total/total", "sex/" + p.sex, "age5/" + group, "sex*age5/" + p.sex + "*" + group, "age/" + p.age} {
			count[p.area+"/"+cell]++
		}
	}
	return count
}

func TestESSnet(t *testing.T) {
	dir := shared(t, "essnet")
	register, census := cellsOf(essnetPersons(t, filepath.Join(dir, "register.csv"))), cellsOf(essnetPersons(t, filepath.Join(dir, "census.csv")))
	c := runStudy(t, "essnet/study.yaml", nil)
	for _, row := range c.Rows {
		key := row.Area + "/" + row.Dimension + "/" + row.Cell
		if row.Register != register[key] || row.Census != census[key] {
			t.Errorf("%s: register %v, census %v; counted by hand %v, %v", key, row.Register, row.Census, register[key], census[key])
		}
		note := "complete counts: judged by the margin alone"
		if row.Verdict == compare.Differs && math.Abs(row.Difference) == 1 {
			note += "; a difference of one person: the margin is less"
		}
		if row.PValue == row.PValue || row.CILower == row.CILower || row.Notes != note {
			t.Errorf("%s: a complete count got a sampling interval: %+v", key, row)
		}
		delete(register, key)
		delete(census, key)
	}
	if len(register) > 0 || len(census) > 0 {
		t.Errorf("cells without a row: %v %v", register, census)
	}
}
