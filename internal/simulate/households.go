package simulate

import "math/rand/v2"

// Members live with a head a generation apart: between 18 and 40 years.
const (
	adult          = 18
	generationLow  = 18
	generationHigh = 40
	spouseApart    = 10 // most years between spouses
)

// manyMembers is the mean number of members beyond seven in a household of seven or more: 2019 had 8.33 members in them.
const manyMembers = 1.33

// assembly puts people drawn first into households drawn beside them. Because the people come first, one by one from
// the age structure, the ages of a place follow that structure exactly, whatever households can be made of them.
type assembly struct {
	rng     *rand.Rand
	people  []person // room for all, household after household
	houses  []int32  // household h has people[houses[h]:houses[h+1]]
	filled  []int32  // members placed so far, by household
	waiting [2][agesKept][]person
	open    [agesKept][]int32 // households with room, by age of head
}

// assemble returns n people grouped into households, heads first and spouses second, with sex, age and relationship.
func assemble(rng *rand.Rand, sizes []float64, ages *cumulative, n int) (people []person, houses []int32) {
	a := &assembly{rng: rng, people: make([]person, n), houses: drawSizes(rng, sizes, n)}
	a.filled = make([]int32, len(a.houses)-1)
	a.seatHeads(drawPeople(rng, ages, n))
	a.seatSpouses()
	a.openHouses()
	a.seatOthers()
	return a.people, a.houses
}

// drawPeople draws n people independently: an age from the structure, then a sex given the age.
func drawPeople(rng *rand.Rand, ages *cumulative, n int) []person {
	people := make([]person, n)
	for i := range people {
		age := ages.draw(rng)
		people[i] = person{age: age, sex: female, relation: other}
		if rng.Float64() < maleShare[age] {
			people[i].sex = male
		}
	}
	return people
}

// drawSizes draws household sizes until they hold n people, cutting the last one, and returns where each begins.
func drawSizes(rng *rand.Rand, sizes []float64, n int) []int32 {
	houses := append(make([]int32, 0, n/3+2), 0)
	for end := 0; end < n; {
		end = min(n, end+drawSize(rng, sizes))
		houses = append(houses, int32(end))
	}
	return houses
}

// drawSize draws one size from the cumulative shares of 1, 2, ..., 7 and over; above seven it is geometric.
func drawSize(rng *rand.Rand, sizes []float64) int {
	u, size := rng.Float64(), 1
	for size < 7 && u >= sizes[size-1] {
		size++
	}
	for size >= 7 && size < 30 && rng.Float64() < manyMembers/(1+manyMembers) {
		size++
	}
	return size
}

// headShare is how likely a person is taken as head when met.
func headShare(p *person) float64 {
	switch {
	case p.age < adult:
		return 0
	case p.age < 25:
		return 0.08
	case p.sex == male && p.age < 70:
		return 0.85
	case p.sex == male, p.age >= 60:
		return 0.5
	}
	return 0.25
}

// seatHeads chooses a head for every household and lets the others wait. Three passes: by inclination, then any
// adult, then, in places of very few adults, anybody.
func (a *assembly) seatHeads(people []person) {
	next, homes := 0, len(a.filled)
	for pass := range 3 {
		kept := people[:0]
		for _, p := range people {
			if next < homes && a.takesHead(&p, pass) {
				p.relation = head
				a.place(int32(next), p)
				next++
				continue
			}
			kept = append(kept, p)
		}
		people = kept
	}
	for _, p := range people {
		a.waiting[p.sex][p.age] = append(a.waiting[p.sex][p.age], p)
	}
}

// takesHead decides whether a person becomes a head in the given pass.
func (a *assembly) takesHead(p *person, pass int) bool {
	switch pass {
	case 0:
		return a.rng.Float64() < headShare(p)
	case 1:
		return p.age >= adult
	}
	return true
}

// place puts a person into the next seat of a household.
func (a *assembly) place(house int32, p person) {
	a.people[a.houses[house]+a.filled[house]] = p
	a.filled[house]++
}

// room is the number of empty seats of a household.
func (a *assembly) room(house int32) int32 {
	return a.houses[house+1] - a.houses[house] - a.filled[house]
}

// headOf is the head of a household.
func (a *assembly) headOf(house int32) *person { return &a.people[a.houses[house]] }

// coupledShare is the share of heads of the sex and age, in households of two or more, who live with a spouse.
func coupledShare(p *person) float64 {
	share := 0.9
	if p.age >= 60 {
		share = 0.75
	}
	if p.sex == female {
		share /= 2
	}
	return share
}

// seatSpouses gives heads a spouse of the other sex and near in age, husbands some 2.5 years older, while there are any.
func (a *assembly) seatSpouses() {
	for h := range int32(len(a.filled)) {
		p := a.headOf(h)
		if a.room(h) == 0 || p.age < adult || a.rng.Float64() >= coupledShare(p) {
			continue
		}
		target := int(float64(p.age) + 2.5*float64(2*int(p.sex)-1) + 3*a.rng.NormFloat64())
		low, high := max(adult, int(p.age)-spouseApart), min(openAge, int(p.age)+spouseApart)
		line := &a.waiting[1-p.sex]
		if age := nearest(target, low, high, func(age int) bool { return len(line[age]) > 0 }); age >= 0 {
			last := len(line[age]) - 1
			mate := line[age][last]
			line[age] = line[age][:last]
			mate.relation = spouse
			a.place(h, mate)
		}
	}
}

// nearest finds the value nearest to target within low..high that satisfies ok, or -1.
func nearest(target, low, high int, ok func(int) bool) int {
	target = min(max(target, low), high)
	for d := 0; target-d >= low || target+d <= high; d++ {
		if x := target - d; x >= low && ok(x) {
			return x
		}
		if x := target + d; x <= high && ok(x) {
			return x
		}
	}
	return -1
}

// openHouses lists the households with room by the age of their head.
func (a *assembly) openHouses() {
	for h := range int32(len(a.filled)) {
		if a.room(h) > 0 {
			age := a.headOf(h).age
			a.open[age] = append(a.open[age], h)
		}
	}
}

// seatOthers fills every seat left: first with minors as children, then with the old as parents, then with the rest
// as grown children if they are a generation younger than a head, or as other members near the head's age.
func (a *assembly) seatOthers() {
	for _, ages := range [][2]int{{0, adult - 1}, {60, openAge}, {adult, 59}} {
		for _, p := range a.takeWaiting(ages[0], ages[1]) {
			a.seat(p)
		}
	}
}

// takeWaiting empties the waiting lines of some ages, in random order.
func (a *assembly) takeWaiting(low, high int) (line []person) {
	for age := low; age <= high; age++ {
		line = append(append(line, a.waiting[male][age]...), a.waiting[female][age]...)
	}
	a.rng.Shuffle(len(line), func(i, j int) { line[i], line[j] = line[j], line[i] })
	return line
}

// seat finds a household for a person: there is a seat for everybody, because sizes add up to the people.
func (a *assembly) seat(p person) {
	apart := 27 + 5*a.rng.NormFloat64()
	age := int(p.age)
	if headAge := a.openNear(age+int(apart), age+generationLow, age+generationHigh); headAge >= 0 && age < 60 {
		p.relation = child
		a.enter(headAge, p)
		return
	}
	if headAge := a.openNear(age-int(apart), age-generationHigh, age-generationLow); headAge >= 0 && age >= 40 {
		p.relation = parent
		a.enter(headAge, p)
		return
	}
	near := age
	if age < adult {
		near = age + int(apart)
	}
	a.enter(a.openNear(near, 0, openAge), p)
}

// openNear finds the age of head nearest to target, within low..high, with a household that has room, or -1.
func (a *assembly) openNear(target, low, high int) int {
	low, high = max(low, 0), min(high, openAge)
	if low > high {
		return -1
	}
	return nearest(target, low, high, func(age int) bool { return len(a.open[age]) > 0 })
}

// enter places a person in a random open household of a head of that age.
func (a *assembly) enter(headAge int, p person) {
	line := a.open[headAge]
	i := a.rng.IntN(len(line))
	h := line[i]
	a.place(h, p)
	if a.room(h) == 0 {
		line[i] = line[len(line)-1]
		a.open[headAge] = line[:len(line)-1]
	}
}
