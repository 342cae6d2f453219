//go:build goexperiment.boringcrypto

package rtc

// boring says that crypto/aes is BoringSSL's, whose GCM needs no instructions
// for AES to be fast.
const boring = true
