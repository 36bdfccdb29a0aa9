/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What changed, told: ContainerUpdateIDs and LastChange of ContentDirectory. Main context's thread.
 *
 * Both gather while moderation holds the event back; the first change after an event starts anew. A
 * first scan changes millions of objects, so both are bounded: what is over CHANGES_MAX becomes one
 * "the tree below the root is done changing", over PAIRS_MAX containers one pair of the root.
 * @clause ContentDirectory:4 5.3.6, 5.3.8, 5.4.3 (tracking of changes) */
#include <av-upnp/xml-writer.h>

#include "content-private.h"

#define CHANGES_MAX 512
#define PAIRS_MAX 512
#define NAMESPACE "urn:schemas-upnp-org:av:cds-event"

typedef struct {
	AvuContentChangeKind kind;
	char *id, *parent_id, *upnp_class;
	uint32_t update_id;
} Change;

typedef struct {
	char *id;
	uint32_t update_id;
} Pair;

struct Tracking {
	AvuVariables *variables;
	GPtrArray *changes; /* Change, since the last event */
	GPtrArray *pairs;   /* Pair, in the order of the first change */
	GHashTable *by_id;  /* id → Pair */
	bool too_many_changes, too_many_pairs;
	bool changed; /* by this update */
};

static void
change_free(void *data)
{
	Change *change = data;

	g_free(change->id);
	g_free(change->parent_id);
	g_free(change->upnp_class);
	g_free(change);
}

static void
pair_free(void *data)
{
	Pair *pair = data;

	g_free(pair->id);
	g_free(pair);
}

Tracking *
tracking_new(AvuVariables *variables)
{
	Tracking *tracking = g_new0(Tracking, 1);

	tracking->variables = variables;
	tracking->changes = g_ptr_array_new_with_free_func(change_free);
	tracking->pairs = g_ptr_array_new_with_free_func(pair_free);
	tracking->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	return tracking;
}

void
tracking_free(Tracking *tracking)
{
	if (tracking == NULL) {
		return;
	}
	g_hash_table_unref(tracking->by_id);
	g_ptr_array_unref(tracking->pairs);
	g_ptr_array_unref(tracking->changes);
	g_free(tracking);
}

static void
forget_told(Tracking *tracking)
{
	if (!avu_variables_is_untold(tracking->variables, "LastChange")) {
		g_ptr_array_set_size(tracking->changes, 0);
		tracking->too_many_changes = false;
	}
	if (!avu_variables_is_untold(tracking->variables, "ContainerUpdateIDs")) {
		g_hash_table_remove_all(tracking->by_id);
		g_ptr_array_set_size(tracking->pairs, 0);
		tracking->too_many_pairs = false;
	}
}

static void
on_change(const AvuContentChange *told, void *data)
{
	Tracking *tracking = data;

	tracking->changed = true;
	if (tracking->changes->len == CHANGES_MAX) {
		tracking->too_many_changes = true;
		return;
	}
	Change *change = g_new0(Change, 1);

	*change = (Change){ .kind = told->kind,
		.id = g_strdup(told->id),
		.parent_id = g_strdup(told->parent_id),
		.upnp_class = g_strdup(told->upnp_class),
		.update_id = told->update_id };
	g_ptr_array_add(tracking->changes, change);
}

static void
on_container(const char *id, uint32_t update_id, void *data)
{
	Tracking *tracking = data;
	Pair *pair = g_hash_table_lookup(tracking->by_id, id);

	tracking->changed = true;
	if (pair == NULL && tracking->pairs->len == PAIRS_MAX) {
		tracking->too_many_pairs = true;
		return;
	}
	if (pair == NULL) {
		pair = g_new0(Pair, 1);
		pair->id = g_strdup(id);
		g_ptr_array_add(tracking->pairs, pair);
		(void)g_hash_table_insert(tracking->by_id, pair->id, pair);
	}
	pair->update_id = update_id;
}

/* An entry of a list of comma-separated values. */
static void
append_csv(GString *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == ',' || *text == '\\') {
			g_string_append_c(out, '\\');
		}
		g_string_append_c(out, *text);
	}
}

static char *
format_pairs(const Tracking *tracking, uint32_t system_update_id)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < tracking->pairs->len; i++) {
		const Pair *pair = g_ptr_array_index(tracking->pairs, i);

		g_string_append(out, out->len > 0 ? "," : "");
		append_csv(out, pair->id);
		g_string_append_printf(out, ",%u", pair->update_id);
	}
	if (tracking->too_many_pairs && !g_hash_table_contains(tracking->by_id, CONTENT_ROOT_ID)) {
		g_string_append_printf(
			out, "%s" CONTENT_ROOT_ID ",%u", out->len > 0 ? "," : "", system_update_id);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
write_change(AvuXmlWriter *writer, const Change *change, bool part_of_more)
{
	static const char *const elements[] = {
		[AVU_CONTENT_ADDED] = "objAdd",
		[AVU_CONTENT_MODIFIED] = "objMod",
		[AVU_CONTENT_DELETED] = "objDel",
	};

	avu_xml_start(writer, elements[change->kind]);
	avu_xml_attribute(writer, "objID", change->id);
	avu_xml_attribute_int(writer, "updateID", change->update_id);
	avu_xml_attribute(writer, "stUpdate", part_of_more ? "1" : "0");
	if (change->kind == AVU_CONTENT_ADDED) {
		avu_xml_attribute(writer, "objParentID", change->parent_id);
		avu_xml_attribute(writer, "objClass", change->upnp_class);
	}
	avu_xml_end(writer);
}

static char *
format_changes(const Tracking *tracking, uint32_t system_update_id)
{
	AvuXmlWriter *writer = avu_xml_writer_new();

	avu_xml_start(writer, "StateEvent");
	avu_xml_attribute(writer, "xmlns", NAMESPACE);
	avu_xml_attribute(writer, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
	avu_xml_attribute(writer, "xsi:schemaLocation",
		NAMESPACE " http://www.upnp.org/schemas/av/cds-events.xsd");
	for (guint i = 0; i < tracking->changes->len; i++) {
		write_change(writer, g_ptr_array_index(tracking->changes, i),
			tracking->too_many_changes);
	}
	if (tracking->too_many_changes) {
		avu_xml_start(writer, "stDone");
		avu_xml_attribute(writer, "objID", CONTENT_ROOT_ID);
		avu_xml_attribute_int(writer, "updateID", system_update_id);
		avu_xml_end(writer);
	}
	avu_xml_end(writer);
	return avu_xml_writer_finish_string(writer);
}

void
tracking_update(Tracking *tracking, const AvuContentStore *store, void *self)
{
	const AvuContentChangeSink sink = { on_change, on_container, tracking };

	tracking->changed = false;
	forget_told(tracking);
	if (!store->take_changes(self, &sink)) {
		tracking->changed = true;
		tracking->too_many_changes = true;
		tracking->too_many_pairs = true;
	}
	if (!tracking->changed) {
		return;
	}
	const uint32_t now = store->get_system_update_id(self);
	g_autofree char *pairs = format_pairs(tracking, now);
	g_autofree char *changes = format_changes(tracking, now);

	avu_variables_set(tracking->variables, 0, NULL, "ContainerUpdateIDs", pairs);
	avu_variables_set(tracking->variables, 0, NULL, "LastChange", changes);
}
