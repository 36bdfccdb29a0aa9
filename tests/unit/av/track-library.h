/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store of numbered tracks: container 0 holds TRACKS items named by their number; "c", "t7" and some
 * that are not there. What it was asked last is remembered, and what it tells of changes is set. */
#pragma once

#include <av-upnp/content-directory.h>
#include <av-upnp/error.h>

#include "service-fixture.h"

#define TRACKS 2500

typedef struct {
	Fixture base;
	AvuContentDirectory *directory;
	AvuContentQuery asked; /* by the last call */
	char *criteria, *base_url;
	uint32_t system_update_id;
	const char *padding; /* into every object's description */
	bool too_slow;
	/* what take_changes tells next */
	AvuContentChange changes[4];
	unsigned n_changes, n_crowd;
	uint32_t container_update_ids[3];
	bool lost;
} Library;

static inline void
emit_track(
	Library *l, uint32_t number, void (*emit)(const AvuObject *object, void *data), void *data)
{
	g_autofree char *id = g_strdup_printf("t%u", number);
	AvuObject object;

	avu_object_init(&object);
	object.id = id;
	object.parent_id = "0";
	object.title = id;
	object.upnp_class = "object.item.audioItem";
	object.artist = "A";
	object.description = l->padding;
	emit(&object, data);
}

static inline void
remember(Library *l, const AvuContentQuery *query)
{
	l->asked = *query;
	l->asked.object_id = NULL; /* dies with the call */
	g_free(l->base_url);
	l->base_url = g_strdup(query->base_url);
}

static inline bool
get_object(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	remember(l, query);
	ret_result->update_id = 12;
	if (strcmp(query->object_id, "t7") == 0) {
		emit_track(l, 7, emit, data);
		return true;
	}
	if (strcmp(query->object_id, "0") == 0) {
		AvuObject root;

		avu_object_init(&root);
		root.container = true;
		root.id = "0";
		root.parent_id = "-1";
		root.title = "Root";
		root.upnp_class = "object.container";
		emit(&root, data);
		return true;
	}
	if (strcmp(query->object_id, "vanished") == 0) {
		return true;
	}
	g_set_error(error, AVU_UPNP_ERROR, 701, "no such object");
	return false;
}

static inline bool
get_children(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	remember(l, query);
	if (l->too_slow) {
		emit_track(l, 0, emit, data);
		g_set_error(error, AVU_UPNP_ERROR, 720, "too slow");
		return false;
	}
	if (strcmp(query->object_id, "t7") == 0) {
		g_set_error(error, AVU_UPNP_ERROR, 710, "not a container");
		return false;
	}
	for (uint32_t i = 0; i < query->count && query->start + (uint64_t)i < TRACKS; i++) {
		emit_track(l, query->start + i, emit, data);
	}
	*ret_result = (AvuContentResult){ .total = TRACKS, .update_id = 34 };
	return true;
}

static inline bool
search(void *self, const AvuContentQuery *query, const AvuQuery *criteria,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	Library *l = self;

	(void)error;
	remember(l, query);
	g_free(l->criteria);
	l->criteria = avu_query_format(criteria);
	emit_track(l, 5, emit, data);
	*ret_result = (AvuContentResult){ .total = 1, .update_id = 56 };
	return true;
}

static inline uint32_t
get_system_update_id(void *self)
{
	return ((Library *)self)->system_update_id;
}

static const char *const container_ids[] = { "0", "c1", "a,b\\c" };

/* Plays the script of changes that the test wrote. */
static inline bool
take_changes(void *self, const AvuContentChangeSink *sink)
{
	Library *l = self;

	for (unsigned i = 0; i < l->n_changes; i++) {
		sink->change(&l->changes[i], sink->data);
	}
	for (unsigned i = 0; i < l->n_crowd; i++) {
		g_autofree char *id = g_strdup_printf("x%u", i);
		const AvuContentChange change = { AVU_CONTENT_MODIFIED, id, NULL, NULL, i };

		sink->change(&change, sink->data);
		sink->container(id, i, sink->data);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(container_ids); i++) {
		if (l->container_update_ids[i] != 0) {
			sink->container(container_ids[i], l->container_update_ids[i], sink->data);
		}
	}
	l->n_changes = l->n_crowd = 0;
	memset(l->container_update_ids, 0, sizeof l->container_update_ids);
	return !l->lost;
}

static inline char *
dup_reset_token(void *self)
{
	(void)self;
	return g_strdup("token-1");
}

static const AvuContentShortcut shortcuts[] = { { "MUSIC", "m" }, { "VIDEOS_ALL", "v&a" },
	{ NULL } };

static AvuContentStore without_search = {
	.get_object = get_object,
	.get_children = get_children,
	.get_system_update_id = get_system_update_id,
};
static AvuContentStore with_search = {
	.get_object = get_object,
	.get_children = get_children,
	.get_system_update_id = get_system_update_id,
	.search = search,
	.take_changes = take_changes,
	.dup_reset_token = dup_reset_token,
	.shortcuts = shortcuts,
};

static inline void
library_init_version(Library *l, AvuContentStore *store, unsigned version)
{
	avu_property_set_add(&store->search_properties, AVU_PROPERTY_TITLE);
	avu_property_set_add(&store->search_properties, AVU_PROPERTY_CLASS);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_TITLE);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_DATE);
	avu_property_set_add(&store->sort_properties, AVU_PROPERTY_ALBUM);
	*l = (Library){ .system_update_id = 99 };
	fixture_init(&l->base);
	l->directory = avu_content_directory_new(l->base.host, version, store, l);
	fixture_start(&l->base, "ContentDirectory");
}

static inline void
library_init(Library *l, AvuContentStore *store)
{
	library_init_version(l, store, 1);
}

static inline void
library_clear(Library *l)
{
	avu_content_directory_free(l->directory);
	fixture_clear(&l->base);
	g_free(l->criteria);
	g_free(l->base_url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Library, library_clear)
