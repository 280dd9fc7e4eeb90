package simulate

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/concord-stat/concord/analysis"
)

type expl struct{ in, n, below, above int }

func TestExplore(t *testing.T) {
	persons, _ := strconv.ParseInt(os.Getenv("XP"), 10, 64)
	frac, _ := strconv.ParseFloat(os.Getenv("XF"), 64)
	hh, _ := strconv.Atoi(os.Getenv("XH"))
	ah, _ := strconv.ParseFloat(os.Getenv("XA"), 64)
	draws, _ := strconv.Atoi(os.Getenv("XN"))
	nr, _ := strconv.ParseFloat(os.Getenv("XR"), 64)
	start := time.Now()
	f, err := Population(Options{Persons: persons, Seed: 7, Rates: Rates{Nonresponse: nr}, Census: CensusPlan{AreaFraction: frac, HouseholdsPerArea: hh, AreaHouseholds: ah}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("population", time.Since(start), "areas", f.c.areas, "strata", len(f.c.strata), "communes", len(f.c.communes))
	K := len(f.c.communes)
	at := map[string]int32{}
	prov := make([]int32, K)
	truth := make([]float64, K)
	ptruth := make([]float64, len(f.c.provinces))
	pat := map[string]int32{}
	for i, p := range f.c.provinces {
		pat[p] = int32(i)
	}
	communesIn := map[int]int{}
	for i := range f.c.communes {
		at[f.c.communes[i].code] = int32(i)
		prov[i] = pat[f.c.communes[i].province]
		communesIn[f.c.communes[i].stratum]++
	}
	for _, s := range f.settled {
		truth[s.index] = float64(len(s.people))
		ptruth[prov[s.index]] += float64(len(s.people))
	}
	var mu sync.Mutex
	res := map[string]*expl{}
	work := make(chan uint64, draws)
	for s := range draws {
		work <- uint64(s)
	}
	close(work)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			own := map[string]*expl{}
			rec := func(k string, e analysis.Estimate, truth float64) {
				x := own[k]
				if x == nil {
					x = &expl{}
					own[k] = x
				}
				lo, hi := e.Interval(0.95)
				x.n++
				switch {
				case lo <= truth && truth <= hi:
					x.in++
				case lo > truth:
					x.above++
				case hi < truth:
					x.below++
				}
			}
			for seed := range work {
				s := f.Draw(seed)
				d, unit := explDesign(t, &s)
				rows := len(s.Weight)
				tl := analysis.Tally{N: make([]int64, rows), W: s.Weight, Unit: unit}
				cell, pc := make([]int32, rows), make([]int32, rows)
				for i := range rows {
					tl.N[i] = 1
					cell[i] = at[s.Commune[i]]
					pc[i] = prov[cell[i]]
				}
				drawn := make([]int, K)
				last := ""
				for i := range rows {
					if s.EA[i] != last {
						last = s.EA[i]
						drawn[cell[i]]++
					}
				}
				for c, e := range d.Totals(&tl, cell, K) {
					n := drawn[c]
					kind := "domain"
					if communesIn[f.c.communes[c].stratum] == 1 {
						kind = "stratum"
					}
					b := "1"
					switch {
					case n == 0:
						continue
					case n >= 40:
						b = "40+"
					case n >= 20:
						b = "20-39"
					case n >= 10:
						b = "10-19"
					case n >= 5:
						b = "05-9"
					case n >= 2:
						b = "02-4"
					}
					rec("drawn "+kind+" "+b, e, truth[c])
					if n >= 10 {
						rec("drawn all 10+", e, truth[c])
					}
					st := f.c.strata[f.c.communes[c].stratum]
					ex := float64(f.c.communes[c].areas) * float64(f.c.o.Census.areasDrawn(len(st.areas))) / float64(len(st.areas))
					b = "00-1"
					switch {
					case ex >= 40:
						b = "40+"
					case ex >= 20:
						b = "20-39"
					case ex >= 15:
						b = "15-19"
					case ex >= 10:
						b = "10-15"
					case ex >= 5:
						b = "05-9"
					case ex >= 2:
						b = "02-4"
					}
					rec("expected "+kind+" "+b, e, truth[c])
					if ex >= 10 {
						rec("expected all 10+", e, truth[c])
					}
				}
				for p, e := range d.Totals(&tl, pc, len(ptruth)) {
					rec("province", e, ptruth[p])
				}
			}
			mu.Lock()
			for k, x := range own {
				r := res[k]
				if r == nil {
					r = &expl{}
					res[k] = r
				}
				r.in += x.in
				r.n += x.n
				r.above += x.above
				r.below += x.below
			}
			mu.Unlock()
		}()
	}
	wg.Wait()
	keys := []string{}
	for k := range res {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		r := res[k]
		fmt.Printf("%-24s %7d  %.2f  lo>truth %.2f hi<truth %.2f\n", k, r.n, 100*float64(r.in)/float64(r.n), 100*float64(r.above)/float64(r.n), 100*float64(r.below)/float64(r.n))
	}
	fmt.Println(time.Since(start))
}

func explDesign(t *testing.T, s *Sample) (*analysis.Design, []int32) {
	strata := map[string]int32{}
	var names []string
	for _, n := range s.Stratum {
		if _, ok := strata[n]; !ok {
			strata[n] = 0
			names = append(names, n)
		}
	}
	sort.Strings(names)
	ss := make([]analysis.Stratum, len(names))
	for i, n := range names {
		strata[n] = int32(i)
		ss[i].Name = n
	}
	// sample is in frame order: communes of one stratum need not be neighbours
	type ea struct {
		name  string
		h     int32
		first int
	}
	var eas []ea
	for i := range s.EA {
		if i == 0 || s.EA[i] != s.EA[i-1] {
			h := strata[s.Stratum[i]]
			ss[h].Population = float64(s.NEA[i])
			eas = append(eas, ea{s.EA[i], h, i})
		}
	}
	sort.SliceStable(eas, func(a, b int) bool { return eas[a].h < eas[b].h })
	var psus []analysis.PSU
	var ssus []int32
	unit := make([]int32, len(s.EA))
	for p, e := range eas {
		psus = append(psus, analysis.PSU{Name: e.name, Stratum: e.h, Population: float64(s.NHH[e.first])})
		for i := e.first; i < len(s.EA) && s.EA[i] == e.name; i++ {
			if i == e.first || s.Household[i] != s.Household[i-1] {
				ssus = append(ssus, int32(p))
			}
			unit[i] = int32(len(ssus) - 1)
		}
	}
	d, err := analysis.NewDesign(ss, psus, ssus)
	if err != nil {
		t.Fatal(err)
	}
	return d, unit
}
