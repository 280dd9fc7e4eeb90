package main

import (
	"bufio"
	"math"
	"os"
	"strconv"
)

// Persons are a sample of about 400,000 households, 10 in each of 40,000 enumeration areas, in 126 strata (63 provinces,
// rural and urban) and 600 districts, in columns. Codes count from 0, and rows stand in order of enumeration area.
type persons struct {
	province, urban, stratum, district, psu, household []int32
	weight                                             []float64
	sex, age, marital                                  []int32

	child   []float64 // 1 for persons under 15
	country []int32   // 0 for all
}

const (
	provinces       = 63
	strata          = 2 * provinces
	districts       = 600
	psus            = 40_000
	householdsByPSU = 10
)

// makePersons makes the sample as R would from the same seed and the same steps, so that its figures can be held against
// those of R on another machine.
func makePersons(seed uint32) *persons {
	rng := newTwister(seed)
	a := layOut(rng)
	p := &persons{}
	sizes := make([]int, psus*householdsByPSU)
	for h := range sizes {
		sizes[h] = min(12, 1+rng.poisson(2.5))
	}
	for h, size := range sizes {
		i := h / householdsByPSU
		for range size {
			p.province = append(p.province, a.stratum[i]/2)
			p.urban = append(p.urban, a.stratum[i]%2)
			p.stratum = append(p.stratum, a.stratum[i])
			p.district = append(p.district, a.district[i])
			p.psu = append(p.psu, int32(i))
			p.household = append(p.household, int32(h))
			p.weight = append(p.weight, a.weight[i])
		}
	}
	p.people(rng, a.effect)
	p.child, p.country = p.children(), make([]int32, len(p.psu))
	return p
}

// Areas are the enumeration areas: where they lie, their weight, and an effect on ages that makes people of one area alike.
type areas struct {
	stratum, district []int32
	weight, effect    []float64
}

func layOut(rng *twister) areas {
	size := rng.normals(provinces)
	total := 0.0
	for i, z := range size {
		size[i] = math.Exp(0.55 * z)
		total += size[i]
	}
	urban := rng.normals(provinces)
	number := make([]int, strata)
	largest, sum := 0, 0
	for i := range size {
		size[i] /= total
		share := logistic(-0.6 + 0.6*urban[i])
		for j, s := range []float64{size[i] * (1 - share), size[i] * share} {
			h := 2*i + j
			number[h] = max(20, int(math.RoundToEven(psus*s)))
			sum += number[h]
			if number[h] > number[largest] {
				largest = h
			}
		}
	}
	number[largest] += psus - sum
	var a areas
	for h, n := range number {
		for range n {
			a.stratum = append(a.stratum, int32(h))
		}
	}
	a.draw(rng, districtsOf(size))
	return a
}

// draw puts areas into districts of their province, and draws weights and effects.
func (a *areas) draw(rng *twister, of []int) {
	first := make([]int, provinces)
	for i := 1; i < provinces; i++ {
		first[i] = first[i-1] + of[i-1]
	}
	for i, u := range rng.uniforms(psus) {
		province := a.stratum[i] / 2
		a.district = append(a.district, int32(first[province]+int(u*float64(of[province]))))
	}
	for i, z := range rng.normals(psus) {
		by := 0.95
		if a.stratum[i]%2 == 1 {
			by = 1.15
		}
		a.weight = append(a.weight, rounded(60*math.Exp(0.35*z)*by))
	}
	for _, z := range rng.normals(psus) {
		a.effect = append(a.effect, 0.35*z)
	}
}

// districtsOf shares 600 districts among provinces by size, three at least each.
func districtsOf(size []float64) []int {
	n, sum := make([]int, len(size)), 0
	for i, s := range size {
		n[i] = max(3, int(math.RoundToEven(districts*s)))
		sum += n[i]
	}
	for ; sum > districts; sum-- {
		most := 0
		for i := range n {
			if n[i] > n[most] {
				most = i
			}
		}
		n[most]--
	}
	for ; sum < districts; sum++ {
		least := 0
		for i := range n {
			if float64(n[i])/size[i] < float64(n[least])/size[least] {
				least = i
			}
		}
		n[least]++
	}
	return n
}

// people draws age, sex and marital state.
func (p *persons) people(rng *twister, effect []float64) {
	n := len(p.psu)
	for i, u := range rng.uniforms(n) {
		u = math.Min(.999, math.Max(.001, u))
		at := logistic(math.Log(u/(1-u))*.75 - .55 + .35*effect[p.psu[i]])
		p.age = append(p.age, int32(math.Min(99, math.Floor(100*math.Pow(at, 1.15)))))
	}
	for i, u := range rng.uniforms(n) {
		sex := int32(0)
		if u < .5+.0015*(float64(p.age[i])-35)/10 {
			sex = 1
		}
		p.sex = append(p.sex, sex)
	}
	for i, u := range rng.uniforms(n) {
		p.marital = append(p.marital, marital(p.age[i], u))
	}
}

// marital is never married, married, divorced, separated or widowed, from 0.
func marital(age int32, u float64) int32 {
	var at []float64
	switch {
	case age < 18:
		return 0
	case age < 25:
		at = []float64{.72}
	case age < 60:
		at = []float64{.16, .9, .93, .97}
	default:
		at = []float64{.05, .66, .93, .97}
	}
	for state, limit := range at {
		if u < limit {
			return int32(state)
		}
	}
	return int32(len(at))
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// rounded is x to four decimals, as it is written.
func rounded(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
	return v
}

// writeCSV writes the sample with codes from 1, as a file of a statistics office would have them.
func (p *persons) writeCSV(path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString("province,urban,stratum,district,psu,hh,weight,sex,age,marital\n")
	var line []byte
	for i := range p.psu {
		line = line[:0]
		for _, v := range []int32{p.province[i] + 1, p.urban[i], p.stratum[i] + 1, p.district[i] + 1, p.psu[i] + 1, p.household[i] + 1} {
			line = append(strconv.AppendInt(line, int64(v), 10), ',')
		}
		line = append(strconv.AppendFloat(line, p.weight[i], 'f', -1, 64), ',')
		line = append(strconv.AppendInt(line, int64(p.sex[i]+1), 10), ',')
		line = append(strconv.AppendInt(line, int64(p.age[i]), 10), ',')
		line = append(strconv.AppendInt(line, int64(p.marital[i]+1), 10), '\n')
		w.Write(line)
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
