package fetch

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"time"
)

// ofTLS knows the errors of crypto/tls and crypto/x509, some of which are only strings.
func ofTLS(e *Error, err error) bool {
	message, found := certificateFault(err)
	if !found {
		message, found = handshakeFault(err)
	}
	if !found {
		return false
	}
	e.Kind, e.Message = KindTLS, message
	return true
}

func certificateFault(err error) (message string, found bool) {
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var roots x509.SystemRootsError
	var weak x509.InsecureAlgorithmError
	switch {
	case errors.As(err, &invalid):
		return invalidCertificate(invalid), true
	case errors.As(err, &host):
		return "the certificate is for " + namesOf(host.Certificate) + ", not for " + host.Host, true
	case errors.As(err, &weak), errors.As(err, &unknown) && strings.Contains(err.Error(), "insecure algorithm"):
		return "the certificate is signed with an algorithm no longer safe, such as SHA-1", true
	case errors.As(err, &unknown):
		if c := unknown.Cert; c != nil && bytes.Equal(c.RawIssuer, c.RawSubject) {
			return "the certificate is self-signed", true
		}
		return "the certificate is signed by an unknown authority", true
	case errors.As(err, &roots):
		return "this system has no root certificates", true
	}
	return "", false
}

func invalidCertificate(err x509.CertificateInvalidError) string {
	const day = time.DateOnly
	switch err.Reason {
	case x509.Expired:
		if c := err.Cert; c != nil && time.Now().Before(c.NotBefore) {
			return "the certificate is not valid before " + c.NotBefore.Format(day)
		} else if c != nil {
			return "the certificate expired on " + c.NotAfter.Format(day)
		}
		return "the certificate has expired"
	case x509.NotAuthorizedToSign:
		return "the certificate is signed by one that may not sign"
	case x509.IncompatibleUsage:
		return "the certificate is not for a server"
	}
	return "the certificate is not valid: " + plainly(err)
}

// namesOf lists whom a certificate is for, the first few: some have hundreds.
func namesOf(c *x509.Certificate) string {
	if c == nil {
		return "another host"
	}
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names[:len(names):len(names)], ip.String())
	}
	switch {
	case len(names) == 0:
		return "no host"
	case len(names) > 3:
		return strings.Join(names[:3], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

func handshakeFault(err error) (message string, found bool) {
	var record tls.RecordHeaderError
	if errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) {
		return "the server does not speak TLS on this port", true
	}
	text := err.Error()
	_, reason, found := strings.Cut(text, "tls: ")
	switch {
	case !found:
		return "", false
	case strings.Contains(reason, "protocol version"):
		return "no common TLS version: the server's is too old or too new", true
	case strings.Contains(reason, "handshake failure"), strings.Contains(reason, "cipher suite"):
		return "no common TLS cipher, or the server refused the handshake", true
	}
	return "the TLS handshake failed: " + plainly(errors.New(reason)), true
}
