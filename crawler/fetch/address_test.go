package fetch

import (
	"net/netip"
	"testing"
)

func TestSpecialUse(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1": "loopback", "127.255.255.255": "loopback", "0.0.0.0": "unspecified", "0.1.2.3": "unspecified",
		"10.0.0.1": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.1.1": "private",
		"169.254.169.254": "link-local, where clouds keep their metadata",
		"100.64.0.1":      "carrier-grade NAT", "100.127.255.255": "carrier-grade NAT",
		"224.0.0.1": "multicast", "239.255.255.255": "multicast", "255.255.255.255": "broadcast", "240.0.0.1": "reserved",
		"192.0.2.1": "for documentation", "198.51.100.1": "for documentation", "203.0.113.9": "for documentation",
		"198.19.0.1": "for benchmarks", "192.0.0.8": "reserved", "192.88.99.1": "reserved",
		"::1": "loopback", "::": "unspecified", "::127.0.0.1": "reserved", "::2": "reserved",
		"::ffff:10.0.0.1": "private", "::ffff:127.0.0.1": "loopback", "::ffff:a9fe:a9fe": "link-local, where clouds keep their metadata",
		"fc00::1": "private", "fd12:3456::1": "private", "fe80::1": "link-local", "fe80::1%eth0": "link-local", "fec0::1": "private",
		"ff02::1": "multicast", "2001:db8::1": "for documentation", "3fff::1": "for documentation",
		"64:ff9b::10.0.0.1": "private", "64:ff9b::7f00:1": "loopback", "64:ff9b:1::1": "local NAT64",
		"2002:0a00:0001::1": "private", "2002:7f00:0001::": "loopback", "2001:0:4136:e378::1": "reserved",
		"100::1": "reserved", "5f00::1": "reserved", "4000::1": "reserved",
		"8.8.8.8": "", "172.32.0.1": "", "172.15.255.255": "", "100.63.255.255": "", "100.128.0.1": "", "192.169.0.1": "", "1.1.1.1": "",
		"11.0.0.1": "", "169.253.0.1": "", "223.255.255.255": "", "198.20.0.1": "", "192.0.1.1": "", "126.255.255.255": "", "128.0.0.1": "",
		"2606:4700::1111": "", "2a00:1450:4001::1": "", "::ffff:8.8.8.8": "", "64:ff9b::8.8.8.8": "", "2002:0808:0808::1": "",
	} {
		is, special := specialUse(netip.MustParseAddr(addr))
		if is != want || special != (want != "") {
			t.Errorf("%s is %q, want %q", addr, is, want)
		}
	}
}

// Whatever net/netip knows as not public, we know as well.
func FuzzSpecialUse(f *testing.F) {
	for _, addr := range []string{"127.0.0.1", "8.8.8.8", "::1", "fe80::1", "64:ff9b::10.0.0.1"} {
		f.Add(netip.MustParseAddr(addr).AsSlice())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		addr, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		_, special := specialUse(addr)
		plain := addr.Unmap()
		if !special && (!plain.IsGlobalUnicast() || plain.IsPrivate()) {
			t.Errorf("%s passes for public", addr)
		}
	})
}
