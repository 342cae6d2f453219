package rtc

import "slices"

// attach makes k a signalling connection of the session.
func (k *socket) attach(v *viewer) {
	if k.viewer.Load() == v {
		return
	}
	k.detach()
	v.mu.Lock()
	v.sockets = append(v.sockets, k)
	v.mu.Unlock()
	k.viewer.Store(v)
}

func (k *socket) detach() {
	v := k.viewer.Load()
	if v == nil {
		return
	}
	v.mu.Lock()
	v.sockets = slices.DeleteFunc(v.sockets, func(other *socket) bool { return other == k })
	v.mu.Unlock()
	k.viewer.Store(nil)
}

// tell sends a message to the phone, if its signalling is open.
func (v *viewer) tell(m message) {
	v.mu.Lock()
	sockets := slices.Clone(v.sockets)
	v.mu.Unlock()
	for _, k := range sockets {
		k.send(m)
	}
}
