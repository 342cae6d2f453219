// SPDX-License-Identifier: GPL-2.0
/*
 * The chips on the fake bus, each after its datasheet as far as a driver can
 * see it: here NXP PCA9685 and ROHM BH1750, and the table of all.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "lab_i2c.h"

/* --- PCA9685: sixteen PWM outputs ------------------------------------- */

enum { PCA_MODE1 = 0x00, PCA_LED0 = 0x06, PCA_LED_END = 0x46, PCA_ALL = 0xfa, PCA_PRESCALE = 0xfe };
enum { PCA_SLEEP = 0x10, PCA_INCREMENT = 0x20, PCA_RESTART = 0x80 };

static void pca_power_on(struct chip *c)
{
	int led;

	memset(c->reg, 0, sizeof(c->reg));
	c->reg[PCA_MODE1] = 0x11; /* asleep, answers the all-call address */
	c->reg[0x01] = 0x04;
	memcpy(&c->reg[0x02], "\xe2\xe4\xe8\xe0", 4);
	for (led = PCA_LED0 + 3; led < PCA_LED_END; led += 4)
		c->reg[led] = 0x10; /* fully off */
	c->reg[PCA_PRESCALE] = 0x1e; /* 200 Hz */
}

static void pca_set(struct chip *c, u8 reg, u8 value)
{
	u8 mode = c->reg[PCA_MODE1];
	int r;

	if (reg == PCA_PRESCALE && !(mode & PCA_SLEEP))
		return; /* it can only be set while the oscillator rests */
	if (reg == PCA_MODE1) {
		/* Writing 1 to RESTART clears it; going to sleep sets it. */
		u8 restart = value & PCA_RESTART ? 0 : mode & PCA_RESTART;

		if (value & PCA_SLEEP && !(mode & PCA_SLEEP))
			restart = PCA_RESTART;
		value = (value & ~PCA_RESTART) | restart;
	}
	if (reg >= PCA_ALL && reg < PCA_PRESCALE)
		for (r = PCA_LED0 + reg - PCA_ALL; r < PCA_LED_END; r += 4)
			c->reg[r] = value;
	c->reg[reg] = value;
}

static u8 pca_next(struct chip *c)
{
	u8 at = c->ptr;

	if (c->reg[PCA_MODE1] & PCA_INCREMENT)
		c->ptr++;
	return at;
}

static int pca_write(struct chip *c, const u8 *buf, int len)
{
	if (len)
		c->ptr = *buf++;
	while (--len > 0)
		pca_set(c, pca_next(c), *buf++);
	return 0;
}

static int pca_read(struct chip *c, u8 *buf, int len)
{
	while (len--) {
		u8 at = pca_next(c);

		*buf++ = at >= PCA_ALL && at < PCA_PRESCALE ? 0 : c->reg[at];
	}
	return 0;
}

/* --- BH1750: light ------------------------------------------------------ */

enum { BH_ON = 0, BH_MT = 1, BH_DATA = 2 }; /* where reg keeps the chip's state */

static void bh_power_on(struct chip *c)
{
	memset(c->reg, 0, sizeof(c->reg));
	c->reg[BH_MT] = 69;
	c->command = 0;
}

static int bh_write(struct chip *c, const u8 *buf, int len)
{
	u8 op = len ? buf[0] : 0xff;

	if (op <= 1)
		c->reg[BH_ON] = op;
	else if (op == 0x07 && c->reg[BH_ON])
		memset(&c->reg[BH_DATA], 0, 2);
	else if (op >> 3 == 8)
		c->reg[BH_MT] = (c->reg[BH_MT] & 0x1f) | op << 5;
	else if (op >> 5 == 3)
		c->reg[BH_MT] = (c->reg[BH_MT] & 0xe0) | (op & 0x1f);
	else if ((op >> 4 == 1 || op >> 4 == 2) && (op & 15) <= 3)
		chip_start(c, op, (op & 3) == 3 ? 16 : 120);
	return 0;
}

static int bh_read(struct chip *c, u8 *buf, int len)
{
	u64 raw;

	if (c->command && !chip_busy(c)) {
		/* 1.2 counts a lux at measurement time 69, twice that in mode 2 */
		raw = (u64)c->lux * 12 * c->reg[BH_MT] << ((c->command & 3) == 1);
		do_div(raw, 69 * 10000);
		raw = min_t(u64, raw, 0xffff);
		c->reg[BH_DATA] = raw >> 8;
		c->reg[BH_DATA + 1] = raw;
		if (c->command >> 4 == 2)
			c->command = 0;
	}
	memset(buf, 0xff, len);
	memcpy(buf, &c->reg[BH_DATA], min(len, 2));
	return 0;
}

struct chip lab_chips[] = {
	{ 0x23, bh_write, bh_read, bh_power_on, .lux = 120000 },
	{ 0x38, aht_write, aht_read, aht_power_on, .temperature = 21500, .humidity = 45000 },
	{ 0x40, pca_write, pca_read, pca_power_on },
	{ 0x44, sht_write, sht_read, sht_power_on, .temperature = 22250, .humidity = 51000 },
	{ 0x76, bme_write, bme_read, bme_power_on },
};
const int lab_nchips = ARRAY_SIZE(lab_chips);
