/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/six-device.h: a device over IPv6: announcements, and answers to searches. Main thread, unless
 * said. */
#pragma once

#include <av-upnp/base.h>

/** Sends an alive or bye-bye that passed the gate to ff02::c from our link-local address, and to ff05::c
 *  from one that the whole site knows. @thread any */
void six_device_announce(const GString *datagram);

/** Searches that have come in: answers get their times. */
void six_device_receive(void);
/** Sends the answers that are due. */
void six_device_answer(int64_t now_ns);
/** When the next one is. @return AVU_TIME_NONE: none waits */
int64_t six_device_next(void);
