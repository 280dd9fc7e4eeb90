package main

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// scaling prints what more cells and more rows cost: district totals with their standard errors, from columns in memory.
func scaling(p *persons) {
	s := p.sample()
	fmt.Println("\nTotals by cells, 1.4 million persons")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "cells\tConcord\tof 100 cells")
	var hundred time.Duration
	for _, k := range []int{100, 1_000, 10_000} {
		cell := make([]int32, len(p.psu))
		for i, a := range p.psu {
			cell[i] = a / int32(psus/k) // areas of one cell are neighbours, as communes are
		}
		took := median(11, func() { s.Totals(nil, cell, k) })
		if k == 100 {
			hundred = took
		}
		fmt.Fprintf(t, "%d\t%s\t%.2f\n", k, seconds(took), took.Seconds()/hundred.Seconds())
	}
	t.Flush()
	fmt.Println("\nDesign and totals of 600 districts, by rows")
	t = tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "million rows\tConcord\tns a row\tpeak")
	for _, times := range []int{1, 7, 72} {
		big := p.repeated(times)
		took := median(3, func() { big.sample().Totals(nil, big.district, districts) })
		rows := float64(len(big.psu))
		fmt.Fprintf(t, "%.1f\t%s\t%.1f\t%.0f MiB\n", rows/1e6, seconds(took), float64(took.Nanoseconds())/rows, peakMiB())
	}
	t.Flush()
}

// repeated is a country of so many copies of the sample, each with enumeration areas of its own in the same strata and
// districts, and only the columns that totals of districts need. Rows of a stratum stay together.
func (p *persons) repeated(times int) *persons {
	n := len(p.psu)
	out := &persons{
		stratum: make([]int32, 0, n*times), psu: make([]int32, 0, n*times), district: make([]int32, 0, n*times),
		weight: make([]float64, 0, n*times),
	}
	for from := 0; from < n; {
		to := from
		for to < n && p.stratum[to] == p.stratum[from] {
			to++
		}
		areas := p.psu[to-1] - p.psu[from] + 1
		for c := range int32(times) {
			out.stratum = append(out.stratum, p.stratum[from:to]...)
			out.district = append(out.district, p.district[from:to]...)
			out.weight = append(out.weight, p.weight[from:to]...)
			for _, a := range p.psu[from:to] {
				out.psu = append(out.psu, int32(times)*p.psu[from]+c*areas+a-p.psu[from])
			}
		}
		from = to
	}
	return out
}
