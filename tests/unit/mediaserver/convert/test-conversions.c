/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is admitted: films that together take more than the machine has are not begun together. The worker is the stub;
 * nothing ends while the main loop stands still. */
#include <fcntl.h>
#include <stdatomic.h>

#include <av-upnp/error.h>

#include "mediaserver/convert/conversions.h"

typedef struct {
	Conversions *conversions;
	_Atomic bool over;
} Warming;

static Conversion *
begin(Conversions *conversions, double cost, GError **error)
{
	g_auto(ConvertRequest) request = { 0 };

	convert_request_init(&request);
	request.recipe = recipe_index(recipe_find("avc-ts-ac3"));
	request.hint = g_strdup("flac"); /* what the stub takes */
	request.cost = cost;
	return conversion_begin(
		conversions, &request, open("/dev/null", O_RDONLY | O_CLOEXEC), -1, error);
}

/* Until the worker is there, however busy the machine is. */
static void *
warm_up(void *data)
{
	Warming *warming = data;
	Conversion *conversion = NULL;

	while (conversion == NULL) {
		conversion = begin(warming->conversions, 0, NULL);
	}
	conversion_end(conversion);
	atomic_store(&warming->over, true);
	return NULL;
}

static void
test_share(const void *spawner)
{
	static const struct {
		double running, asked;
		bool admitted;
		const char *why;
	} rows[] = {
		{ 0.8, 0.8, false, "both would stall" },
		{ 0.4, 0.4, true, "there is room for both" },
		{ 0.8, 0, true, "a copy is no work" },
		{ 0, 1.1, true, "beside copies as if alone" },
	};

	g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
	g_autoptr(AvuSupervisor) supervisor = avu_supervisor_new((AvuSpawner *)spawner, NULL);
	g_autoptr(Conversions) conversions =
		conversions_new((AvuSpawner *)spawner, mailbox, CONVERT_FILMS_MAX, 0);
	Warming warming = { .conversions = conversions };

	conversions_start(conversions, supervisor, NULL, NULL);
	GThread *thread = g_thread_new("warming", warm_up, &warming);

	while (!atomic_load(&warming.over) || conversions_count(conversions) > 0) {
		(void)g_main_context_iteration(NULL, FALSE);
		g_thread_yield();
	}
	(void)g_thread_join(thread);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].why);
		Conversion *first = begin(conversions, rows[i].running, &error);

		g_assert_no_error(error);
		Conversion *second = begin(conversions, rows[i].asked, &error);

		g_assert_true((second != NULL) == rows[i].admitted);
		if (second == NULL) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_BUSY);
		}
		conversion_end(first);
		conversion_end(second);
		while (conversions_count(conversions) > 0) {
			(void)g_main_context_iteration(NULL, FALSE);
			g_thread_yield();
		}
	}
	conversions_stop(conversions);
	avu_mailbox_close(mailbox);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_path_get_dirname(argv[0]);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);

	g_setenv("AV_UPNP_LIBEXECDIR", absolute, TRUE);
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);

	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/convert/conversions/share", spawner, test_share);
	return g_test_run();
}
