// SPDX-License-Identifier: GPL-2.0
/*
 * Climate sensors on the fake bus, each after its datasheet as far as a driver
 * can see it: Bosch BME280, Aosong AHT20, Sensirion SHT40.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include "lab_i2c.h"

/* CRC-8 with polynomial 0x31 and start value 0xff, as AHT20 and SHT40 use it. */
static u8 crc8(struct chip *c, const u8 *p, int n)
{
	u8 crc = 0xff;
	int bit;

	while (n--)
		for (crc ^= *p++, bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc & 0x80 ? 0x31 : 0);
	return c->corrupt ? ~crc : crc;
}

/* --- BME280: temperature, humidity, pressure -------------------------- */

enum { BME_ID = 0xd0, BME_RESET = 0xe0, BME_HUM = 0xf2, BME_STATUS = 0xf3, BME_MEAS = 0xf4, BME_DATA = 0xf7 };

void bme_power_on(struct chip *c)
{
	/* The worked example of the BMP280 datasheet (section 3.12):
	 * 25.08 degrees, 100653 Pa. T1..T3, P1..P9, little-endian, then H1. */
	static const u16 calibration[] = {
		27504, 26435, (u16)-1000,
		36477, (u16)-10685, 3024, 2855, 140, (u16)-7, 15500, (u16)-14600, 6000,
	};
	/* H2 = 362, H3 = 0, H4 = 331, H5 = 50, H6 = 30: an ordinary specimen. */
	static const u8 humidity[] = { 0x6a, 0x01, 0x00, 0x14, 0x2b, 0x03, 0x1e };
	int i;

	memset(c->reg, 0, sizeof(c->reg));
	for (i = 0; i < ARRAY_SIZE(calibration); i++) {
		c->reg[0x88 + 2 * i] = calibration[i];
		c->reg[0x89 + 2 * i] = calibration[i] >> 8;
	}
	c->reg[0xa1] = 75; /* H1 */
	memcpy(&c->reg[0xe1], humidity, sizeof(humidity));
	c->reg[BME_ID] = 0x60;
	memcpy(&c->reg[BME_DATA], "\x80\0\0\x80\0\0\x80\0", 8);
	/* Pressure 415148, temperature 519888 (20 bits each), humidity 0x6b00. */
	memcpy(c->adc, "\x65\x5a\xc0\x7e\xed\x00\x6b\x00", 8);
	c->ready = 0;
}

/* What is not oversampled is skipped and reads 0x80000 or 0x8000. */
static void bme_convert(struct chip *c)
{
	u8 *data = &c->reg[BME_DATA];

	memcpy(data, "\x80\0\0\x80\0\0\x80\0", 8);
	if (c->reg[BME_MEAS] >> 2 & 7)
		memcpy(data, c->adc, 3);
	if (c->reg[BME_MEAS] >> 5)
		memcpy(data + 3, c->adc + 3, 3);
	if (c->reg[BME_HUM] & 7)
		memcpy(data + 6, c->adc + 6, 2);
}

int bme_write(struct chip *c, const u8 *buf, int len)
{
	if (len == 1)
		c->ptr = *buf;
	for (; len >= 2; len -= 2, buf += 2) { /* pairs of register and value */
		if (buf[0] == BME_RESET && buf[1] == 0xb6) {
			bme_power_on(c);
		} else if (buf[0] >= BME_HUM && buf[0] <= 0xf5 && buf[0] != BME_STATUS) {
			c->reg[buf[0]] = buf[1];
			if (buf[0] == BME_MEAS && buf[1] & 3)
				chip_start(c, buf[1] & 3, 10);
		}
	}
	return 0;
}

int bme_read(struct chip *c, u8 *buf, int len)
{
	u8 mode = c->reg[BME_MEAS] & 3;

	c->reg[BME_STATUS] = mode && chip_busy(c) ? 0x08 : 0;
	if (mode && !chip_busy(c)) {
		bme_convert(c);
		if (mode != 3) /* forced mode: one conversion, then back to sleep */
			c->reg[BME_MEAS] &= ~3;
	}
	while (len--)
		*buf++ = c->reg[c->ptr++];
	return 0;
}

/* --- AHT20: temperature and humidity by commands ----------------------- */

void aht_power_on(struct chip *c)
{
	c->reg[0] = 0x10; /* status: not calibrated yet */
	c->ready = 0;
}

int aht_write(struct chip *c, const u8 *buf, int len)
{
	u64 h = (u64)c->humidity << 20;
	u64 t = (u64)(c->temperature + 50000) << 20;

	if (!len || buf[0] == 0x71)
		return 0;
	if (buf[0] == 0xba) {
		c->reg[0] = 0x10;
		chip_start(c, 0, 20);
	} else if (buf[0] == 0xbe && len == 3 && buf[1] == 0x08) {
		c->reg[0] = 0x18;
		chip_start(c, 0, 10);
	} else if (buf[0] == 0xac && len == 3 && buf[1] == 0x33) {
		do_div(h, 100000);
		do_div(t, 200000);
		c->reg[1] = h >> 12;
		c->reg[2] = h >> 4;
		c->reg[3] = h << 4 | (t >> 16 & 15);
		c->reg[4] = t >> 8;
		c->reg[5] = t;
		chip_start(c, 0, 80);
	}
	return 0;
}

int aht_read(struct chip *c, u8 *buf, int len)
{
	u8 answer[7];

	memcpy(answer, c->reg, 6);
	if (chip_busy(c))
		answer[0] |= 0x80;
	answer[6] = crc8(c, answer, 6);
	memset(buf, 0xff, len);
	memcpy(buf, answer, min(len, 7));
	return 0;
}

/* --- SHT40: temperature and humidity, for the kernel's own driver ------- */

void sht_power_on(struct chip *c)
{
	c->command = 0;
}

int sht_write(struct chip *c, const u8 *buf, int len)
{
	if (len)
		chip_start(c, buf[0], buf[0] == 0xfd ? 7 : 1);
	return 0;
}

int sht_read(struct chip *c, u8 *buf, int len)
{
	u8 answer[6] = { 0x0f, 0xba, 0, 0x7c, 0x57 }; /* a serial number */
	s64 t = (s64)(c->temperature + 45000) * 65535;
	s64 h = (s64)(c->humidity + 6000) * 65535;

	if (!c->command || chip_busy(c))
		return -EREMOTEIO; /* it does not acknowledge before it is ready */
	if (c->command != 0x89) {
		t = div_s64(t, 175000);
		h = div_s64(h, 125000);
		answer[0] = t >> 8;
		answer[1] = t;
		answer[3] = h >> 8;
		answer[4] = h;
	}
	answer[2] = crc8(c, answer, 2);
	answer[5] = crc8(c, answer + 3, 2);
	c->command = 0;
	memset(buf, 0xff, len);
	memcpy(buf, answer, min(len, 6));
	return 0;
}
