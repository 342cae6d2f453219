// Preloaded into an emulated program, this hides the processor's instructions
// for cryptography from its C code: QEMU's Cortex-A53 has them, a Raspberry Pi's
// has not.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/auxv.h>

unsigned long getauxval(unsigned long type) {
	unsigned long (*real)(unsigned long) = (unsigned long (*)(unsigned long))dlsym(RTLD_NEXT, "getauxval");
	unsigned long value = real(type);
	return type == AT_HWCAP ? value & ~(HWCAP_AES | HWCAP_PMULL | HWCAP_SHA1 | HWCAP_SHA2) : value;
}
