package nameserver

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// serve answers for one full name on a real socket and returns a resolv.conf that names it.
func serve(t *testing.T, name string, ip string) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: socket, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		answer := new(dns.Msg).SetReply(r)
		if question := r.Question[0]; question.Name != name {
			answer.Rcode = dns.RcodeNameError
		} else if question.Qtype == dns.TypeA {
			record, _ := dns.NewRR(fmt.Sprintf("%s 5 IN A %s", name, ip))
			answer.Answer = append(answer.Answer, record)
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() { _ = server.Shutdown() })
	return fmt.Sprint(socket.LocalAddr().(*net.UDPAddr).Port)
}

func TestOnlyTheFullNameResolves(t *testing.T) {
	port := serve(t, "dex.daytona.svc.cluster.local.", "127.0.0.9")
	config := filepath.Join(t.TempDir(), "resolv.conf")
	content := "nameserver 127.0.0.1\nsearch daytona.svc.cluster.local svc.cluster.local\noptions ndots:5\n"
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	servers, err := dns.ClientConfigFromFile(config)
	if err != nil {
		t.Fatal(err)
	}
	servers.Port = port // resolv.conf cannot say it
	found, err := query(t.Context(), servers, "dex.daytona.svc.cluster.local", dns.TypeA)
	if err != nil || len(found) != 1 || found[0].String() != "127.0.0.9" {
		t.Errorf("full name: %v, %v", found, err)
	}
	for _, short := range []string{"dex", "dex.daytona", "dex.daytona.svc"} {
		if found, err := query(t.Context(), servers, short, dns.TypeA); err != nil || len(found) != 0 {
			t.Errorf("%s must not resolve: %v, %v", short, found, err)
		}
	}
}

func TestAddressesNeedNoNameServer(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		if found, err := Lookup(t.Context(), "/nonexistent", address); err != nil || len(found) != 1 {
			t.Errorf("%s: %v, %v", address, found, err)
		}
	}
	if _, err := Lookup(t.Context(), "/nonexistent", "db"); err == nil || !strings.Contains(err.Error(), "/nonexistent") {
		t.Errorf("a name without name servers must fail: %v", err)
	}
}
