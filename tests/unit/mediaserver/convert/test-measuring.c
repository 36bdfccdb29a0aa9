/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast the machine is, by a worker that fails some times first: tried again, kept, and given up in the end. The
 * stub's niceness says how often it fails (tests/unit/mediaserver/workers/stub-worker.c). */
#include <glib/gstdio.h>

#include "mediaserver/convert/measuring.h"

static void
erase_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		(void)g_remove(path);
	}
	(void)g_rmdir(folder);
}

static void
on_log(const char *domain, GLogLevelFlags level, const char *message, void *data)
{
	bool *given_up = data;

	(void)domain, (void)level;
	*given_up = *given_up || strstr(message, "could not be measured") != NULL;
}

static void
test_tries(const void *spawner)
{
	static const struct {
		unsigned fails;
		bool measured;
		const char *why;
	} rows[] = {
		{ 0, true, "at once" },
		{ 1, true, "nonsense first" },
		{ 3, true, "nonsense, half of it, nothing" },
		{ 4, true, "the last of five" },
		{ 5, false, "not once more" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folder = g_dir_make_tmp("av-upnp-measuring-XXXXXX", NULL);
		g_autoptr(AvuStateDir) state = avu_state_dir_open(folder, "test", NULL);
		g_autoptr(AvuMailbox) mailbox = avu_mailbox_new(NULL);
		g_autoptr(AvuSupervisor) supervisor =
			avu_supervisor_new((AvuSpawner *)spawner, NULL);
		g_autoptr(Conversions) conversions =
			conversions_new((AvuSpawner *)spawner, mailbox, 1, rows[i].fails);
		ConvertMachine machine = { 0 };
		bool given_up = false;
		const guint handler =
			g_log_set_handler(NULL, G_LOG_LEVEL_MESSAGE, on_log, &given_up);

		g_test_message("%s", rows[i].why);
		conversions_start(conversions, supervisor, NULL, NULL);
		Measuring *measuring = measuring_new(conversions, state, mailbox, 1, 1e9);

		while (machine.h264_pps[CONVERT_VERYFAST] == 0 && !given_up) {
			(void)g_main_context_iteration(NULL, TRUE);
			conversions_get_machine(conversions, &machine);
		}
		g_assert_cmpint(given_up, ==, !rows[i].measured);
		g_assert_cmpint(
			machine.h264_pps[CONVERT_VERYFAST], ==, rows[i].measured ? 40000000 : 0);
		g_assert_cmpint(machine.mpeg2_pps, ==, rows[i].measured ? 70000000 : 0);
		conversions_stop(conversions);
		measuring_free(measuring);
		ConvertMachine kept = { 0 };

		/* the next start knows it at once */
		conversions_set_figures(conversions, &kept);
		measuring = measuring_new(conversions, state, mailbox, MEASURING_FIRST_NS, 1e9);
		conversions_get_machine(conversions, &kept);
		g_assert_cmpint(
			kept.h264_pps[CONVERT_VERYFAST], ==, rows[i].measured ? 40000000 : 0);
		measuring_free(measuring);
		avu_mailbox_close(mailbox);
		g_log_remove_handler(NULL, handler);
		erase_folder(folder);
	}
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
	g_test_add_data_func("/convert/measuring/tries", spawner, test_tries);
	return g_test_run();
}
