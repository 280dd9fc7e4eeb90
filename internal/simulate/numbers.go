package simulate

import (
	"fmt"
	"time"
)

// numberSpace is how many serials one province, sex and year of birth has: six digits.
const numberSpace = 1_000_000

// numbers hands out personal identification numbers AAABCCDDDDDD: AAA the province of birth registration, B the
// century and sex (0 and 1 male and female of 1900-1999, 2 and 3 of 2000-2099), CC the year, D a serial. Serials count
// up through a secret permutation, so numbers are unique without being sequential or remembered.
type numbers struct {
	key  uint64
	used map[string]*[4][100]uint32 // by AAA
}

// newNumbers starts the numbers of one seed.
func newNumbers(seed uint64) *numbers {
	return &numbers{key: splitmix(seed ^ 0x6e756d62657273), used: map[string]*[4][100]uint32{}}
}

// next returns a number not given before. The birth year must lie between 1900 and 2099.
func (n *numbers) next(province string, sex uint8, birth time.Time) (string, error) {
	year := birth.Year()
	if year < 1900 || year > 2099 {
		return "", fmt.Errorf("simulate: no personal number for birth year %d", year)
	}
	cells := n.used[province]
	if cells == nil {
		cells = new([4][100]uint32)
		n.used[province] = cells
	}
	b, cc := int(sex)+2*(year/100-19), year%100
	serial := cells[b][cc]
	if serial == numberSpace {
		return "", fmt.Errorf("simulate: province %s has no number left for birth year %d", province, year)
	}
	cells[b][cc]++
	return formatNumber(province, b, cc, n.permute(serial)), nil
}

// formatNumber writes the twelve digits. Provinces have two digits, or three where AAA is given whole.
func formatNumber(province string, b, cc int, serial uint32) string {
	buf := append(make([]byte, 0, 12), "000"[len(province):]...)
	buf = append(buf, province...)
	buf = append(buf, byte('0'+b), byte('0'+cc/10), byte('0'+cc%10), 0, 0, 0, 0, 0, 0)
	for i := 11; i >= 6; i-- {
		buf[i] = byte('0' + serial%10)
		serial /= 10
	}
	return string(buf)
}

// permute maps 0..999999 onto itself: a balanced Feistel network of four rounds on 20 bits, walked until it lands
// inside (Black and Rogaway 2002, Ciphers with arbitrary finite domains, method 2).
func (n *numbers) permute(x uint32) uint32 {
	for {
		left, right := x>>10, x&0x3ff
		for round := range uint64(4) {
			f := uint32(splitmix(n.key^(round<<32|uint64(right)))) & 0x3ff
			left, right = right, left^f
		}
		if x = left<<10 | right; x < numberSpace {
			return x
		}
	}
}
