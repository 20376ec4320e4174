package api

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return "localhost"
	}
	return parsed.Hostname()
}

// invite sends the mail of an invitation. Without host, port or sender mail is off; a failure is
// logged and disturbs nothing (contract 3.1).
func (s *server) invite(recipient string) {
	host, port, from := s.env.Get("SMTP_HOST"), s.env.Number("SMTP_PORT", "587"), s.env.Or("SMTP_EMAIL_FROM", "noreply@mail.daytona.io")
	if host == "" || math.IsNaN(port) || port == 0 {
		slog.Warn("email configuration not found, email functionality will be disabled")
		return
	}
	err := s.send(host, int(port), from, recipient)
	if err != nil {
		slog.Error("failed to send organization invitation email", "error", err)
	}
}

func (s *server) send(host string, port int, from, to string) error {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return fmt.Errorf("SMTP_EMAIL_FROM: %w", err)
	}
	client, err := s.dialSMTP(host, port)
	if err != nil {
		return err
	}
	defer client.Close()
	if user, password := s.env.Get("SMTP_USER"), s.env.Get("SMTP_PASSWORD"); user != "" && password != "" {
		if err := client.Auth(plainAuth{user, password}); err != nil {
			return err
		}
	}
	if err := client.Mail(sender.Address); err != nil {
		return err
	}
	if err := client.Rcpt(to); err != nil {
		return err
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(body, "From: %s\r\nTo: %s\r\nSubject: Invitation to join a Daytona organization\r\nDate: %s\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<a href=\"%s/user/invitations\">Join</a>\r\n",
		sender, to, time.Now().Format(time.RFC1123Z), s.env.Get("DASHBOARD_URL"))
	if err := errors.Join(err, body.Close()); err != nil {
		return err
	}
	return client.Quit()
}

// dialSMTP speaks TLS from the start when SMTP_SECURE is true; otherwise it switches to TLS when the
// server offers that, and then wants a certificate that it trusts.
func (s *server) dialSMTP(host string, port int) (*smtp.Client, error) {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	config := &tls.Config{ServerName: host}
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	var conn net.Conn
	var err error
	if s.env.True("SMTP_SECURE") {
		conn, err = tls.DialWithDialer(dialer, "tcp", address, config)
	} else {
		conn, err = dialer.Dial("tcp", address)
	}
	if err != nil {
		return nil, err
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, err
	}
	if offered, _ := client.Extension("STARTTLS"); offered && !s.env.True("SMTP_SECURE") {
		err = client.StartTLS(config)
	}
	return client, err
}

// plainAuth authenticates without TLS too, unlike smtp.PlainAuth: the API's mail library does.
type plainAuth struct{ user, password string }

func (a plainAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !strings.Contains(strings.Join(server.Auth, " "), "PLAIN") {
		return "", nil, errors.New("the mail server offers no PLAIN authentication")
	}
	return "PLAIN", []byte("\x00" + a.user + "\x00" + a.password), nil
}

func (plainAuth) Next([]byte, bool) ([]byte, error) { return nil, nil }
