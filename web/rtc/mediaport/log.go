package mediaport

import "sync/atomic"

// quietLogger says nothing: what strangers send is counted, not logged, so that
// they cannot fill the disk.
type quietLogger struct{}

func (quietLogger) Trace(string)          {}
func (quietLogger) Tracef(string, ...any) {}
func (quietLogger) Debug(string)          {}
func (quietLogger) Debugf(string, ...any) {}
func (quietLogger) Info(string)           {}
func (quietLogger) Infof(string, ...any)  {}
func (quietLogger) Warn(string)           {}
func (quietLogger) Warnf(string, ...any)  {}
func (quietLogger) Error(string)          {}
func (quietLogger) Errorf(string, ...any) {}

// dropLogger counts the packets that the UDP side drops: it reports each of
// them by one line of level trace or warning with the sender's address.
type dropLogger struct{ drops *atomic.Uint64 }

func (d dropLogger) Tracef(_ string, args ...any) { d.count(args) }
func (d dropLogger) Warnf(_ string, args ...any)  { d.count(args) }

func (d dropLogger) count(args []any) {
	if len(args) > 0 {
		d.drops.Add(1)
	}
}

func (dropLogger) Trace(string)          {}
func (dropLogger) Debug(string)          {}
func (dropLogger) Debugf(string, ...any) {}
func (dropLogger) Info(string)           {}
func (dropLogger) Infof(string, ...any)  {}
func (dropLogger) Warn(string)           {}
func (dropLogger) Error(string)          {}
func (dropLogger) Errorf(string, ...any) {}
