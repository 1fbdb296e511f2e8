package disk_test

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// cpuMeter measures the CPU time that a benchmark takes in all threads, but for
// what it takes itself to prepare.
type cpuMeter struct{ begin, preparing time.Duration }

func meterCPU() *cpuMeter {
	return &cpuMeter{begin: cpuTime(unix.RUSAGE_SELF)}
}

func cpuTime(who int) time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (m *cpuMeter) prepare(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	begin := cpuTime(unix.RUSAGE_THREAD)
	f()
	m.preparing += cpuTime(unix.RUSAGE_THREAD) - begin
}

// report is in microseconds an operation: the wall clock says little on a
// machine that does other things too.
func (m *cpuMeter) report(b *testing.B) { m.reportEach(b, b.N) }

func (m *cpuMeter) reportEach(b *testing.B, n int) {
	cpu := cpuTime(unix.RUSAGE_SELF) - m.begin - m.preparing
	b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-µs/op")
}
