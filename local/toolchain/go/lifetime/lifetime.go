// Package lifetime ends a provider with the engine that started it.
package lifetime

import (
	"os"
	"time"
)

const poll = 200 * time.Millisecond

// FollowParent exits the process once its parent is gone, even by SIGKILL. A provider that outlives its engine would go on with
// calls whose results nobody writes down, while the next run already looks for what the last one left.
func FollowParent() {
	parent := os.Getppid()
	go func() {
		for os.Getppid() == parent {
			time.Sleep(poll)
		}
		os.Exit(1)
	}()
}
