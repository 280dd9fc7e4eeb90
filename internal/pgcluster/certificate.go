package pgcluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"path/filepath"
	"time"
)

// Authority is the file with the certificate that a server's certificate is signed by, where it has TLS.
func (c *Cluster) Authority() string { return filepath.Join(c.Dir, "authority.crt") }

// certify makes an authority, and a certificate of the server for 127.0.0.1 and not for any other name.
func (c *Cluster) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "throw-away authority " + rand.Text()}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "throw-away server"}, NotBefore: authority.NotBefore,
		NotAfter: authority.NotAfter, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if err := c.sign(c.Authority(), authority, authority, key, &key.PublicKey); err != nil {
		return err
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := c.sign(filepath.Join(c.data(), "server.crt"), server, authority, key, &own.PublicKey); err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(own)
	if err != nil {
		return err
	}
	return c.write(filepath.Join(c.data(), "server.key"), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
}

func (c *Cluster) sign(path string, cert, by *x509.Certificate, key *ecdsa.PrivateKey, public *ecdsa.PublicKey) error {
	der, err := x509.CreateCertificate(rand.Reader, cert, by, public, key)
	if err != nil {
		return err
	}
	return c.write(path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}
