package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/concord-stat/concord/compare"
	"github.com/concord-stat/concord/internal/results"
)

const (
	diacritics = "Xã Ngọc Lũng Lũy Ỷ Ỗ ướt đặng ẵ ặ ợ ữ ỵ"
	evil       = `Xã </script><script>alert('1')</script> "A" & <b>B</b>`
)

var (
	ageGroups = strings.Fields("0-4 5-9 10-14 15-19 20-24 25-29 30-34 35-39 40-44 45-49 50-54 55-59 60-64 65-69 70-74 75-79 80-84 85+")
	shares    = []float64{7.7, 8.2, 7.6, 6.9, 6.4, 8.0, 8.6, 8.0, 7.2, 6.7, 6.1, 5.6, 4.9, 3.5, 2.0, 1.2, 0.8, 0.6}
	syllables = strings.Fields("An Ấp Ba Bình Cẩm Châu Đại Đông Đức Gia Hà Hải Hồng Kỳ Lạc Lệ Lũng Mỹ Ngọc Phú Quảng Sơn Tân Thạnh Thượng Ứng Vĩnh Xuân Yên")
)

// country is a made-up comparison of so many communes in districts and provinces, by two definitions.
//
// A commune's census is a sample, a province's a complete count. Figures are drawn with a fixed seed.
func country(communes int) *results.Comparison {
	m := maker{random: rand.New(rand.NewPCG(1, 2))}
	m.areas = append(m.areas, results.Area{Code: "VN", Name: "Toàn quốc", Level: "country"})
	for i := range communes {
		m.commune(i, communes)
	}
	for _, a := range m.areas {
		for _, definition := range []string{"permanent", "current"} {
			m.compare(a, definition)
		}
	}
	return results.New(summary(len(m.rows)), m.areas, m.rows)
}

func summary(rows int) results.Summary {
	return results.Summary{
		Study: "doi-soat-2024", Title: "Đối soát thử " + diacritics, Languages: []string{"vi", "en"},
		ReferenceTime: "2024-04-01T00:00:00+07:00", Census: "sample", Level: 0.95, FDR: 0.05,
		Definitions: []string{"permanent", "current"}, Dimensions: []string{"total", "sex", "age5", "sex*age5"},
		Levels: []string{"commune", "district", "province", "country"}, AgeGroups: ageGroups, Rows: rows,
		Inputs: []results.Input{
			{Name: "extract-2024-04-01", SHA256: strings.Repeat("0123456789abcdef", 4)},
			{Name: "kết quả điều tra.parquet", SHA256: strings.Repeat("fedcba9876543210", 4)},
		},
		Override: "Diễn tập với dữ liệu giả <b>trước ngày 30/4</b>",
		Caveats:  []string{"Dữ liệu trong trang này là giả lập.", "Sai số của mẫu <không> gồm sai số không do chọn mẫu."},
	}
}

type maker struct {
	random *rand.Rand
	areas  []results.Area
	rows   []compare.Discrepancy
}

func (m *maker) commune(i, communes int) {
	province, district := fmt.Sprintf("%02d", i/500+1), fmt.Sprintf("%03d", i/20+1)
	if i%500 == 0 {
		m.areas = append(m.areas, results.Area{Code: province, Name: "Tỉnh " + m.name(), Level: "province", Parent: "VN"})
	}
	if i%20 == 0 {
		m.areas = append(m.areas, results.Area{Code: district, Name: "Huyện " + m.name(), Level: "district", Parent: province})
	}
	name := "Xã " + m.name()
	switch i {
	case 0:
		name = diacritics
	case 1:
		name = evil
	}
	m.areas = append(m.areas, results.Area{Code: fmt.Sprintf("%05d", i*3+1), Name: name, Level: "commune", Parent: district})
}

func (m *maker) name() string {
	return syllables[m.random.IntN(len(syllables))] + " " + syllables[m.random.IntN(len(syllables))]
}

// compare makes the rows of an area: a total and its parts. Every seventh district has no total of the census.
func (m *maker) compare(a results.Area, definition string) {
	size := map[string]float64{"commune": 8000, "district": 120000, "province": 1.5e6, "country": 1e8}[a.Level]
	size *= 0.4 + 1.2*m.random.Float64()
	gap := 0.1 * m.random.NormFloat64()
	m.add(a, definition, "total", "total", size, gap)
	for s, sex := range []string{"male", "female"} {
		m.add(a, definition, "sex", sex, size*(0.495+0.01*float64(s)), gap)
	}
	for i, group := range ageGroups {
		m.add(a, definition, "age5", group, size*shares[i]/100, gap)
	}
	for i, group := range ageGroups {
		m.add(a, definition, "sex*age5", "male*"+group, size*shares[i]/200, gap)
		m.add(a, definition, "sex*age5", "female*"+group, size*shares[i]/200, gap)
	}
	m.add(a, definition, "sex*age5", "male*missing", 3, 0)
}

func (m *maker) add(a results.Area, definition, dimension, cell string, size, gap float64) {
	nan := math.NaN()
	census := size * (1 + 0.03*m.random.NormFloat64())
	row := compare.Discrepancy{
		Area: a.Code, AreaName: a.Name, Definition: definition, Dimension: dimension, Cell: cell,
		Register: math.Round(size * (1 + gap)), Census: census, CILower: nan, CIUpper: nan, PValue: nan, QValue: nan,
		MarginPct: 5, Verdict: compare.CannotTell,
	}
	switch {
	case a.Level == "district" && dimension == "total" && m.random.IntN(7) == 0:
		row.Census, row.Notes = nan, "no interval"
	case a.Level == "commune":
		m.sample(&row)
	default:
		row.Verdict, row.Notes = compare.Differs, "complete counts: judged by the margin alone"
		if math.Abs(row.Register-census) < 0.05*census {
			row.Verdict = compare.Agrees
		}
	}
	row.Difference = row.Register - row.Census
	row.DifferencePct = 100 * row.Difference / row.Census
	m.rows = append(m.rows, row)
}

func (m *maker) sample(row *compare.Discrepancy) {
	difference, se := row.Register-row.Census, math.Sqrt(20*row.Census)
	row.CILower, row.CIUpper = difference-1.96*se, difference+1.96*se
	row.PValue = math.Erfc(math.Abs(difference) / se / math.Sqrt2)
	row.QValue = min(1, 1.7*row.PValue)
	if row.QValue < 0.05 {
		row.Verdict = compare.Differs
	}
	if math.Abs(difference)+1.64*se < 0.05*row.Census {
		row.Verdict = compare.Agrees
	}
}
