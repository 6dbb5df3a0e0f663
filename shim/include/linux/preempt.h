/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

void preempt_disable(void);
void preempt_enable(void);

#endif
