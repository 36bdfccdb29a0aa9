/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* transport/list-items.h: what a list was found to hold, in the order in which it is played */
#pragma once

#include <av-upnp/av-transport.h>
#include <av-upnp/object.h>
#include <av-upnp/playlist.h>
#include <av-upnp/url.h>

G_BEGIN_DECLS

#define LIST_ITEMS_MAX 5000 /* more is left out */
#define LIST_ITEMS_BYTES_MAX (16 * 1024 * 1024)

typedef struct {
	GArray *items; /* AvuTransportItem, whose strings it owns */
	size_t first;  /* index of the one to begin with */
	size_t n_bytes;
} ListItems;

ListItems *list_items_new(void);
void list_items_free(ListItems *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListItems, list_items_free)

bool list_items_is_full(const ListItems *list);
/** An entry of a playlist; its title and duration become metadata. */
void list_items_add_entry(ListItems *list, const AvuUrl *url, const AvuPlaylistEntry *entry);
/** An item of a server; what is no item, or has nothing that the sink takes, is left out.
 *  @param sink  as in GetProtocolInfo  @param base  for relative addresses; NULL: there are none
 *  @return was it added? */
bool list_items_add_object(
	ListItems *list, const AvuObject *object, const char *sink, const AvuUrl *base);

G_END_DECLS
