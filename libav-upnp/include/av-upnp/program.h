/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/program.h: what every program does between main() and its own work: the options that all
 * have, configuration, log, questions that are answered and end it; what a service does beyond that.
 *
 * All of it before the first thread. PROGRAM is the name that people type. */
#pragma once

#include <av-upnp/settings.h>
#include <av-upnp/spawner.h>
#include <av-upnp/state-dir.h>

G_BEGIN_DECLS

/** Rows that a service begins its table with; section is its own, such as "Server". */
#define AVU_SERVICE_SETTINGS(section_)                                                          \
	{ .section = (section_),                                                                \
		.key = "FriendlyName",                                                          \
		.flag = "name",                                                                 \
		.short_flag = 'n',                                                              \
		.type = AVU_SETTING_STRING,                                                     \
		.placeholder = "NAME",                                                          \
		.help = "name that others show; the host's name by default" },                  \
		{ .section = (section_),                                                        \
			.key = "StateDirectory",                                                \
			.flag = "state-dir",                                                    \
			.type = AVU_SETTING_PATH,                                               \
			.placeholder = "DIR",                                                   \
			.help = "where identity, port and all else it remembers are kept; one " \
				"per instance" },                                               \
		{ .section = (section_),                                                        \
			.key = "User",                                                          \
			.flag = "user",                                                         \
			.type = AVU_SETTING_STRING,                                             \
			.placeholder = "USER",                                                  \
			.help = "who to become when started as root; av-upnp if that user "     \
				"exists, else nobody" },                                        \
		{ .section = "Network",                                                         \
			.key = "Interface",                                                     \
			.flag = "interface",                                                    \
			.short_flag = 'i',                                                      \
			.type = AVU_SETTING_LIST,                                               \
			.placeholder = "IF",                                                    \
			.help = "be found on this interface only; may be repeated; lo: this "   \
				"machine only, "                                                \
				"without discovery" },                                          \
		{                                                                               \
			.section = "Network",                                                   \
			.key = "IPv6",                                                          \
			.flag = "ipv6",                                                         \
			.type = AVU_SETTING_BOOL,                                               \
			.fallback = "yes",                                                      \
			.help = "be found and serve over IPv6, too; no: IPv4 alone",            \
		},                                                                              \
	{                                                                                       \
		.section = "Network", .key = "Port", .flag = "port", .short_flag = 'p',         \
		.type = AVU_SETTING_INT, .fallback = "0", .min = 0, .max = 65535,               \
		.placeholder = "PORT", .help = "TCP port; 0: chosen once and kept"              \
	}

/** Rows that every program ends its table with, before the empty one. */
#define AVU_PROGRAM_SETTINGS                                                                      \
	{ .section = "Log",                                                                       \
		.key = "Level",                                                                   \
		.flag = "log-level",                                                              \
		.type = AVU_SETTING_STRING,                                                       \
		.fallback = "message",                                                            \
		.placeholder = "LEVEL",                                                           \
		.help = "warning, message, info or debug; TOPIC=LEVEL for one topic" },           \
		{ .section = "Log",                                                               \
			.key = "Target",                                                          \
			.flag = "log-target",                                                     \
			.type = AVU_SETTING_ENUM,                                                 \
			.fallback = "auto",                                                       \
			.placeholder = "TARGET",                                                  \
			.allowed = (const char *const[]){ "auto", "stderr", "journal", NULL },    \
			.help = "auto, stderr or journal" },                                      \
		{ .key = "Config",                                                                \
			.flag = "config",                                                         \
			.short_flag = 'c',                                                        \
			.type = AVU_SETTING_PATH,                                                 \
			.placeholder = "FILE",                                                    \
			.help = "read this configuration instead of the usual one" },             \
		{ .key = "CheckConfig",                                                           \
			.flag = "check-config",                                                   \
			.type = AVU_SETTING_BOOL,                                                 \
			.help = "check configuration and options, then end" },                    \
		{ .key = "PrintConfig",                                                           \
			.flag = "print-config",                                                   \
			.type = AVU_SETTING_BOOL,                                                 \
			.help = "print the configuration in effect, then end" },                  \
		{ .key = "Help",                                                                  \
			.flag = "help",                                                           \
			.short_flag = 'h',                                                        \
			.type = AVU_SETTING_BOOL,                                                 \
			.help = "print help, then end" },                                         \
	{                                                                                         \
		.key = "Version", .flag = "version", .short_flag = 'V', .type = AVU_SETTING_BOOL, \
		.help = "print the version, then end"                                             \
	}

/** The configuration that the command line names, or the usual one; none at all for --help and
 *  --version, which a faulty file must not stand in the way of.
 *  @return false with AVU_ERROR_USAGE, also where the named file is missing: the command line named it */
AVU_API bool avu_program_load_config(AvuSettings *settings, GError **error);
/** Command line, then avu_program_load_config().
 *  @param argc,argv  the operands are left, the program's name in front */
AVU_API bool avu_program_load(AvuSettings *settings, int *argc, char ***argv, GError **error);
/** --version, --print-config, --check-config (the empty text: what is wrong with it was told by
 *  avu_program_load_config()). --help is the program's own, to be answered before.
 *  @return what to print before ending; NULL: none was asked. g_free() it */
AVU_API char *avu_program_format_answer(const AvuSettings *settings, const char *program);
/** avu_log_init() by the settings. */
AVU_API bool avu_program_start_log(
	const AvuSettings *settings, const char *program, GError **error);
/** "PROGRAM: message" on stderr, one line whatever the message is made of.
 *  @return exit status of a service: 2 for AVU_ERROR_USAGE, 3 for BUSY, else 1 */
AVU_API int avu_program_report(const char *program, const GError *error);

/** Where the service that these settings describe keeps its state. Ask before avu_service_start().
 *  @return g_free() it */
AVU_API char *avu_service_dup_state_path(const AvuSettings *settings, const char *program);
/** In the one order that works: what it writes is its own, log, rights of root go, spawner, state
 *  directory. Single-threaded and without a socket until here.
 *  @return false with AVU_ERROR_USAGE, BUSY (state directory in use), NOT_FOUND, DENIED, IO */
AVU_API bool avu_service_start(const AvuSettings *settings, const char *program,
	AvuSpawner **ret_spawner, AvuStateDir **ret_state_dir, GError **error);

G_END_DECLS
