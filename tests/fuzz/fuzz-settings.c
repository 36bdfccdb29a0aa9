/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A configuration is accepted or refused at a place inside it; one that was accepted is accepted
 * again as we print it, and is then printed the same. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <av-upnp/error.h>
#include <av-upnp/settings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const words[] = { "sqlite", "postgres", NULL };

static const AvuSettingSpec specs[] = {
	{ .section = "Server", .key = "FriendlyName", .flag = "name", .help = "Name." },
	{ .section = "Server",
		.key = "Port",
		.type = AVU_SETTING_INT,
		.fallback = "0",
		.max = 65535,
		.help = "Port." },
	{ .section = "Server",
		.key = "Backend",
		.type = AVU_SETTING_ENUM,
		.fallback = "sqlite",
		.allowed = words,
		.help = "Store." },
	{ .section = "Server", .key = "StateDir", .type = AVU_SETTING_PATH, .help = "Folder." },
	{ .section = "Server", .key = "Tidy", .type = AVU_SETTING_BOOL, .help = "Tidy up." },
	{ .section = "Network", .key = "Interfaces", .type = AVU_SETTING_LIST, .help = "Which." },
	{ .section = "Network",
		.key = "MaxAge",
		.type = AVU_SETTING_DURATION,
		.fallback = "30min",
		.help = "Age." },
	{ 0 },
};

/* Settings are read from files: memory that has a path. */
static AvuSettings *
load(const void *data, size_t size, GError **error)
{
	g_autoptr(AvuSettings) settings = avu_settings_new("fuzz", specs);
	int fd = memfd_create("conf", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	bool good;

	g_assert_true(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	good = avu_settings_load(settings, path, error);
	(void)close(fd);
	return good ? g_steal_pointer(&settings) : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(AvuSettings) settings = load(data, size, &error);

	if (settings == NULL) {
		g_assert_true(g_error_matches(error, AVU_ERROR, AVU_ERROR_USAGE) ||
			      g_error_matches(error, AVU_ERROR, AVU_ERROR_LIMIT));
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
		return 0;
	}

	g_autofree char *text = avu_settings_format_config(settings);
	g_autoptr(AvuSettings) again = load(text, strlen(text), &error);

	g_assert_no_error(error);

	g_autofree char *same = avu_settings_format_config(again);

	g_assert_cmpstr(same, ==, text);
	return 0;
}
