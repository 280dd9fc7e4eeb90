package screen

// KnownVariances are the predictions and mean squared errors for variances that are known.
func KnownVariances(a Areas, tau2 []float64) (values, mse []float64) {
	m, err := a.nestedModel()
	if err != nil {
		panic(err)
	}
	u := m.newPass()
	m.up(tau2, u)
	s, _ := m.solve(u)
	for _, e := range a.predict(m, u, s) {
		values, mse = append(values, e.Value+m.centre), append(mse, e.SE)
	}
	return values, mse
}
