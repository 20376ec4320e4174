// Package sshforward hands SSH channels on to the next server: from the gateway to a runner, and
// from the runner to a sandbox.
package sshforward

import (
	"io"
	"log/slog"

	"golang.org/x/crypto/ssh"
)

// Serve accepts every channel of a connection and joins it with one that dial opens.
func Serve(channels <-chan ssh.NewChannel, requests <-chan *ssh.Request, dial func() (*ssh.Client, error)) {
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		go func() {
			if err := join(channel, dial); err != nil {
				slog.Warn("channel was not forwarded", "type", channel.ChannelType(), "error", err)
			}
		}()
	}
}

func join(incoming ssh.NewChannel, dial func() (*ssh.Client, error)) error {
	near, nearRequests, err := incoming.Accept()
	if err != nil {
		return err
	}
	defer near.Close()
	client, err := dial()
	if err != nil {
		return err
	}
	defer client.Close()
	far, farRequests, err := client.OpenChannel(incoming.ChannelType(), incoming.ExtraData())
	if err != nil {
		return err
	}
	defer far.Close()

	go pass(nearRequests, far)
	go func() {
		_, _ = io.Copy(far, near)
		_ = far.CloseWrite()
	}()
	go func() { _, _ = io.Copy(near.Stderr(), far.Stderr()) }()
	_, err = io.Copy(near, far)
	pass(farRequests, near) // exit-status comes last, before the far side closes
	return err
}

func pass(requests <-chan *ssh.Request, to ssh.Channel) {
	for request := range requests {
		ok, err := to.SendRequest(request.Type, request.WantReply, request.Payload)
		if request.WantReply {
			_ = request.Reply(ok && err == nil, nil)
		}
	}
}
