package main

import "encoding/json"

// The members of the API's objects that decide about traffic.

type namespace struct {
	Metadata metadata `json:"metadata"`
}

type containerPort struct {
	Name          string `json:"name"`
	ContainerPort int    `json:"containerPort"`
	Protocol      string `json:"protocol"`
}

type container struct {
	Ports []containerPort `json:"ports"`
}

type pod struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		HostNetwork    bool        `json:"hostNetwork"`
		Containers     []container `json:"containers"`
		InitContainers []container `json:"initContainers"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
		PodIP string `json:"podIP"`
	} `json:"status"`
}

type requirement struct {
	Key      string   `json:"key"`
	Operator string   `json:"operator"`
	Values   []string `json:"values"`
}

type selector struct {
	MatchLabels      map[string]string `json:"matchLabels"`
	MatchExpressions []requirement     `json:"matchExpressions"`
}

type ipBlock struct {
	CIDR   string   `json:"cidr"`
	Except []string `json:"except"`
}

type peer struct {
	PodSelector       *selector `json:"podSelector"`
	NamespaceSelector *selector `json:"namespaceSelector"`
	IPBlock           *ipBlock  `json:"ipBlock"`
}

type policyPort struct {
	Protocol string          `json:"protocol"`
	Port     json.RawMessage `json:"port"`
	EndPort  int             `json:"endPort"`
}

type rule struct {
	Ports []policyPort `json:"ports"`
	From  []peer       `json:"from"`
	To    []peer       `json:"to"`
}

type policy struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		PodSelector selector `json:"podSelector"`
		PolicyTypes []string `json:"policyTypes"`
		Ingress     []rule   `json:"ingress"`
		Egress      []rule   `json:"egress"`
	} `json:"spec"`
}

type state struct {
	namespaces []namespace
	pods       []pod
	policies   []policy
}

func readState(c *client) (state, error) {
	var s state
	var err error
	if s.namespaces, err = list[namespace](c, "/api/v1/namespaces"); err != nil {
		return s, err
	}
	if s.pods, err = list[pod](c, "/api/v1/pods"); err != nil {
		return s, err
	}
	s.policies, err = list[policy](c, "/apis/networking.k8s.io/v1/networkpolicies")
	return s, err
}
