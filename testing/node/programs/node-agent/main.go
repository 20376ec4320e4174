// Command node-agent is what the one-node test cluster lacks beside Kubernetes' own programs:
// enforcement of NetworkPolicies, because the CNI plugin "bridge" enforces none, and volumes for
// claims. It looks twice a second.
//
// It knows all of networking.k8s.io/v1 for IPv4. Pods that share the node's network are not
// restricted, nor is what the node itself sends (the kubelet's probes). Rules decide about new
// connections; established ones stay.
package main

import (
	"flag"
	"log"
	"os/exec"
	"strings"
	"time"
)

// policies keeps the table in force equal to what the policies say.
type policies struct {
	client  *client
	applied string
}

func (p *policies) reconcile() error {
	s, err := readState(p.client)
	if err != nil {
		return err
	}
	rules := s.ruleset()
	if rules == p.applied {
		return nil
	}
	nft := exec.Command("nft", "-f", "-")
	nft.Stdin = strings.NewReader(rules)
	if output, err := nft.CombinedOutput(); err != nil {
		log.Printf("nft refused: %s", output)
		return err
	}
	p.applied = rules
	return nil
}

func main() {
	server := flag.String("server", "", "URL of the API server")
	ca := flag.String("ca", "", "file with its CA certificate")
	token := flag.String("token-file", "", "file with a bearer token")
	node := flag.String("node", "", "name of this node")
	directory := flag.String("volumes", "", "where volumes are")
	flag.Parse()
	c, err := newClient(*server, *ca, *token)
	if err != nil {
		log.Fatal(err)
	}
	p := policies{client: c}
	v := volumes{c, *node, *directory}
	for ; ; time.Sleep(500 * time.Millisecond) {
		if err := p.reconcile(); err != nil {
			log.Print(err)
		}
		if err := v.reconcile(); err != nil {
			log.Print(err)
		}
	}
}
