package cert

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// Hosts is what a device is reached by.
type Hosts struct {
	Names     []string
	Addresses []netip.Addr
	// Announced is the name under .local that the device is found by; "" where
	// that is not known. Another device may have had the first choice.
	Announced string
}

// Here returns the names and addresses of this device now: its host name alone
// and under .local, localhost, and the addresses of its network interfaces.
func Here() Hosts {
	h := Hosts{Names: []string{"localhost"}}
	if name, err := os.Hostname(); err == nil {
		name = strings.ToLower(strings.Trim(name, "."))
		short, _, _ := strings.Cut(name, ".")
		h.Names = append(h.Names, name, short, short+".local")
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		addrs = nil // it is reached by name then
	}
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			h.Addresses = append(h.Addresses, p.Addr().Unmap())
		}
	}
	return h
}

// permitted returns the hosts that the root may vouch for, sorted and each of
// them once: proper names, and addresses that belong to private networks.
func (h Hosts) permitted() Hosts {
	names := slices.DeleteFunc(slices.Clone(h.Names), improper)
	announced := strings.ToLower(h.Announced)
	if improper(announced) {
		announced = ""
	}
	addrs := slices.DeleteFunc(slices.Clone(h.Addresses), func(a netip.Addr) bool {
		return a.Zone() != "" || !slices.ContainsFunc(private(), func(p netip.Prefix) bool { return p.Contains(a) })
	})
	slices.Sort(names)
	slices.SortFunc(addrs, netip.Addr.Compare)
	return Hosts{Names: slices.Compact(names), Addresses: slices.Compact(addrs), Announced: announced}
}

// improper says whether a name is none that a certificate may have.
func improper(name string) bool {
	return name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

// under returns the hosts that a certificate under root is for. The announced
// name is one of them where the root can vouch for it: no phone shall have to
// trust another root because of a name that may be gone tomorrow.
func (h Hosts) under(root *pair) Hosts {
	if h.Announced != "" && !slices.Contains(h.Names, h.Announced) && slices.Contains(root.cert.PermittedDNSDomains, h.Announced) {
		h.Names = append(slices.Clone(h.Names), h.Announced)
	}
	return h
}

// numbered returns what a device with these names may have to call itself where
// others had its name under .local first: with a number from 2 on (RFC 6762 §9).
func numbered(names []string) (all []string) {
	for _, name := range names {
		if base, ok := strings.CutSuffix(name, ".local"); ok {
			for n := 2; n < 10; n++ {
				all = append(all, fmt.Sprintf("%s-%d.local", base, n))
			}
		}
	}
	return all
}

// all returns the hosts as a browser's address bar has them.
func (h Hosts) all() []string {
	all := slices.Clone(h.Names)
	for _, a := range h.Addresses {
		all = append(all, a.String())
	}
	return all
}

// private returns the networks that nobody outside a house has addresses in:
// RFC 1918, loopback, link-local, RFC 6598 (which VPNs use) and RFC 4193.
func private() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
		"::1/128", "fc00::/7", "fe80::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// ipNets returns prefixes in the form that x509 wants.
func ipNets(prefixes []netip.Prefix) []*net.IPNet {
	var out []*net.IPNet
	for _, p := range prefixes {
		out = append(out, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	return out
}
