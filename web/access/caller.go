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
	// Session names the login session that the request came with; "" for HTTP
	// Basic. It is a name for logs and lists, not the secret in the cookie.
	Session string

	login context.Context // ends with the login; nil: never
}

// Until returns the caller with a login that ends when login does.
func (c Caller) Until(login context.Context) Caller {
	c.login = login
	return c
}

// Ended is closed when the login behind the caller has ended: logged out,
// expired, the password changed, the person removed. What was opened under the
// login, and outlives the request, ends then too. A caller without a login
// returns nil, which is never closed.
func (c Caller) Ended() <-chan struct{} {
	if c.login == nil {
		return nil
	}
	return c.login.Done()
}

// Bind returns a context that ends with ctx or with the caller's login,
// whichever is first. It starts no goroutine. The caller of Bind cancels it.
func (c Caller) Bind(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if c.login == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(c.login, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
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
