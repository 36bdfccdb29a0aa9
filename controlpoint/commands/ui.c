/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp ui: becomes the text interface, a program of its own, which runs verbs of this one. Main thread. */
#include <errno.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "commands/command.h"

#define UI_PROGRAM "avcp-ui"

/* Where helpers are (libexec); in a build tree, where the environment says. */
static char *
find_program(void)
{
	const char *folder = getauxval(AT_SECURE) == 0 ? getenv("AV_UPNP_LIBEXECDIR") : NULL;

	return g_build_filename(
		folder != NULL && folder[0] == '/' ? folder : AVU_LIBEXEC_DIR, UI_PROGRAM, NULL);
}

static const char *
value_or_empty(const Run *run, const char *key)
{
	const char *value = avu_settings_get_string(run->settings, key);

	return value != NULL ? value : "";
}

static bool
run_ui(Run *run, GError **error)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *program = find_program();
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	const char *const fixed[] = { UI_PROGRAM, self != NULL ? self : "",
		value_or_empty(run, "Renderer"), value_or_empty(run, "Server") };
	const char *const *interfaces = session_get_interfaces(run->session);

	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		g_ptr_array_add(argv, g_strdup(fixed[i]));
	}
	for (size_t i = 0; interfaces != NULL && interfaces[i] != NULL; i++) {
		g_ptr_array_add(argv, g_strconcat("--interface=", interfaces[i], NULL));
	}
	if (value_or_empty(run, "Source")[0] != '\0') {
		g_ptr_array_add(
			argv, g_strconcat("--source=", value_or_empty(run, "Source"), NULL));
	}
	g_ptr_array_add(argv, g_strdup_printf("--timeout=%" G_GINT64_FORMAT "ms",
				      session_get_timeout_ns(run->session) / AVU_NS_PER_MS));
	if (avu_settings_get_string(run->settings, "Config") != NULL) {
		g_ptr_array_add(
			argv, g_strconcat("--config=", value_or_empty(run, "Config"), NULL));
	}
	g_ptr_array_add(argv, NULL);
	(void)execv(program, (char **)argv->pdata);
	g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the text interface %s: %s", program,
		g_strerror(errno));
	return false;
}

static const OutputColumn columns[] = {
	{ NULL },
};

const Command command_ui = {
	.name = "ui",
	.operands = "",
	.summary = "a screen with devices, folders and the queue",
	.help = "The whole terminal: devices, what a server has, the queue of a renderer, and what "
		"plays.\n"
		"-r and -s choose the devices at the start. Keys are those of mpc's family:\n"
		"\n"
		"  1 2 3 Tab      devices, browse, queue     Enter l   use, open, play\n"
		"  Up Down k j    move                       Backspace h  the folder above\n"
		"  PgUp PgDn      a screen                   Space a   add to the queue\n"
		"  Home g, End G  first, last                d Del     take out of the queue\n"
		"  p              pause, go on               c         empty the queue\n"
		"  s              stop                       m n       move the entry up, down\n"
		"  < >            track before, next         z r y     shuffle, repeat all, one\n"
		"  b f            10 seconds back, on        / . ,     find, find again, before\n"
		"  + - Left Right volume                     u Ctrl-L  ask and draw anew\n"
		"  M              mute                       o         to the entry that plays\n"
		"  ? F1           help                       q         end\n",
	.schema = { OUTPUT_DEED, columns },
	.run = run_ui,
};
