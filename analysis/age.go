package analysis

import (
	"fmt"
	"strconv"
)

// OpenAge is the open age group of a tally by single years, in completed years.
const OpenAge = 100

// AgeLevels are the levels of single years of age: "0" … "99", "100+", and Missing.
func AgeLevels() []string {
	return append(AgeLabels(singleYears()), Missing)
}

func singleYears() []int {
	starts := make([]int, OpenAge+1)
	for i := range starts {
		starts[i] = i
	}
	return starts
}

// AgeCode is the position among AgeLevels of an age in completed years; a negative one is Missing.
func AgeCode(age int) int32 {
	if age < 0 {
		return OpenAge + 1
	}
	return int32(min(age, OpenAge))
}

// AgeLabels names the groups that start at the given ages, the last one open: 0-4, 5-9, …, 85+; a group of one year is
// that year.
func AgeLabels(starts []int) []string {
	labels := make([]string, len(starts))
	for i, from := range starts {
		switch {
		case i == len(starts)-1:
			labels[i] = fmt.Sprintf("%d+", from)
		case starts[i+1] == from+1:
			labels[i] = strconv.Itoa(from)
		default:
			labels[i] = fmt.Sprintf("%d-%d", from, starts[i+1]-1)
		}
	}
	return labels
}

// AgeGroups classes single years of age into the groups that start at the given ages (rising from 0), and Missing.
func AgeGroups(starts []int) Class {
	c := Class{Dim: "age", Names: append(AgeLabels(starts), Missing), Of: make([]int32, OpenAge+2)}
	group := int32(0)
	for age := range OpenAge + 1 {
		for int(group)+1 < len(starts) && starts[group+1] <= age {
			group++
		}
		c.Of[age] = group
	}
	c.Of[OpenAge+1] = int32(len(starts))
	return c
}
