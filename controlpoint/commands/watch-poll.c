/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The questions are a table; an action that a device lacks is asked for again the next time, which costs one
 * short answer. Main thread. */
#include "commands/watch-poll.h"

#include <string.h>

static const char *const master[] = { "Channel", "Master", NULL };

static const struct {
	const AvuServiceSpec *service;
	const char *action;
	const char *const *arguments;
	const char *channel;
	struct {
		const char *argument, *variable;
	} values[4]; /* argument NULL ends them */
} questions[] = {
	{ &avu_service_av_transport, "GetTransportInfo", NULL, NULL,
		{ { "CurrentTransportState", "TransportState" },
			{ "CurrentTransportStatus", "TransportStatus" },
			{ "CurrentSpeed", "TransportPlaySpeed" } } },
	{ &avu_service_av_transport, "GetMediaInfo", NULL, NULL,
		{ { "CurrentURI", "AVTransportURI" }, { "NextURI", "NextAVTransportURI" } } },
	{ &avu_service_av_transport, "GetPositionInfo", NULL, NULL,
		{ { "TrackURI", "CurrentTrackURI" }, { "TrackDuration", "CurrentTrackDuration" },
			{ "TrackMetaData", "CurrentTrackMetaData" } } },
	{ &avu_service_rendering_control, "GetVolume", master, "Master",
		{ { "CurrentVolume", "Volume" } } },
	{ &avu_service_rendering_control, "GetMute", master, "Master",
		{ { "CurrentMute", "Mute" } } },
};

void
watch_poll_clear(WatchPoll *poll)
{
	g_clear_pointer(&poll->values, g_hash_table_unref);
}

bool
watch_poll_knows(const AvuServiceSpec *service)
{
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		if (questions[i].service == service) {
			return true;
		}
	}
	return false;
}

/* @return is it another one than before? */
static bool
take(WatchPoll *poll, const char *variable, const char *value)
{
	const char *before = g_hash_table_lookup(poll->values, variable);

	if (g_strcmp0(before, value) == 0 || (before == NULL && value[0] == '\0')) {
		return false;
	}
	g_hash_table_replace(poll->values, (void *)variable, g_strdup(value));
	return true;
}

void
watch_poll_ask(WatchPoll *poll, Session *session, AvuRemoteDevice *device,
	const AvuServiceSpec *service,
	void (*changed)(const char *variable, const char *channel, const char *value, void *data),
	void *data)
{
	if (poll->values == NULL) {
		poll->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		g_autoptr(AvuRemoteAnswer) answer =
			questions[i].service == service
				? session_call(session, device, service, questions[i].action,
					  questions[i].arguments, NULL)
				: NULL;

		for (size_t j = 0; answer != NULL && j < G_N_ELEMENTS(questions[i].values) &&
				   questions[i].values[j].argument != NULL;
			j++) {
			const char *value =
				avu_remote_answer_get(answer, questions[i].values[j].argument);

			if (take(poll, questions[i].values[j].variable, value)) {
				changed(questions[i].values[j].variable, questions[i].channel,
					value, data);
			}
		}
	}
}
