/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ImportResource, ExportResource and what is said of transfers. Handlers run on the threads of the
 * connections; TransferIDs is set on the main context's.
 * @clause ContentDirectory:4 5.5.11, 5.5.12, 5.5.14, 5.5.15 */
#include <av-upnp/error.h>

#include "content-private.h"

#define DECIMAL_SIZE 24

static bool
start(AvuCall *call, void *object,
	bool (*begin)(void *self, const char *source_uri, const char *destination_uri,
		uint32_t *ret_id, GError **error),
	GError **error)
{
	const AvuContentDirectory *directory = object;
	uint32_t id;

	if (!begin(directory->self, avu_call_string(call, "SourceURI"),
		    avu_call_string(call, "DestinationURI"), &id, error)) {
		return false;
	}
	avu_call_reply_ui4(call, "TransferID", id);
	return true;
}

bool
content_import_resource(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	return start(call, object, directory->store->writer->import_resource, error);
}

bool
content_export_resource(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	return start(call, object, directory->store->writer->export_resource, error);
}

static void
reply_bytes(AvuCall *call, const char *argument, uint64_t bytes)
{
	char text[DECIMAL_SIZE];

	(void)g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, bytes);
	avu_call_reply_string(call, argument, text);
}

bool
content_get_transfer_progress(AvuCall *call, void *object, GError **error)
{
	static const char *const statuses[] = {
		[AVU_TRANSFER_IN_PROGRESS] = "IN_PROGRESS",
		[AVU_TRANSFER_COMPLETED] = "COMPLETED",
		[AVU_TRANSFER_ERROR] = "ERROR",
		[AVU_TRANSFER_STOPPED] = "STOPPED",
	};
	const AvuContentDirectory *directory = object;
	AvuTransfer transfer;

	if (!directory->store->writer->get_transfer(
		    directory->self, avu_call_ui4(call, "TransferID"), &transfer, error)) {
		return false;
	}
	avu_call_reply_string(call, "TransferStatus", statuses[transfer.status]);
	reply_bytes(call, "TransferLength", transfer.done_bytes);
	reply_bytes(call, "TransferTotal", transfer.total_bytes);
	return true;
}

bool
content_stop_transfer_resource(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	return directory->store->writer->stop_transfer(
		directory->self, avu_call_ui4(call, "TransferID"), error);
}

void
avu_content_directory_transfers_changed(AvuContentDirectory *directory)
{
	const AvuContentWriter *writer = directory->store->writer;

	if (writer != NULL && writer->dup_transfer_ids != NULL) {
		g_autofree char *ids = writer->dup_transfer_ids(directory->self);

		avu_variables_set(directory->variables, 0, NULL, "TransferIDs", ids);
	}
}
