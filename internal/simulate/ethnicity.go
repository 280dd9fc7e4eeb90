package simulate

import "math/rand/v2"

// Ethnicities the simulator knows, Kinh first.
var ethnicities = []string{"Kinh", "Tày", "Thái", "Mường", "Khmer", "Mông", "Hoa", "Khác"}

const (
	kinh uint8 = iota
	tay
	thai
	muong
	khmer
	mong
	hoa
	otherEthnicity
)

// mixture is the share of minorities in a province and the largest among them.
type mixture struct {
	minority float64
	largest  uint8
}

// provinceMixtures is a rough model of the provinces of Viet Nam with many minorities, by 2019 province code; it
// is used only when a real unit list is given.
var provinceMixtures = map[string]mixture{
	"02": {0.87, mong}, "04": {0.94, tay}, "06": {0.88, tay}, "08": {0.57, tay}, "10": {0.66, mong}, "11": {0.82, thai},
	"12": {0.84, thai}, "14": {0.83, thai}, "15": {0.57, tay}, "17": {0.74, muong}, "19": {0.30, tay}, "20": {0.84, tay},
	"22": {0.12, otherEthnicity}, "24": {0.14, tay}, "25": {0.17, muong}, "38": {0.18, muong}, "40": {0.15, thai},
	"45": {0.13, otherEthnicity}, "49": {0.09, otherEthnicity}, "51": {0.15, otherEthnicity}, "58": {0.24, otherEthnicity},
	"62": {0.55, otherEthnicity}, "64": {0.46, otherEthnicity}, "66": {0.36, otherEthnicity}, "67": {0.32, mong},
	"68": {0.26, otherEthnicity}, "70": {0.20, otherEthnicity}, "79": {0.06, hoa}, "75": {0.06, hoa}, "84": {0.32, khmer},
	"91": {0.15, khmer}, "94": {0.36, khmer}, "95": {0.11, khmer},
}

// mixtureOf is the model's mixture of a province. An invented province gets one from its code: one in three
// is mountainous, with many minorities.
func mixtureOf(province string, invented bool) mixture {
	if !invented {
		if m, ok := provinceMixtures[province]; ok {
			return m
		}
		return mixture{0.03, otherEthnicity}
	}
	u := fraction("ethnicity " + province)
	if u > 0.33 {
		return mixture{0.03, hoa}
	}
	return mixture{0.25 + 1.5*u, []uint8{tay, thai, muong, khmer, mong}[int(u*1e6)%5]}
}

// placed is the mixture in a town or a village of the province: minorities are mostly rural.
func (m mixture) placed(urban bool) mixture {
	if urban {
		m.minority *= 0.5
	} else {
		m.minority = min(0.97, m.minority*1.1)
	}
	return m
}

// areaShare draws the minority share of one enumeration area. Villages are mostly of one people: an area has either
// few minorities or 85 %, so that the mean is the mixture's.
func (m mixture) areaShare(rng *rand.Rand) float64 {
	const many = 0.85
	few := 0.3 * m.minority
	if m.minority >= many {
		return m.minority
	}
	if rng.Float64() < (m.minority-few)/(many-few) {
		return many
	}
	return few
}

// draw draws one household's ethnicity, given the minority share of its area. The largest minority is seven in
// ten of the minorities.
func (m mixture) draw(rng *rand.Rand, share float64) uint8 {
	if rng.Float64() >= share {
		return kinh
	}
	if rng.Float64() < 0.7 {
		return m.largest
	}
	return 1 + uint8(rng.IntN(int(otherEthnicity)))
}

// settleEthnicities gives every household its ethnicity, area by area.
func (s *settlement) settleEthnicities(rng *rand.Rand, m mixture) {
	for e := range len(s.areas) - 1 {
		share := m.areaShare(rng)
		for h := s.areas[e]; h < s.areas[e+1]; h++ {
			ethnicity := m.draw(rng, share)
			members := s.people[s.houses[h]:s.houses[h+1]]
			for i := range members {
				members[i].ethnicity = ethnicity
			}
		}
	}
}
