// Package bandwidth estimates what a phone's network carries and chooses the
// bitrate of the one encoder that all phones share.
//
// An [Estimator] follows Google congestion control (draft-ietf-rmcat-gcc-02)
// from the sender's side: when packets take ever longer to arrive, a queue is
// filling up somewhere and the estimate falls below what got through; when
// packets are lost by the dozen it falls too; else it rises slowly. What it
// needs to know are the times of sending and the phone's transport-wide feedback
// (draft-holmer-rmcat-transport-wide-cc-extensions-01). Phones without that
// feedback are judged by their receiver reports and, where they send it, by
// their own estimate (REMB).
//
// [Share] and [Steer] are pure: many estimates in, one bitrate out.
package bandwidth
