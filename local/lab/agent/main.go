// The lab's hands: one process that listens and sends in every network namespace of a lab. Requests and answers are JSON, one a line, on
// standard input and output; answers come in the order in which they are ready. It ends when its input does.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// A request; which fields it needs depends on the operation.
type request struct {
	ID        int    `json:"id"`
	Operation string `json:"operation"`
	Namespace string `json:"namespace"`
	// Paths below /proc/sys and their values, in order.
	Settings [][2]string `json:"settings"`
	Protocol string      `json:"protocol"`
	// Where to listen, or where to send to.
	Address string `json:"address"`
	Port    int    `json:"port"`
	// Whose address is put on it; it need not be one of the namespace's own.
	Source     string `json:"source"`
	SourcePort int    `json:"sourcePort"`
	// Mark of the packets, by which the namespace may choose another route.
	Mark    int `json:"mark"`
	Timeout int `json:"timeout"`
}

type response struct {
	ID int `json:"id"`
	// What went wrong with the request itself; empty: nothing.
	Error string `json:"error,omitempty"`
	*outcome
}

// What became of a flow.
type outcome struct {
	// Seen by the destination's listener; absent when it never came.
	Arrival *arrival `json:"arrival,omitempty"`
	// The listener's answer came back to the sender.
	Answered bool `json:"answered"`
	// What the sender's kernel said: "connection refused", "no route to host".
	Refusal string `json:"refusal,omitempty"`
}

// Who a listener saw, and which one it was.
type arrival struct {
	Namespace  string `json:"namespace"`
	Source     string `json:"source"`
	SourcePort int    `json:"sourcePort"`
}

// Arrivals by the token that a flow carries.
type ledger struct {
	lock     sync.Mutex
	arrivals map[string]arrival
}

func (l *ledger) note(token string, seen arrival) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if _, known := l.arrivals[token]; !known {
		l.arrivals[token] = seen
	}
}

func (l *ledger) take(token string) *arrival {
	l.lock.Lock()
	defer l.lock.Unlock()
	seen, known := l.arrivals[token]
	delete(l.arrivals, token)
	if !known {
		return nil
	}
	return &seen
}

func main() {
	output := json.NewEncoder(os.Stdout)
	var lock sync.Mutex
	respond := func(answer response) {
		lock.Lock()
		defer lock.Unlock()
		if output.Encode(answer) != nil {
			os.Exit(1)
		}
	}
	inside := newEntrance()
	arrivals := &ledger{arrivals: map[string]arrival{}}
	lines := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			respond(response{Error: fmt.Sprintf("not a request: %v", err)})
			continue
		}
		go func() {
			found, err := serve(inside, arrivals, asked)
			answer := response{ID: asked.ID, outcome: found}
			if err != nil {
				answer.Error = err.Error()
			}
			respond(answer)
		}()
	}
}

func serve(inside *entrance, arrivals *ledger, asked request) (*outcome, error) {
	switch asked.Operation {
	case "set":
		return nil, inside.set(asked.Namespace, asked.Settings)
	case "ready":
		return nil, inside.awaitLinks(asked.Namespace, time.Duration(asked.Timeout)*time.Millisecond)
	case "listen":
		return nil, listen(inside, arrivals, asked)
	case "send":
		token := fmt.Sprintf("flow-%d-%d", os.Getpid(), asked.ID)
		return send(inside, arrivals, asked, token, time.Duration(asked.Timeout)*time.Millisecond)
	}
	return nil, fmt.Errorf("no operation is called %q", asked.Operation)
}
