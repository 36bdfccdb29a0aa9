/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A GET and its answer kept. Main thread. */
#include <av-upnp/error.h>

#include "fetch.h"

typedef struct {
	bool done;
	Fetched *fetched;
	GError *error;
} Pending;

void
fetched_clear(Fetched *fetched)
{
	g_clear_pointer(&fetched->body, g_bytes_unref);
	g_clear_pointer(&fetched->headers, g_hash_table_unref);
}

static void
on_done(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	Pending *pending = user_data;
	GHashTableIter iter;
	void *name;
	void *value;

	pending->done = true;
	if (error != NULL) {
		pending->error = g_error_copy(error);
		return;
	}
	pending->fetched->status = answer->status;
	pending->fetched->body = g_bytes_new(answer->body, answer->body_len);
	pending->fetched->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_iter_init(&iter, (GHashTable *)answer->headers);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_hash_table_insert(pending->fetched->headers, g_strdup(name), g_strdup(value));
	}
}

static bool
is_done(void *data)
{
	const Pending *pending = data;

	return pending->done;
}

bool
fetch_and_wait(Session *session, const char *url, const char *header, size_t max_bytes,
	Fetched *ret_fetched, GError **error)
{
	const char *const headers[] = { header, NULL };
	const AvuFetchRequest request = { .method = "GET",
		.url = url,
		.headers = headers,
		.max_answer = max_bytes,
		.timeout_ns = session_get_timeout_ns(session) };
	Pending pending = { .fetched = ret_fetched };

	*ret_fetched = (Fetched){ 0 };
	AvuFetch *fetch = avu_fetch(session_get_fetcher(session), &request, on_done, &pending);

	if (!session_wait(session, AVU_TIME_NONE, is_done, &pending)) {
		avu_fetch_cancel(fetch);
		g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "interrupted");
		return false;
	}
	if (pending.error != NULL) {
		g_propagate_error(error, pending.error);
		return false;
	}
	return true;
}
