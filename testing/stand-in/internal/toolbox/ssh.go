package toolbox

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"

	"golang.org/x/crypto/ssh"
)

// SSHPassword is a constant of the real program: only the runner reaches this port.
const SSHPassword = "sandbox-ssh"

func serveSSH() error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return err
	}
	config := &ssh.ServerConfig{
		PasswordCallback: func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if subtle.ConstantTimeCompare(password, []byte(SSHPassword)) == 1 {
				return nil, nil
			}
			return nil, errors.New("wrong password")
		},
	}
	config.AddHostKey(signer)
	listener, err := net.Listen("tcp", net.JoinHostPort("", SSHPort))
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serveConnection(conn, config)
	}
}

func serveConnection(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	server, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	defer server.Close()
	go ssh.DiscardRequests(requests)
	for incoming := range channels {
		if incoming.ChannelType() != "session" {
			_ = incoming.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		if channel, requests, err := incoming.Accept(); err == nil {
			go session(channel, requests)
		}
	}
}

// session runs one command, or a shell that reads commands from the connection. There is no
// terminal: pty-req is agreed to and has no effect.
func session(channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	for request := range requests {
		var arguments []string
		switch request.Type {
		case "exec":
			var payload struct{ Command string }
			if ssh.Unmarshal(request.Payload, &payload) == nil {
				arguments = []string{"-c", payload.Command}
			}
		case "shell":
			arguments = []string{"-s"}
		}
		if request.WantReply {
			_ = request.Reply(arguments != nil || request.Type == "env" || request.Type == "pty-req", nil)
		}
		if arguments != nil {
			status := run(channel, arguments)
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
			return
		}
	}
}

func run(channel ssh.Channel, arguments []string) uint32 {
	command := exec.Command("sh", arguments...)
	command.Env = os.Environ()
	stdin, err := command.StdinPipe()
	if err != nil {
		return 255
	}
	command.Stdout, command.Stderr = channel, channel.Stderr()
	if err := command.Start(); err != nil {
		return 127
	}
	go func() { // not command.Stdin: Wait would wait for the client's end of input
		_, _ = copyAndClose(stdin, channel)
	}()
	_ = command.Wait()
	return uint32(max(command.ProcessState.ExitCode(), 0))
}

func copyAndClose(to io.WriteCloser, from io.Reader) (int64, error) {
	defer to.Close()
	return io.Copy(to, from)
}
