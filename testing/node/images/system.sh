# What the node itself needs: one static program each.
# shellcheck shell=bash
install_pause() { file "$(program pause)" /pause; }
layer pause scratch install_pause "$(program pause)"
image pause localhost/daytona-node/pause:1 '{"Entrypoint": ["/pause"], "User": "65535:65535"}'

install_coredns() { file "$(program coredns)" /coredns; }
layer coredns scratch install_coredns "$(program coredns)"
image coredns localhost/daytona-node/coredns:1 '{"Entrypoint": ["/coredns"]}'
