/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One transfer of a streamer, waited for. */

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/http-download.h>

typedef struct {
	const AvuDownload *download;
	int64_t heard_ns; /* of the last octet; AVU_TIME_NONE: no head yet */
	bool refused, over;
	GError *error;
} Transfer;

static bool
on_head(const AvuStreamHead *head, void *data)
{
	Transfer *transfer = data;

	if (head->status != 200 && head->status != 206) {
		g_set_error(&transfer->error, AVU_ERROR,
			head->status == 404 || head->status == 410 ? AVU_ERROR_NOT_FOUND
								   : AVU_ERROR_FAILED,
			"the server answered %u", head->status);
		return false;
	}
	transfer->heard_ns = avu_now_ns();
	return transfer->download->head(head, transfer->download->data);
}

static size_t
on_body(const char *octets, size_t len, void *data)
{
	Transfer *transfer = data;

	transfer->refused = !transfer->download->body(octets, len, transfer->download->data);
	transfer->heard_ns = avu_now_ns();
	return transfer->refused ? 0 : len;
}

static void
on_done(const GError *error, void *data)
{
	Transfer *transfer = data;

	transfer->over = true;
	if (error != NULL && transfer->error == NULL) {
		transfer->error = g_error_copy(error);
	}
}

static void
run(Transfer *transfer, AvuStreamer *streamer)
{
	int64_t stall_ns = transfer->download->stall_timeout_ns;

	while (!transfer->over && !transfer->refused && transfer->error == NULL) {
		int64_t stalled_ns = transfer->heard_ns != AVU_TIME_NONE
					     ? transfer->heard_ns + stall_ns
					     : AVU_TIME_NONE;

		avu_streamer_turn(streamer, NULL, 0, stalled_ns);
		if (transfer->heard_ns != AVU_TIME_NONE && !transfer->over &&
			avu_now_ns() - transfer->heard_ns >= stall_ns) {
			g_set_error(&transfer->error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"the server stalls");
		}
	}
	if (transfer->refused) {
		g_set_error(
			&transfer->error, AVU_ERROR, AVU_ERROR_CANCELLED, "ended by the reader");
	}
}

bool
avu_http_download(const AvuAddressPolicy *policy, const AvuDownload *download, GError **error)
{
	g_autoptr(AvuStreamer) streamer = avu_streamer_new(policy);
	Transfer transfer = { .download = download, .heard_ns = AVU_TIME_NONE };
	const AvuStreamRequest request = {
		.url = download->url,
		.offset = download->offset,
		.headers = download->headers,
		.private_header = download->private_header,
		.redirects = download->redirects,
		.connect_timeout_ns = download->head_timeout_ns,
		.head_timeout_ns = download->head_timeout_ns,
		.head = on_head,
		.body = on_body,
		.done = on_done,
		.data = &transfer,
	};
	AvuStream *stream = avu_stream_new(streamer, &request, error);

	if (stream == NULL) {
		return false;
	}
	run(&transfer, streamer);
	avu_stream_free(stream);
	if (transfer.error != NULL) {
		g_propagate_error(error, transfer.error);
		return false;
	}
	return true;
}
