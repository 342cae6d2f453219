package mediaport

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/transport/v4"
)

// Bounds of what strangers and slow phones can hold.
const (
	maxConns        = 256                    // TCP connections in all
	maxConnsPerHost = 64                     // TCP connections from one address
	firstMessage    = 5 * time.Second        // for a new connection's first STUN message
	tcpBacklog      = 512 << 10              // bytes waiting for a slow TCP phone; more is dropped
	socketBuffer    = 2 << 20                // bytes asked of the kernel for the UDP socket
	writePatience   = 200 * time.Millisecond // for the UDP socket to take a batch
	listenTries     = 20                     // free ports tried until UDP and TCP are both free
)

// Port is the media port. It is safe for use from any goroutine.
type Port struct {
	udp *udpConn
	tcp *listener
	net *liveNet

	udpMux *mux
	tcpMux *ice.TCPMuxDefault
	counts counts
}

// Listen opens the UDP and the TCP port of this number on every address, IPv4
// and IPv6. Zero takes any number that is free for both. The error of a port in
// use says what to do.
func Listen(number int, log *slog.Logger) (*Port, error) {
	tries := 1
	if number == 0 {
		tries = listenTries
	}
	var err error
	for range tries {
		var p *Port
		if p, err = open(number, log); err == nil {
			return p, nil
		}
	}
	return nil, err
}

func open(number int, log *slog.Logger) (*Port, error) {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{Port: number})
	if err != nil {
		return nil, explain("UDP", number, err)
	}
	number = socket.LocalAddr().(*net.UDPAddr).Port
	stream, err := net.ListenTCP("tcp", &net.TCPAddr{Port: number})
	if err != nil {
		_ = socket.Close()
		return nil, explain("TCP", number, err)
	}
	p := &Port{net: &liveNet{}}
	p.udp = newUDPConn(socket, &p.counts, log)
	p.tcp = newListener(stream, &p.counts)
	p.udpMux = newMux(p.udp, p.net)
	p.tcpMux = ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Logger:                       quietLogger{},
		Listener:                     p.tcp,
		ReadBufferSize:               32,
		WriteBufferSize:              tcpBacklog,
		FirstStunBindTimeout:         firstMessage,
		AliveDurationForConnFromStun: firstMessage,
	})
	return p, nil
}

// explain turns a failed listen into a sentence that says what to do.
func explain(kind string, number int, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("media port %d (%s) is in use by another program: stop that program or choose another port with --media-port: %w", number, kind, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("media port %d (%s) is reserved for the system: choose one above 1023 with --media-port: %w", number, kind, err)
	}
	return fmt.Errorf("media port %d (%s) cannot be opened: %w", number, kind, err)
}

// Number is the port's number.
func (p *Port) Number() int { return p.udp.socket.LocalAddr().(*net.UDPAddr).Port }

// UDP is the port's side for ICE agents over UDP. loopback says that the phone is
// this machine and may be told its loopback addresses.
func (p *Port) UDP(loopback bool) ice.UDPMux { return view{p.udpMux, loopback} }

// TCP is the port's side for ICE agents over TCP.
func (p *Port) TCP() ice.TCPMux { return p.tcpMux }

// Net tells ICE agents this machine's addresses as they are now.
func (p *Port) Net() transport.Net { return p.net }

// Cork begins a batch: packets are held back until [Port.Uncork] or until the
// batch is full. Every Cork has its Uncork soon after. Batches of several
// goroutines may overlap.
func (p *Port) Cork() { p.udp.batch.cork() }

// Uncork sends what the batch holds.
func (p *Port) Uncork() { p.udp.batch.uncork() }

// Counters returns what has happened so far.
func (p *Port) Counters() Counters { return p.counts.read() }

// Close closes the port and waits for its goroutines.
func (p *Port) Close() error {
	return errors.Join(p.udpMux.Close(), p.tcpMux.Close())
}
