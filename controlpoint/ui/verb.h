/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ui/verb.h: verbs of avcp, run beside the screen, which never waits for one. Main thread. */
#pragma once

#include <jansson.h>

#include "ui/model.h"

typedef struct UiVerbs UiVerbs;

typedef struct {
	/* The answer, or one line of what goes on. */
	void (*answered)(UiAsk ask, const json_t *answer, void *data);
	/* The picture that a verb has written; borrowed, may be nonsense. */
	void (*pictured)(const void *octets, size_t len, void *data);
	/* @param trouble  what it said, without the program's name; NULL: it went well */
	void (*ended)(UiAsk ask, const char *trouble, void *data);
	void *data;
} UiVerbListener;

/** @param program  path of avcp  @param options  given to each verb; NULL-ended, borrowed */
UiVerbs *ui_verbs_new(
	const char *program, const char *const *options, const UiVerbListener *listener);
/** Ends those that run but the deeds, which are carried out all the same, one after the other. Never waits. */
void ui_verbs_free(UiVerbs *verbs);
/** As UiOrder. @param data  UiVerbs */
void ui_verbs_run(UiAsk ask, const char *const *words, void *data);
