package mediaport

import (
	"errors"
	"sync"
	"syscall"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// interfacesFor is how long a list of addresses is believed.
const interfacesFor = time.Second

// liveNet lists the machine's addresses as they are now: a monitor starts
// before its Wi-Fi and outlives many addresses.
type liveNet struct {
	stdnet.Net // sockets; its own list of interfaces is unused

	mu   sync.Mutex
	at   time.Time
	list []*transport.Interface
}

// Interfaces returns the network interfaces with their addresses.
func (n *liveNet) Interfaces() ([]*transport.Interface, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list != nil && time.Since(n.at) < interfacesFor {
		return n.list, nil
	}
	fresh, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	n.list, err = fresh.Interfaces()
	n.at = time.Now()
	return n.list, err
}

// isTemporary tells whether accepting may work again by itself.
func isTemporary(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
