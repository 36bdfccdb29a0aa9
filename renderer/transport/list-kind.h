/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/list-kind.h: which URIs name a list, and of which kind */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	LIST_NONE,      /* content */
	LIST_PLAYLIST,  /* M3U, PLS, XSPF, ASX */
	LIST_DIDL,      /* a media collection file: a DIDL-Lite document (DIDL_S, DIDL_V) */
	LIST_CONTAINER, /* dlna-playcontainer: a container of a server */
	LIST_SINGLE,    /* dlna-playsingle: an item of a server */
} ListKind;

/** By scheme, then by type, then, where no type is known, by the end of the name.
 *  @param protocol_info  from the metadata, or NULL  @thread any */
ListKind list_kind_of(const char *uri, const char *protocol_info);

/** The form of a playlist as the ending of a file name (".m3u"), by its type or else by the URL.
 *  @param mime  NULL: not known  @return static; NULL: neither says */
const char *list_form_of(const char *url, const char *mime);

/* dlna-playcontainer://UDN?sid=…&cid=…&fid=…&fii=…&sc=…&md=… and dlna-playsingle://UDN?sid=…&iid=… */
typedef struct {
	char *udn;        /* "uuid:…" */
	char *service_id; /* may be NULL */
	char *object_id;
	char *first_id; /* of the item to begin with; NULL: not said */
	uint32_t first_index;
	char *sort;     /* "" : the server's order */
	uint32_t depth; /* 0: the children of the container alone */
} PlayContainer;

/** @return NULL with AVU_ERROR_SYNTAX; play_container_free() it */
PlayContainer *play_container_parse(const char *uri, GError **error);
void play_container_free(PlayContainer *container);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlayContainer, play_container_free)

G_END_DECLS
