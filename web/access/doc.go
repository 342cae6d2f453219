// Package access decides who gets in: people and their roles, passwords,
// sessions, the set-up code of a new device, and the slowing-down of guessing.
//
// [People] is the file of who may get in; the command line uses it while the
// monitor runs. [Gate] is what the web server asks at every request.
package access
