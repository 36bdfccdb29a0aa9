/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices as records. Pure; main thread. */
#include "commands/device-record.h"

json_t *
device_record(const AvuRemoteDevice *device)
{
	json_t *record = json_object();
	const bool server = avu_remote_device_get_kind(device) == AVU_DEVICE_SERVER;

	record_set_text(record, "udn", avu_remote_device_get_udn(device));
	record_set_text(record, "name", avu_remote_device_get_name(device));
	record_set_text(record, "type", server ? "server" : "renderer");
	record_set_text(record, "location", avu_remote_device_get_location(device));
	record_set_text(record, "address", avu_remote_device_get_address(device));
	record_set_text(record, "model", avu_remote_device_get_model(device));
	return record;
}
