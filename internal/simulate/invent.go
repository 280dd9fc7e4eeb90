package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// The invented country: a city and five provinces of seven, seven, seven, six and six districts, about 260 communes.
var inventedDistricts = []int{7, 7, 7, 7, 6, 6}

// syllables make up invented place names; two different ones are a name.
var syllables = []string{
	"An", "Bình", "Hòa", "Phú", "Tân", "Vĩnh", "Long", "Thạnh", "Đông", "Xuân", "Yên", "Mỹ", "Thượng", "Quảng", "Hưng",
	"Lộc", "Đức", "Nghĩa", "Sơn", "Thủy", "Khánh", "Lâm", "Trường", "Giang",
}

// modelSizes are the shares of households of 1, 2, ..., 7 and more members, near those of Viet Nam in 2019.
var modelSizes = cumulate([]float64{0.104, 0.182, 0.202, 0.261, 0.143, 0.066, 0.042})

// cumulate turns shares into cumulative shares ending in 1; nil if there is nothing to share.
func cumulate(shares []float64) []float64 {
	var total, sum float64
	for _, s := range shares {
		total += s
	}
	if !(total > 0) {
		return nil
	}
	out := make([]float64, len(shares))
	for i, s := range shares {
		sum += s
		out[i] = sum / total
	}
	out[len(out)-1] = 1
	return out
}

// inventor makes up places, one after another.
type inventor struct {
	rng      *rand.Rand
	names    []string
	communes []commune
	towns    *structure
	villages *structure
}

// inventCommunes makes up a country of 6 provinces and 40 districts with 240 to 300 communes.
func inventCommunes(seed uint64) []commune {
	v := &inventor{rng: stream(seed, forCountry, 0)}
	v.towns, v.villages = newStructure(modelAges[true]), newStructure(modelAges[false])
	district := 0
	for p, n := range inventedDistricts {
		title := "Tỉnh "
		if p == 0 {
			title = "Thành phố "
		}
		province := commune{province: fmt.Sprintf("%02d", p+1), provinceName: title + v.name()}
		for range n {
			district++
			v.district(province, district, p == 0)
		}
	}
	return v.communes
}

// district makes up a district: four wards and two or three communes in the city, elsewhere a town and five or six.
func (v *inventor) district(in commune, number int, city bool) {
	in.district = fmt.Sprintf("%03d", number)
	wards, title, ward, factor := 1, "Huyện ", "Thị trấn ", 1.8
	if city {
		wards, title, ward, factor = 4, "Quận ", "Phường ", 2.4
	}
	in.districtName = title + v.name()
	rural := 5 + v.rng.IntN(2)
	if city {
		rural = 2 + v.rng.IntN(2)
	}
	for i := range wards + rural {
		if i < wards {
			v.commune(in, ward, true, factor)
		} else {
			v.commune(in, "Xã ", false, 1)
		}
	}
}

// commune makes up a commune; sizes of one kind are lognormal and span an order of magnitude.
func (v *inventor) commune(in commune, title string, urban bool, factor float64) {
	in.code = fmt.Sprintf("%05d", 3*len(v.communes)+1)
	in.name, in.urban = title+v.name(), urban
	in.basis, in.size = basisInvented, 6000*factor*math.Exp(0.5*v.rng.NormFloat64())
	in.sizes, in.ages = modelSizes, v.villages
	if urban {
		in.ages = v.towns
	}
	v.communes = append(v.communes, in)
}

// name makes up a place name not given before.
func (v *inventor) name() string {
	if len(v.names) == 0 {
		for _, a := range syllables {
			for _, b := range syllables {
				if a != b {
					v.names = append(v.names, a+" "+b)
				}
			}
		}
		v.rng.Shuffle(len(v.names), func(i, j int) { v.names[i], v.names[j] = v.names[j], v.names[i] })
	}
	last := v.names[len(v.names)-1]
	v.names = v.names[:len(v.names)-1]
	return last
}
