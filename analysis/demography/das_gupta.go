package demography

import "math"

// DasGupta is the composite index of Das Gupta, the product of an index of sex ratios and one of age ratios of each
// sex,
//
//	i = (Σ|R(k+1)-R(k)| - |r₁-r₂|)/(n-1),  I = Σ|A(k)-100| / (2H - 100 - T)
//
// R the sex ratios, r₁ and r₂ those of the first two and the last two groups together; A(k) = 200
// P(k+1)/(P(k)+P(k+1)); H and T 200 times the largest and the last group over the first two. A course without
// reversals makes the index of sex ratios 0. It is on no scale that others are on. It panics with fewer than three
// groups.
//
// Das Gupta (1955), Human Biology 27:1-23.
func DasGupta(groups int) Index {
	mustHaveGroups(groups)
	return Index{
		Name: "age_sex_accuracy_das_gupta", Kind: Composite, Tolerable: math.NaN(), Minimum: fewestForAge, Cells: 2 * groups,
		form: dasGupta(groups),
	}
}

type dasGupta int

func (dasGupta) parts() int { return 1 }

func (g dasGupta) values(p, part []float64) {
	part[0] = sexCourse(p[:g], p[g:], nil, nil) * ageCourse(p[:g], nil) * ageCourse(p[g:], nil)
}

func (g dasGupta) gradients(p, _, by []float64, _ int) {
	clear(by)
	male, female := make([]float64, g), make([]float64, g)
	s := sexCourse(p[:g], p[g:], by[:g], by[g:])
	a, b := ageCourse(p[:g], male), ageCourse(p[g:], female)
	for k := range male {
		by[k] = by[k]*a*b + s*male[k]*b
		by[int(g)+k] = by[int(g)+k]*a*b + s*a*female[k]
	}
}

// sexCourse is the index of sex ratios, and its derivatives where they are asked for.
func sexCourse(m, f, byM, byF []float64) float64 {
	n := len(m)
	sum, each := 0.0, 100/float64(n-1)
	// ratio adds the derivatives of weight times the sex ratio of groups from k to before end.
	ratio := func(k, end int, weight float64) {
		if byM == nil {
			return
		}
		up, down := total(m[k:end]), total(f[k:end])
		for i := k; i < end; i++ {
			byM[i] += weight * each / down
			byF[i] -= weight * each * up / (down * down)
		}
	}
	for k := 1; k < n; k++ {
		d := m[k]/f[k] - m[k-1]/f[k-1]
		sum += math.Abs(d)
		ratio(k, k+1, sign(d))
		ratio(k-1, k, -sign(d))
	}
	ends := total(m[:2])/total(f[:2]) - total(m[n-2:])/total(f[n-2:])
	ratio(0, 2, -sign(ends))
	ratio(n-2, n, sign(ends))
	return each * (sum - math.Abs(ends))
}

// ageCourse is the index of age ratios of a sex, and its derivatives where they are asked for.
func ageCourse(p, by []float64) float64 {
	n, first, largest := len(p), p[0]+p[1], 0
	up := make([]float64, n)
	sum := 0.0
	for k := range n - 1 {
		two := p[k] + p[k+1]
		d := 200*p[k+1]/two - 100
		sum += math.Abs(d)
		up[k+1] += sign(d) * 200 * p[k] / (two * two)
		up[k] -= sign(d) * 200 * p[k+1] / (two * two)
	}
	for k := range p {
		if p[k] > p[largest] {
			largest = k
		}
	}
	down := 2*200*p[largest]/first - 100 - 200*p[n-1]/first
	if by == nil {
		return sum / down
	}
	for k := range by {
		by[k] = up[k] / down
	}
	each := sum / (down * down) / first
	by[largest] -= 400 * each
	by[n-1] += 200 * each
	by[0] += each * (down + 100)
	by[1] += each * (down + 100)
	return sum / down
}

func total(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}
