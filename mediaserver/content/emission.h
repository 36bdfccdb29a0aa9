/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* content/emission.h: from rows of the catalogue to objects of the content directory */
#pragma once

#include "mediaserver/content/content.h"
#include "mediaserver/content/protocol-memo.h"
#include "mediaserver/negotiate/memo.h"

G_BEGIN_DECLS

typedef struct {
	const char *base_url;
	/* further ones, at which the resources are told as well; NULL-ended; NULL: none */
	const char *const *other_urls;
	/* the container that was asked, for references to items; NULL: items under their folder */
	const char *container;
	const ContentWriting *writing;
	const ContentLive *live;  /* NULL: stations are not sent by us */
	const ClientView *client; /* NULL: nothing is known of who asks */
	const ConvertMachine *machine;
	/* of this answer: see emission_begin() */
	TextPool *pool;
	NegotiateMemo negotiation;
	ProtocolMemo protocols;
	void (*emit)(const AvuObject *object, void *data);
	void *data;
} Emission;

/** Once client and machine are there. */
void emission_begin(Emission *emission);
void emission_clear(Emission *emission);

/* For a CatalogueSink; data: Emission. */
void emission_container(const Container *container, void *data);
void emission_item(const Item *item, void *data);

G_END_DECLS
