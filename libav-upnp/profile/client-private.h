/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* client-private.h: between the keys of client profiles and their set */
#pragma once

#include <av-upnp/client-profile.h>

#include "draft.h"

#define CLIENT_RULES_MAX 64
#define CLIENT_WORDS_MAX 64

typedef struct {
	const char *what, *pattern;
} ClientMatch;

/* A profile and what only the set needs. Arrays and lists are its own; strings are the draft's. */
typedef struct {
	AvuClientProfile profile;
	GArray *matches; /* ClientMatch; not inherited */
	bool resolving;  /* its parents are being looked at */
} Client;

Client *client_new(void);
void client_free(Client *client);
/** A copy of what is inherited: everything but the name, place, Generic and what it is recognised by. */
void client_inherit(Client *client, const Client *parent);
/** One entry. What is wrong is noted in the draft. "Inherit" is not for here. */
void client_set(Draft *draft, DraftSection *section, const DraftEntry *entry, Client *client);

#define CLIENT_INHERIT "Inherit"
