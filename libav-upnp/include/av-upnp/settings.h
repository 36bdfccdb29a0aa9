/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/settings.h: one table per program from which parser, --help, --print-config and the man
 * page come. Values come from, in rising order: default, configuration file, command line. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	AVU_SETTING_STRING,
	AVU_SETTING_PATH,     /* made absolute: "~", and relative to the file it stands in */
	AVU_SETTING_BOOL,     /* yes/no/true/false/1/0; a bare flag means yes */
	AVU_SETTING_INT,      /* range min…max */
	AVU_SETTING_DURATION, /* "500ms", "10s", "5min", "1h"; a bare number is seconds; stored in ns */
	AVU_SETTING_ENUM,     /* one of allowed */
	AVU_SETTING_LIST, /* strings; ';' parts them, "\;" is itself; a flag or key may repeat */
} AvuSettingType;

typedef struct {
	const char *section; /* "Server"; NULL: only a flag. Keys are unique in the whole table */
	const char *key;     /* "FriendlyName", as in the file */
	const char *flag;    /* "name" for --name; NULL: file only */
	char short_flag;     /* 'r' or 0 */
	AvuSettingType type;
	const char *fallback;       /* default, as it would stand in the file; NULL: empty */
	int64_t min, max;           /* INT, DURATION (ns); both 0: any */
	const char *const *allowed; /* ENUM, NULL-ended */
	const char *placeholder;    /* "NAME" in --help */
	const char *help;           /* one sentence */
} AvuSettingSpec;

typedef struct AvuSettings AvuSettings;

/** @param specs  ended by an entry whose key is NULL; borrowed for the life of the settings */
AVU_API AvuSettings *avu_settings_new(const char *program, const AvuSettingSpec *specs);
AVU_API void avu_settings_free(AvuSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AvuSettings, avu_settings_free)

/** Reads "[Section]" / "Key = value" text. Unknown keys, repeated keys and bad values fail with
 *  "FILE:LINE:COLUMN: unknown key "X", did you mean "Y"?" (AVU_ERROR_USAGE). */
AVU_API bool avu_settings_load(AvuSettings *settings, const char *path, GError **error);
/** The first that exists of $XDG_CONFIG_HOME/av-upnp/PROGRAM.conf, the compiled-in and the system's
 *  /etc/av-upnp/PROGRAM.conf; none is no error. */
AVU_API bool avu_settings_load_default(AvuSettings *settings, GError **error);
/** Takes "--flag value", "--flag=value", "-f value" anywhere before "--", which goes too; the
 *  operands stay, in order, argv[0] included. With stop_at_operand options after the first operand
 *  are left alone (they belong to a verb). Unknown flags fail and name the nearest. Flags win over
 *  the file, whichever is read first; a repeated flag replaces, but adds to a LIST. */
AVU_API bool avu_settings_take_args(
	AvuSettings *settings, bool stop_at_operand, int *argc, char ***argv, GError **error);

/** STRING, PATH, ENUM. @return NULL when there is none or it is empty; lives until it is set again */
AVU_API const char *avu_settings_get_string(const AvuSettings *settings, const char *key);
AVU_API bool avu_settings_get_bool(const AvuSettings *settings, const char *key);
/** INT; DURATION in ns. */
AVU_API int64_t avu_settings_get_int(const AvuSettings *settings, const char *key);
/** @return NULL-ended, never NULL; lives as long as get_string's */
AVU_API const char *const *avu_settings_get_list(const AvuSettings *settings, const char *key);
/** The value in effect, as it would stand in the file. g_free() it. */
AVU_API char *avu_settings_format_value(const AvuSettings *settings, const char *key);
/** Whether file or command line gave it. */
AVU_API bool avu_settings_is_set(const AvuSettings *settings, const char *key);

/** Option part of --help, one line per flag. g_free() it. */
AVU_API char *avu_settings_format_help(const AvuSettings *settings);
/** The configuration in effect, in the file's own form, defaults as comments. g_free() it. */
AVU_API char *avu_settings_format_config(const AvuSettings *settings);
/** OPTIONS and CONFIGURATION as mdoc/man text. g_free() it. */
AVU_API char *avu_settings_format_man(const AvuSettings *settings);

G_END_DECLS
