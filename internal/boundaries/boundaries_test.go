package boundaries_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/concord-stat/concord/internal/boundaries"
)

// feature is a polygon of rings, each a list of corners.
func feature(code string, rings ...[][2]float64) string {
	var all []string
	for _, ring := range rings {
		var points []string
		for _, p := range append(ring, ring[0]) {
			points = append(points, fmt.Sprintf("[%v,%v]", p[0], p[1]))
		}
		all = append(all, "["+strings.Join(points, ",")+"]")
	}
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q},"geometry":{"type":"Polygon","coordinates":[%s]}}`, code, strings.Join(all, ","))
}

// box is a rectangle.
func box(left, bottom, right, top float64) [][2]float64 {
	return [][2]float64{{left, bottom}, {right, bottom}, {right, top}, {left, top}}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "map.geojson")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t *testing.T, features ...string) *boundaries.Map {
	t.Helper()
	m, err := boundaries.Read(write(t, `{"type":"FeatureCollection","features":[`+strings.Join(features,
		",\n")+`]}`), "code")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// neighbours are the lists by code.
func neighbours(m *boundaries.Map, tolerance float64) map[string]string {
	out := make(map[string]string)
	for i, list := range m.Touching(tolerance) {
		var codes []string
		for _, j := range list {
			codes = append(codes, m.Codes[j])
		}
		out[m.Codes[i]] = strings.Join(codes, " ")
	}
	return out
}

// TestTouching: a common edge, a common corner, a corner in the middle of an edge, an enclave, a unit of two parts,
// an island, and a gap of 0.0002 degrees, which is 22 m.
func TestTouching(t *testing.T) {
	m := read(t,
		feature("a", box(105, 10, 105.1, 10.1)),
		feature("b", box(105.1, 10, 105.2, 10.1)),        // edge with a
		feature("corner", box(105.2, 10.1, 105.3, 10.2)), // corner of b
		feature("tee", box(105.02, 9.9, 105.07, 10)),
		// in the middle of an edge of a
		feature("around", box(105.4, 10, 105.7, 10.3), box(105.5, 10.1, 105.6, 10.2)), // around
		feature("enclave", box(105.5, 10.1, 105.6, 10.2)),                             // the enclave
		feature("gap", box(105.7002, 10.05, 105.8, 10.1)),
		// 22 m from around
		feature("island", box(107, 10, 107.1, 10.1)), feature("island", box(105.05, 10.1, 105.06, 10.2)), // and on a
		`{"type":"Feature","properties":{"code":"nowhere"},"geometry":null}`,
	)
	want := map[string]string{"a": "b tee island", "b": "a corner", "corner": "b", "tee": "a",
		"around": "enclave gap", "enclave": "around",
		"gap": "around", "island": "a", "nowhere": ""}
	if diff := cmp.Diff(want, neighbours(m, boundaries.DefaultTolerance)); diff != "" {
		t.Error(diff)
	}
	if got := neighbours(m, 10); got["gap"] != "" || got["around"] != "enclave" || got["a"] != "b tee island" {
		t.Errorf("at 10 m: %v", got)
	}
	if got := neighbours(m, 0); got["corner"] != "b" || got["tee"] != "a" {
		t.Errorf("without tolerance: %v", got)
	}
}

func TestReadRefuses(t *testing.T) {
	collection := func(features string) string { return `{"type":"FeatureCollection","features":[` + features + `]}` }
	for text, want := range map[string][]string{
		"{\n\"type\": ,": {"map.geojson:2: not a GeoJSON feature collection"},
		`{"type":"Feature","properties":{},"geometry":null}`: {"not a GeoJSON feature collection"},
		collection(""): {"without a feature"},
		collection(`{"type":"Feature","properties":{},"geometry":null},{"type":"Feature","properties":{"code":7},"geometry":null}`): {
			"feature 1: no such property", "feature 2: a float64, want text"},
		collection(`{"type":"Feature","properties":{"code":" "},"geometry":null}`):                                 {"the code is empty"},
		collection(`{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Point","coordinates":[1,2]}}`): {"a Point, want a Polygon"},
		collection(feature("1", box(500000, 1000000, 500100,
			1000100))): {"not longitude and latitude"},
	} {
		_, err := boundaries.Read(write(t, text), "code")
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%v, want: %s", err, w)
			}
		}
	}
	if _, err := boundaries.Read("nothing.geojson", "code"); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}

// TestCentroidsByAllPairs: the nearest and those within a distance are what all pairs give, with points at one place
// and some without any.
func TestCentroidsByAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var lon, lat []float64
	for i := range 300 {
		lon, lat = append(lon, 102+8*rng.Float64()), append(lat, 8+15*rng.Float64())
		switch {
		case i%50 == 7:
			lon[i] = math.NaN()
		case i%20 == 3:
			lon[i], lat[i] = lon[i-1], lat[i-1]
		}
	}
	nearest, within := boundaries.Nearest(lon, lat, 5), boundaries.Within(lon, lat, 100_000)
	for i := range lon {
		var order, close []int32
		for j := range lon {
			if d := distance(lon[i], lat[i], lon[j], lat[j]); j != i && !math.IsNaN(d) {
				order = append(order, int32(j))
				if d <= 100_000 {
					close = append(close, int32(j))
				}
			}
		}
		slices.SortStableFunc(order, func(a, b int32) int {
			if distance(lon[i], lat[i], lon[a], lat[a]) < distance(lon[i], lat[i], lon[b], lat[b]) {
				return -1
			}
			return 1
		})
		want := slices.Clone(order[:min(5, len(order))])
		slices.Sort(want)
		if !slices.Equal(nearest[i], want) || !slices.Equal(within[i], close) {
			t.Errorf("unit %d: %v and %v, want %v and %v", i, nearest[i], within[i], want, close)
		}
	}
	if got := boundaries.Nearest([]float64{1, 2}, []float64{1, 1}, 5); len(got[0]) != 1 {
		t.Errorf("two units: %v", got)
	}
}

// distance of the great circle, by the haversine.
func distance(lonA, latA, lonB, latB float64) float64 {
	const rad = math.Pi / 180
	h := math.Pow(math.Sin((latB-latA)*rad/2),
		2) + math.Cos(latA*rad)*math.Cos(latB*rad)*math.Pow(math.Sin((lonB-lonA)*rad/2), 2)
	return 2 * 6_371_009 * math.Asin(math.Sqrt(h))
}

// vietnam is a file of the reference data. Without them the test is skipped, but never where everything must run.
func vietnam(t *testing.T, name string) string {
	file := filepath.Join("../../../shared/vietnam", name)
	if _, err := os.Stat(file); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no reference data of Viet Nam: %v", err)
	}
	return file
}

// TestVietNam: a planar map of n units has fewer than 3n pairs of neighbours; being neighbours is mutual; 50 m more
// or less hardly matter; and neighbours that everybody knows are there.
func TestVietNam(t *testing.T) {
	for _, tt := range []struct {
		file, property string
		units, islands int
	}{{"communes_2025.geojson", "code", 3321, 25}, {"districts_2024.geojson", "district_code", 705, 15},
		{"provinces_2024.geojson", "province_code", 63, 0}} {
		m, err := boundaries.Read(vietnam(t, tt.file), tt.property)
		if err != nil {
			t.Fatal(err)
		}
		lists := m.Touching(boundaries.DefaultTolerance)
		pairs, islands := 0, 0
		for i, list := range lists {
			pairs += len(list)
			if len(list) == 0 {
				islands++
			}
			for _, j := range list {
				if !slices.Contains(lists[j], int32(i)) {
					t.Fatalf("%s: %s has the neighbour %s, which has it not", tt.file, m.Codes[i], m.Codes[j])
				}
			}
		}
		exact := 0
		for _, list := range m.Touching(0) {
			exact += len(list)
		}
		if len(m.Codes) != tt.units || islands > tt.islands || pairs/2 > 3*tt.units || pairs < 4*tt.units ||
			float64(pairs-exact) > 0.01*float64(pairs) {
			t.Errorf("%s: %d units, %d islands, %d pairs, %d without tolerance", tt.file, len(m.Codes), islands,
				pairs/2, exact/2)
		}
		if tt.property == "province_code" {
			// Hà Nội and its eight neighbours: Thái Nguyên, Bắc Giang, Phú Thọ, Vĩnh Phúc, Bắc Ninh, Hưng Yên, Hà
			// Nam, Hòa Bình.
			got := strings.Fields(neighbours(m, boundaries.DefaultTolerance)["01"])
			slices.Sort(got)
			if !slices.Equal(got, []string{"17", "19", "24", "25", "26", "27", "33", "35"}) {
				t.Errorf("neighbours of Hà Nội: %v", got)
			}
		}
	}
}
