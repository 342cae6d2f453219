// Package access decides who gets in: people and their roles, passwords,
// sessions, the set-up code of a new device, and the slowing-down of guessing.
package access
