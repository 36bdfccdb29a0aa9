/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/device.h: the device side of libupnp */
#pragma once

#include <av-upnp/base.h>

/** Fetches the description from location (blocking) and answers searches from then on. */
bool device_register(const char *location, GError **error);
/** Announces, twice; blocks for a tenth of a second. */
bool device_announce(GError **error);
/** Says bye-bye, twice; blocks for a tenth of a second. Harmless when nothing was announced. */
void device_withdraw(void);
