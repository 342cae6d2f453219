// Package packets cuts pictures into RTP payloads once for all viewers (RFC
// 6184) and remembers the newest of them, so that any viewer can have a lost
// packet again, or all since the last keyframe.
//
// All viewers of a track share sequence numbers and timestamps; SSRC and payload
// type are each viewer's own and are not kept here.
package packets
