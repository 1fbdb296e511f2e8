package fetch

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"testing"
	"time"
)

func BenchmarkLayers(b *testing.B) {
	addr := startBenchServer(b)
	o := unlimited()
	o.Timeouts = DefaultOptions().Timeouts
	mk := func() *Network { n, _ := NewNetwork(o); return n }
	type layer struct {
		name string
		rt   http.RoundTripper
	}
	bare := &http.Transport{DisableCompression: true}
	netTr := mk().transport
	tl := &timeLimiter{next: mk(), limits: o.Timeouts}
	noLimit := &timeLimiter{next: mk()}
	ctxOnly := roundTrip(func(req *http.Request) (*http.Response, error) {
		ctx, cancel := context.WithCancelCause(req.Context())
		_ = cancel
		return bare.RoundTrip(req.WithContext(ctx))
	})
	traceOnly := roundTrip(func(req *http.Request) (*http.Response, error) {
		ex := &exchange{}
		ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GetConn: func(string) { ex.asked++ }, GotConn: func(httptrace.GotConnInfo) {}, WroteRequest: func(httptrace.WroteRequestInfo) {}, GotFirstResponseByte: func() {}})
		return bare.RoundTrip(req.WithContext(ctx))
	})
	full, _ := New(o)
	layers := []layer{{"bare", bare}, {"nettr", netTr}, {"ctx", ctxOnly}, {"trace", traceOnly}, {"tl-nolimit", noLimit}, {"tl", tl}, {"full", full}}
	cost := make([]time.Duration, len(layers))
	for b.Loop() {
		for i, l := range layers {
			start := cpuTime(b)
			benchPages(b, l.rt, "http://"+addr+"/", 200)
			cost[i] += cpuTime(b) - start
		}
	}
	for i, l := range layers {
		b.ReportMetric(float64(cost[i].Nanoseconds())/1e3/float64(b.N)/200, l.name+"-µs")
	}
}
