// Package rtc is a phone's session: picture and sound out, speech and joystick
// in, by WebRTC.
//
// A phone posts its offer by [Server.WHEP] or [Server.WebSocket] and has the
// answer at once; the camera is woken by the offer, so that its first picture is
// there when the phone has connected. Pictures are cut into packets once
// (package packets) and sent to each phone through one port (package
// mediaport); lost packets come again from the one history that all phones
// share. What the phones' networks carry (package bandwidth) sets the bitrate
// of the one encoder.
//
// Sessions end when the phone says so, when it is silent for too long, when it
// never connects, or when its person's login ends ([Server.EndSession],
// [Server.EndUser], [Server.Kick]).
package rtc
