// Package rtctest is a phone for tests and benchmarks: it opens a session by
// WHEP or by the monitor's WebSocket, counts what arrives, speaks, steers and
// leaves. It decodes nothing and is cheap enough that fifty fit into one process.
package rtctest
