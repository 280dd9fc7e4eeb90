package analysis

import (
	"runtime"
	"sync"
)

// inParts does what is numbered from 0 to n (units, or rows) in parts, on several cores where there are rows enough.
// What comes of one must not depend on the part it is in.
func inParts[T any](n, rows int, do func(from, to int) T) []T {
	const enough = 100_000
	parts := min(runtime.GOMAXPROCS(0), 1+rows/enough, max(n, 1))
	if parts == 1 {
		return []T{do(0, n)}
	}
	out := make([]T, parts)
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { out[i] = do(i*n/parts, (i+1)*n/parts) })
	}
	wait.Wait()
	return out
}
