package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
)

// endpoint is how to reach and enter one machine.
type endpoint struct {
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional"           provider:"secret"`
	Host               string   `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional"         provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
}

// Connection is a machine, reached directly or through a bastion.
type Connection struct {
	endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection is the bastion of a connection.
type ProxyConnection struct{ endpoint }

func (c *Connection) Annotate(a infer.Annotator)      { annotateEndpoint(a, &c.endpoint) }
func (c *ProxyConnection) Annotate(a infer.Annotator) { annotateEndpoint(a, &c.endpoint) }

func annotateEndpoint(a infer.Annotator, e *endpoint) {
	a.SetDefault(&e.User, "root")
	a.SetDefault(&e.Port, 22)
	a.SetDefault(&e.DialErrorLimit, 10)
	a.SetDefault(&e.PerDialTimeout, 15)
}

// errHostKey marks a server that is not the one expected. Trying again cannot help, and must not.
var errHostKey = errors.New("its host key is not the expected one")

func (e endpoint) address() string {
	return net.JoinHostPort(e.Host, strconv.Itoa(int(orDefault(e.Port, 22))))
}

// config returns the client's side of a connection, and a function that lets go of the SSH agent.
func (e endpoint) config() (*ssh.ClientConfig, func(), error) {
	config := &ssh.ClientConfig{User: orDefault(e.User, "root"), HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	if e.HostKey != nil {
		expected, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
		if err != nil {
			return nil, nil, fmt.Errorf("hostKey of %s is not a public key such as `ssh-ed25519 AAAA…`: %w", e.Host, err)
		}
		fixed := ssh.FixedHostKey(expected)
		config.HostKeyAlgorithms = algorithmsOf(expected)
		config.HostKeyCallback = func(name string, remote net.Addr, key ssh.PublicKey) error {
			if fixed(name, remote, key) != nil {
				return fmt.Errorf("%w: expected %s, got %s", errHostKey, ssh.FingerprintSHA256(expected), ssh.FingerprintSHA256(key))
			}
			return nil
		}
	}
	if e.PrivateKey != nil {
		signer, err := parseKey(*e.PrivateKey, e.PrivateKeyPassword)
		if err != nil {
			return nil, nil, fmt.Errorf("privateKey for %s: %w", e.Host, err)
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		password := *e.Password
		config.Auth = append(config.Auth, ssh.Password(password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, _ []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for index := range answers {
					answers[index] = password
				}
				return answers, nil
			}))
	}
	close := func() {}
	if path := orDefault(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK")); path != "" {
		socket, err := net.Dial("unix", path)
		if err != nil {
			return nil, nil, fmt.Errorf("the SSH agent: %w", err)
		}
		close = func() { socket.Close() }
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(socket).Signers))
	}
	return config, close, nil
}

func orDefault[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}

// algorithmsOf keeps the server from offering another of its keys than the expected one.
func algorithmsOf(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}

func parseKey(key string, password *string) (ssh.Signer, error) {
	if password != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(key), []byte(*password))
	}
	return ssh.ParsePrivateKey([]byte(key))
}

// enter opens an SSH connection over a network connection that open makes, trying again up to the endpoint's limits.
func (e endpoint) enter(
	ctx context.Context, open func(ctx context.Context, address string) (net.Conn, error),
) (*ssh.Client, error) {
	config, letGo, err := e.config()
	if err != nil {
		return nil, err
	}
	defer letGo()
	limit := orDefault(e.DialErrorLimit, 10)
	pause := firstPause
	for failures := 1; ; failures++ {
		client, err := e.enterOnce(ctx, config, open)
		if err == nil {
			return client, nil
		}
		if errors.Is(err, errHostKey) || ctx.Err() != nil {
			return nil, fmt.Errorf("%s: %w", e.address(), err)
		}
		if limit >= 0 && failures > limit {
			return nil, fmt.Errorf("%s: no connection after %d attempts: %w", e.address(), failures, err)
		}
		provider.GetLogger(ctx).InfoStatusf("%s: attempt %d failed, trying again", e.address(), failures)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(pause*3/2, longestPause)
	}
}

func (e endpoint) enterOnce(
	ctx context.Context, config *ssh.ClientConfig, open func(context.Context, string) (net.Conn, error),
) (*ssh.Client, error) {
	if seconds := orDefault(e.PerDialTimeout, 15); seconds > 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		defer cancel()
		ctx = limited
	}
	conn, err := open(ctx, e.address())
	if err != nil {
		return nil, err
	}
	// The handshake knows no context, and a connection through a bastion no deadline: closing it ends either.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	secured, channels, requests, err := ssh.NewClientConn(conn, e.address(), config)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return ssh.NewClient(secured, channels, requests), nil
}

// dial connects to the machine, through its bastion where it has one. Closing the client closes both.
func (c Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		return c.enter(ctx, func(ctx context.Context, address string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		})
	}
	bastion, err := Connection{endpoint: c.Proxy.endpoint}.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("proxy %w", err)
	}
	client, err := c.enter(ctx, func(ctx context.Context, address string) (net.Conn, error) {
		return bastion.DialContext(ctx, "tcp", address)
	})
	if err != nil {
		bastion.Close()
		return nil, err
	}
	go func() {
		_ = client.Wait()
		bastion.Close()
	}()
	return client, nil
}
