/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* completion/completion.h: what a half-typed command line may go on with. Names of devices come from
 * what was seen before, titles of objects from their server, within the session's time-out. Foreign
 * text that a terminal might take for a command is no candidate (SEC-200). Main thread. */
#pragma once

#include "session.h"

typedef struct {
	bool files;            /* names of files are wanted, which the shell knows */
	GPtrArray *candidates; /* of char *: whole words, all beginning with what was typed */
} Completion;

/** @param words  after the program's name, NULL-ended, at least one: the last is being typed */
void completion_find(Session *session, const char *const *words, Completion *ret_completion);
void completion_clear(Completion *completion);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Completion, completion_clear)
