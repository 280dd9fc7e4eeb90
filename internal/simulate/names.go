package simulate

import "math/rand/v2"

// Sexes as the simulator counts them; the register writes '1' and '2', the census M and F.
const (
	male   uint8 = 0
	female uint8 = 1
)

// frequency is a word and how often it is met, in relative terms.
type frequency struct {
	word   string
	weight float64
}

// Family, middle and given names. The shares of the common family names are the usual estimates for Viet Nam; the
// rest are plausible. All are written in NFC, like everything the simulator writes.
var (
	surnames = newLexicon([]frequency{
		{"Nguyễn", 38}, {"Trần", 11}, {"Lê", 9.5}, {"Phạm", 7}, {"Hoàng", 3.1}, {"Huỳnh", 2}, {"Phan", 4.5}, {"Vũ", 2},
		{"Võ", 1.9}, {"Đặng", 2.1}, {"Bùi", 2}, {"Đỗ", 1.4}, {"Hồ", 1.3}, {"Ngô", 1.3}, {"Dương", 1}, {"Lý", 0.8},
		{"Đinh", 0.9}, {"Trịnh", 0.8}, {"Đoàn", 0.8}, {"Mai", 0.7}, {"Lương", 0.7}, {"Trương", 1.2}, {"Hà", 0.7},
		{"Cao", 0.6}, {"Tạ", 0.5}, {"Châu", 0.4}, {"Thái", 0.4}, {"Quách", 0.3}, {"Nông", 0.4}, {"Thạch", 0.3},
	})
	middleNames = [2]lexicon{
		newLexicon([]frequency{{"Văn", 30}, {"Hữu", 8}, {"Đức", 9}, {"Minh", 9}, {"Quang", 7}, {"Công", 6}, {"Xuân", 6},
			{"Đình", 6}, {"Ngọc", 5}, {"Thanh", 5}, {"Quốc", 5}, {"Anh", 4}, {"Gia", 4}, {"Bá", 3}}),
		newLexicon([]frequency{{"Thị", 50}, {"Ngọc", 9}, {"Thu", 7}, {"Thanh", 6}, {"Minh", 5}, {"Phương", 5},
			{"Kim", 5}, {"Hồng", 5}, {"Bích", 4}, {"Khánh", 4}}),
	}
	givenNames = [2]lexicon{
		evenLexicon("Anh", "Bảo", "Bình", "Cường", "Dũng", "Đạt", "Đông", "Giang", "Hải", "Hiếu", "Hòa", "Hùng",
			"Hưng", "Huy", "Khánh", "Khoa", "Kiên", "Lâm", "Long", "Lộc", "Mạnh", "Minh", "Nam", "Nghĩa", "Nhân",
			"Phong", "Phúc", "Quân", "Quý", "Sơn", "Tài", "Tâm", "Thắng", "Thành", "Thịnh", "Tiến", "Toàn", "Trung",
			"Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ", "Vượng"),
		evenLexicon("An", "Ánh", "Châu", "Chi", "Diệp", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa",
			"Hoài", "Hồng", "Huệ", "Hương", "Hường", "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân",
			"Nguyệt", "Nhung", "Oanh", "Phượng", "Quyên", "Quỳnh", "Thảo", "Thơm", "Thu", "Thúy", "Thủy", "Trang",
			"Trinh", "Tuyết", "Uyên", "Vân", "Xuân", "Yến"),
	}
)

// lexicon is a list of words drawn by frequency.
type lexicon struct {
	words []string
	cum   []float64
}

// newLexicon makes a lexicon of at most 256 words.
func newLexicon(fs []frequency) lexicon {
	l := lexicon{make([]string, len(fs)), make([]float64, len(fs))}
	var sum float64
	for i, f := range fs {
		sum += f.weight
		l.words[i], l.cum[i] = f.word, sum
	}
	return l
}

// evenLexicon makes a lexicon of words met equally often.
func evenLexicon(words ...string) lexicon {
	fs := make([]frequency, len(words))
	for i, w := range words {
		fs[i] = frequency{w, 1}
	}
	return newLexicon(fs)
}

// draw returns the index of a word.
func (l lexicon) draw(rng *rand.Rand) uint8 {
	u := rng.Float64() * l.cum[len(l.cum)-1]
	i := 0
	for u >= l.cum[i] {
		i++
	}
	return uint8(i)
}

// fullNames holds every name the simulator can give, ready to be handed to the store: a name a person would
// otherwise have to be put together, and put on the heap, for each of 100 million records.
type fullNames [2][]any

// newFullNames spells out all combinations.
func newFullNames() (f fullNames) {
	for sex := range f {
		for _, s := range surnames.words {
			for _, m := range middleNames[sex].words {
				for _, g := range givenNames[sex].words {
					f[sex] = append(f[sex], s+" "+m+" "+g)
				}
			}
		}
	}
	return f
}

// of returns a person's full name.
func (f *fullNames) of(p *person) any {
	middles, givens := len(middleNames[p.sex].words), len(givenNames[p.sex].words)
	return f[p.sex][(int(p.surname)*middles+int(p.middle))*givens+int(p.given)]
}
