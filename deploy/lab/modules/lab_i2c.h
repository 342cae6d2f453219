/* SPDX-License-Identifier: GPL-2.0 */
/* What the fake I2C bus and the fake chips on it share. */
#ifndef LAB_I2C_H
#define LAB_I2C_H
#include <linux/ktime.h>
#include <linux/types.h>

struct chip {
	u16 addr;
	/* What the chip does with one message to it, and with one from it.
	 * Both return 0 or a negative errno. Called under the bus lock. */
	int (*write)(struct chip *c, const u8 *buf, int len);
	int (*read)(struct chip *c, u8 *buf, int len);
	void (*power_on)(struct chip *c);

	u8 ptr;			/* register pointer */
	u8 reg[256];		/* register file, where the chip has one */
	u8 adc[8];		/* BME280: what the next conversion yields */
	u8 command;		/* the command under way, where there are commands */
	ktime_t ready;		/* when the conversion under way ends */

	/* debugfs: what the world around the chip is like */
	int fault;		/* errno to answer every message with, 0: none */
	int transfers;		/* messages seen */
	int temperature;	/* thousandths of a degree Celsius */
	int humidity;		/* thousandths of a per cent */
	int lux;		/* thousandths of a lux */
	int corrupt;		/* send a wrong checksum */
};

extern struct chip lab_chips[];
extern const int lab_nchips;

static inline void chip_start(struct chip *c, u8 command, int milliseconds)
{
	c->command = command;
	c->ready = ktime_add_ms(ktime_get(), milliseconds);
}

static inline bool chip_busy(struct chip *c)
{
	return ktime_before(ktime_get(), c->ready);
}

int bme_write(struct chip *c, const u8 *buf, int len);
int bme_read(struct chip *c, u8 *buf, int len);
void bme_power_on(struct chip *c);
int aht_write(struct chip *c, const u8 *buf, int len);
int aht_read(struct chip *c, u8 *buf, int len);
void aht_power_on(struct chip *c);
int sht_write(struct chip *c, const u8 *buf, int len);
int sht_read(struct chip *c, u8 *buf, int len);
void sht_power_on(struct chip *c);
#endif
