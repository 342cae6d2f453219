// SPDX-License-Identifier: GPL-2.0
/*
 * An IIO device with the files of the kernel's dht11 driver. Its module
 * parameters are the air around it: temperature (thousandths of a degree),
 * humidity (thousandths of a per cent), and fault, the errno to fail with
 * (the real one fails with EIO and ETIMEDOUT now and then).
 */
#include <linux/iio/iio.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static int temperature = 21500;
module_param(temperature, int, 0644);
static int humidity = 45000;
module_param(humidity, int, 0644);
static int fault;
module_param(fault, int, 0644);

static struct platform_device *device;
static struct iio_dev *sensor;

static int read(struct iio_dev *dev, const struct iio_chan_spec *channel, int *value, int *value2, long mask)
{
	if (fault)
		return -fault;
	*value = channel->type == IIO_TEMP ? temperature : humidity;
	return IIO_VAL_INT;
}

static const struct iio_info info = { .read_raw = read };

static const struct iio_chan_spec channels[] = {
	{ .type = IIO_TEMP, .info_mask_separate = BIT(IIO_CHAN_INFO_PROCESSED) },
	{ .type = IIO_HUMIDITYRELATIVE, .info_mask_separate = BIT(IIO_CHAN_INFO_PROCESSED) },
};

static int __init lab_dht_init(void)
{
	int err = -ENOMEM;

	device = platform_device_register_simple("dht11", 4, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	sensor = iio_device_alloc(&device->dev, 0);
	if (!sensor)
		goto no_sensor;
	sensor->name = "dht11@4";
	sensor->info = &info;
	sensor->channels = channels;
	sensor->num_channels = ARRAY_SIZE(channels);
	sensor->modes = INDIO_DIRECT_MODE;
	err = iio_device_register(sensor);
	if (!err)
		return 0;
	iio_device_free(sensor);
no_sensor:
	platform_device_unregister(device);
	return err;
}

static void __exit lab_dht_exit(void)
{
	iio_device_unregister(sensor);
	iio_device_free(sensor);
	platform_device_unregister(device);
}

module_init(lab_dht_init);
module_exit(lab_dht_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("humidity sensor on IIO");
