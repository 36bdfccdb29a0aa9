/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/local/deeds.h: the verbs of the command line: "av-renderer volume +5" asks the one that runs.
 * A request is a JSON list of words, an answer {"error": SENTENCE} or what the verb says. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

typedef struct {
	const char *name;
	const char *operands; /* for people; "" none */
	const char *help;
} Verb;

/** @return NULL-named at the end; constant. @thread any */
const Verb *verbs_list(void);
/** @thread any */
bool verbs_has(const char *name);

/** For AvuLocalHandler, after the first word was found to be a verb. @param request  foreign
 *  @return g_free() it */
char *deeds_answer(const LocalDevice *device, const char *request);

/** The other side. @param words  NULL-ended, the first a verb. @return g_free() it */
char *verbs_format_request(const char *const *words);
/** What people read of an answer; json: what programs read of it.
 *  @return NULL with AVU_ERROR_UNSUPPORTED and the sentence of a refusal, or SYNTAX */
char *verbs_format_answer(const char *answer, bool json, GError **error);

G_END_DECLS
