// SPDX-License-Identifier: GPL-2.0
/*
 * A PWM chip with two channels that drives nothing: the kernel remembers what
 * was set, and sysfs and /sys/kernel/debug/pwm tell it. While the module
 * parameter "fault" holds an errno, every change fails with it.
 */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pwm.h>

static int fault;
module_param(fault, int, 0644);

static struct platform_device *device;
static struct pwm_chip *chip;

static int apply(struct pwm_chip *c, struct pwm_device *pwm, const struct pwm_state *state)
{
	return -fault;
}

static const struct pwm_ops ops = { .apply = apply };

static int __init lab_pwm_init(void)
{
	int err;

	device = platform_device_register_simple("lab_pwm", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	chip = pwmchip_alloc(&device->dev, 2, 0);
	if (IS_ERR(chip)) {
		err = PTR_ERR(chip);
		goto no_chip;
	}
	chip->ops = &ops;
	err = pwmchip_add(chip);
	if (!err)
		return 0;
	pwmchip_put(chip);
no_chip:
	platform_device_unregister(device);
	return err;
}

static void __exit lab_pwm_exit(void)
{
	pwmchip_remove(chip);
	pwmchip_put(chip);
	platform_device_unregister(device);
}

module_init(lab_pwm_init);
module_exit(lab_pwm_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("PWM chip that remembers");
