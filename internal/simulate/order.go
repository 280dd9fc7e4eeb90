package simulate

import (
	"context"
	"runtime"
)

// eachInOrder creates settlements 0..n-1 on all cores and hands them to use one by one in that order, never holding
// more than a few. It stops at the first error of use, or when ctx ends.
func eachInOrder(ctx context.Context, n int, create func(int) *settlement, use func(*settlement) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan *settlement, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		for i := range n {
			made := make(chan *settlement, 1) // room for one, so that nobody waits for a reader who has gone
			select {
			case queue <- made:
				go func() { made <- create(i) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	for made := range queue {
		select {
		case s := <-made:
			if err := use(s); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}
