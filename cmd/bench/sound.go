package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"babymonitor/audio"
	"babymonitor/audio/opus"
	"babymonitor/web/rtc/rtctest"
)

// What a phone says to measure how long its voice takes into the room and back.
const (
	beepHz     = 1000.0
	beeps      = 20
	beepFrames = 10              // of 20 ms
	beepEvery  = 2 * time.Second // longer than anything echoes
	beepLoud   = 30              // times what is heard at this pitch in silence
)

// soundPath measures the whole path of sound with the simulated nursery: a phone
// says a tone, which goes over the network, is put in order, mixed, played into
// the room, heard by the microphone, encoded and sent back. What a phone and
// real sound devices add is not in it.
func (b *bench) soundPath(ctx context.Context) error {
	m, err := b.startMonitor(ctx, "")
	if err != nil {
		return err
	}
	defer m.stop()
	tone, err := beep()
	if err != nil {
		return err
	}
	decoder, err := opus.NewDecoder()
	if err != nil {
		return err
	}
	defer decoder.Close()
	e := &earshot{decoder: decoder, heard: make(chan time.Time, 1)}
	ctx, cancel := context.WithTimeout(ctx, beeps*beepEvery+time.Minute)
	defer cancel()
	v, err := rtctest.Dial(ctx, rtctest.Config{
		URL: m.url, Name: name, Password: password, WebSocket: true, Talk: true, NoVideo: true, Sound: e.packet,
	})
	if err != nil {
		return err
	}
	defer v.Close()
	if _, err := v.Wait(ctx, func(s rtctest.Stats) bool { return s.Sound > 100 }); err != nil {
		return err
	}
	var took []time.Duration
	for i := range beeps {
		d, err := e.roundTrip(ctx, v, tone, uint16(i*beepFrames))
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	slices.Sort(took)
	fmt.Printf("voice: phone to room and back       p50 %d ms, p95 %d ms (network, order, mixer, room, microphone, codec twice)\n",
		took[len(took)/2].Milliseconds(), took[len(took)*95/100].Milliseconds())
	return nil
}

// beep is a tone as packets of Opus.
func beep() (packets [][]byte, err error) {
	encoder, err := opus.NewEncoder()
	if err != nil {
		return nil, err
	}
	defer encoder.Close()
	frame := make([]int16, audio.FrameSize)
	for i := range beepFrames {
		for j := range frame {
			frame[j] = int16(16000 * math.Sin(2*math.Pi*beepHz*float64(i*len(frame)+j)/audio.Rate))
		}
		packet, err := encoder.Encode(frame)
		if err != nil {
			return nil, err
		}
		packets = append(packets, slices.Clone(packet))
	}
	return packets, nil
}

// earshot listens for the tone.
type earshot struct {
	decoder *opus.Decoder
	samples [audio.MaxPacketSamples]int16
	heard   chan time.Time

	mu      sync.Mutex
	silence float64 // the most power at the tone's pitch before the first beep
	begun   bool
	waiting bool
}

// packet takes in a packet from the room.
func (e *earshot) packet(data []byte) {
	n, err := e.decoder.Decode(data, e.samples[:])
	if err != nil || n == 0 {
		return
	}
	power := goertzel(e.samples[:n], beepHz)
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !e.begun:
		e.silence = max(power, e.silence)
	case e.waiting && power > beepLoud*e.silence:
		e.waiting = false
		e.heard <- time.Now()
	}
}

// roundTrip says the tone and returns when it is heard.
func (e *earshot) roundTrip(ctx context.Context, v *rtctest.Viewer, tone [][]byte, seq uint16) (time.Duration, error) {
	began := time.Now()
	e.mu.Lock()
	e.begun, e.waiting = true, true
	e.mu.Unlock()
	tick := time.NewTicker(audio.FrameTime)
	defer tick.Stop()
	for i, packet := range tone {
		if err := v.Say(seq+uint16(i), packet); err != nil {
			return 0, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-tick.C:
		}
	}
	var took time.Duration
	select {
	case at := <-e.heard:
		took = at.Sub(began)
	case <-time.After(beepEvery):
		return 0, errors.New("the room's microphone does not hear what the phone says")
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(beepEvery):
	}
	return took, nil
}

// goertzel is the power of samples at a pitch (G. Goertzel, "An algorithm for
// the evaluation of finite trigonometric series", 1958).
func goertzel(samples []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/audio.Rate)
	var a, b float64
	for _, s := range samples {
		a, b = float64(s)+c*a-b, a
	}
	return (a*a + b*b - c*a*b) / float64(len(samples))
}
