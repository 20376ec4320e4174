// Package backoff is the retry of Daytona's Go programs: a delay that doubles up to a limit.
package backoff

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Retry tries an operation so many times. The proxy's 10 tries from 1 s to 60 s end after 243 s of
// waiting, the runner's 8 from 1 s to 5 s after 27 s (contract 3.1 and 11).
func Retry(ctx context.Context, what string, tries int, first, limit time.Duration, operation func() error) error {
	delay := first
	for try := 1; ; try++ {
		err := operation()
		if err == nil {
			return nil
		}
		if try == tries {
			return fmt.Errorf("failed to %s after %d attempts: %w", what, tries, err)
		}
		slog.Warn("failed, will try again", "operation", what, "attempt", try, "of", tries, "delay", delay, "error", err)
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return ctx.Err()
		}
		delay = min(delay*2, limit)
	}
}

// Waiting is how long a Retry that never succeeds waits between its tries.
func Waiting(tries int, first, limit time.Duration) time.Duration {
	total, delay := time.Duration(0), first
	for range tries - 1 {
		total += delay
		delay = min(delay*2, limit)
	}
	return total
}
