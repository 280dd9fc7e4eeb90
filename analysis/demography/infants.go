package demography

import "gonum.org/v1/gonum/mat"

// johnson are the weights of ages 2 to 8 by: age 1, ages 2-4, ages 5-8, age 9, age 10. Every column adds up to 1 over
// the ages it is a total of, and to 0 over the others, so that totals stay.
//
// Johnson (2016), Beers interpolation with a fixed count of infants, US Census Bureau spreadsheet BEERSP; the weights
// are those of DAPPS and Spectrum (Stover and Kirmeyer 2008, DemProj).
var johnson = [7][5]float64{
	{0.2333, 0.3445, -0.1222, 0.3778, -0.1556},
	{-0.0875, 0.3847, -0.0236, 0.0389, -0.0111},
	{-0.1458, 0.2708, 0.1458, -0.4167, 0.1667},
	{-0.0833, 0.1151, 0.2817, -0.6111, 0.2222},
	{0, -0.0080, 0.3254, -0.3889, 0.1111},
	{0.0458, -0.0613, 0.2637, 0.1833, -0.1000},
	{0.0375, -0.0458, 0.1292, 0.8167, -0.2333},
}

// infantsApart tells whether groups begin with 0 and 1-4.
func infantsApart(g Groups) bool {
	return g.Len() > 3 && g.Start[0] == 0 && g.Start[1] == 1 && g.Start[2] == 5
}

// holdInfants changes a matrix of graduation so that age 0 is the group 0, and ages 2 to 8 are blended between age 1
// and ages 9 and 10, within the totals of 0-4 and 5-9.
func holdInfants(m *mat.Dense, g Groups) *mat.Dense {
	rows, cols := m.Dims()
	of := mat.NewDense(5, cols, nil) // what the weights are of
	of.SetRow(0, m.RawRowView(1))
	for j := range cols {
		under5 := 0.0
		if j == 1 {
			under5 = 1 // 1-4, of which age 1 goes off: what is left is 2-4
		}
		of.Set(1, j, under5-m.At(1, j))
		of.Set(2, j, m.At(5, j)+m.At(6, j)+m.At(7, j)+m.At(8, j))
	}
	of.SetRow(3, m.RawRowView(9))
	of.SetRow(4, m.RawRowView(10))
	out := mat.NewDense(rows, cols, nil)
	out.Copy(m)
	out.SetRow(0, append([]float64{1}, make([]float64, cols-1)...))
	blended := out.Slice(2, 9, 0, cols).(*mat.Dense)
	blended.Mul(mat.NewDense(7, 5, flat(johnson)), of)
	return out
}

func flat(rows [7][5]float64) (all []float64) {
	for _, r := range rows {
		all = append(all, r[:]...)
	}
	return all
}
