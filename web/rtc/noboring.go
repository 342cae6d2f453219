//go:build !goexperiment.boringcrypto

package rtc

// boring says that crypto/aes is BoringSSL's.
const boring = false
