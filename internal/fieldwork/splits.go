package fieldwork

import "github.com/concord-stat/concord/internal/areas"

// splits follows the splits of unknown shares through crosswalks: which areas got part of which split.
type splits struct {
	n    int                     // splits so far
	of   map[string]int          // split of an old unit in the crosswalk at hand
	had  map[string]map[int]bool // splits an area had part of before it
	have map[string]map[int]bool // and after it
}

func newSplits() *splits { return &splits{have: make(map[string]map[int]bool)} }

// begin starts on a crosswalk.
func (s *splits) begin() {
	s.of, s.had, s.have = make(map[string]int), s.have, make(map[string]map[int]bool)
}

// follow notes that part of an old unit went to a new one, with what the old one had part of.
func (s *splits) follow(old string, p areas.Part) {
	for split := range s.had[old] {
		s.add(p.Code, split)
	}
	if !p.Partial {
		return
	}
	if _, known := s.of[old]; !known {
		s.n++
		s.of[old] = s.n
	}
	s.add(p.Code, s.of[old])
}

func (s *splits) add(code string, split int) {
	if s.have[code] == nil {
		s.have[code] = make(map[int]bool)
	}
	s.have[code][split] = true
}

// partial are the units whose figure rests on an unknown share: every area that has part of a split, and every unit above
// that has part of a split but not all of it.
func (s *splits) partial(list *areas.List) map[string]bool {
	partial := make(map[string]bool)
	above := make(map[int]map[string]map[string]bool) // units by split and level
	for code, mine := range s.have {
		partial[code] = true
		for split := range mine {
			if above[split] == nil {
				above[split] = make(map[string]map[string]bool)
			}
			for _, level := range list.Levels[1:] {
				if above[split][level] == nil {
					above[split][level] = make(map[string]bool)
				}
				up, _ := list.Ancestor(code, level)
				above[split][level][up] = true
			}
		}
	}
	for _, levels := range above {
		for _, units := range levels {
			for up := range units {
				partial[up] = partial[up] || len(units) > 1
			}
		}
	}
	for code, is := range partial {
		if !is || code == "" {
			delete(partial, code)
		}
	}
	return partial
}
