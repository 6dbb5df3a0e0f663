/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/smp.h>
#include <linux/topology.h>

#endif
