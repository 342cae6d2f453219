// Package rtc is a phone's session: picture and sound out, speech and joystick
// in, by WebRTC.
package rtc
