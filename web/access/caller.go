package access

import "context"

// Role is what a person may do.
type Role string

// The roles. A parent may do all that a viewer may.
const (
	Viewer Role = "viewer" // sees and hears
	Parent Role = "parent" // also moves, talks, plays, changes
)

// Caller is who makes a request.
type Caller struct {
	Name string
	Role Role
	// Session names the login session that the request came with, so that its
	// end can end what was opened under it; "" for HTTP Basic.
	Session string
}

type callerKey struct{}

// WithCaller returns ctx with the caller in it.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerFrom returns who makes the request; false where nobody is logged in.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}
