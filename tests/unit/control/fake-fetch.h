/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* control/fake-fetch.h: http-fetch without a network. A test sees what was asked for and answers
 * when it likes. Included once per test; its functions take the place of those in the archive. */
#pragma once

#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/http-fetch.h>

struct AvuFetch {
	AvuFetcher *fetcher;
	char *method;
	char *url;
	char *body;
	char **headers;
	AvuFetchDone done;
	void *user_data;
};

struct AvuFetcher {
	GPtrArray *fetches; /* AvuFetch under way, in order */
	unsigned n_started;
	unsigned n_cancelled;
};

static void
fake_fetch_free(void *data)
{
	AvuFetch *fetch = data;

	g_free(fetch->method);
	g_free(fetch->url);
	g_free(fetch->body);
	g_strfreev(fetch->headers);
	g_free(fetch);
}

AvuFetcher *
avu_fetcher_new(GMainContext *context, const AvuAddressPolicy *policy)
{
	AvuFetcher *fetcher = g_new0(AvuFetcher, 1);

	(void)context;
	(void)policy;
	fetcher->fetches = g_ptr_array_new_with_free_func(fake_fetch_free);
	return fetcher;
}

void
avu_fetcher_free(AvuFetcher *fetcher)
{
	if (fetcher != NULL) {
		g_ptr_array_unref(fetcher->fetches);
		g_free(fetcher);
	}
}

AvuFetch *
avu_fetch(AvuFetcher *fetcher, const AvuFetchRequest *request, AvuFetchDone done, void *user_data)
{
	AvuFetch *fetch = g_new0(AvuFetch, 1);

	fetch->fetcher = fetcher;
	fetch->method = g_strdup(request->method);
	fetch->url = g_strdup(request->url);
	fetch->body = g_strndup(request->body, request->body_len);
	fetch->headers = g_strdupv((char **)request->headers);
	fetch->done = done;
	fetch->user_data = user_data;
	g_ptr_array_add(fetcher->fetches, fetch);
	fetcher->n_started++;
	return fetch;
}

void
avu_fetch_cancel(AvuFetch *fetch)
{
	fetch->fetcher->n_cancelled++;
	g_ptr_array_remove(fetch->fetcher->fetches, fetch);
}

static inline AvuFetch *
fake_find(const AvuFetcher *fetcher, const char *url)
{
	for (guint i = 0; i < fetcher->fetches->len; i++) {
		AvuFetch *fetch = fetcher->fetches->pdata[i];

		if (strcmp(fetch->url, url) == 0) {
			return fetch;
		}
	}
	return NULL;
}

/* Answers the fetch of url, which must be under way. */
static inline void
fake_answer(AvuFetcher *fetcher, const char *url, unsigned status, const char *body)
{
	AvuFetch *fetch = fake_find(fetcher, url);
	const AvuFetchAnswer answer = { .status = status, .body = body, .body_len = strlen(body) };

	g_assert_nonnull(fetch);
	AvuFetchDone done = fetch->done;
	void *user_data = fetch->user_data;

	g_ptr_array_remove(fetcher->fetches, fetch);
	done(&answer, NULL, user_data);
}

static inline void
fake_fail(AvuFetcher *fetcher, const char *url, int code)
{
	AvuFetch *fetch = fake_find(fetcher, url);
	g_autoptr(GError) error = g_error_new(AVU_ERROR, code, "made to fail");

	g_assert_nonnull(fetch);
	AvuFetchDone done = fetch->done;
	void *user_data = fetch->user_data;

	g_ptr_array_remove(fetcher->fetches, fetch);
	done(NULL, error, user_data);
}
