/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings: types, origins, refusals with their place, and the texts made from the table. */
#include <string.h>

#include <glib/gstdio.h>

#include <av-upnp/error.h>
#include <av-upnp/settings.h>

static const char *const backends[] = { "sqlite", "postgres", NULL };

static const AvuSettingSpec specs[] = {
	{ .section = "Server",
		.key = "FriendlyName",
		.flag = "name",
		.short_flag = 'n',
		.placeholder = "NAME",
		.help = "Name shown to others." },
	{ .section = "Server",
		.key = "Port",
		.flag = "port",
		.type = AVU_SETTING_INT,
		.fallback = "0",
		.max = 65535,
		.placeholder = "P",
		.help = "TCP port; 0: any." },
	{ .section = "Server",
		.key = "Backend",
		.type = AVU_SETTING_ENUM,
		.fallback = "sqlite",
		.allowed = backends,
		.help = "Store." },
	{ .section = "Network",
		.key = "Interfaces",
		.flag = "interface",
		.type = AVU_SETTING_LIST,
		.placeholder = "IF",
		.help = "Interface; may repeat." },
	{ .section = "Network",
		.key = "MaxAge",
		.type = AVU_SETTING_DURATION,
		.fallback = "30min",
		.min = AVU_NS_PER_S,
		.max = 24 * 3600 * AVU_NS_PER_S,
		.help = "Announcement." },
	{ .section = "Server",
		.key = "StateDir",
		.flag = "state-dir",
		.type = AVU_SETTING_PATH,
		.help = "Folder." },
	{ .section = "Server",
		.key = "Tidy",
		.flag = "tidy",
		.short_flag = 't',
		.type = AVU_SETTING_BOOL,
		.fallback = "no",
		.help = "Tidy up." },
	{ .section = NULL,
		.key = "Config",
		.flag = "config",
		.type = AVU_SETTING_PATH,
		.placeholder = "FILE",
		.help = "Configuration file." },
	{ 0 },
};

static char *folder;

static char *
write_file(const char *text)
{
	char *path = g_build_filename(folder, "test.conf", NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

/* Takes line as the words after the program's name; what is left is in *ret_operands. */
static bool
take_line(AvuSettings *settings, const char *line, bool stop_at_operand, char **ret_operands,
	GError **error)
{
	g_autofree char *all = g_strchomp(g_strconcat("prog ", line, NULL));
	g_auto(GStrv) words = g_strsplit(all, " ", -1);
	g_autofree char **argv = g_memdup2(words, (g_strv_length(words) + 1) * sizeof *argv);
	int argc = (int)g_strv_length(words);
	char **at = argv;

	if (!avu_settings_take_args(settings, stop_at_operand, &argc, &at, error)) {
		return false;
	}
	g_assert_cmpstr(argv[0], ==, "prog");
	g_assert_cmpuint(g_strv_length(argv), ==, (unsigned)argc);
	if (ret_operands != NULL) {
		*ret_operands = g_strjoinv(" ", argv + 1);
	}
	return true;
}

static void
test_defaults(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);

	g_assert_null(avu_settings_get_string(settings, "FriendlyName"));
	g_assert_cmpstr(avu_settings_get_string(settings, "Backend"), ==, "sqlite");
	g_assert_cmpint(avu_settings_get_int(settings, "Port"), ==, 0);
	g_assert_cmpint(avu_settings_get_int(settings, "MaxAge"), ==, 1800 * AVU_NS_PER_S);
	g_assert_false(avu_settings_get_bool(settings, "Tidy"));
	g_assert_null(avu_settings_get_list(settings, "Interfaces")[0]);
	g_assert_false(avu_settings_is_set(settings, "Port"));
}

static const struct {
	const char *key, *value;
	bool good;
	int64_t want;
	const char *why;
} number_rows[] = {
	{ "Port", "65535", true, 65535, "largest" },
	{ "Port", "65536", false, 0, "beyond the range" },
	{ "Port", "-1", false, 0, "below the range" },
	{ "Port", "80x", false, 0, "no number" },
	{ "Port", "", false, 0, "empty" },
	{ "MaxAge", "500ms", false, 0, "below the range" },
	{ "MaxAge", "1500ms", true, 1500 * AVU_NS_PER_MS, "milliseconds" },
	{ "MaxAge", "10s", true, 10 * AVU_NS_PER_S, "seconds" },
	{ "MaxAge", "10", true, 10 * AVU_NS_PER_S, "a bare number is seconds" },
	{ "MaxAge", "5min", true, 300 * AVU_NS_PER_S, "minutes" },
	{ "MaxAge", "1 h", true, 3600 * AVU_NS_PER_S, "hour, blank between" },
	{ "MaxAge", "25h", false, 0, "beyond the range" },
	{ "MaxAge", "9223372036854775807h", false, 0, "far too long" },
	{ "MaxAge", "5124096h", false, 0, "in 64 bits it would come round to 25 minutes" },
	{ "MaxAge", "5m", false, 0, "unknown unit" },
	{ "MaxAge", "-5s", false, 0, "sign" },
	{ "Tidy", "yes", true, 1, "yes" },
	{ "Tidy", "TRUE", true, 1, "capitals" },
	{ "Tidy", "0", true, 0, "0" },
	{ "Tidy", "maybe", false, 0, "neither" },
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(number_rows); i++) {
		g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
		g_autoptr(GError) error = NULL;
		bool network = strcmp(number_rows[i].key, "MaxAge") == 0;
		g_autofree char *text = g_strdup_printf("[%s]\n%s = %s\n",
			network ? "Network" : "Server", number_rows[i].key, number_rows[i].value);
		g_autofree char *path = write_file(text);

		g_test_message("%s: %s", number_rows[i].value, number_rows[i].why);
		g_assert_cmpint(avu_settings_load(settings, path, &error), ==, number_rows[i].good);
		if (number_rows[i].good) {
			g_assert_no_error(error);
			g_assert_cmpint(avu_settings_get_int(settings, number_rows[i].key), ==,
				number_rows[i].want);
			g_assert_true(avu_settings_is_set(settings, number_rows[i].key));
		} else {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		}
	}
}

static const struct {
	const char *text;
	const char *want; /* after the path */
	const char *why;
} refused_rows[] = {
	{ "[Server]\nFreindlyName = x\n",
		":2:1: unknown key \"FreindlyName\", did you mean \"FriendlyName\"?",
		"typing error" },
	{ "[Server]\nWhatever = x\n", ":2:1: unknown key \"Whatever\"", "nothing near" },
	{ "[Srever]\nPort = 1\n", ":1:1: unknown section \"Srever\", did you mean \"Server\"?",
		"typing error in a section" },
	{ "[Server]\nInterfaces = eth0\n", ":2:1: key \"Interfaces\" belongs to section [Network]",
		"wrong section" },
	{ "[Server]\n\n  Port = high\n", ":3:10: Port: \"high\" is not a number",
		"place of the value" },
	{ "[Server]\nPort = 99999\n", ":2:8: Port: \"99999\" is not from 0 to 65535",
		"range named" },
	{ "[Network]\nMaxAge = 25h\n", ":2:10: MaxAge: \"25h\" is not from 1s to 24h",
		"range of a duration" },
	{ "[Server]\nPort = 1\nPort = 1\n", ":3:1: key \"Port\" stands in line 2 already",
		"twice" },
	{ "[Server]\nBackend = sqlit\n", ":2:11: Backend: \"sqlit\" is not one of sqlite, postgres",
		"not in the list" },
	{ "[Server]\nConfig = x\n", ":2:1: unknown key \"Config\"", "only a flag" },
};

static void
test_refused(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(refused_rows); i++) {
		g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
		g_autoptr(GError) error = NULL;
		g_autofree char *path = write_file(refused_rows[i].text);
		g_autofree char *want = g_strconcat(path, refused_rows[i].want, NULL);

		g_test_message("%s", refused_rows[i].why);
		g_assert_false(avu_settings_load(settings, path, &error));
		g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
		g_assert_cmpstr(error->message, ==, want);
	}
}

static void
test_named_file_is_missing(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
	g_autofree char *path = g_build_filename(folder, "none.conf", NULL);
	g_autoptr(GError) why = NULL;

	g_assert_false(avu_settings_load(settings, path, &why));
	g_assert_error(why, AVU_ERROR, AVU_ERROR_NOT_FOUND); /* for those who try several */
}

static void
test_lists_and_paths(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
	g_autofree char *path = write_file("[Network]\nInterfaces = eth0; a\\;b ;; \n"
					   "Interfaces = wlan0\n[Server]\nStateDir = state/../x\n");
	g_autofree char *want = g_build_filename(folder, "x", NULL);

	g_assert_true(avu_settings_load(settings, path, NULL));

	const char *const *list = avu_settings_get_list(settings, "Interfaces");

	g_assert_cmpstr(list[0], ==, "eth0");
	g_assert_cmpstr(list[1], ==, "a;b");
	g_assert_cmpstr(list[2], ==, "wlan0");
	g_assert_null(list[3]);
	g_assert_cmpstr(avu_settings_get_string(settings, "StateDir"), ==, want);

	g_autofree char *home = g_build_filename(g_get_home_dir(), "state", NULL);

	g_assert_true(take_line(settings, "--state-dir ~/state", false, NULL, NULL));
	g_assert_cmpstr(avu_settings_get_string(settings, "StateDir"), ==, home);
}

static const struct {
	const char *line; /* words after the program's name */
	bool stop;
	const char *operands; /* left over; NULL: refused */
	const char *why;
} args_rows[] = {
	{ "--name X a b", false, "a b", "flag in front" },
	{ "a --name X b", false, "a b", "flag between" },
	{ "a --name=X b", false, "a b", "with equals sign" },
	{ "-n X a", false, "a", "short" },
	{ "-t a", false, "a", "a bare bool takes no value" },
	{ "--tidy=no a", false, "a", "bool with a value" },
	{ "-n X -- --name -n", false, "--name -n", "all operands after --" },
	{ "-n X play --loud -5", true, "play --loud -5", "the verb's options are left alone" },
	{ "-n X -- play -- x", true, "play -- x", "a second -- is the verb's" },
	{ "-", false, "-", "a minus is an operand" },
	{ "", false, "", "nothing" },
	{ "--nmae X", false, NULL, "unknown" },
	{ "--name", false, NULL, "no value" },
	{ "-x", false, NULL, "unknown short" },
	{ "-nX", false, NULL, "glued" },
	{ "--port 70000", false, NULL, "out of range" },
	{ "--Port 70", false, NULL, "a key is no flag" },
};

static void
test_args(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(args_rows); i++) {
		g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
		g_autoptr(GError) error = NULL;
		g_autofree char *left = NULL;
		bool good =
			take_line(settings, args_rows[i].line, args_rows[i].stop, &left, &error);

		g_test_message("%s", args_rows[i].why);
		g_assert_cmpint(good, ==, args_rows[i].operands != NULL);
		g_assert_cmpstr(left, ==, args_rows[i].operands);
		if (!good) {
			g_assert_error(error, AVU_ERROR, AVU_ERROR_USAGE);
			continue;
		}
		if (strstr(args_rows[i].line, "X") != NULL) {
			g_assert_cmpstr(avu_settings_get_string(settings, "FriendlyName"), ==, "X");
		}
	}
}

static void
test_unknown_flag(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
	g_autoptr(GError) error = NULL;

	g_assert_false(take_line(settings, "--interfaec=eth0", false, NULL, &error));
	g_assert_cmpstr(error->message, ==,
		"unknown option \"--interfaec\", did you mean \"--interface\"?");
}

/* Flags are read before the file, as --config demands, and win all the same. */
static void
test_origins(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);
	g_autofree char *path = write_file("[Server]\nPort = 1\nFriendlyName = file\n"
					   "[Network]\nInterfaces = eth0\n");

	g_assert_true(take_line(
		settings, "--port 2 --interface a --port 3 --interface b", false, NULL, NULL));
	g_assert_true(avu_settings_load(settings, path, NULL));
	g_assert_cmpint(avu_settings_get_int(settings, "Port"), ==, 3);
	g_assert_cmpstr(avu_settings_get_string(settings, "FriendlyName"), ==, "file");

	const char *const *list = avu_settings_get_list(settings, "Interfaces");

	g_assert_cmpstr(list[0], ==, "a");
	g_assert_cmpstr(list[1], ==, "b");
	g_assert_null(list[2]);
}

static void
test_default_file(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("avu-test-program", specs);
	g_autoptr(GError) error = NULL;

	g_assert_true(avu_settings_load_default(settings, &error)); /* there is none */
	g_assert_no_error(error);
	g_assert_false(avu_settings_load(settings, "/no/such/file.conf", &error));
	g_assert_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND);
}

static void
test_texts(void)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("prog", specs);

	g_assert_true(
		take_line(settings, "--port 80 --interface a;b --interface c", false, NULL, NULL));

	g_autofree char *help = avu_settings_format_help(settings);
	g_autofree char *config = avu_settings_format_config(settings);
	g_autofree char *man = avu_settings_format_man(settings);

	g_assert_nonnull(strstr(help, "  -n, --name NAME             Name shown to others.\n"));
	g_assert_nonnull(strstr(help, "  --port P                    TCP port; 0: any. [0]\n"));
	g_assert_nonnull(strstr(help, "  -t, --tidy                  Tidy up.\n"));
	g_assert_null(strstr(help, "Backend"));
	g_assert_nonnull(strstr(config, "[Server]\n# Name shown to others.\n#FriendlyName = \n"));
	g_assert_nonnull(strstr(config, "\nPort = 80\n"));
	g_assert_nonnull(strstr(config, "\n#MaxAge = 30min\n"));
	g_assert_nonnull(
		strstr(config, "\n#Tidy = no\n")); /* with its section, not after [Network] */
	g_assert_true(strstr(config, "Tidy") < strstr(config, "[Network]"));
	g_assert_null(strstr(config, "Config"));
	g_assert_nonnull(strstr(config, "\nInterfaces = a; b; c\n"));
	g_assert_nonnull(strstr(man, "\\fB\\-\\-state\\-dir\\fR \\fIVALUE\\fR\nFolder.\n"));
	g_assert_nonnull(strstr(man, "One of: sqlite, postgres"));

	/* What is printed is what a file says. */
	g_autoptr(AvuSettings) again = avu_settings_new("prog", specs);
	g_autofree char *path = write_file(config);

	g_assert_true(avu_settings_load(again, path, NULL));
	g_assert_cmpint(avu_settings_get_int(again, "Port"), ==, 80);
	g_assert_cmpstr(avu_settings_get_list(again, "Interfaces")[2], ==, "c");
}

int
main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = g_dir_make_tmp("avu-test-XXXXXX", NULL);
	g_setenv("XDG_CONFIG_HOME", folder, TRUE);
	g_test_add_func("/settings/defaults", test_defaults);
	g_test_add_func("/settings/numbers", test_numbers);
	g_test_add_func("/settings/refused", test_refused);
	g_test_add_func("/settings/named-file-is-missing", test_named_file_is_missing);
	g_test_add_func("/settings/lists-and-paths", test_lists_and_paths);
	g_test_add_func("/settings/args", test_args);
	g_test_add_func("/settings/unknown-flag", test_unknown_flag);
	g_test_add_func("/settings/origins", test_origins);
	g_test_add_func("/settings/default-file", test_default_file);
	g_test_add_func("/settings/texts", test_texts);
	failed = g_test_run();

	g_autofree char *path = g_build_filename(folder, "test.conf", NULL);

	(void)g_unlink(path);
	(void)g_rmdir(folder);
	g_free(folder);
	return failed;
}
