package main

import "testing"

// The work of the estimation table, once columns are in memory; the design is made anew every time.
func BenchmarkInMemory(b *testing.B) {
	p := makePersons(20240401)
	whole := make([]int32, len(p.psu))
	child := p.children()
	for name, work := range map[string]func(){
		"design":          func() { p.sample() },
		"mean":            func() { p.sample().Ratios(child, nil, whole, 1) },
		"province_sex":    func() { s := p.sample(); c, k := p.provinceSex(); s.Totals(nil, c, k); s.Ratios(child, nil, c, k) },
		"age_by_province": func() { p.ageShares(p.sample()) },
		"district_totals": func() { p.sample().Totals(nil, p.district, districts) },
		"bootstrap":       func() { p.bootstrap(p.sample()).Totals(nil, p.province, provinces) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				work()
			}
		})
	}
}
