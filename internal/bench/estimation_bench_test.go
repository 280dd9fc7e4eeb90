package main

import "testing"

// BenchmarkInMemory is the work of the estimation table once columns are in memory and the design is made.
func BenchmarkInMemory(b *testing.B) {
	p := makePersons(20240401)
	s := p.sample()
	b.Run("design", func(b *testing.B) {
		for b.Loop() {
			p.sample()
		}
	})
	for _, w := range pieces {
		b.Run(w.key, func(b *testing.B) {
			for b.Loop() {
				w.inMemory(p, s)
			}
		})
	}
}
