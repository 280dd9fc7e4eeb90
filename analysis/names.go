package analysis

import "fmt"

// nameOf is the name of a value that counts from 0, or its number after the name of its kind where it has none.
func nameOf[T ~uint8](value T, names []string, kind string) string {
	if int(value) < len(names) {
		return names[value]
	}
	return fmt.Sprintf("%s(%d)", kind, uint8(value))
}

// valueOf is the value of a name; what says what it is in the error, with a %q for it.
func valueOf[T ~uint8](name string, names []string, what string) (T, error) {
	for i, n := range names {
		if n == name {
			return T(i), nil
		}
	}
	return 0, fmt.Errorf("analysis: "+what+", want one of %v", name, names)
}
