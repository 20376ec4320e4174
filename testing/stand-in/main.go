// Command daytona-stand-in takes the place of Daytona v0.190.0's own programs in tests on a real
// node. One static binary is all of them: as in a multi-call binary the name it is started by
// selects the program, so that manifests start it exactly as they start the official images.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"daytona-operator.dev/testing/stand-in/internal/api"
	"daytona-operator.dev/testing/stand-in/internal/migrations"
	"daytona-operator.dev/testing/stand-in/internal/nodeenv"
	"daytona-operator.dev/testing/stand-in/internal/proxy"
	"daytona-operator.dev/testing/stand-in/internal/runner"
	"daytona-operator.dev/testing/stand-in/internal/sshgateway"
	"daytona-operator.dev/testing/stand-in/internal/toolbox"
)

func main() {
	os.Exit(run(filepath.Base(os.Args[0]), os.Args[1:]))
}

func run(name string, args []string) int {
	switch name {
	case "daytona-stand-in": // daytona-stand-in NAME ARGUMENTS...
		if len(args) == 0 || args[0] == name {
			fmt.Fprintln(os.Stderr, "usage: daytona-stand-in node|yarn|daytona-proxy|daytona-ssh-gateway|daytona-runner|daytona ...")
			return 1
		}
		return run(args[0], args[1:])
	case "node":
		return api.Main(args, nodeenv.Process())
	case "yarn":
		return migrations.Main(args, nodeenv.Process())
	case "daytona-proxy":
		return proxy.Main()
	case "daytona-ssh-gateway":
		return sshgateway.Main()
	case "daytona-runner":
		return runner.Main()
	case "daytona":
		return toolbox.Main()
	default:
		fmt.Fprintf(os.Stderr, "daytona-stand-in: not a program of Daytona's images: %s\n", name)
		return 127
	}
}
