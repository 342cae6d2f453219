package emulator

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"
)

// sector is what a card writes whole or not at all, in bytes.
const sector = 512

// Forgetful is a card as bad as the specifications allow: what was written since
// the last flush is lost, kept, or kept in part when the power goes, each sector
// by chance and in no order. What was flushed stays. QEMU reaches it by the NBD
// protocol (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md).
type Forgetful struct {
	chance *rand.Rand
	file   *os.File
	size   int64

	mu      sync.Mutex
	pending map[int64][]byte // sectors since the last flush, by number
	writes  int              // until the card stops; 0: it does not
	stopped chan struct{}    // closed when it answers no more

	socket net.Listener
	served sync.WaitGroup
}

// Serve lends a card at a Unix socket until Close. The seed decides what is
// forgotten.
func Serve(card Card, socket string, seed uint64) (*Forgetful, error) {
	file, err := os.OpenFile(string(card), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	os.Remove(socket)
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	f := &Forgetful{chance: rand.New(rand.NewPCG(seed, 1)), file: file, size: info.Size(), pending: map[int64][]byte{}, stopped: make(chan struct{}), socket: l}
	f.served.Add(1)
	go func() {
		defer f.served.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.served.Add(1)
			go func() {
				defer f.served.Done()
				defer c.Close()
				if f.greet(c) == nil {
					f.transmit(c)
				}
			}()
		}
	}()
	return f, nil
}

// Stop has the card answer no more after so many further writes, or when the
// time is over: so the power goes in the middle of what is written together. It
// returns when that has come.
func (f *Forgetful) Stop(writes int, limit time.Duration) {
	f.mu.Lock()
	f.writes = writes
	f.mu.Unlock()
	select {
	case <-f.stopped:
	case <-time.After(limit):
		f.mu.Lock()
		defer f.mu.Unlock()
		f.stop()
	}
}

// stop needs the lock.
func (f *Forgetful) stop() {
	select {
	case <-f.stopped:
	default:
		close(f.stopped)
	}
}

// Cut is what the card does when its power goes; nobody may write any more. It
// tells of how many unflushed sectors how many were lost.
func (f *Forgetful) Cut() (lost, of int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Some cuts lose everything, some nothing, most of them a part.
	share := f.chance.Float64()*1.4 - 0.2
	of = len(f.pending)
	for n, data := range f.pending {
		if f.chance.Float64() < share {
			lost++
		} else if _, wrong := f.file.WriteAt(data, n*sector); wrong != nil {
			err = wrong
		}
	}
	clear(f.pending)
	return lost, of, err
}

// Close ends the lending. Whoever uses the card must have gone before.
func (f *Forgetful) Close() error {
	err := f.socket.Close()
	f.served.Wait()
	return errors.Join(err, f.file.Close())
}

// Numbers of the protocol.
const (
	nbdMagic, optionMagic, replyMagic = 0x4e42444d41474943, 0x49484156454f5054, 0x3e889045565a9
	requestMagic, simpleMagic         = 0x25609513, 0x67446698
	optExportName, optAbort           = 1, 2
	optInfo, optGo                    = 6, 7
	repAck, repInfo                   = 1, 3
	repUnsupported                    = 1<<31 + 1
	flags                             = 1 | 1<<2 | 1<<3 // has flags, can flush, knows FUA
	cmdRead, cmdWrite                 = 0, 1
	cmdDisconnect, cmdFlush           = 2, 3
	flagFUA                           = 1
)

// greet settles with a client that it gets the card, whatever name it asks for.
func (f *Forgetful) greet(c net.Conn) error {
	hello := binary.BigEndian.AppendUint64(nil, nbdMagic)
	hello = binary.BigEndian.AppendUint64(hello, optionMagic)
	hello = binary.BigEndian.AppendUint16(hello, 1|2) // fixed newstyle, no zeroes
	if _, err := c.Write(hello); err != nil {
		return err
	}
	var head [16]byte
	if _, err := io.ReadFull(c, head[:4]); err != nil {
		return err
	}
	for {
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		option, length := binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:])
		if length > 64<<10 {
			return fmt.Errorf("an option of %d bytes", length)
		}
		if _, err := io.CopyN(io.Discard, c, int64(length)); err != nil {
			return err
		}
		export := binary.BigEndian.AppendUint64(nil, uint64(f.size))
		export = binary.BigEndian.AppendUint16(export, flags)
		var out []byte
		switch option {
		case optExportName:
			_, err := c.Write(export)
			return err
		case optInfo, optGo:
			out = append(answer(option, repInfo, append([]byte{0, 0}, export...)), answer(option, repAck, nil)...)
		case optAbort:
			return io.EOF
		default:
			out = answer(option, repUnsupported, nil)
		}
		if _, err := c.Write(out); err != nil {
			return err
		}
		if option == optGo {
			return nil
		}
	}
}

// answer is a reply to an option.
func answer(option, kind uint32, data []byte) []byte {
	out := binary.BigEndian.AppendUint64(nil, replyMagic)
	out = binary.BigEndian.AppendUint32(out, option)
	out = binary.BigEndian.AppendUint32(out, kind)
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	return append(out, data...)
}

// transmit serves requests until the client goes.
func (f *Forgetful) transmit(c net.Conn) error {
	for {
		var head [28]byte
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return err
		}
		if binary.BigEndian.Uint32(head[:]) != requestMagic {
			return errors.New("not a request")
		}
		how, what := binary.BigEndian.Uint16(head[4:]), binary.BigEndian.Uint16(head[6:])
		at, length := int64(binary.BigEndian.Uint64(head[16:])), int(binary.BigEndian.Uint32(head[24:]))
		if what == cmdDisconnect {
			return nil
		}
		if length > 64<<20 || at < 0 || at+int64(length) > f.size {
			return errors.New("outside of the card")
		}
		reply := binary.BigEndian.AppendUint32(nil, simpleMagic)
		reply = append(reply, 0, 0, 0, 0)
		reply = append(reply, head[8:16]...)
		data, err := f.carryOut(c, what, how&flagFUA != 0, at, length)
		if err != nil {
			return err
		}
		if _, err := c.Write(append(reply, data...)); err != nil {
			return err
		}
	}
}

// carryOut does one request and returns what a reading one is answered.
func (f *Forgetful) carryOut(c io.Reader, what uint16, forced bool, at int64, length int) ([]byte, error) {
	var data []byte
	if what == cmdWrite {
		data = make([]byte, length)
		if _, err := io.ReadFull(c, data); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.stopped:
		return nil, errors.New("without power")
	default:
	}
	switch what {
	case cmdRead:
		return f.read(at, length)
	case cmdWrite:
		if f.writes == 1 {
			f.stop()
		}
		f.writes = max(0, f.writes-1)
		return nil, f.write(at, data, forced)
	case cmdFlush:
		for n, data := range f.pending {
			if _, err := f.file.WriteAt(data, n*sector); err != nil {
				return nil, err
			}
		}
		clear(f.pending)
		return nil, nil
	}
	return nil, fmt.Errorf("request %d is not known", what)
}

func (f *Forgetful) read(at int64, length int) ([]byte, error) {
	data := make([]byte, length)
	if _, err := f.file.ReadAt(data, at); err != nil {
		return nil, err
	}
	if at%sector != 0 || length%sector != 0 {
		return nil, errors.New("not whole sectors")
	}
	for i := 0; i < length; i += sector {
		if newer, ok := f.pending[(at+int64(i))/sector]; ok {
			copy(data[i:], newer)
		}
	}
	return data, nil
}

func (f *Forgetful) write(at int64, data []byte, forced bool) error {
	if at%sector != 0 || len(data)%sector != 0 {
		return errors.New("not whole sectors")
	}
	for i := 0; i < len(data); i += sector {
		n := (at + int64(i)) / sector
		if !forced {
			f.pending[n] = data[i : i+sector : i+sector]
			continue
		}
		delete(f.pending, n)
	}
	if forced {
		_, err := f.file.WriteAt(data, at)
		return err
	}
	return nil
}
