// Package nameserver resolves names as the API's HTTP agents do (contract section 11): by asking
// the name server directly. Search domains and /etc/hosts do not exist for it, so a short service
// name or a host alias fails here as it fails there.
package nameserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/miekg/dns"
)

const resolvConf = "/etc/resolv.conf"

// Transport is an HTTP transport whose connections resolve names in this way.
func Transport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // Node's agents know no proxy variables
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		addresses, err := Lookup(ctx, resolvConf, host)
		if err != nil {
			return nil, err
		}
		var failures []error
		for _, ip := range addresses {
			conn, err := dialer.DialContext(ctx, network, net.JoinHostPort(ip.String(), port))
			if err == nil {
				return conn, nil
			}
			failures = append(failures, err)
		}
		return nil, errors.Join(failures...)
	}
	return transport
}

// Lookup asks the name servers of a resolv.conf for exactly this name.
func Lookup(ctx context.Context, config, host string) ([]net.IP, error) {
	if ip := net.ParseIP(host); ip != nil {
		return []net.IP{ip}, nil
	}
	servers, err := dns.ClientConfigFromFile(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", config, err)
	}
	var addresses []net.IP
	for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
		found, err := query(ctx, servers, host, kind)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, found...)
	}
	if len(addresses) == 0 {
		return nil, fmt.Errorf("ENOTFOUND %s (asked the name server directly: no search domains, no /etc/hosts)", host)
	}
	return addresses, nil
}

func query(ctx context.Context, servers *dns.ClientConfig, host string, kind uint16) ([]net.IP, error) {
	question := new(dns.Msg).SetQuestion(dns.Fqdn(host), kind)
	failure := errors.New("no name server in " + resolvConf)
	for _, server := range servers.Servers {
		for _, network := range []string{"udp", "tcp"} { // TCP when the answer did not fit
			client := &dns.Client{Net: network, Timeout: 5 * time.Second}
			answer, _, err := client.ExchangeContext(ctx, question, net.JoinHostPort(server, servers.Port))
			if err != nil {
				failure = err
				break
			}
			if answer.Truncated && network == "udp" {
				continue
			}
			if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
				failure = fmt.Errorf("name server %s answers %s for %s", server, dns.RcodeToString[answer.Rcode], host)
				break
			}
			return addressesOf(answer), nil
		}
	}
	return nil, failure
}

func addressesOf(answer *dns.Msg) []net.IP {
	var addresses []net.IP
	for _, record := range answer.Answer {
		switch record := record.(type) {
		case *dns.A:
			addresses = append(addresses, record.A)
		case *dns.AAAA:
			addresses = append(addresses, record.AAAA)
		}
	}
	return addresses
}
