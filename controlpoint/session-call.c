/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One action of a device, waited for: a verb reads from top to bottom. Main thread. */
#include <av-upnp/clock.h>
#include <av-upnp/error.h>

#include "session-private.h"

typedef struct {
	bool done;
	AvuRemoteAnswer *answer;
	GError *error;
} Pending;

static void
call_done(AvuRemoteAnswer *answer, const GError *error, void *user_data)
{
	Pending *pending = user_data;

	pending->done = true;
	pending->answer = answer != NULL ? avu_remote_answer_ref(answer) : NULL;
	pending->error = error != NULL ? g_error_copy(error) : NULL;
}

static bool
call_is_done(void *data)
{
	const Pending *pending = data;

	return pending->done;
}

AvuRemoteAnswer *
session_call(Session *session, AvuRemoteDevice *device, const AvuServiceSpec *service,
	const char *action, const char *const *arguments, GError **error)
{
	Pending pending = { .done = false };
	AvuRemoteCall *call = avu_remote_call(device, session_get_fetcher(session), service, action,
		arguments, session_get_timeout_ns(session), call_done, &pending, error);

	if (call == NULL) {
		return NULL;
	}
	/* The fetcher keeps the deadline; an interrupt is the only other way out. */
	if (!session_wait(session, AVU_TIME_NONE, call_is_done, &pending)) {
		avu_remote_call_cancel(call);
		g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "interrupted");
		return NULL;
	}
	if (pending.error != NULL && pending.error->domain == AVU_UPNP_ERROR) {
		refusal_free(session->refusal);
		session->refusal = refusal_new(device, service, action, arguments, pending.error);
	}
	if (pending.error != NULL) {
		g_propagate_error(error, pending.error);
	}
	return pending.answer;
}
