/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ImportResource: the file is offered at an address that nobody guesses, for as long as the server fetches it, which
 * GetTransferProgress tells. Main thread, which waits; the file is sent on the server's threads.
 * @clause ContentDirectory:1 2.7.10, 2.7.14 */
#include <string.h>

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/random.h>

#include "commands/put-import.h"
#include "queue/file-share.h"

#define LOOK_NS (200 * AVU_NS_PER_MS)
#define STALL_NS (60 * AVU_NS_PER_S) /* a server may index before it says that it is through */

typedef struct {
	Run *run;
	AvuRemoteDevice *server;
	const char *id; /* of the transfer */
	int64_t octets, moved_ns;
} Import;

/* Nobody waits for it any more; a server that does not know how to stop notices that we are gone. */
static void
stop(Import *import)
{
	const char *const arguments[] = { "TransferID", import->id, NULL };

	(void)run_call(import->run, import->server, &avu_service_content_directory,
		"StopTransferResource", arguments, NULL);
}

/* @return over; with error: it failed */
static bool
look(Import *import, Progress *progress, GError **error)
{
	const char *const arguments[] = { "TransferID", import->id, NULL };
	g_autoptr(AvuRemoteAnswer) answer = session_call(import->run->session, import->server,
		&avu_service_content_directory, "GetTransferProgress", arguments, error);
	int64_t octets = 0;

	if (answer == NULL) {
		return true;
	}
	const char *status = avu_remote_answer_get(answer, "TransferStatus");

	if (avu_parse_int(avu_remote_answer_get(answer, "TransferLength"), 0, INT64_MAX, &octets) &&
		octets != import->octets) {
		import->octets = octets;
		import->moved_ns = avu_now_ns();
		progress_update(progress, (uint64_t)octets);
	}
	if (g_ascii_strcasecmp(status, "COMPLETED") == 0) {
		return true;
	}
	if (g_ascii_strcasecmp(status, "ERROR") == 0 ||
		g_ascii_strcasecmp(status, "STOPPED") == 0) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_ACTION_FAILED,
			"\"%s\" gave up fetching the file from here after %" G_GINT64_FORMAT
			" octets; \"avcp doctor\" tells whether it can reach this host",
			avu_remote_device_get_name(import->server), import->octets);
		return true;
	}
	return false;
}

static bool
await(Import *import, Progress *progress, GError **error)
{
	GError *why = NULL;

	import->moved_ns = avu_now_ns();
	while (!look(import, progress, &why)) {
		if (avu_now_ns() - import->moved_ns > STALL_NS) {
			stop(import);
			g_set_error(error, AVU_ERROR, AVU_ERROR_TIMEOUT,
				"\"%s\" fetched nothing for %d s",
				avu_remote_device_get_name(import->server),
				(int)(STALL_NS / AVU_NS_PER_S));
			return false;
		}
		(void)session_wait(import->run->session, avu_now_ns() + LOOK_NS, NULL, NULL);
	}
	if (why != NULL) {
		g_propagate_error(error, why);
	}
	return why == NULL;
}

bool
put_import(Run *run, const ContentPlace *place, const char *path, const char *uri,
	Progress *progress, GError **error)
{
	g_autofree char *secret = avu_random_uuid();
	FileShare *share = file_share_new(run->session, secret, 0);
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *url =
		file_share_offer(share, whole, avu_remote_device_get_address(place->server), error);
	const char *const arguments[] = { "SourceURI", url, "DestinationURI", uri, NULL };
	g_autoptr(AvuRemoteAnswer) answer =
		url != NULL
			? session_call(run->session, place->server, &avu_service_content_directory,
				  "ImportResource", arguments, error)
			: NULL;
	bool good = false;

	if (answer != NULL) {
		Import import = { .run = run,
			.server = place->server,
			.id = avu_remote_answer_get(answer, "TransferID") };

		good = await(&import, progress, error);
	}
	progress_end(progress);
	file_share_free(share);
	return good;
}
