package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const table = "daytona-network-policy"

func (s selector) matches(labels map[string]string) bool {
	for key, value := range s.MatchLabels {
		if labels[key] != value {
			return false
		}
	}
	for _, r := range s.MatchExpressions {
		value, exists := labels[r.Key]
		var holds bool
		switch r.Operator {
		case "In":
			holds = exists && slices.Contains(r.Values, value)
		case "NotIn":
			holds = !exists || !slices.Contains(r.Values, value)
		case "Exists":
			holds = exists
		case "DoesNotExist":
			holds = !exists
		}
		if !holds {
			return false
		}
	}
	return true
}

// onNetwork leaves out pods that have ended, have no address yet or share the node's.
func (p pod) onNetwork() bool {
	ended := p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed"
	return !p.Spec.HostNetwork && p.Status.PodIP != "" && !ended
}

// port is the number of a named port, 0 if the pod has none of that name.
func (p pod) port(name, protocol string) int {
	for _, c := range slices.Concat(p.Spec.Containers, p.Spec.InitContainers) {
		for _, port := range c.Ports {
			if port.Name == name && (port.Protocol == "" || port.Protocol == protocol) {
				return port.ContainerPort
			}
		}
	}
	return 0
}

func (p policy) concerns(direction string) bool {
	if len(p.Spec.PolicyTypes) == 0 {
		return direction == "Ingress" || len(p.Spec.Egress) > 0
	}
	return slices.Contains(p.Spec.PolicyTypes, direction)
}

// named says the port's name; false when it is a number or absent.
func (p policyPort) named() (string, bool) {
	var name string
	return name, json.Unmarshal(p.Port, &name) == nil && name != ""
}

// portMatches are nft expressions for the ports; receiver is the pod whose port names count, nil
// where the traffic leaves for an address outside.
func portMatches(ports []policyPort, receiver *pod) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var matches []string
	for _, p := range ports {
		protocol := p.Protocol
		if protocol == "" {
			protocol = "TCP"
		}
		lower := strings.ToLower(protocol)
		if len(p.Port) == 0 {
			matches = append(matches, "meta l4proto "+lower)
			continue
		}
		number := string(p.Port)
		if name, ok := p.named(); ok {
			if receiver == nil || receiver.port(name, protocol) == 0 {
				continue
			}
			number = fmt.Sprint(receiver.port(name, protocol))
		} else if p.EndPort != 0 {
			number = fmt.Sprintf("%s-%d", number, p.EndPort)
		}
		matches = append(matches, lower+" dport "+number)
	}
	return matches
}

func (b *ipBlock) match(side string) (string, bool) {
	if strings.Contains(b.CIDR, ":") {
		return "", false
	}
	match := ""
	if b.CIDR != "0.0.0.0/0" {
		match = fmt.Sprintf("ip %s %s ", side, b.CIDR)
	}
	if len(b.Except) > 0 {
		match += fmt.Sprintf("ip %s != { %s } ", side, strings.Join(b.Except, ", "))
	}
	return match, true
}

// selected are the pods that a peer means in a policy of the namespace.
func (s state) selected(p peer, policyNamespace string) []pod {
	labels := map[string]map[string]string{}
	for _, n := range s.namespaces {
		labels[n.Metadata.Name] = n.Metadata.Labels
	}
	var pods []pod
	for _, candidate := range s.pods {
		ns := candidate.Metadata.Namespace
		inNamespace := ns == policyNamespace
		if p.NamespaceSelector != nil {
			inNamespace = p.NamespaceSelector.matches(labels[ns])
		}
		if candidate.onNetwork() && inNamespace &&
			(p.PodSelector == nil || p.PodSelector.matches(candidate.Metadata.Labels)) {
			pods = append(pods, candidate)
		}
	}
	return pods
}

// allowed are the nft rules for what a policy's rule lets through to or from the pod.
func (s state) allowed(own *pod, r rule, direction, policyNamespace string) []string {
	peers, side := r.From, "saddr"
	if direction == "Egress" {
		peers, side = r.To, "daddr"
	}
	var rules []string
	add := func(match string, receiver *pod) {
		for _, ports := range portMatches(r.Ports, receiver) {
			rules = append(rules, strings.TrimSpace(match+" "+ports)+" return")
		}
	}
	if len(peers) == 0 {
		if direction == "Ingress" {
			add("", own)
		} else {
			add("", nil)
		}
	}
	for _, p := range peers {
		if p.IPBlock != nil {
			if match, ok := p.IPBlock.match(side); ok && direction == "Ingress" {
				add(match, own)
			} else if ok {
				add(match, nil)
			}
			continue
		}
		for _, other := range s.selected(p, policyNamespace) {
			receiver := own
			if direction == "Egress" {
				receiver = &other
			}
			add(fmt.Sprintf("ip %s %s", side, other.Status.PodIP), receiver)
		}
	}
	return rules
}

// chain is what one pod may receive or send; nothing when no policy restricts it.
func (s state) chain(own *pod, direction string) []string {
	side := "saddr"
	if direction == "Egress" {
		side = "daddr"
	}
	restricted := false
	rules := []string{fmt.Sprintf("ip %s %s return", side, own.Status.PodIP)}
	for _, p := range s.policies {
		if p.Metadata.Namespace != own.Metadata.Namespace || !p.concerns(direction) ||
			!p.Spec.PodSelector.matches(own.Metadata.Labels) {
			continue
		}
		restricted = true
		given := p.Spec.Ingress
		if direction == "Egress" {
			given = p.Spec.Egress
		}
		for _, r := range given {
			rules = append(rules, s.allowed(own, r, direction, p.Metadata.Namespace)...)
		}
	}
	if !restricted {
		return nil
	}
	slices.Sort(rules)
	return append(slices.Compact(rules), "counter drop")
}

// ruleset is the whole table: replies pass, then the sender's egress and the receiver's ingress
// decide; what a pod sends to the node itself is egress too. Priority 10 is after destination NAT:
// addresses are those of pods, not of Services.
func (s state) ruleset() string {
	var chains strings.Builder
	jumps := map[string][]string{}
	for i := range s.pods {
		own := &s.pods[i]
		if !own.onNetwork() {
			continue
		}
		for _, direction := range []string{"Ingress", "Egress"} {
			rules := s.chain(own, direction)
			if rules == nil {
				continue
			}
			name := fmt.Sprintf("%s-%s", strings.ToLower(direction),
				strings.ReplaceAll(own.Status.PodIP, ".", "-"))
			fmt.Fprintf(&chains, "chain %s {\n  %s\n}\n", name, strings.Join(rules, "\n  "))
			jumps[direction] = append(jumps[direction],
				fmt.Sprintf("%s : jump %s", own.Status.PodIP, name))
		}
	}
	lookup := func(direction, side string) string {
		if len(jumps[direction]) == 0 {
			return ""
		}
		return fmt.Sprintf("ip %s vmap { %s }", side, strings.Join(jumps[direction], ", "))
	}
	const replies = "ct state established,related accept"
	egress, ingress := lookup("Egress", "saddr"), lookup("Ingress", "daddr")
	return fmt.Sprintf(`table ip %[1]s
delete table ip %[1]s
table ip %[1]s {
%[2]s
chain forwarded {
  type filter hook forward priority 10; policy accept;
  %[3]s
  %[4]s
  %[5]s
}
chain to-node {
  type filter hook input priority 10; policy accept;
  %[3]s
  %[4]s
}
}
`, table, chains.String(), replies, egress, ingress)
}
