/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* commands/device-record.h: a device as a record. Pure. */
#pragma once

#include <av-upnp/remote-device.h>

#include "output/output.h"

/** {udn, name, type, location, address, model} */
json_t *device_record(const AvuRemoteDevice *device);
