// SPDX-License-Identifier: GPL-2.0
/*
 * What a Raspberry Pi tells of itself: the hwmon device "rpi_volt", whose
 * in0_lcrit_alarm is 1 when the supply is too weak, and the thermal zone
 * "cpu-thermal". Module parameters: undervoltage (0 or 1) and temperature
 * (thousandths of a degree).
 */
#include <linux/hwmon.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/thermal.h>

static int undervoltage;
module_param(undervoltage, int, 0644);
static int temperature = 48300;
module_param(temperature, int, 0644);

static struct platform_device *device;
static struct device *volts;
static struct thermal_zone_device *zone;

static umode_t visible(const void *data, enum hwmon_sensor_types type, u32 attr, int channel)
{
	return 0444;
}

static int read(struct device *dev, enum hwmon_sensor_types type, u32 attr, int channel, long *value)
{
	*value = undervoltage;
	return 0;
}

static const struct hwmon_ops volts_ops = { .is_visible = visible, .read = read };
static const struct hwmon_channel_info *const volts_channels[] = {
	HWMON_CHANNEL_INFO(in, HWMON_I_LCRIT_ALARM),
	NULL
};
static const struct hwmon_chip_info volts_info = { .ops = &volts_ops, .info = volts_channels };

static int zone_temperature(struct thermal_zone_device *z, int *value)
{
	*value = temperature;
	return 0;
}

static const struct thermal_zone_device_ops zone_ops = { .get_temp = zone_temperature };

static int __init lab_power_init(void)
{
	int err;

	device = platform_device_register_simple("lab_power", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	volts = hwmon_device_register_with_info(&device->dev, "rpi_volt", NULL, &volts_info, NULL);
	if (IS_ERR(volts)) {
		err = PTR_ERR(volts);
		goto no_volts;
	}
	zone = thermal_tripless_zone_device_register("cpu-thermal", NULL, &zone_ops, NULL);
	if (!IS_ERR(zone)) {
		err = thermal_zone_device_enable(zone);
		if (!err)
			return 0;
		thermal_zone_device_unregister(zone);
	} else {
		err = PTR_ERR(zone);
	}
	hwmon_device_unregister(volts);
no_volts:
	platform_device_unregister(device);
	return err;
}

static void __exit lab_power_exit(void)
{
	thermal_zone_device_unregister(zone);
	hwmon_device_unregister(volts);
	platform_device_unregister(device);
}

module_init(lab_power_init);
module_exit(lab_power_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("supply and temperature of a Raspberry Pi");
