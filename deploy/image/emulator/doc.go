// Package emulator boots the SD image in QEMU and speaks to it from outside, as
// a phone does. scripts/image-test runs its tests; they are left out where there
// is no image (BABYMONITOR_CARD).
package emulator
