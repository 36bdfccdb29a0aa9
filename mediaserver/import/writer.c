/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which actions there are, and what the functions of the writer share. Any thread that may wait. */
#include "mediaserver/import/writer-private.h"

#include <av-upnp/error.h>

#include "mediaserver/import/transfers.h"

/* Bits of dlna:dlnaManaged (spec/dlna-upload.md 1) */
#define MANAGED_CREATE_ITEM 0x01u
#define MANAGED_CREATE_CONTAINER 0x02u
#define MANAGED_DESTROY 0x04u
#define MANAGED_DESTROY_UPLOADED 0x08u
#define MANAGED_METADATA 0x10u

Writer *
writer_of(void *self)
{
	return content_get_writing_data(self);
}

bool
writer_refuse(GError **error, int code, const char *what)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", what);
	return false;
}

bool
writer_cannot(GError *cause, int code, GError **error)
{
	if (cause->domain == AVU_UPNP_ERROR) {
		g_propagate_error(error, cause);
		return false;
	}
	g_info("a change could not be made: %s", cause->message);
	g_set_error(error, AVU_UPNP_ERROR, code, "%s", cause->message);
	g_error_free(cause);
	return false;
}

void
place_clear(Place *place)
{
	g_clear_pointer(&place->root, g_free);
	g_clear_pointer(&place->path, g_free);
}

static void
take_container(const Container *container, void *data)
{
	*(Place *)data = (Place){
		.id = container->id,
		.parent = container->parent,
		.kind = container->view->kind,
		.made = container->made,
		.root = g_strdup(container->root),
		.path = g_strdup(container->path),
	};
}

static void
take_no_item(const Item *item, void *data)
{
	(void)item;
	(void)data;
}

bool
writer_find_container(const Writer *writer, int64_t id, Place *ret_place, GError **error)
{
	const CatalogueSink sink = { take_container, take_no_item, ret_place };
	g_autoptr(GError) problem = NULL;
	uint32_t ignored;

	*ret_place = (Place){ 0 };
	if (catalogue_get_container(writer->catalogue, id, &sink, &ignored, &problem)) {
		return true;
	}
	return writer_refuse(error, WRITER_NO_CONTAINER, "no such container");
}

bool
writer_parse_id(const char *text, ObjectId *ret_id, GError **error)
{
	return object_id_parse(text, ret_id) ||
	       writer_refuse(error, WRITER_NO_OBJECT, "no such object");
}

static void
add_all(AvuPropertySet *set, const AvuProperty *properties, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		avu_property_set_add(set, properties[i]);
	}
}

/* What the content store is given: the same, and who listens is told. */

static char *
tell(void *self, char *id)
{
	Writer *writer = writer_of(self);

	writer->changed(writer->data);
	return id;
}

static bool
tell_done(void *self, bool done)
{
	Writer *writer = writer_of(self);

	writer->changed(writer->data);
	return done;
}

static char *
create(void *self, const char *container_id, const AvuObject *object, const AvuAddress *peer,
	GError **error)
{
	return tell(self, writer_create(self, container_id, object, peer, error));
}

static char *
create_reference(void *self, const char *container_id, const char *item_id, GError **error)
{
	return tell(self, writer_create_reference(self, container_id, item_id, error));
}

static bool
destroy(void *self, const char *object_id, GError **error)
{
	return tell_done(self, writer_destroy(self, object_id, error));
}

static bool
update(void *self, const char *object_id, const AvuContentEdit *edits, unsigned n, GError **error)
{
	return tell_done(self, writer_update(self, object_id, edits, n, error));
}

static char *
move(void *self, const char *object_id, const char *parent_id, GError **error)
{
	return tell(self, writer_move(self, object_id, parent_id, error));
}

void
writer_init(Writer *writer)
{
	static const AvuProperty play[] = { AVU_PROPERTY_PLAYBACK_COUNT,
		AVU_PROPERTY_LAST_PLAYBACK_POSITION, AVU_PROPERTY_LAST_PLAYBACK_TIME };
	const Rules *rules = writer->rules;
	AvuContentWriter *w = &writer->writer;

	/* where playing stopped is always taken: a player says it of what it plays */
	*w = (AvuContentWriter){ .update = update };
	add_all(&w->edit_properties, play, G_N_ELEMENTS(play));
	add_all(&w->free_properties, play, G_N_ELEMENTS(play));
	for (unsigned i = 0; rules_allow(rules, RULE_UPDATE) && i < AVU_N_PROPERTIES; i++) {
		if (overlay_can_edit((AvuProperty)i)) {
			avu_property_set_add(&w->edit_properties, (AvuProperty)i);
		}
	}
	if (rules_allow(rules, RULE_CREATE)) {
		w->create = create;
		w->create_reference = create_reference;
	}
	if (rules_allow(rules, RULE_DESTROY)) {
		w->destroy = destroy;
	}
	if (rules_allow(rules, RULE_MOVE)) {
		w->move = move;
	}
	if (rules_allow(rules, RULE_DELETE_FILES)) {
		w->delete_resource = writer_delete_resource;
	}
	if (writer->transfers != NULL) {
		transfers_fill(w, rules);
	}
}

static bool
is_writable(void *data, const char *root)
{
	return rules_is_writable(((Writer *)data)->rules, root);
}

static bool
get_uploaded(void *data, int64_t item, uint64_t *ret_bytes)
{
	return inbox_get_uploaded(((Writer *)data)->inbox, item, ret_bytes);
}

ContentWriting
writer_describe(Writer *writer)
{
	const Rules *rules = writer->rules;
	const unsigned common = (rules_allow(rules, RULE_DESTROY) ? MANAGED_DESTROY : 0) |
				(rules_allow(rules, RULE_UPDATE) ? MANAGED_METADATA : 0);

	return (ContentWriting){
		.writer = &writer->writer,
		.is_writable = rules_get_first_root(rules) != NULL ? is_writable : NULL,
		.get_uploaded = get_uploaded,
		.managed_item = common,
		.managed_root = rules_allow(rules, RULE_CREATE) ? MANAGED_CREATE_CONTAINER : 0,
		.managed_container =
			common |
			(rules_allow(rules, RULE_CREATE)
					? MANAGED_CREATE_ITEM | MANAGED_CREATE_CONTAINER
					: 0) |
			(rules_allow(rules, RULE_DESTROY) ? MANAGED_DESTROY_UPLOADED : 0),
		.data = writer,
	};
}
