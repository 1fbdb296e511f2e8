//go:build !linux

package disk_test

import "testing"

// cpuMeter measures nothing where the time of a thread isn't to be had.
type cpuMeter struct{}

func meterCPU() *cpuMeter { return &cpuMeter{} }

func (*cpuMeter) prepare(f func())               { f() }
func (*cpuMeter) report(*testing.B)              {}
func (*cpuMeter) reportEach(_ *testing.B, _ int) {}
