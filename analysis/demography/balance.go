package demography

import "math"

// An Account is a population at two times with what came and went between, in persons.
type Account struct {
	Start, Births, Deaths, In, Out, End float64
}

// A Figure is a value with its standard error, in the same unit.
type Figure struct{ Value, SE float64 }

// A Balance is what an account comes to.
type Balance struct {
	Expected     Figure // end that the account leads to: start + births - deaths + in - out, persons
	Closure      Figure // error of closure: end - expected, persons
	ClosurePct   Figure // of the end, percent
	NetMigration Figure // residual: end - start - births + deaths, persons
	GrowthPct    Figure // 100 ln(end/start), percent over the whole time
	BirthRate    Figure // births per 1000 of the mean of start and end, over the whole time
	DeathRate    Figure
}

// Close draws up the balancing equation of a population,
//
//	end = start + births - deaths + in - out + error of closure
//
// with the variances of the entries given, which are taken for independent: 0 for what is counted, and the count itself
// for what is taken as one outcome of a Poisson process. The errors of percentages and rates are of first order. What
// is divided by nobody is NaN.
//
// The error of closure is the sum of all errors of all entries: one that is small may be made of large ones that offset
// each other, and it does not say which entry is wrong. Moves within the country must be on both sides or on none.
//
// Shryock and Siegel (1973), The Methods and Materials of Demography, chapter 1; for the residual also United Nations
// (1970), Manual VI.
func Close(a, variances Account) Balance {
	expected := a.Start + a.Births - a.Deaths + a.In - a.Out
	closure := a.End - expected
	mean := (a.Start + a.End) / 2
	b, d := 1000*a.Births/mean, 1000*a.Deaths/mean
	of := func(value float64, by Account) Figure { return Figure{value, math.Sqrt(variances.spread(by))} }
	return Balance{
		Expected:     of(expected, Account{Start: 1, Births: 1, Deaths: -1, In: 1, Out: -1}),
		Closure:      of(closure, Account{-1, -1, 1, -1, 1, 1}),
		ClosurePct:   of(100*closure/a.End, Account{-1, -1, 1, -1, 1, expected / a.End}.times(100/a.End)),
		NetMigration: of(a.End-a.Start-a.Births+a.Deaths, Account{Start: -1, Births: -1, Deaths: 1, End: 1}),
		GrowthPct:    of(100*math.Log(a.End/a.Start), Account{Start: -100 / a.Start, End: 100 / a.End}),
		BirthRate:    of(b, Account{Start: -b / (2 * mean), Births: 1000 / mean, End: -b / (2 * mean)}),
		DeathRate:    of(d, Account{Start: -d / (2 * mean), Deaths: 1000 / mean, End: -d / (2 * mean)}),
	}
}

func (a Account) times(f float64) Account {
	return Account{a.Start * f, a.Births * f, a.Deaths * f, a.In * f, a.Out * f, a.End * f}
}

// spread is Σ d²v of the entries with variances v and derivatives d.
func (v Account) spread(d Account) float64 {
	return d.Start*d.Start*v.Start + d.Births*d.Births*v.Births + d.Deaths*d.Deaths*v.Deaths +
		d.In*d.In*v.In + d.Out*d.Out*v.Out + d.End*d.End*v.End
}
