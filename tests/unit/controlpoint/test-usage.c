/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#include "commands/queue-items.h"
#include "settings.h"
#include "usage.h"

#define WORDS_MAX 8

static const struct {
	const char *words[WORDS_MAX];
	const char *verb;    /* NULL: error */
	const char *operand; /* first one, or NULL */
	const char *why;
} rows[] = {
	{ { "avcp", "devices" }, "devices", NULL, "plain" },
	{ { "avcp", "--json", "-r", "kitchen", "status" }, "status", NULL, "options in front" },
	{ { "avcp", "status", "--json" }, "status", NULL, "options behind" },
	{ { "avcp", "volume", "-5" }, "volume", "-5", "a step down is no option" },
	{ { "avcp", "seek", "-1:30" }, "seek", "-1:30", "a step back is no option" },
	{ { "avcp", "seek", "--", "-10" }, "seek", "-10", "after the mark" },
	{ { "avcp", "play", "--no-wait", "x" }, "play", "x", "option of a verb" },
	{ { "avcp", "play", "--object", "--", "--config=x" }, "play", "--config=x",
		"an id that looks like an option" },
	{ { "avcp", "ls", "--object", "--", "--" }, "ls", "--", "an id that looks like the mark" },
	{ { "avcp", "play", "--object", "--", "-5x" }, "play", "-5x", "an id like a step" },
	{ { "avcp", "devices", "--object" }, NULL, NULL, "option of another verb" },
	{ { "avcp", "devices", "--no-wait" }, NULL, NULL, "option of another verb" },
	{ { "avcp", "devices", "--listen", "5" }, NULL, NULL, "option of another verb" },
	{ { "avcp", "doctor", "--listen", "5" }, "doctor", NULL, "which knows it" },
	{ { "avcp", "devices", "--transcode" }, NULL, NULL, "option of two others" },
	{ { "avcp", "play", "--transcode", "x" }, "play", "x", "which know it" },
	{ { "avcp", "queue", "--transcode", "add", "x" }, "queue", "add", "both" },
	{ { "avcp", "status", "--limit", "3" }, NULL, NULL, "option of another verb" },
	{ { "avcp", "ls", "--limit", "3" }, "ls", NULL, "option with a value" },
	{ { "avcp", "ls", "--limit", "many" }, NULL, NULL, "a word for a number" },
	{ { "avcp", "ls", "--limt", "3" }, NULL, NULL, "unknown option" },
	{ { "avcp", "--timeout", "0", "devices" }, NULL, NULL, "no time at all" },
	{ { "avcp", "--config", "/nowhere/avcp.conf", "devices" }, NULL, NULL, "no such file" },
	{ { "avcp" }, NULL, NULL, "no verb" },
	{ { "avcp", "fly" }, NULL, NULL, "unknown verb" },
	{ { "avcp", "seek" }, NULL, NULL, "operand missing" },
	{ { "avcp", "devices", "x" }, NULL, NULL, "operand too many" },
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuSettings) settings =
			avu_settings_new("test-avcp", control_point_settings);
		g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
		char *words[WORDS_MAX + 1] = { NULL };
		char **argv = words;
		int argc = 0;
		g_autoptr(GError) error = NULL;
		const Command *command = NULL;

		g_test_message("%s", rows[i].why);
		for (; rows[i].words[argc] != NULL; argc++) {
			words[argc] = g_strdup(rows[i].words[argc]);
			g_ptr_array_add(strings, words[argc]);
		}
		if (usage_parse(settings, &argc, &argv, &error)) {
			command = usage_find_command(settings, argc, argv, &error);
		}
		if (rows[i].verb == NULL) {
			g_assert_null(command);
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			g_assert_cmpint(exit_code_of(error), ==, 2);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(command->name, ==, rows[i].verb);
		g_assert_cmpstr(argv[2], ==, rows[i].operand);
	}
}

static const struct {
	const char *words[WORDS_MAX];
	AvuError code;
	const char *told, *why;
} forms[] = {
	{ { "avcp", "seek" }, AVU_ERROR_USAGE, "x; usage: avcp seek POSITION", "what it takes" },
	{ { "avcp", "stop", "now" }, AVU_ERROR_USAGE, "x; usage: avcp stop", "takes nothing" },
	{ { "avcp", "--json", "--limt", "mute" }, AVU_ERROR_USAGE,
		"x; usage: avcp mute [on|off|toggle]", "options before the verb" },
	{ { "avcp", "fly" }, AVU_ERROR_USAGE, "x", "no verb" },
	{ { "avcp" }, AVU_ERROR_USAGE, "x", "no word" },
	{ { "avcp", "seek", "9" }, AVU_ERROR_TIMEOUT, "x", "used as it should be" },
};

static void
test_form(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GError) error = g_error_new(AVU_ERROR, (int)forms[i].code, "x");
		const unsigned n = g_strv_length((char **)forms[i].words);

		g_test_message("%s", forms[i].why);
		usage_add_form((int)n, (char **)forms[i].words, error);
		usage_add_form((int)n, (char **)forms[i].words, error); /* said once */
		g_assert_cmpstr(error->message, ==, forms[i].told);
	}
}

/* With --object nothing is a file of the user, or a URL, that a server made its id look like. */
static void
test_ids_name_no_files(void)
{
	static const char *const ids[] = { "./", "../", "/", "http://192.0.2.1/x" };

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		static const bool given[] = { false, true };

		for (size_t j = 0; j < G_N_ELEMENTS(given); j++) {
			g_autoptr(AvuSettings) settings =
				avu_settings_new("test-avcp", control_point_settings);
			char program[] = "avcp", verb[] = "play", option[] = "--object";
			char *words[] = { program, verb, given[j] ? option : NULL, NULL };
			char **argv = words;
			int argc = given[j] ? 3 : 2;
			g_autoptr(GError) error = NULL;

			g_assert_true(usage_parse(settings, &argc, &argv, &error));
			const Run run = { .settings = settings };

			g_assert_cmpint(queue_names_object(&run, ids[i]), ==, given[j]);
			g_assert_true(!given[j] || !queue_names_url(&run, ids[i]));
		}
	}
}

static void
test_options_in_the_file(void)
{
	/* What only some verbs know may stand in the file whatever the verb. */
	g_autoptr(AvuSettings) settings = avu_settings_new("test-avcp", control_point_settings);
	g_autofree char *path = g_build_filename(g_get_tmp_dir(), "test-avcp-XXXXXX", NULL);
	g_autoptr(GError) error = NULL;
	const int fd = g_mkstemp(path);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(path, "[Output]\nLimit = 7\n", -1, NULL));
	char program[] = "avcp", option[] = "--config", verb[] = "devices";
	char *words[] = { program, option, path, verb, NULL };
	char **argv = words;
	int argc = 4;

	g_assert_true(usage_parse(settings, &argc, &argv, &error));
	g_assert_no_error(error);
	g_assert_nonnull(usage_find_command(settings, argc, argv, &error));
	g_assert_cmpint(avu_settings_get_int(settings, "Limit"), ==, 7);
	g_unlink(path);
}

static const struct {
	bool upnp;
	int code;
	int exit_code;
} exits[] = {
	{ true, 701, 4 },
	{ true, AVU_UPNP_ACTION_FAILED, 4 },
	{ false, AVU_ERROR_USAGE, 2 },
	{ false, AVU_ERROR_NOT_FOUND, 3 },
	{ false, AVU_ERROR_AMBIGUOUS, 3 },
	{ false, AVU_ERROR_UNSUPPORTED, 4 },
	{ false, AVU_ERROR_TIMEOUT, 5 },
	{ false, AVU_ERROR_UNREACHABLE, 5 },
	{ false, AVU_ERROR_SYNTAX, 1 },
	{ false, AVU_ERROR_IO, 1 },
};

static void
test_exit_codes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(exits); i++) {
		g_autoptr(GError) error =
			g_error_new(exits[i].upnp ? AVU_UPNP_ERROR : AVU_ERROR, exits[i].code, "x");

		g_assert_cmpint(exit_code_of(error), ==, exits[i].exit_code);
	}
}

static unsigned
count_lines(const char *text)
{
	unsigned lines = 0;

	for (; *text != '\0'; text++) {
		lines += *text == '\n';
	}
	return lines;
}

static void
test_help_fits_a_screen(void)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		g_autofree char *text = usage_format_command(commands[i]);
		g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

		g_test_message("%s", commands[i]->name);
		g_assert_cmpuint(count_lines(text), <=, 24);
		for (size_t j = 0; lines[j] != NULL; j++) {
			g_assert_cmpint(g_utf8_strlen(lines[j], -1), <=, 80);
		}
	}
}

/* "--no-wait" as roff has it: "\-\-no\-wait" */
static char *
in_roff(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", -1);

	return g_strjoinv("\\-", parts);
}

static void
assert_documented(const char *manual, const char *word)
{
	g_autofree char *roff = in_roff(word);

	g_test_message("%s", word);
	g_assert_nonnull(strstr(manual, roff));
}

static void
test_manual_names_everything(void)
{
	g_autoptr(GBytes) manual =
		avu_file_read(CONTROL_POINT_DATA_DIR "/av-controlpoint.1", 1024 * 1024, NULL);
	g_autofree char *manual_text =
		g_strndup(g_bytes_get_data(manual, NULL), g_bytes_get_size(manual));

	for (const AvuSettingSpec *s = control_point_settings; s->key != NULL; s++) {
		g_autofree char *flag = g_strconcat("--", s->flag, NULL);

		assert_documented(manual_text, flag);
		if (s->section != NULL) {
			g_autofree char *key = g_strdup_printf("[%s] %s", s->section, s->key);

			g_assert_nonnull(strstr(manual_text, key));
		}
	}
	for (size_t i = 0; commands[i] != NULL; i++) {
		assert_documented(manual_text, commands[i]->name);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/usage/parse", test_parse);
	g_test_add_func("/usage/form", test_form);
	g_test_add_func("/usage/ids-name-no-files", test_ids_name_no_files);
	g_test_add_func("/usage/options-in-the-file", test_options_in_the_file);
	g_test_add_func("/usage/exit-codes", test_exit_codes);
	g_test_add_func("/usage/help-fits-a-screen", test_help_fits_a_screen);
	g_test_add_func("/usage/documents-name-everything", test_manual_names_everything);
	return g_test_run();
}
