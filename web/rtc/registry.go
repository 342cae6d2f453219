package rtc

import (
	"cmp"
	"slices"
)

// reserve takes a place for one more session, if there is one. Whoever has it
// calls release, or enter and later forget.
func (s *Server) reserve() *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped:
		return refuseStopping()
	case len(s.viewers)+s.opening >= s.o.MaxViewers:
		return refuseFull()
	}
	s.opening++
	s.work.Add(1)
	return nil
}

// release gives the place back.
func (s *Server) release() {
	s.mu.Lock()
	s.opening--
	s.mu.Unlock()
	s.work.Done()
}

// enter makes a session that has a place known.
func (s *Server) enter(v *viewer) {
	s.mu.Lock()
	s.opening--
	s.viewers[v.id] = v
	s.mu.Unlock()
	s.notify()
}

// forget takes a session out.
func (s *Server) forget(v *viewer) {
	s.mu.Lock()
	delete(s.viewers, v.id)
	s.mu.Unlock()
	s.notify()
}

func (s *Server) find(id string) *viewer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.viewers[id]
}

// list returns the sessions in order of their coming.
func (s *Server) list() []*viewer {
	s.mu.Lock()
	list := make([]*viewer, 0, len(s.viewers))
	for _, v := range s.viewers {
		list = append(list, v)
	}
	s.mu.Unlock()
	slices.SortFunc(list, func(a, b *viewer) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.id, b.id))
	})
	return list
}
