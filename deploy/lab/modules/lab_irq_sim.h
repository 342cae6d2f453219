/* SPDX-License-Identifier: GPL-2.0 */
/* Lets irq_sim.c, which is written as a part of the kernel proper, be a module. */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/module.h>
#define irq_to_desc(irq) irq_data_to_desc(irq_get_irq_data(irq))
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("interrupt simulator");
