/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program tells of itself on its own host: counters in both forms, streams under way, and whether its main
 * thread answers. That others find nothing is shown between hosts (system/delivery). */
#include <jansson.h>

#include <av-upnp/metrics.h>

#include "server-fixture.h"

typedef struct {
	Fixture at;
	AvuMetrics *metrics;
	AvuMailbox *mailbox;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
} House;

static void *
run(void *data)
{
	House *house = data;

	g_main_context_push_thread_default(house->context);
	g_main_loop_run(house->loop);
	g_main_context_pop_thread_default(house->context);
	return NULL;
}

static void
house_open(House *house, gconstpointer data G_GNUC_UNUSED)
{
	static const AvuHttpRoute film = { "/film", false, AVU_HTTP_GET, 0, on_disk };
	static const AvuHttpRoute disk = { "/disk", false, AVU_HTTP_GET, 0, on_disk };
	static const AvuCounterSpec spec = { "av_a_total", "of something", NULL, NULL,
		AVU_COUNTER_TOTAL };
	Fixture *at = &house->at;
	g_autoptr(GError) error = NULL;
	AvuAddress loopback;

	at->server = avu_http_server_new();
	at->counters = avu_counters_new();
	at->disk = memfd_create("disk", MFD_CLOEXEC);
	g_assert_cmpint(ftruncate(at->disk, DISK_SIZE), ==, 0);
	house->context = g_main_context_new();
	house->loop = g_main_loop_new(house->context, FALSE);
	house->mailbox = avu_mailbox_new(house->context);
	house->thread = g_thread_new("main of it", run, house);
	avu_counter_add(avu_counters_add(at->counters, &spec), 3);
	avu_http_server_set_counters(at->server, at->counters);
	avu_http_server_add_route(at->server, &film, at);
	avu_http_server_add_route(at->server, &disk, at);
	house->metrics = avu_metrics_new(at->server, at->counters, house->mailbox);
	avu_http_server_set_accept(at->server, accept_all, NULL);
	avu_http_server_start(at->server, 0, 0, &error);
	g_assert_no_error(error);
	g_assert_true(avu_address_parse("127.0.0.1", &loopback));
	avu_http_server_set_addresses(at->server, &loopback, 1, &error);
	g_assert_no_error(error);
	at->port = avu_http_server_get_port(at->server);
	at->host = g_strdup_printf("Host: 127.0.0.1:%u\r\n", at->port);
}

static gboolean
on_quit(void *loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

/* Its main thread ends: asked within its loop, since a loop that has not begun cannot be left. */
static void
house_stop(House *house)
{
	if (house->thread != NULL) {
		g_autoptr(GSource) quit = g_idle_source_new();

		g_source_set_callback(quit, on_quit, house->loop, NULL);
		(void)g_source_attach(quit, house->context);
		(void)g_thread_join(g_steal_pointer(&house->thread));
		avu_mailbox_close(house->mailbox);
	}
}

static void
house_close(House *house, gconstpointer data)
{
	house_stop(house);
	tear_down(&house->at, data);
	avu_metrics_free(house->metrics);
	avu_mailbox_unref(house->mailbox);
	g_main_loop_unref(house->loop);
	g_main_context_unref(house->context);
}

static void
test_answers(House *house, gconstpointer data G_GNUC_UNUSED)
{
	static const struct {
		const char *line;
		unsigned status;
		const char *contains[3];
		const char *why;
	} rows[] = {
		{ "GET /metrics", 200,
			{ "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
				"\n# TYPE av_a_total counter\nav_a_total 3\n", "no-store" },
			"as Prometheus reads it" },
		{ "GET /metrics.json", 200,
			{ "\r\nContent-Type: application/json\r\n",
				"\r\n\r\n{\"counters\":{\"av_a_total\":3,", ",\"streams\":[]}" },
			"the same for others" },
		{ "GET /healthz", 200,
			{ "\r\nContent-Type: text/plain\r\n", "\r\n\r\nok\n", "no-store" },
			"its main thread answers" },
		{ "HEAD /healthz", 200, { "\r\nContent-Length: 3\r\n" }, "its head alone" },
		{ "POST /metrics", 405, { NULL }, "nothing is told to it" },
		{ "GET /metrics/", 404, { NULL }, "below it is nothing" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) heard = ask(&house->at, rows[i].line, "\r\n");

		g_test_message("%s", rows[i].why);
		g_assert_cmpuint(status_of(heard), ==, rows[i].status);
		for (size_t k = 0; k < 3 && rows[i].contains[k] != NULL; k++) {
			g_assert_nonnull(strstr(heard->str, rows[i].contains[k]));
		}
	}
}

static void
test_no_answer(House *house, gconstpointer data G_GNUC_UNUSED)
{
	house_stop(house);
	g_autoptr(GString) heard = ask(&house->at, "GET /healthz", "\r\n");

	g_assert_cmpuint(status_of(heard), ==, 503);
	g_assert_nonnull(strstr(heard->str, "the main thread does not answer\n"));
}

static json_t *
streams_of(House *house, size_t max)
{
	g_autofree char *text = avu_metrics_format_json(house->metrics, max);
	json_t *document = json_loads(text, 0, NULL);
	json_t *streams = json_incref(json_object_get(document, "streams"));

	json_decref(document);
	g_assert_true(json_is_array(streams));
	return streams;
}

static void
test_streams(House *house, gconstpointer data G_GNUC_UNUSED)
{
	avu_autofd int film = ask_slowly(&house->at, "/film");
	avu_autofd int disk = ask_slowly(&house->at, "/disk");
	json_t *all = streams_of(house, SIZE_MAX);
	json_t *newest = streams_of(house, 1);
	const json_t *first = json_array_get(all, 0), *second = json_array_get(all, 1);

	g_assert_cmpuint(json_array_size(all), ==, 2);
	g_assert_cmpuint(json_array_size(newest), ==, 1);
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(newest, 0), "object")), ==,
		"/disk");
	g_assert_cmpstr(json_string_value(json_object_get(first, "object")), ==, "/disk");
	g_assert_cmpstr(json_string_value(json_object_get(first, "client")), ==, "127.0.0.1");
	g_assert_cmpstr(json_string_value(json_object_get(second, "object")), ==, "/film");
	/* the one plays at a rate that is known, the other does not */
	g_assert_cmpint(json_integer_value(json_object_get(second, "media")), ==, FILM_RATE);
	g_assert_true(json_is_null(json_object_get(first, "media")));
	g_assert_true(json_is_null(json_object_get(first, "pace")));
	g_assert_cmpfloat(json_real_value(json_object_get(second, "seconds")), >=, 0);
	json_decref(all);
	json_decref(newest);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/metrics/answers", House, NULL, house_open, test_answers, house_close);
	g_test_add("/metrics/no-answer", House, NULL, house_open, test_no_answer, house_close);
	g_test_add("/metrics/streams", House, NULL, house_open, test_streams, house_close);
	return g_test_run();
}
