package rtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLog hands pion's log lines to the monitor's log, all at level debug: what
// matters to people the monitor says itself, in their words.
type pionLog struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (p pionLog) NewLogger(scope string) logging.LeveledLogger { return pionScope{p.log, scope} }

type pionScope struct {
	log   *slog.Logger
	scope string
}

func (s pionScope) say(level, format string, args []any) {
	if s.log.Enabled(context.Background(), slog.LevelDebug) {
		s.log.Debug(fmt.Sprintf(format, args...), "scope", s.scope, "level", level)
	}
}

func (s pionScope) Trace(string)              {}
func (s pionScope) Tracef(string, ...any)     {}
func (s pionScope) Debug(string)              {}
func (s pionScope) Debugf(string, ...any)     {}
func (s pionScope) Info(m string)             { s.say("info", "%s", []any{m}) }
func (s pionScope) Infof(f string, a ...any)  { s.say("info", f, a) }
func (s pionScope) Warn(m string)             { s.say("warning", "%s", []any{m}) }
func (s pionScope) Warnf(f string, a ...any)  { s.say("warning", f, a) }
func (s pionScope) Error(m string)            { s.say("error", "%s", []any{m}) }
func (s pionScope) Errorf(f string, a ...any) { s.say("error", f, a) }
