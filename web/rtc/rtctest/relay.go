package rtctest

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Link is how a network treats packets in one direction.
type Link struct {
	Loss  float64       // share of packets that vanish, 0 to 1
	Delay time.Duration // of every packet
	Rate  int           // bits a second; 0: no limit
	Queue time.Duration // how long packets wait for a limited rate before they are dropped; 0: 200 ms
}

// Relay is a bad network between phones and the monitor's media port: what
// arrives at its address goes on to the monitor, and answers go back.
type Relay struct {
	front  *net.UDPConn
	target netip.AddrPort
	down   atomic.Pointer[Link]
	up     atomic.Pointer[Link]
	drops  atomic.Int64

	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
}

// NewRelay begins to relay to the monitor's media port on this machine. down is
// the way to the phone, up the way back. Close ends it.
func NewRelay(mediaPort int, down, up Link) (*Relay, error) {
	front, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	_ = front.SetReadBuffer(1 << 20)
	r := &Relay{front: front, target: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(mediaPort))}
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.Set(down, up)
	r.work.Go(r.forward)
	return r, nil
}

// Set changes the network.
func (r *Relay) Set(down, up Link) {
	r.down.Store(&down)
	r.up.Store(&up)
}

// Dropped is how many packets have vanished on the way.
func (r *Relay) Dropped() int { return int(r.drops.Load()) }

// Port is the UDP port on 127.0.0.1 that phones send to.
func (r *Relay) Port() int { return r.front.LocalAddr().(*net.UDPAddr).Port }

// Close ends the relay and waits for it.
func (r *Relay) Close() {
	r.stop()
	_ = r.front.Close()
	r.work.Wait()
}

// candidateLine finds the candidates of an answer.
var candidateLine = regexp.MustCompile(`a=candidate:.*\r\n`)

// Through changes an answer so that its only address is the relay's. It serves
// as [Config].Answer.
func (r *Relay) Through(answer string) string {
	head, rest, _ := strings.Cut(candidateLine.ReplaceAllString(answer, ""), "a=mid:")
	mid, rest, _ := strings.Cut(rest, "\r\n")
	return head + "a=mid:" + mid + "\r\na=candidate:1 1 udp 2130706431 127.0.0.1 " + strconv.Itoa(r.Port()) + " typ host\r\n" + rest
}

// forward takes what phones send. Each phone has its own socket towards the
// monitor, as behind a router.
func (r *Relay) forward() {
	phones := make(map[netip.AddrPort]*lane)
	buf := make([]byte, 2048)
	for {
		n, from, err := r.front.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		l, ok := phones[from]
		if !ok {
			if l, err = r.open(from); err != nil {
				continue
			}
			phones[from] = l
		}
		l.put(buf[:n])
	}
}

// open makes the way between one phone and the monitor.
func (r *Relay) open(phone netip.AddrPort) (*lane, error) {
	back, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(r.target))
	if err != nil {
		return nil, err
	}
	_ = back.SetReadBuffer(1 << 20)
	up := newLane(r, &r.up, func(b []byte) { _, _ = back.Write(b) })
	down := newLane(r, &r.down, func(b []byte) { _, _ = r.front.WriteToUDPAddrPort(b, phone) })
	r.work.Go(up.run)
	r.work.Go(down.run)
	r.work.Go(func() {
		defer context.AfterFunc(r.ctx, func() { _ = back.Close() })()
		buf := make([]byte, 2048)
		for r.ctx.Err() == nil {
			if n, err := back.Read(buf); err == nil {
				down.put(buf[:n])
			} else if r.ctx.Err() == nil {
				time.Sleep(time.Millisecond) // nobody listens at the monitor for now
			}
		}
	})
	return up, nil
}

// lane is one direction of one phone's way.
type lane struct {
	r    *Relay
	link *atomic.Pointer[Link]
	out  func([]byte)
	wait chan parcel
	free time.Time // when the limited rate has sent all before
}

type parcel struct {
	due  time.Time
	data []byte
}

func newLane(r *Relay, link *atomic.Pointer[Link], out func([]byte)) *lane {
	return &lane{r: r, link: link, out: out, wait: make(chan parcel, 4096)}
}

// put sends a packet on its way, or drops it.
func (l *lane) put(b []byte) {
	k, now := l.link.Load(), time.Now()
	if k.Loss > 0 && rand.Float64() < k.Loss {
		l.r.drops.Add(1)
		return
	}
	due := now
	if k.Rate > 0 {
		queue := k.Queue
		if queue == 0 {
			queue = 200 * time.Millisecond
		}
		if l.free.Before(now) {
			l.free = now
		}
		if l.free.Sub(now) > queue {
			l.r.drops.Add(1)
			return
		}
		l.free = l.free.Add(time.Duration(len(b)) * 8 * time.Second / time.Duration(k.Rate))
		due = l.free
	}
	select {
	case l.wait <- parcel{due.Add(k.Delay), append([]byte(nil), b...)}:
	default:
		l.r.drops.Add(1)
	}
}

// run delivers in order, each packet when it is due.
func (l *lane) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-l.r.ctx.Done():
			return
		case p := <-l.wait:
			if d := time.Until(p.due); d > 0 {
				timer.Reset(d)
				select {
				case <-l.r.ctx.Done():
					return
				case <-timer.C:
				}
			}
			l.out(p.data)
		}
	}
}
