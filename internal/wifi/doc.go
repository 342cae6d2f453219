// Package wifi keeps the monitor on a network: it joins the Wi-Fi that a parent
// chooses, goes back to the old one where that fails, and opens a Wi-Fi of its
// own where there is none at all. NetworkManager does the work; it is asked over
// the system bus, a socket of this machine.
package wifi
