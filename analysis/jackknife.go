package analysis

// JK1 is the jackknife of a sample without strata: every replicate leaves out one of the n PSUs and gives the others
// the weight of n/(n-1), and
//
//	v = (1-f) (n-1)/n Σr (θr - c)²
//
// Wolter (2007), section 4.3.1; R survey, type JK1.
func JK1() ReplicateMethod {
	return func(t *tree) (*replication, *stratumProblem) {
		if t.stages[0].strata() > 1 {
			return nil, &stratumProblem{1, "JK1 is for a sample without strata, and here is a second one: take JKn"}
		}
		p, problem := JKn()(t)
		if problem == nil && len(p.variance.rscales) > 0 {
			p.variance = equalReplicates(len(p.variance.rscales), p.variance.rscales[0])
		}
		return p, problem
	}
}

// JKn is the jackknife of a stratified sample: every replicate leaves out one of the PSUs of a stratum and gives the
// others in it the weight of nh/(nh-1), and
//
//	v = Σh (1-fh) (nh-1)/nh Σr in h (θr - c)²
//
// For totals it is the variance by linearisation, of the first stage. Of a sample of several stages all rows of a PSU
// go together.
//
// Rust and Rao (1996), Statistical Methods in Medical Research 5:283-310; Wolter (2007), section 4.5; R survey, type
// JKn.
func JKn() ReplicateMethod {
	return func(t *tree) (*replication, *stratumProblem) {
		level := &t.stages[0]
		j, v := &jackknife{t: t}, replicateVariance{scale: 1}
		for h := range int32(level.strata()) {
			varies, problem := t.replicated(h)
			if problem != nil {
				return nil, problem
			}
			if !varies {
				continue
			}
			for u := level.firstUnit[h]; u < level.firstUnit[h+1]; u++ {
				j.without = append(j.without, u)
				j.stratum = append(j.stratum, h)
				v.rscales = append(v.rscales, (1-level.fraction(h))/expansion(level.sampled(h)))
			}
		}
		j.stratumRank = stratumRank{t, len(j.without)}
		return &replication{factors: j, variance: v}, nil
	}
}

// jackknife are replicates that leave out one PSU each.
type jackknife struct {
	stratumRank
	t       *tree
	without []int32 // the PSU that a replicate is without
	stratum []int32 // that PSU's
}

func (j *jackknife) column(r int, to []float64) {
	for u := range to {
		to[u] = 1
	}
	level, h := &j.t.stages[0], j.stratum[r]
	for u := level.firstUnit[h]; u < level.firstUnit[h+1]; u++ {
		to[u] = expansion(level.sampled(h))
	}
	to[j.without[r]] = 0
}
