/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deliveries followed to their end. Runs on the threads of connections; each delivery has a record of
 * its own, what is shared guards itself. */
#include "mediaserver/delivery/reports.h"

#include <av-upnp/clock.h>
#include <av-upnp/cursor.h>
#include <av-upnp/duration.h>

#include "mediaserver/catalogue/overlay.h"
#include "mediaserver/delivery/play-sessions.h"

/* Shorter things are not resumed: nobody goes on in the middle of a song. */
#define RESUMED_VIDEO_NS (5 * 60 * AVU_NS_PER_S)
#define RESUMED_AUDIO_NS (20 * 60 * AVU_NS_PER_S)
/* Written each time that it went so much further: many deliveries may be one session. */
#define KEPT_EACH_NS (5 * AVU_NS_PER_S)
/* From here on it was watched: the rest is the names of the crew. */
#define WATCHED_PERCENT 92

struct Reports {
	AvuConnectionManager *connections;
	Catalogue *catalogue;
	int64_t least_ns; /* AVU_TIME_NONE: nothing is remembered */
	PlaySessions *sessions;
	Clients *clients; /* NULL: nobody asks */
	void (*changed)(bool connection, void *data);
	void *data;
};

typedef struct {
	Reports *reports;
	int32_t connection;
	AvuAddress peer;
	ReportedFile file; /* but protocol_info */
	int64_t start_ns;  /* where in the film it begins */
	int64_t begun_ns, begun_wall_s;
} Report;

Reports *
reports_new(AvuConnectionManager *connections, Catalogue *catalogue, int64_t least_ns,
	void (*changed)(bool connection, void *data), void *data)
{
	Reports *reports = g_new0(Reports, 1);

	*reports = (Reports){ connections, catalogue, least_ns, play_sessions_new(), NULL, changed,
		data };
	return reports;
}

void
reports_set_clients(Reports *reports, Clients *clients)
{
	reports->clients = clients;
}

void
reports_free(Reports *reports)
{
	if (reports != NULL) {
		play_sessions_free(reports->sessions);
		g_free(reports);
	}
}

bool
reports_estimate(ItemKind kind, int64_t duration_ns, const Fetched *fetched,
	int64_t played_least_ns, Stopped *ret_stopped)
{
	const int64_t least_ns = kind == ITEM_VIDEO   ? RESUMED_VIDEO_NS
				 : kind == ITEM_AUDIO ? RESUMED_AUDIO_NS
						      : INT64_MAX;
	const int64_t played_ns = MIN(fetched->elapsed_ns, fetched->reached_ns - fetched->start_ns);

	if (duration_ns < least_ns || played_ns < played_least_ns) {
		return false;
	}
	const int64_t position_ns = MIN(fetched->start_ns + played_ns, duration_ns);

	ret_stopped->watched = position_ns / 100 >= duration_ns / (100 * 100) * WATCHED_PERCENT;
	ret_stopped->position_ns = ret_stopped->watched ? AVU_TIME_NONE : position_ns;
	return true;
}

/* Octets to time, as if they were spread evenly: near enough to go on from. */
static int64_t
time_of(const ReportedFile *file, uint64_t octet)
{
	return file->size_bytes > 0 ? (int64_t)((double)file->duration_ns *
						((double)MIN(octet, file->size_bytes) /
							(double)file->size_bytes))
				    : 0;
}

/* "bytes=500-" of Range, "npt=12.5-" or "npt=0:00:12.5-" of TimeSeekRange.dlna.org. */
static int64_t
start_of(const AvuHttpRequest *request, const ReportedFile *file)
{
	const char *range = avu_http_request_get_header(request, "Range");
	const char *seek = avu_http_request_get_header(request, "TimeSeekRange.dlna.org");
	uint64_t number;
	int64_t ns;

	if (seek != NULL) {
		AvuCursor in = avu_cursor_string(seek);

		if (!avu_cursor_take_ci(&in, "npt=")) {
			return 0;
		}
		AvuCursor from = avu_cursor_take_until(&in, "-");
		g_autofree char *text = g_strndup(from.at, MIN(avu_cursor_len(&from), (size_t)32));

		if (avu_duration_parse(text, false, &ns)) {
			return ns;
		}
		return avu_cursor_take_uint(&from, INT32_MAX, &number)
			       ? (int64_t)number * AVU_NS_PER_S
			       : 0;
	}
	AvuCursor in = avu_cursor_string(range != NULL ? range : "");

	return avu_cursor_take_ci(&in, "bytes=") && avu_cursor_take_uint(&in, INT64_MAX, &number)
		       ? time_of(file, number)
		       : 0;
}

/* The session that the delivery ends: itself, when it stands alone. */
static PlaySession
end_session(const Report *report, uint64_t octets)
{
	const int64_t reached_ns = report->start_ns + time_of(&report->file, octets);
	PlaySession session = { .begun_ns = report->begun_ns,
		.begun_wall_s = report->begun_wall_s,
		.start_ns = report->start_ns,
		.reached_ns = reached_ns,
		.kept_s = -1 };

	(void)play_sessions_end(report->reports->sessions, &report->peer, report->file.item,
		report->start_ns, reached_ns, avu_now_ns(), &session);
	return session;
}

static bool
is_news(const PlaySession *session, const OverlayPlay *play, const Stopped *stopped)
{
	/* the player, or somebody, has said it since */
	if (play->played_s >= session->begun_wall_s && play->played_s != session->kept_s) {
		return false;
	}
	return session->kept_s < 0 ||
	       (stopped->watched ? !play->watched || play->position_ns != AVU_TIME_NONE
				 : stopped->position_ns - session->kept_ns >= KEPT_EACH_NS);
}

static void
keep_position(const Report *report, uint64_t octets)
{
	Reports *reports = report->reports;
	const ReportedFile *file = &report->file;
	const PlaySession session = end_session(report, octets);
	const Fetched fetched = { session.start_ns, session.reached_ns,
		avu_now_ns() - session.begun_ns };
	g_autoptr(GError) error = NULL;
	OverlayPlay play;
	Stopped stopped;

	if (!reports_estimate(
		    file->kind, file->duration_ns, &fetched, reports->least_ns, &stopped)) {
		return;
	}
	(void)overlay_get_play(reports->catalogue, file->item, "", &play);
	if (!is_news(&session, &play, &stopped)) {
		return;
	}
	play.position_ns = stopped.position_ns;
	play.played_s = avu_wall_ns() / AVU_NS_PER_S;
	if (stopped.watched) {
		play.watched = true;
		play.count = MAX(play.count, 0) + 1;
	}
	if (!overlay_set_play(reports->catalogue, file->item, "", &play, &error)) {
		g_info("where playing stopped is not kept: %s", error->message);
		return;
	}
	play_sessions_keep(reports->sessions, &session, MAX(stopped.position_ns, 0), play.played_s);
	reports->changed(false, reports->data);
}

static void
on_done(bool sent, uint64_t octets, void *data)
{
	Report *report = data;
	Reports *reports = report->reports;

	(void)sent;
	if (reports->clients != NULL) {
		clients_fetched(reports->clients, &report->peer, report->file.item,
			report->file.format, octets, report->file.size_bytes);
	}
	avu_connection_manager_end(reports->connections, report->connection);
	reports->changed(true, reports->data);
	if (reports->least_ns != AVU_TIME_NONE) {
		keep_position(report, octets);
	}
	g_free(report);
}

static int32_t
named_connection(const AvuHttpRequest *request)
{
	const char *text = avu_http_request_get_header(request, "scid.dlna.org");
	uint64_t id;

	return text != NULL && avu_parse_uint(text, INT32_MAX, &id) ? (int32_t)id : -1;
}

/* Renderers name their ConnectionManager, other players themselves, nobody both. */
static const char *
peer_manager(const AvuHttpRequest *request)
{
	const char *manager = avu_http_request_get_header(request, "peerManager.dlna.org");

	return manager != NULL ? manager
			       : avu_http_request_get_header(request, "friendlyName.dlna.org");
}

void
reports_follow(Reports *reports, const AvuHttpRequest *request, AvuHttpResponse *response,
	const ReportedFile *file)
{
	const unsigned status = avu_http_response_get_status(response);
	const int32_t named = named_connection(request);

	if (avu_http_request_get_method(request) != AVU_HTTP_GET ||
		(status != 200 && status != 206)) {
		return;
	}
	Report *report = g_new0(Report, 1);

	*report = (Report){ .reports = reports,
		.connection = avu_connection_manager_begin(reports->connections,
			avu_http_request_get_peer(request), file->protocol_info,
			peer_manager(request), named),
		.peer = *avu_http_request_get_peer(request),
		.file = *file,
		.start_ns = start_of(request, file),
		.begun_ns = avu_now_ns(),
		.begun_wall_s = avu_wall_ns() / AVU_NS_PER_S };
	report->file.protocol_info = NULL; /* lives shorter */
	play_sessions_begin(reports->sessions, &report->peer, file->item, report->start_ns,
		report->begun_ns, report->begun_wall_s);
	if (named >= 0 || avu_http_request_get_header(request, "peerManager.dlna.org") != NULL) {
		g_autofree char *id = g_strdup_printf("%d", report->connection);

		avu_http_response_set_header(response, "scid.dlna.org", id);
	}
	avu_http_response_set_done(response, on_done, report);
	reports->changed(true, reports->data);
}
