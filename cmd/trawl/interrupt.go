package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// onInterrupt calls first at the first SIGINT or SIGTERM and ends the context at the second; the third then has its usual effect. The caller
// calls stop when there is nothing more to interrupt: it ends the context too, and the goroutine that waits for signals.
func onInterrupt(parent context.Context, first func()) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for _, then := range []func(){first, cancel} {
			select {
			case <-signals:
				then()
			case <-ctx.Done():
				return
			}
		}
		signal.Stop(signals)
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
		<-watched
	}
}
