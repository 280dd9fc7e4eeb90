package main

import "testing"

// BenchmarkInMemory is the work of the estimation table once columns are in memory; the design is made anew every time.
func BenchmarkInMemory(b *testing.B) {
	p := makePersons(20240401)
	for _, w := range pieces {
		b.Run(w.key, func(b *testing.B) {
			for b.Loop() {
				w.inMemory(p)
			}
		})
	}
}
