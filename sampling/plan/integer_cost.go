package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// IntegerCostOptimal spends a budget on strata in whole numbers so that [TotalVariance] is least among all allocations
// that cost no more:
//
//	minimise Σ Nh²·Sh²/nh  subject to  Σ costh·nh ≤ budget,  min(leasth, Nh) ≤ nh ≤ min(mosth, Nh)
//
// and nh ≥ 1 where the stratum has a spread. A nil least means no more than that and a nil most means Nh. Of
// allocations that are equally good it takes a cheapest.
//
// It is exact. Giving units by priority, Nh·Sh/√(costh·nh·(nh+1)), until none fits any more is optimal for what it
// costs (Fox 1966, Management Science 13:210-216), and comes close. With the priority at which the budget runs out as
// the price of money, no allocation can be better by more than some gap, and every departure from the best for that
// price costs some of it. The few allocations that the gap leaves room for are compared.
//
// It is meant for hundreds of strata; ten thousand take half a minute.
//
// An error says so when the budget does not pay for the least. IntegerCostOptimal panics if the slices differ in
// length.
func IntegerCostOptimal(budget float64, units []int, sd, cost []float64, least, most []int) ([]int, error) {
	mustMatch(len(units), cost)
	q, err := newQueue(units, sd, least, most)
	if err != nil {
		return nil, err
	}
	b := spending{queue: q, cost: cost, left: budget}
	if err := b.payLeast(); err != nil {
		return nil, err
	}
	price, ok := b.spend()
	if !ok {
		return b.n, nil
	}
	return b.improve(price), nil
}

// spending is an allocation and what is left of the budget.
type spending struct {
	*queue
	cost  []float64
	floor []int // what each stratum must get
	left  float64
}

func (b *spending) payLeast() error {
	budget := b.left
	for h, c := range b.cost {
		if !(c > 0) || math.IsInf(c, 1) {
			return fmt.Errorf("sampling: a unit of stratum %d costs %v, want a finite number above 0", h, c)
		}
		if b.spread[h] > 0 && b.n[h] == 0 {
			b.n[h] = min(1, b.most[h])
		}
		b.left -= float64(c * float64(b.n[h]))
	}
	if !(b.left >= -census*budget) || math.IsInf(budget, 1) {
		return fmt.Errorf("sampling: a budget of %v does not pay for the least, which costs %v", budget, budget-b.left)
	}
	b.floor = slices.Clone(b.n)
	return nil
}

// gain is what the next unit of a stratum takes from Σ N²S²/n, for every unit of money.
func (b *spending) gain(h int) float64 {
	n := float64(b.n[h])
	return b.spread[h] / b.cost[h] * b.spread[h] / (n * (n + 1))
}

// spend gives units by priority until none fits. The price is the gain of the first unit that should have had its turn
// and did not fit; there is none if every stratum has got its most.
func (b *spending) spend() (price float64, ok bool) {
	for {
		fits, dear := b.leaders()
		if dear >= 0 && price == 0 && (fits < 0 || b.gain(dear) > b.gain(fits)) {
			price = b.gain(dear)
		}
		if fits < 0 {
			return price, price > 0
		}
		b.n[fits]++
		b.left -= b.cost[fits]
	}
}

// leaders are the strata with the greatest gain among those the next unit of which fits the budget, and among those
// where it is too dear; -1 if there are none.
func (b *spending) leaders() (fits, dear int) {
	fits, dear = -1, -1
	for h, n := range b.n {
		switch {
		case n == b.most[h] || b.spread[h] == 0:
		case b.cost[h] <= b.left && (fits < 0 || b.gain(h) > b.gain(fits)):
			fits = h
		case b.cost[h] > b.left && (dear < 0 || b.gain(h) > b.gain(dear)):
			dear = h
		}
	}
	return fits, dear
}

// option is a number of units for a stratum, and how much more it costs at a price than the best number for the price.
type option struct {
	n              int
	excess         float64
	money, inverse float64 // cost·n and N²S²/n
}

// partial is an allocation of the strata up to one, the last of which has option `last` after partial `before`.
type partial struct {
	money, inverse, excess float64
	before, last           int
}

// improve compares all allocations that may be better than the present one. Most of the gap is usually too much: a
// smaller one will do if what is found within it loses no more than that.
func (b *spending) improve(price float64) []int {
	budget, gap := b.left, price*b.left
	for h, n := range b.n {
		budget += float64(b.cost[h] * float64(n))
		gap += b.loss(h, n, price)
	}
	if !(gap > 0) {
		return b.n
	}
	for share := gap / 1024; share < gap; share *= 4 {
		if n, loss := b.within(share, price, budget); loss <= share {
			return n
		}
	}
	if n, _ := b.within(gap*(1+1e-9), price, budget); n != nil {
		return n
	}
	return b.n
}

// within is the best allocation that loses no more than the gap by departures from the best for the price, and what it
// loses by those and by money left over.
func (b *spending) within(gap, price, budget float64) (n []int, loss float64) {
	options, layers := make([][]option, len(b.n)), make([][]partial, len(b.n)+1)
	layers[0] = []partial{{}}
	for h := range b.n {
		options[h] = b.options(h, price, gap)
		layers[h+1] = extend(layers[h], options[h], gap)
	}
	at := -1
	for i, p := range layers[len(b.n)] {
		if p.money <= budget*(1+census) {
			at = i
		}
	}
	if at < 0 {
		return nil, math.Inf(1)
	}
	p := layers[len(b.n)][at]
	loss, n = p.excess+float64(price*(budget-p.money)), make([]int, len(b.n))
	for h := len(n) - 1; h >= 0; h-- {
		p := layers[h+1][at]
		n[h], at = options[h][p.last].n, p.before
	}
	return n, loss
}

// priced is N²S²/n plus the price of what n units cost.
func (b *spending) priced(h, n int, price float64) float64 {
	return b.inverse(h, n) + float64(price*b.cost[h]*float64(n))
}

func (b *spending) inverse(h, n int) float64 {
	if b.spread[h] == 0 {
		return 0
	}
	return b.spread[h] * b.spread[h] / float64(n)
}

// bestFor is the number of units that is best for a price: as many as gain more than they cost.
func (b *spending) bestFor(h int, price float64) int {
	n := b.floor[h]
	want := b.spread[h] / math.Sqrt(price*b.cost[h])
	n = min(max(n, int(math.Floor(want))), b.most[h])
	for n < b.most[h] && b.priced(h, n+1, price) < b.priced(h, n, price) {
		n++
	}
	return n
}

// loss is how much worse n units are for a stratum at a price than the best number.
func (b *spending) loss(h, n int, price float64) float64 {
	return b.priced(h, n, price) - b.priced(h, b.bestFor(h, price), price)
}

// options are the numbers of units that the gap leaves room for, around the best.
func (b *spending) options(h int, price, gap float64) []option {
	var list []option
	best := b.bestFor(h, price)
	add := func(n int) bool {
		excess := b.loss(h, n, price)
		if excess <= gap {
			list = append(list, option{n, excess, b.cost[h] * float64(n), b.inverse(h, n)})
		}
		return excess <= gap
	}
	for n := best; n >= b.floor[h] && add(n); n-- {
	}
	for n := best + 1; n <= b.most[h] && add(n); n++ {
	}
	return list
}

// extend combines partial allocations with the options of one more stratum, leaving out those that exceed the gap and
// those that another beats in both money and inverse.
func extend(before []partial, options []option, gap float64) []partial {
	var all []partial
	for i, p := range before {
		for k, o := range options {
			if excess := p.excess + o.excess; excess <= gap {
				all = append(all, partial{p.money + o.money, p.inverse + o.inverse, excess, i, k})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y partial) int {
		return cmp.Or(cmp.Compare(x.money, y.money), cmp.Compare(x.inverse, y.inverse))
	})
	kept := all[:0]
	for _, p := range all {
		if len(kept) == 0 || p.inverse < kept[len(kept)-1].inverse {
			kept = append(kept, p)
		}
	}
	return kept
}
