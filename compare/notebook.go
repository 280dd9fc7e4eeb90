package compare

import "strings"

// noteParts is how many notes can come together.
const noteParts = 6

// A notebook joins notes. Few combinations come in a family, and come again: the last ones are kept, lest every cell
// have a text of its own.
type notebook struct {
	known [8]joined
	next  int
}

type joined struct {
	parts [noteParts]string
	said  string
}

func (n *notebook) join(parts [noteParts]string) string {
	alone, several := "", false
	for _, p := range parts {
		if p != "" {
			several = alone != ""
			if several {
				break
			}
			alone = p
		}
	}
	if !several {
		return alone
	}
	for i := range n.known {
		if n.known[i].parts == parts {
			return n.known[i].said
		}
	}
	said := joinNotes(parts[:])
	n.known[n.next%len(n.known)] = joined{parts, said}
	n.next++
	return said
}

func joinNotes(notes []string) string {
	var said []string
	for _, n := range notes {
		if n != "" {
			said = append(said, n)
		}
	}
	return strings.Join(said, "; ")
}
