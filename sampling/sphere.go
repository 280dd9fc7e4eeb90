package sampling

import (
	"fmt"
	"math"
)

// Sphere returns the points of the unit sphere at the given longitudes and latitudes in degrees, for LocalPivotal and
// SpatialBalance:
//
//	(cos φ cos λ, cos φ sin λ, sin φ)
//
// A straight line through the sphere is the longer the longer the great circle above it, so that nearest neighbours are
// the same; degrees taken for coordinates would make a degree of longitude as long near a pole as at the equator, and
// tear the map at ±180°. To have kilometres, multiply by the radius of the Earth, 6371. Sphere panics if the two
// differ in length, a latitude is beyond ±90° or a longitude beyond ±360°.
func Sphere(longitude, latitude []float64) (points [][]float64) {
	if len(longitude) != len(latitude) {
		panic(fmt.Sprintf("sampling: %d longitudes and %d latitudes", len(longitude), len(latitude)))
	}
	points = make([][]float64, len(latitude))
	for i, lat := range latitude {
		lon := longitude[i]
		if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 360) {
			panic(fmt.Sprintf("sampling: unit %d is at longitude %v, latitude %v", i, lon, lat))
		}
		sinLat, cosLat := sinCosDegrees(lat)
		sinLon, cosLon := sinCosDegrees(lon)
		points[i] = []float64{float64(cosLat * cosLon), float64(cosLat * sinLon), sinLat}
	}
	return points
}

// sinCosDegrees returns sine and cosine of an angle in degrees, to 1e-15 and with the same bits on every machine, which
// math.Sin does not promise: distances decide who meets whom. The angle is brought to ±45° around a multiple of 90°,
// without rounding, and the series are summed there.
func sinCosDegrees(degrees float64) (sin, cos float64) {
	quarter := math.Round(degrees / 90)
	x := float64((degrees - float64(quarter*90)) * (math.Pi / 180))
	square := float64(x * x)
	sin, cos = x, 1
	for term, n := x, 2.0; n < 20; n += 2 {
		term = float64(term * (-square / (n * (n + 1))))
		sin += term
	}
	for term, n := 1.0, 1.0; n < 20; n += 2 {
		term = float64(term * (-square / (n * (n + 1))))
		cos += term
	}
	for range (int(quarter)%4 + 4) % 4 {
		sin, cos = cos, -sin
	}
	return sin, cos
}
