package fetch

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// An authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// template is a certificate for 127.0.0.1 as it should be.
func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	ca := template("Test Authority")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage, ca.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	key := newKey(t)
	return &authority{sign(t, ca, ca, key.Public(), key), key}
}

func sign(t *testing.T, c, issuer *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, issuer, public, key)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// issue makes a server's certificate, signed by a or, if a is nil, by itself.
func (a *authority) issue(t *testing.T, c *x509.Certificate) tls.Certificate {
	t.Helper()
	key := newKey(t)
	issuer, signer := c, key
	if a != nil {
		issuer, signer = a.cert, a.key
	}
	return tls.Certificate{Certificate: [][]byte{sign(t, c, issuer, key.Public(), signer).Raw}, PrivateKey: key}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// serveTLS does the handshake and then hands the connection over.
func serveTLS(t *testing.T, config *tls.Config, handle func(net.Conn)) string {
	t.Helper()
	return serveRaw(t, func(c net.Conn) {
		secure := tls.Server(c, config)
		if secure.Handshake() == nil {
			handle(secure)
			secure.Close()
		}
	})
}

func TestTLSFaults(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	with := func(change func(*x509.Certificate)) *x509.Certificate {
		c := template("server")
		change(c)
		return c
	}
	const page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	for _, c := range []struct {
		name   string
		config *tls.Config
		part   string
	}{
		{"expired", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2020, 2, 3, 0, 0, 0, 0, time.UTC)
		}))}}, "expired on 2020-02-03"},
		{"not yet valid", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2140, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2141, 2, 3, 0, 0, 0, 0, time.UTC)
		}))}}, "not valid before 2140-01-01"},
		{"self-signed", &tls.Config{Certificates: []tls.Certificate{(*authority)(nil).issue(t, template("server"))}}, "self-signed"},
		{"unknown authority", &tls.Config{Certificates: []tls.Certificate{stranger.issue(t, template("server"))}}, "unknown authority"},
		{"wrong host", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"a.test", "b.test", "c.test", "d.test"}
		}))}}, "for a.test, b.test, c.test and others, not for 127.0.0.1"},
		{"no host", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) { c.IPAddresses = nil }))}}, "not for 127.0.0.1"},
		{"other address", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 2)}
		}))}}, "for 127.0.0.2, not for 127.0.0.1"},
		{"SHA-1", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.SignatureAlgorithm = x509.ECDSAWithSHA1
		}))}}, "SHA-1"},
		{"for a client", &tls.Config{Certificates: []tls.Certificate{ca.issue(t, with(func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}))}}, "not for a server"},
		{"old protocol", &tls.Config{
			Certificates: []tls.Certificate{ca.issue(t, template("server"))}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
		}, "no common TLS version"},
		{"no common cipher", &tls.Config{
			Certificates: []tls.Certificate{ca.issue(t, template("server"))}, MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384},
		}, "no common TLS cipher"},
		{"wants our certificate", &tls.Config{
			Certificates: []tls.Certificate{ca.issue(t, template("server"))}, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert,
		}, "refused the handshake"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := unlimited()
			o.RootCAs = ca.pool()
			url := "https://" + serveTLS(t, c.config, answering(page))
			wantError(t, get(t, newTransport(t, o), url).err, KindTLS, PhaseTLS, c.part)
		})
	}

	t.Run("insecure takes them", func(t *testing.T) {
		o := unlimited()
		o.Insecure = true
		config := &tls.Config{Certificates: []tls.Certificate{stranger.issue(t, with(func(c *x509.Certificate) { c.IPAddresses = nil }))}}
		url := "https://" + serveTLS(t, config, answering(page))
		if got := get(t, newTransport(t, o), url); got.err != nil || got.body != "ok" {
			t.Errorf("%q, %v", got.body, got.err)
		}
	})
	t.Run("all well", func(t *testing.T) {
		o := unlimited()
		o.RootCAs = ca.pool()
		url := "https://" + serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, template("server"))}}, answering(page))
		if got := get(t, newTransport(t, o), url); got.err != nil || got.body != "ok" {
			t.Errorf("%q, %v", got.body, got.err)
		}
	})
}

func TestTLSHandshakeBroken(t *testing.T) {
	t.Run("plain HTTP", func(t *testing.T) {
		url := "https://" + serveRaw(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1<<10))
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
		})
		wantError(t, get(t, newTransport(t, unlimited()), url).err, KindTLS, PhaseTLS, "does not speak TLS")
	})
	t.Run("garbage", func(t *testing.T) {
		url := "https://" + serveRaw(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1<<10))
			_, _ = c.Write([]byte("SSH-2.0-OpenSSH_9.6\r\n"))
		})
		wantError(t, get(t, newTransport(t, unlimited()), url).err, KindTLS, PhaseTLS, "does not speak TLS")
	})
	t.Run("closed", func(t *testing.T) {
		url := "https://" + serveRaw(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1<<10)) })
		wantError(t, get(t, newTransport(t, unlimited()), url).err, KindConnection, PhaseTLS, "in the TLS handshake")
	})
}
