package demography

// ClosedGroups is the number of closed five-year groups of a sex that AgeSexIndices read: 0-4 to 70-74.
const ClosedGroups = 15

// A Standard is an index as this project takes it.
type Standard struct {
	Index
	Small bool // it is worth its row for every commune; others are for larger areas
	Sexes bool // so it is for each sex alone
}

// AgeIndices are the standard indices of single ages, in a fixed order. year is that of the reference day, which lies
// in spring. Ages are below 100.
func AgeIndices(year int) []Standard {
	const first, last = 23, 62
	all := []Standard{
		{Whipple(first, last, 0, 5), true, true},
		{Myers(10, 89, EqualSpan), true, true},
		{Bachi(23, 77, MeanOfRatios), true, false},
		{Spoorenberg(20, 64), true, false},
		{Whipple(first, last, 0), false, false},
		{Whipple(first, last, 5), false, false},
		{BirthYears(year, first, last), false, false},
	}
	for digit := range 10 {
		all = append(all, Standard{Noumbissi(digit, Window{20, 64}), false, false})
	}
	return append(all,
		Standard{CoaleLi(65, 95, 0, 5), false, false},
		Standard{CoaleLi(65, 95, 5, 5), false, false},
		Standard{Kannisto(90), false, false},
		Standard{Jdanov(85, 90, 95), false, false},
		Standard{Zodiac(dragon, year, 10, 64), false, false},
	)
}

// dragon is a year in which one of the Dragon begins.
const dragon = 2012

// AgeSexIndices are those of age groups by sex: cells are ClosedGroups of males, and then of females.
func AgeSexIndices() []Standard {
	return []Standard{
		{AgeSexAccuracy(ClosedGroups, Neighbours), true, false},
		{AgeSexAccuracy(ClosedGroups, Zelnick), false, false},
		{AgeSexAccuracy(ClosedGroups, Ramachandran), false, false},
		{DasGupta(ClosedGroups), false, false},
		{SexRatioScore(ClosedGroups), false, false},
	}
}

// Names are those of all standard indices.
func Names() (names []string) {
	for _, x := range append(AgeIndices(2024), AgeSexIndices()...) {
		names = append(names, x.Name)
	}
	return names
}
