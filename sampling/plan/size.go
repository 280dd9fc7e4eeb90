package plan

import "gonum.org/v1/gonum/stat/distuv"

// SizeMean is the number of units to invite so that the mean of a study variable is known within a margin, half the
// width of the normal interval at a confidence level such as 0.95:
//
//	n0 = z²·sd²/margin²,  n1 = n0/(1 + n0/N),  n = n1·d/r
//
// sd is the standard deviation in the population (divisor N-1), in the unit of margin; N, d and r are population,
// design effect and response rate of the survey.
//
// Cochran (1977), Sampling Techniques, section 4.6. SizeMean panics if sd is negative, margin is not above 0 or level
// is not between 0 and 1.
func SizeMean(sd, margin, level float64, s Survey) float64 {
	must(sd >= 0 && margin > 0, "standard deviation of %v and margin of %v", sd, margin)
	se := margin / confidence(level)
	return s.sizeOfMean(sd * sd / (se * se))
}

// SizeMeanCV is the number of units to invite so that the mean, or the total, of a study variable has a coefficient of
// variation cv:
//
//	n0 = unitCV²/cv²,  n1 = n0/(1 + n0/N),  n = n1·d/r
//
// unitCV is the standard deviation in the population over the mean. Total and mean have the same cv where the
// population size is known.
//
// Cochran (1977), Sampling Techniques, section 4.6. SizeMeanCV panics if unitCV is negative or cv is not above 0.
func SizeMeanCV(unitCV, cv float64, s Survey) float64 {
	must(unitCV >= 0 && cv > 0, "unit coefficient of variation of %v, of the mean %v", unitCV, cv)
	return s.sizeOfMean(unitCV * unitCV / (cv * cv))
}

// SizeTotal is SizeMean for the total N·mean, with the margin in units of the total. It panics, too, if the survey's
// population is infinite.
func SizeTotal(sd, margin, level float64, s Survey) float64 {
	must(s.Population > 0, "total of an infinite population")
	return SizeMean(sd, margin/s.Population, level, s)
}

// SizeProportion is the number of units to invite so that a proportion p is known within a margin at a confidence
// level:
//
//	n0 = z²·p(1-p)/margin²,  n1 = n0/(1 + (n0-1)/N),  n = n1·d/r
//
// p = ½ is the worst case. The interval is normal: with n·p or n·(1-p) below about 10 it is not what will be reported.
//
// Cochran (1977), Sampling Techniques, section 4.4. SizeProportion panics if p is outside [0, 1], margin is not above 0
// or level is not between 0 and 1.
func SizeProportion(p, margin, level float64, s Survey) float64 {
	must(p >= 0 && p <= 1 && margin > 0, "proportion of %v and margin of %v", p, margin)
	se := margin / confidence(level)
	return s.sizeOfShare(p * (1 - p) / (se * se))
}

// SizeProportionCV is SizeProportion for a coefficient of variation cv of the proportion: n0 = (1-p)/(p·cv²). It panics
// if p is not in (0, 1] or cv is not above 0.
func SizeProportionCV(p, cv float64, s Survey) float64 {
	must(p > 0 && p <= 1 && cv > 0, "proportion of %v and coefficient of variation of %v", p, cv)
	return s.sizeOfShare((1 - p) / (p * cv * cv))
}

// sizeOfMean turns the size under simple random sampling of an infinite population into what the survey needs.
func (s Survey) sizeOfMean(n0 float64) float64 { return s.Invited(n0 / (1 + n0*s.perUnit())) }

// sizeOfShare differs by the divisor of the variance, N and not N-1.
func (s Survey) sizeOfShare(n0 float64) float64 { return s.Invited(n0 / (1 + (n0-1)*s.perUnit())) }

// confidence is the normal quantile of a two-sided interval.
func confidence(level float64) float64 {
	must(level > 0 && level < 1, "confidence level of %v", level)
	return upperNormal((1 - level) / 2)
}

// upperNormal is exceeded with probability p.
func upperNormal(p float64) float64 { return -distuv.UnitNormal.Quantile(p) }
