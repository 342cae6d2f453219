// SPDX-License-Identifier: GPL-2.0
/*
 * An I2C adapter with fake chips on it that takes raw I2C_RDWR transfers, as
 * the controller of a Raspberry Pi does. It is bus number 1, as on the Pi.
 *
 * Each chip has a folder /sys/kernel/debug/lab_i2c/<address in hex>:
 *   fault        errno that the bus answers instead of the chip, 0 for none
 *   transfers    how many messages the chip was sent or asked for
 *   registers    its 256 registers, raw
 *   temperature, humidity, lux   what AHT20, SHT40 and BH1750 find around them,
 *                in thousandths of a degree, a per cent and a lux
 *   adc          what the next conversion of the BME280 yields: the eight data
 *                bytes of its registers f7 to fe
 *   corrupt      1: send wrong checksums
 *   power        written to: the chip loses its power for a moment
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include "lab_i2c.h"

static struct dentry *dir;

static struct chip *find(u16 addr)
{
	int i;

	for (i = 0; i < lab_nchips; i++)
		if (lab_chips[i].addr == addr)
			return &lab_chips[i];
	return NULL;
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int n)
{
	int i, err;

	for (i = 0; i < n; i++) {
		struct i2c_msg *m = &msgs[i];
		struct chip *c = find(m->addr);

		if (!c)
			return -EREMOTEIO; /* what i2c-bcm2835 says when nobody acknowledges */
		c->transfers++;
		if (c->fault)
			return -c->fault;
		err = m->flags & I2C_M_RD ? c->read(c, m->buf, m->len) : c->write(c, m->buf, m->len);
		if (err)
			return err;
	}
	return n;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.master_xfer = transfer,
	.functionality = functionality,
};

static struct i2c_adapter adapter = {
	.owner = THIS_MODULE,
	.algo = &algorithm,
	.name = "lab i2c",
	.nr = 1,
};

static int int_get(void *p, u64 *value)
{
	*value = *(int *)p;
	return 0;
}

static int int_set(void *p, u64 value)
{
	*(int *)p = value;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(int_file, int_get, int_set, "%lld\n");

static ssize_t registers_get(struct file *f, char __user *to, size_t n, loff_t *at)
{
	struct chip *c = f->private_data;

	return simple_read_from_buffer(to, n, at, c->reg, sizeof(c->reg));
}

static ssize_t registers_put(struct file *f, const char __user *from, size_t n, loff_t *at)
{
	struct chip *c = f->private_data;

	return simple_write_to_buffer(c->reg, sizeof(c->reg), at, from, n);
}

static ssize_t adc_put(struct file *f, const char __user *from, size_t n, loff_t *at)
{
	struct chip *c = f->private_data;

	return simple_write_to_buffer(c->adc, sizeof(c->adc), at, from, n);
}

static ssize_t power_put(struct file *f, const char __user *from, size_t n, loff_t *at)
{
	struct chip *c = f->private_data;

	i2c_lock_bus(&adapter, I2C_LOCK_SEGMENT);
	c->power_on(c);
	i2c_unlock_bus(&adapter, I2C_LOCK_SEGMENT);
	return n;
}

static const struct file_operations registers_file = {
	.open = simple_open, .read = registers_get, .write = registers_put, .llseek = default_llseek,
};
static const struct file_operations adc_file = {
	.open = simple_open, .write = adc_put, .llseek = default_llseek,
};

static const struct file_operations power_file = {
	.open = simple_open, .write = power_put, .llseek = noop_llseek,
};

static void chip_files(struct chip *c, struct dentry *dir)
{
	const struct { const char *name; int *value; } ints[] = {
		{ "fault", &c->fault }, { "transfers", &c->transfers },
		{ "temperature", &c->temperature }, { "humidity", &c->humidity },
		{ "lux", &c->lux }, { "corrupt", &c->corrupt },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(ints); i++)
		debugfs_create_file(ints[i].name, 0600, dir, ints[i].value, &int_file);
	debugfs_create_file("registers", 0600, dir, c, &registers_file);
	debugfs_create_file("adc", 0200, dir, c, &adc_file);
	debugfs_create_file("power", 0200, dir, c, &power_file);
}

static int __init lab_i2c_init(void)
{
	char name[8];
	int i, err;

	dir = debugfs_create_dir("lab_i2c", NULL);
	for (i = 0; i < lab_nchips; i++) {
		struct chip *c = &lab_chips[i];

		snprintf(name, sizeof(name), "%02x", c->addr);
		c->power_on(c);
		chip_files(c, debugfs_create_dir(name, dir));
	}
	err = i2c_add_numbered_adapter(&adapter);
	if (err)
		debugfs_remove_recursive(dir);
	return err;
}

static void __exit lab_i2c_exit(void)
{
	i2c_del_adapter(&adapter);
	debugfs_remove_recursive(dir);
}

module_init(lab_i2c_init);
module_exit(lab_i2c_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("I2C bus with fake chips");
