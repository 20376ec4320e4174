package backoff

import (
	"errors"
	"testing"
	"time"
)

func TestWaitsAsLongAsTheRealPrograms(t *testing.T) {
	if got := Waiting(10, time.Second, time.Minute); got != 243*time.Second {
		t.Errorf("proxy: %v", got)
	}
	if got := Waiting(8, time.Second, 5*time.Second); got != 27*time.Second {
		t.Errorf("runner: %v", got)
	}
}

func TestRetry(t *testing.T) {
	broken := errors.New("broken")
	calls := 0
	err := Retry(t.Context(), "test", 4, time.Millisecond, 2*time.Millisecond, func() error {
		calls++
		return broken
	})
	if !errors.Is(err, broken) || calls != 4 {
		t.Errorf("%v after %d calls", err, calls)
	}
	calls = 0
	err = Retry(t.Context(), "test", 4, time.Millisecond, time.Millisecond, func() error {
		if calls++; calls < 3 {
			return broken
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
