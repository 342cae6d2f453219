// A plugin of QEMU's user-mode emulator that counts what a program does, as a
// whole or between two marks: instructions by the block of code that they belong
// to, system calls by their number, and the bytes that one function stores.
//
//   qemu-aarch64 -plugin count.so,out=FILE[,mark=N][,from=ADDRESS,to=ADDRESS] PROGRAM
//
// A mark is the system call with number N, made for nothing else. From the first
// one on it counts, at the second it writes FILE: lines "block ADDRESS
// INSTRUCTIONS", "call NUMBER TIMES" and "stored BYTES", the last by the code
// between the two addresses.
//
// The emulator's interface for plugins (QEMU's docs/devel/tcg-plugins.rst) is
// declared here as far as it is used: Debian 12 ships no header for it.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
typedef uint32_t mem_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { CB_NO_REGS };
enum { MEM_W = 2 };

#define API __attribute__((visibility("default")))
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void *), void *);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, void (*)(unsigned, mem_info, uint64_t, void *), int, int, void *);
void qemu_plugin_register_vcpu_syscall_cb(plugin_id, void (*)(plugin_id, unsigned, int64_t, uint64_t, uint64_t, uint64_t,
	uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
unsigned qemu_plugin_mem_size_shift(mem_info);
bool qemu_plugin_mem_is_store(mem_info);

API int qemu_plugin_version = PLUGIN_VERSION;

// A block of code. Blocks are never freed: the emulator may still run them.
struct block {
	uint64_t address, instructions;
	_Atomic uint64_t runs;
	struct block *next;
};

static _Atomic(struct block *) blocks;
static _Atomic uint64_t calls[1024], stored;
static _Atomic int marks;
static int64_t mark = -1;
static uint64_t from, to;
static char *out;

static void ran(unsigned cpu, void *b) {
	if (marks == 1) {
		atomic_fetch_add_explicit(&((struct block *)b)->runs, 1, memory_order_relaxed);
	}
}

static void wrote(unsigned cpu, mem_info info, uint64_t address, void *unused) {
	if (marks == 1 && qemu_plugin_mem_is_store(info)) {
		atomic_fetch_add_explicit(&stored, 1u << qemu_plugin_mem_size_shift(info), memory_order_relaxed);
	}
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb) {
	struct block *b = calloc(1, sizeof *b);
	b->address = qemu_plugin_tb_vaddr(tb);
	b->instructions = qemu_plugin_tb_n_insns(tb);
	b->next = blocks;
	while (!atomic_compare_exchange_weak(&blocks, &b->next, b)) {
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, ran, CB_NO_REGS, b);
	for (size_t i = 0; i < b->instructions; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t at = qemu_plugin_insn_vaddr(insn);
		if (at >= from && at < to) {
			qemu_plugin_register_vcpu_mem_cb(insn, wrote, CB_NO_REGS, MEM_W, NULL);
		}
	}
}

static void report(void) {
	FILE *f = fopen(out, "w");
	if (!f) {
		perror(out);
		exit(1);
	}
	for (struct block *b = blocks; b; b = b->next) {
		if (b->runs) {
			fprintf(f, "block %#lx %lu\n", b->address, b->runs * b->instructions);
		}
	}
	for (int n = 0; n < 1024; n++) {
		if (calls[n]) {
			fprintf(f, "call %d %lu\n", n, calls[n]);
		}
	}
	fprintf(f, "stored %lu\n", stored);
	fclose(f);
}

static void ended(plugin_id id, void *unused) { report(); }

static void called(plugin_id id, unsigned cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
	uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
	if (number == mark) {
		if (atomic_fetch_add(&marks, 1) == 1) {
			report();
		}
	} else if (marks == 1 && number >= 0 && number < 1024) {
		atomic_fetch_add(&calls[number], 1);
	}
}

API int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');
		if (!value) {
			return 1;
		}
		*value++ = 0;
		if (!strcmp(argv[i], "mark")) mark = strtoll(value, NULL, 0);
		else if (!strcmp(argv[i], "from")) from = strtoull(value, NULL, 0);
		else if (!strcmp(argv[i], "to")) to = strtoull(value, NULL, 0);
		else if (!strcmp(argv[i], "out")) out = strdup(value);
		else return 1;
	}
	if (!out) {
		return 1;
	}
	if (mark < 0) {
		marks = 1;
		qemu_plugin_register_atexit_cb(id, ended, NULL);
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_vcpu_syscall_cb(id, called);
	return 0;
}
