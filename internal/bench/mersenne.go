package main

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A twister is the generator MT19937 seeded and read as R does it, so that R's set.seed(seed) gives the same numbers.
//
// Matsumoto and Nishimura (1998), ACM Transactions on Modeling and Computer Simulation 8:3-30; R 4.2 RNGkind
// "Mersenne-Twister", "Inversion".
type twister struct {
	state [624]uint32
	next  int
}

func newTwister(seed uint32) *twister {
	congruential := func() uint32 { seed = 69069*seed + 1; return seed }
	for range 51 { // the first number after fifty is the place of the position, which starts at the end
		congruential()
	}
	t := &twister{next: 624}
	for i := range t.state {
		t.state[i] = congruential()
	}
	return t
}

func (t *twister) bits() uint32 {
	if t.next == len(t.state) {
		t.refill()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (t *twister) refill() {
	n := len(t.state)
	for i := range n {
		y := t.state[i]&0x80000000 | t.state[(i+1)%n]&0x7fffffff
		t.state[i] = t.state[(i+397)%n] ^ y>>1 ^ (y&1)*0x9908b0df
	}
	t.next = 0
}

// uniform is between 0 and 1, neither of them.
func (t *twister) uniform() float64 {
	const unit = 2.3283064365386963e-10 // 2^-32
	u := float64(t.bits()) * unit
	if u <= 0 {
		return 0.5 * 2.328306437080797e-10
	}
	return u
}

// normal has mean 0 and variance 1; two uniform numbers make it fine enough.
func (t *twister) normal() float64 {
	const big = 134217728
	coarse := math.Floor(big * t.uniform())
	return distuv.UnitNormal.Quantile((coarse + t.uniform()) / big)
}

// poisson inverts the distribution function; mean is below 10.
func (t *twister) poisson(mean float64) int {
	u := t.uniform()
	p := math.Exp(-mean)
	at := p
	k := 0
	for u > at {
		k++
		p *= mean / float64(k)
		at += p
	}
	return k
}

func (t *twister) uniforms(n int) []float64 { return fill(n, t.uniform) }
func (t *twister) normals(n int) []float64  { return fill(n, t.normal) }

func fill(n int, f func() float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f()
	}
	return out
}
