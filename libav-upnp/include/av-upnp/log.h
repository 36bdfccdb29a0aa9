/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/log.h: where log lines go, the same in every program.
 * Code logs with g_debug, g_info, g_message, g_warning under its G_LOG_DOMAIN ("avu-net", …). */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum { AVU_LOG_AUTO, AVU_LOG_STDERR, AVU_LOG_JOURNAL } AvuLogTarget;

/** Installs the writer: one line per event, "program: text" on stderr (time and topic in front from
 *  level debug on), structured fields in the journal. AUTO takes the journal when stderr is
 *  connected to it.
 *  Call in main() before the first thread; a second call replaces the settings of the first.
 *  @param levels  "info" or "warning,avu-net=debug" (critical, warning, message, info, debug);
 *                 NULL: "message"
 *  @return false with AVU_ERROR_USAGE naming the bad word, nothing is changed then */
AVU_API bool avu_log_init(
	const char *program, AvuLogTarget target, const char *levels, GError **error);
/** Text for a person whose terminal knows no UTF-8. @param convert  UTF-8 to what it knows, g_free()d; any thread;
 *  NULL: lines are UTF-8 everywhere, as they are in files, pipes and the journal
 *  @thread before the first thread */
AVU_API void avu_log_set_terminal_text(char *(*convert)(const char *text));
/** Would a line be written? For what is dear to put together.
 *  @param level  one of G_LOG_LEVEL_… @thread any, after avu_log_init() */
AVU_API bool avu_log_is_wanted(const char *topic, GLogLevelFlags level);

G_END_DECLS
