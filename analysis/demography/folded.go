package demography

import "math"

// foldedMean is the mean of |X| for a normal X of mean m and standard deviation s:
//
//	s √(2/π) exp(-m²/2s²) + m (1 - 2Φ(-m/s))
//
// and its derivative by m, which is the mean of the sign of X.
//
// Leone, Nelson and Nottingham (1961), Technometrics 3:543-550.
func foldedMean(m, s float64) (mean, slope float64) {
	if s == 0 {
		return math.Abs(m), sign(m)
	}
	z := m / s
	if math.Abs(z) > far {
		return math.Abs(m), sign(m)
	}
	slope = math.Erf(z / math.Sqrt2)
	return s*math.Sqrt(2/math.Pi)*math.Exp(-z*z/2) + m*slope, slope
}

// far is where a normal variable has one sign to the last digit.
const far = 9

// A curve is what a Distance is on the average, if its parts are normal, with means times the parts that were found,
// and standard deviations. times 0 is no preference, and 1 what was found.
type curve struct {
	part, sigma []float64
}

// at is the mean, and its derivative by times.
func (c curve) at(times float64) (mean, slope float64) {
	for j, v := range c.part {
		m, s := foldedMean(times*v, c.sigma[j])
		mean, slope = mean+m, slope+v*s
	}
	return mean, slope
}

// times is where the mean is value: 0 where the value is not above that of chance, as it is where there are no parts.
// The mean rises ever more steeply, to the slope of the found distance, so that Newton's steps from above only come
// nearer.
func (c curve) times(value float64) float64 {
	found := 0.0
	for _, v := range c.part {
		found += math.Abs(v)
	}
	chance, _ := c.at(0)
	switch {
	case math.IsNaN(value + chance):
		return math.NaN()
	case value <= chance || found == 0:
		return 0
	}
	times := value / found // the mean is not below times·found
	for range steps {
		mean, slope := c.at(times)
		next := times - (mean-value)/slope
		if !(next < times) || times-next <= precise*times {
			break
		}
		times = next
	}
	return times
}

const (
	steps   = 60
	precise = 1e-8 // of times; the next step would be of its square
)
