//go:build cgo

package rpicam

/*
#cgo CFLAGS: -O3
#cgo arm64 CFLAGS: -mtune=cortex-a53
#include <stddef.h>
#include <stdint.h>

// Compilers make vector instructions of this, which Go's does not. By 64 bytes,
// because an in-order core then need not wait for each result.
static void linear(uint8_t *b, size_t n, uint16_t factor, uint16_t plus) {
	for (; n >= 64; n -= 64, b += 64) {
		for (int i = 0; i < 64; i++) {
			b[i] = (uint16_t)(b[i] * factor + plus) >> 8;
		}
	}
	for (size_t i = 0; i < n; i++) {
		b[i] = (uint16_t)(b[i] * factor + plus) >> 8;
	}
}
*/
import "C"

import "unsafe"

// linear replaces each v by (v·factor + plus)/256, which fits 16 bits before it
// is divided.
func linear(b []byte, factor, plus uint64) {
	if len(b) > 0 {
		C.linear((*C.uint8_t)(unsafe.Pointer(&b[0])), C.size_t(len(b)), C.uint16_t(factor), C.uint16_t(plus))
	}
}
