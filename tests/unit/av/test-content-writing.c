/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The actions that change a content directory, each with each of its error codes, over a small tree
 * whose store only notes what it was told (spec/upnp-av-contentdirectory.md 6, dlna-upload.md 2).
 *
 *   0 (restricted) ── open ── track, ref (→ fixed), inner ── deep
 *                  ├─ songs (takes audio items only) ── song
 *                  └─ closed (restricted) ── fixed (restricted), loose */
#include <av-upnp/content-directory.h>
#include <av-upnp/error.h>

#include "service-fixture.h"

static const struct {
	const char *id, *parent, *ref_id, *upnp_class, *create_class;
	bool restricted;
} tree[] = {
	{ "0", "-1", NULL, "object.container", NULL, true },
	{ "open", "0", NULL, "object.container.storageFolder", NULL, false },
	{ "track", "open", NULL, "object.item.audioItem.musicTrack", NULL, false },
	{ "ref", "open", "fixed", "object.item.videoItem", NULL, false },
	{ "inner", "open", NULL, "object.container.storageFolder", NULL, false },
	{ "deep", "inner", NULL, "object.container.storageFolder", NULL, false },
	{ "songs", "0", NULL, "object.container.storageFolder", "object.item.audioItem", false },
	{ "song", "songs", NULL, "object.item.audioItem.musicTrack", NULL, false },
	{ "closed", "0", NULL, "object.container", NULL, true },
	{ "fixed", "closed", NULL, "object.item.videoItem", NULL, true },
	{ "loose", "closed", NULL, "object.item.videoItem", NULL, false },
};

typedef struct {
	Fixture base;
	AvuContentStore store;
	AvuContentWriter writer;
	AvuContentDirectory *directory;
	GString *done; /* what the store was told */
} House;

static bool
get_object(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	(void)self;
	*ret_result = (AvuContentResult){ .total = 1 };
	for (size_t i = 0; i < G_N_ELEMENTS(tree); i++) {
		if (strcmp(tree[i].id, query->object_id) == 0) {
			AvuObject object;

			avu_object_init(&object);
			object.id = tree[i].id;
			object.parent_id = tree[i].parent;
			object.ref_id = tree[i].ref_id;
			object.title = tree[i].id;
			object.upnp_class = tree[i].upnp_class;
			object.create_class = tree[i].create_class;
			object.container = strstr(tree[i].upnp_class, "container") != NULL;
			object.restricted = tree[i].restricted;
			object.n_resources = object.container ? 0 : 1;
			object.resources[0].uri = "http://192.0.2.1/x";
			object.resources[0].duration_ns = 600 * AVU_NS_PER_S;
			emit(&object, data);
			return true;
		}
	}
	g_set_error(error, AVU_UPNP_ERROR, 701, "no such object");
	return false;
}

static uint32_t
get_system_update_id(void *self)
{
	(void)self;
	return 1;
}

static char *
create(void *self, const char *container_id, const AvuObject *object, const AvuAddress *peer,
	GError **error)
{
	House *h = self;

	(void)peer;
	(void)error;
	g_string_append_printf(h->done, "create %s '%s' %s res %u", container_id, object->title,
		object->upnp_class, object->n_resources);
	return g_strdup("track");
}

static char *
create_reference(void *self, const char *container_id, const char *item_id, GError **error)
{
	(void)error;
	g_string_append_printf(((House *)self)->done, "reference %s %s", container_id, item_id);
	return g_strdup("new-reference");
}

static bool
destroy(void *self, const char *object_id, GError **error)
{
	(void)error;
	g_string_append_printf(((House *)self)->done, "destroy %s", object_id);
	return true;
}

static bool
update(void *self, const char *object_id, const AvuContentEdit *edits, unsigned n, GError **error)
{
	House *h = self;

	(void)error;
	g_string_append_printf(h->done, "update %s", object_id);
	for (unsigned i = 0; i < n; i++) {
		g_string_append_printf(h->done, " %s=%s", avu_property_get_name(edits[i].property),
			edits[i].value);
	}
	return true;
}

static char *
move(void *self, const char *object_id, const char *parent_id, GError **error)
{
	(void)error;
	g_string_append_printf(((House *)self)->done, "move %s %s", object_id, parent_id);
	return g_strdup("moved");
}

static bool
delete_resource(void *self, const char *uri, GError **error)
{
	if (strstr(uri, "here") == NULL) {
		g_set_error(error, AVU_UPNP_ERROR, 714, "not here");
		return false;
	}
	g_string_append_printf(((House *)self)->done, "delete %s", uri);
	return true;
}

static bool
transfer(void *self, const char *source, const char *destination, uint32_t *ret_id, GError **error)
{
	(void)error;
	g_string_append_printf(((House *)self)->done, "transfer %s %s", source, destination);
	*ret_id = 7;
	return true;
}

static bool
get_transfer(void *self, uint32_t id, AvuTransfer *ret_transfer, GError **error)
{
	(void)self;
	if (id != 7) {
		g_set_error(error, AVU_UPNP_ERROR, 717, "none");
		return false;
	}
	*ret_transfer = (AvuTransfer){ AVU_TRANSFER_IN_PROGRESS, 5000000000, 0 };
	return true;
}

static bool
stop_transfer(void *self, uint32_t id, GError **error)
{
	AvuTransfer ignored;

	return get_transfer(self, id, &ignored, error);
}

static char *
dup_transfer_ids(void *self)
{
	(void)self;
	return g_strdup("7,9");
}

static const AvuContentShortcut shortcuts[] = { { "MUSIC", "m" }, { NULL } };

static void
house_init(House *h, bool writing)
{
	*h = (House){ .done = g_string_new(NULL) };
	h->writer = (AvuContentWriter){ create, create_reference, destroy, update, { { 0 } },
		{ { 0 } }, move, delete_resource, transfer, transfer, get_transfer, stop_transfer,
		dup_transfer_ids };
	avu_property_set_add(&h->writer.edit_properties, AVU_PROPERTY_TITLE);
	avu_property_set_add(&h->writer.edit_properties, AVU_PROPERTY_LAST_PLAYBACK_POSITION);
	avu_property_set_add(&h->writer.free_properties, AVU_PROPERTY_LAST_PLAYBACK_POSITION);
	h->store = (AvuContentStore){ .get_object = get_object,
		.get_system_update_id = get_system_update_id,
		.shortcuts = shortcuts,
		.writer = writing ? &h->writer : NULL };
	fixture_init(&h->base);
	h->directory = avu_content_directory_new(h->base.host, 2, &h->store, h);
	fixture_start(&h->base, "ContentDirectory");
}

static void
house_clear(House *h)
{
	avu_content_directory_free(h->directory);
	fixture_clear(&h->base);
	(void)g_string_free(h->done, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

#define DIDL(inside)                                                         \
	"<DIDL-Lite xmlns=\"urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/\" " \
	"xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "                     \
	"xmlns:upnp=\"urn:schemas-upnp-org:metadata-1-0/upnp/\" "            \
	"xmlns:dlna=\"urn:schemas-dlna-org:metadata-1-0/\">" inside "</DIDL-Lite>"
#define ITEM(attributes, inside) DIDL("<item id=\"\" " attributes ">" inside "</item>")
#define TITLE "<dc:title>T</dc:title>"
#define PHOTO "<upnp:class>object.item.imageItem.photo</upnp:class>"
#define SONG "<upnp:class>object.item.audioItem.musicTrack</upnp:class>"
#define IN_OPEN "parentID=\"open\" restricted=\"0\""

/* One call: arguments by turns as the action has them. */
typedef struct {
	const char *action;
	const char *args[6];
	int code;
	const char *done; /* what the store was told; NULL: nothing */
	const char *why;
} Row;

static const Row rows[] = {
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN, TITLE PHOTO "<res protocolInfo=\"*:*:image/jpeg:*\"/>") },
		0, "create open 'T' object.item.imageItem.photo res 1",
		"content is still to come" },
	{ "CreateObject",
		{ "ContainerID", "DLNA.ORG_AnyContainer", "Elements",
			ITEM("parentID=\"DLNA.ORG_AnyContainer\" restricted=\"0\" "
			     "dlna:dlnaManaged=\"00000004\"",
				TITLE PHOTO) },
		0, "create DLNA.ORG_AnyContainer 'T' object.item.imageItem.photo res 0",
		"the server chooses" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			DIDL("<container id=\"\" " IN_OPEN ">" TITLE
			     "<upnp:class>object.container.storageFolder</upnp:class></"
			     "container>") },
		0, "create open 'T' object.container.storageFolder res 0", "a container" },
	{ "CreateObject",
		{ "ContainerID", "songs", "Elements",
			ITEM("parentID=\"songs\" restricted=\"0\"", TITLE SONG) },
		0, "create songs 'T' object.item.audioItem.musicTrack res 0", "class derived" },
	{ "CreateObject",
		{ "ContainerID", "songs", "Elements",
			ITEM("parentID=\"songs\" restricted=\"0\"", TITLE PHOTO) },
		712, NULL, "class that the container does not take" },
	{ "CreateObject", { "ContainerID", "none", "Elements", ITEM(IN_OPEN, TITLE PHOTO) }, 710,
		NULL, "no such container" },
	{ "CreateObject", { "ContainerID", "track", "Elements", ITEM(IN_OPEN, TITLE PHOTO) }, 710,
		NULL, "no container" },
	{ "CreateObject", { "ContainerID", "closed", "Elements", ITEM(IN_OPEN, TITLE PHOTO) }, 713,
		NULL, "restricted" },
	{ "CreateObject", { "ContainerID", "open", "Elements", "" }, 712, NULL, "nothing" },
	{ "CreateObject", { "ContainerID", "open", "Elements", "<x/>" }, 712, NULL,
		"not DIDL-Lite" },
	{ "CreateObject", { "ContainerID", "open", "Elements", DIDL("") }, 712, NULL, "no object" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			DIDL("<item id=\"\" " IN_OPEN ">" TITLE PHOTO
			     "</item><item id=\"\" " IN_OPEN ">" TITLE PHOTO "</item>") },
		712, NULL, "two objects" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			DIDL("<item id=\"mine\" " IN_OPEN ">" TITLE PHOTO "</item>") },
		712, NULL, "an id of its own" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			DIDL("<item " IN_OPEN ">" TITLE PHOTO "</item>") },
		712, NULL, "id absent" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM("parentID=\"songs\" restricted=\"0\"", TITLE PHOTO) },
		712, NULL, "another parent" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM("parentID=\"open\" restricted=\"1\"", TITLE PHOTO) },
		712, NULL, "restricted from the start" },
	{ "CreateObject", { "ContainerID", "open", "Elements", ITEM(IN_OPEN, PHOTO) }, 712, NULL,
		"no title" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN, "<dc:title> </dc:title>" PHOTO) },
		712, NULL, "blank title" },
	{ "CreateObject", { "ContainerID", "open", "Elements", ITEM(IN_OPEN, TITLE) }, 712, NULL,
		"no class" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN, TITLE "<upnp:class>object.container</upnp:class>") },
		712, NULL, "an item of a container's class" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN, TITLE "<upnp:class>object.items</upnp:class>") },
		712, NULL, "class that only begins alike" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN " refID=\"track\"", TITLE PHOTO) },
		712, NULL, "a reference" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN " dlna:dlnaManaged=\"00000001\"", TITLE PHOTO) },
		712, NULL, "an item into which is uploaded" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN " dlna:dlnaManaged=\"4\"", TITLE PHOTO) },
		712, NULL, "dlnaManaged too short" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			ITEM(IN_OPEN, TITLE PHOTO "<res protocolInfo=\"image/jpeg\"/>") },
		712, NULL, "protocolInfo of another form" },
	{ "CreateObject",
		{ "ContainerID", "open", "Elements",
			DIDL("<container id=\"\" " IN_OPEN ">" TITLE
			     "<upnp:class>object.container</upnp:class>"
			     "<res protocolInfo=\"*:*:*:*\"/></container>") },
		712, NULL, "a container with content" },

	{ "CreateReference", { "ContainerID", "open", "ObjectID", "fixed" }, 0,
		"reference open fixed", "to a restricted item" },
	{ "CreateReference", { "ContainerID", "open", "ObjectID", "ref" }, 0,
		"reference open fixed", "never to a reference" },
	{ "CreateReference", { "ContainerID", "none", "ObjectID", "track" }, 710, NULL,
		"no such container" },
	{ "CreateReference", { "ContainerID", "track", "ObjectID", "track" }, 710, NULL,
		"no container" },
	{ "CreateReference", { "ContainerID", "open", "ObjectID", "none" }, 701, NULL,
		"no such item" },
	{ "CreateReference", { "ContainerID", "open", "ObjectID", "songs" }, 701, NULL,
		"a container" },
	{ "CreateReference", { "ContainerID", "closed", "ObjectID", "track" }, 713, NULL,
		"restricted" },

	{ "DestroyObject", { "ObjectID", "track" }, 0, "destroy track", "an item" },
	{ "DestroyObject", { "ObjectID", "inner" }, 0, "destroy inner", "a container" },
	{ "DestroyObject", { "ObjectID", "none" }, 701, NULL, "no such object" },
	{ "DestroyObject", { "ObjectID", "fixed" }, 711, NULL, "restricted" },
	{ "DestroyObject", { "ObjectID", "loose" }, 713, NULL, "in a restricted container" },
	{ "DestroyObject", { "ObjectID", "0" }, 711, NULL, "the root" },

	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", "<dc:title>track</dc:title>",
			"NewTagValue", "<dc:title>N</dc:title>" },
		0, "update track dc:title=N", "one property" },
	{ "UpdateObject",
		{ "ObjectID", "fixed", "CurrentTagValue", "", "NewTagValue",
			"<upnp:lastPlaybackPosition>0:01:00</upnp:lastPlaybackPosition>" },
		0, "update fixed upnp:lastPlaybackPosition=P00:01:00",
		"where playing stopped, of a restricted item" },
	{ "UpdateObject",
		{ "ObjectID", "ref", "CurrentTagValue", "", "NewTagValue",
			"<upnp:lastPlaybackPosition>0:01:00</upnp:lastPlaybackPosition>" },
		0, "update fixed upnp:lastPlaybackPosition=P00:01:00", "through a reference" },
	{ "UpdateObject",
		{ "ObjectID", "none", "CurrentTagValue", "<dc:title>track</dc:title>",
			"NewTagValue", "<dc:title>N</dc:title>" },
		701, NULL, "no such object" },
	{ "UpdateObject", { "ObjectID", "none", "CurrentTagValue", "x", "NewTagValue", "" }, 701,
		NULL, "no such object, and not readable" },
	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", "<dc:title>x</dc:title>", "NewTagValue",
			"<dc:title>N</dc:title>" },
		702, NULL, "another value" },
	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", "<dc:title>track</dc:title>",
			"NewTagValue", "N" },
		703, NULL, "no element" },
	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", "<dc:title>track</dc:title>",
			"NewTagValue", "" },
		704, NULL, "required" },
	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", "", "NewTagValue",
			"<upnp:album>A</upnp:album>" },
		705, NULL, "not offered" },
	{ "UpdateObject",
		{ "ObjectID", "track", "CurrentTagValue", ",", "NewTagValue",
			"<dc:title>N</dc:title>" },
		706, NULL, "two against one" },
	{ "UpdateObject",
		{ "ObjectID", "fixed", "CurrentTagValue", "<dc:title>fixed</dc:title>",
			"NewTagValue", "<dc:title>N</dc:title>" },
		711, NULL, "restricted" },
	{ "UpdateObject",
		{ "ObjectID", "ref", "CurrentTagValue", "<dc:title>ref</dc:title>", "NewTagValue",
			"<dc:title>N</dc:title>" },
		705, NULL, "of a reference: its item stays as it is" },
	{ "UpdateObject",
		{ "ObjectID", "loose", "CurrentTagValue", "<dc:title>loose</dc:title>",
			"NewTagValue", "<dc:title>N</dc:title>" },
		713, NULL, "in a restricted container" },

	{ "MoveObject", { "ObjectID", "track", "NewParentID", "songs" }, 0, "move track songs",
		"an item" },
	{ "MoveObject", { "ObjectID", "deep", "NewParentID", "open" }, 0, "move deep open",
		"a container, upwards" },
	{ "MoveObject", { "ObjectID", "none", "NewParentID", "open" }, 701, NULL,
		"no such object" },
	{ "MoveObject", { "ObjectID", "track", "NewParentID", "none" }, 710, NULL,
		"no such container" },
	{ "MoveObject", { "ObjectID", "track", "NewParentID", "song" }, 710, NULL, "no container" },
	{ "MoveObject", { "ObjectID", "fixed", "NewParentID", "open" }, 711, NULL, "restricted" },
	{ "MoveObject", { "ObjectID", "track", "NewParentID", "closed" }, 713, NULL,
		"into a restricted one" },
	{ "MoveObject", { "ObjectID", "loose", "NewParentID", "open" }, 721, NULL,
		"out of a restricted one" },
	{ "MoveObject", { "ObjectID", "ref", "NewParentID", "songs" }, 722, NULL,
		"class that it does not take" },
	{ "MoveObject", { "ObjectID", "inner", "NewParentID", "deep" }, 723, NULL, "into itself" },
	{ "MoveObject", { "ObjectID", "inner", "NewParentID", "inner" }, 723, NULL, "onto itself" },

	{ "X_SetBookmark", { "CategoryType", "0", "ObjectID", "ref", "PosSecond", "61" }, 402, NULL,
		"RID absent" },

	{ "DeleteResource", { "ResourceURI", "http://192.0.2.1/here" }, 0,
		"delete http://192.0.2.1/here", "the store knows" },
	{ "DeleteResource", { "ResourceURI", "http://192.0.2.1/x" }, 714, NULL,
		"the store refuses" },
	{ "ImportResource",
		{ "SourceURI", "http://192.0.2.1/s", "DestinationURI", "http://192.0.2.1/d" }, 0,
		"transfer http://192.0.2.1/s http://192.0.2.1/d", "the store begins" },
	{ "ExportResource",
		{ "SourceURI", "http://192.0.2.1/s", "DestinationURI", "http://192.0.2.1/d" }, 0,
		"transfer http://192.0.2.1/s http://192.0.2.1/d", "the store begins" },
	{ "GetTransferProgress", { "TransferID", "7" }, 0, "", "one that is" },
	{ "GetTransferProgress", { "TransferID", "8" }, 717, NULL, "one that is not" },
	{ "StopTransferResource", { "TransferID", "7" }, 0, "", "one that is" },
	{ "StopTransferResource", { "TransferID", "8" }, 717, NULL, "one that is not" },
};

static AvuSoapMessage *
call(House *h, const Row *row)
{
	const char *const *a = row->args;

	return fixture_call(&h->base, row->action, a[0], a[1], a[2], a[3], a[4], a[5], NULL);
}

static void
test_rows(void)
{
	g_auto(House) h;

	house_init(&h, /* writing = */ true);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_string_truncate(h.done, 0);

		g_autoptr(AvuSoapMessage) answer = call(&h, &rows[i]);

		g_test_message("%s: %s", rows[i].action, rows[i].why);
		g_assert_cmpint(answer->fault_code, ==, rows[i].code);
		g_assert_cmpstr(h.done->str, ==, rows[i].done != NULL ? rows[i].done : "");
	}
}

static void
test_answers(void)
{
	g_auto(House) h;

	house_init(&h, /* writing = */ true);

	g_autoptr(AvuSoapMessage) created = call(&h, &rows[0]);
	const char *result = avu_soap_find_argument(created, "Result");

	fixture_assert_out(created, "ObjectID", "track");
	g_assert_nonnull(strstr(result, "<dc:title>track</dc:title>"));

	g_autoptr(AvuSoapMessage) referred = fixture_call(
		&h.base, "CreateReference", "ContainerID", "open", "ObjectID", "track", NULL);

	fixture_assert_out(referred, "NewID", "new-reference");

	g_autoptr(AvuSoapMessage) moved = fixture_call(
		&h.base, "MoveObject", "ObjectID", "track", "NewParentID", "songs", NULL);

	fixture_assert_out(moved, "NewObjectID", "moved");

	g_autoptr(AvuSoapMessage) progress =
		fixture_call(&h.base, "GetTransferProgress", "TransferID", "7", NULL);

	fixture_assert_out(progress, "TransferStatus", "IN_PROGRESS");
	fixture_assert_out(progress, "TransferLength", "5000000000");
	fixture_assert_out(progress, "TransferTotal", "0");

	g_autoptr(AvuSoapMessage) imported = fixture_call(&h.base, "ImportResource", "SourceURI",
		"http://192.0.2.1/s", "DestinationURI", "http://192.0.2.1/d", NULL);

	fixture_assert_out(imported, "TransferID", "7");
	avu_content_directory_transfers_changed(h.directory);

	g_autofree char *ids = avu_variables_dup(
		avu_service_get_variables(h.base.service), 0, NULL, "TransferIDs");

	g_assert_cmpstr(ids, ==, "7,9");
}

/* Samsung: seconds, or milliseconds where seconds would lie behind the end (10 min here). */
static void
test_bookmarks(void)
{
	static const struct {
		const char *id, *sent;
		int code;
		const char *done;
	} bookmarks[] = {
		{ "track", "61", 0, "update track upnp:lastPlaybackPosition=P00:01:01" },
		{ "ref", "61", 0, "update fixed upnp:lastPlaybackPosition=P00:01:01" },
		{ "track", "61000", 0, "update track upnp:lastPlaybackPosition=P00:01:01" },
		{ "track", "4294967295", 0, "update track upnp:lastPlaybackPosition=P00:10:00" },
		{ "open", "61", 701, "" },
		{ "none", "61", 701, "" },
		{ "track", "-1", 402, "" },
	};
	g_auto(House) h;

	house_init(&h, /* writing = */ true);
	for (size_t i = 0; i < G_N_ELEMENTS(bookmarks); i++) {
		g_string_truncate(h.done, 0);

		g_autoptr(AvuSoapMessage) answer =
			fixture_call(&h.base, "X_SetBookmark", "CategoryType", "0", "RID", "0",
				"ObjectID", bookmarks[i].id, "PosSecond", bookmarks[i].sent, NULL);

		g_assert_cmpint(answer->fault_code, ==, bookmarks[i].code);
		g_assert_cmpstr(h.done->str, ==, bookmarks[i].done);
	}
	g_autoptr(AvuSoapMessage) features = fixture_call(&h.base, "X_GetFeatureList", NULL);

	fixture_assert_out(features, "FeatureList",
		"<Features xmlns=\"urn:schemas-upnp-org:av:avs\">"
		"<Feature name=\"samsung.com_BASICVIEW\" version=\"1\">"
		"<container id=\"m\" type=\"object.item.audioItem\"/>"
		"<container id=\"0\" type=\"object.item.videoItem\"/>"
		"<container id=\"0\" type=\"object.item.imageItem\"/></Feature></Features>");
}

/* Off by default: no action is there, and nothing is done. */
static void
test_without_writer(void)
{
	g_auto(House) h;

	house_init(&h, /* writing = */ false);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(AvuSoapMessage) answer = call(&h, &rows[i]);

		g_assert_cmpint(answer->fault_code, ==, 602);
		g_assert_cmpstr(h.done->str, ==, "");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/content-writing/rows", test_rows);
	g_test_add_func("/content-writing/answers", test_answers);
	g_test_add_func("/content-writing/bookmarks", test_bookmarks);
	g_test_add_func("/content-writing/without-writer", test_without_writer);
	return g_test_run();
}
