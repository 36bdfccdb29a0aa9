/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The catalogue as a content store. Runs on the threads of connections, several at once; only the list
 * of addresses changes, under the lock. */
#include "mediaserver/content/content.h"

#include <pthread.h>
#include <string.h>

#include <av-upnp/error.h>

#include "mediaserver/content/changes.h"
#include "mediaserver/content/emission.h"
#include "mediaserver/content/manners.h"
#include "mediaserver/content/object-id.h"
#include "mediaserver/content/shortcuts.h"
#include "mediaserver/library/formats.h"

#define NO_SUCH_OBJECT 701
#define NO_SUCH_CONTAINER 710

struct Content {
	Catalogue *catalogue;
	pthread_mutex_t lock;
	char **urls; /* guarded by lock */
	ContentWriting writing;
	Clients *clients; /* NULL: all are alike */
	ContentConverting converting;
	ContentLive live; /* dup_title NULL: none is sent */
};

/* Every address of the server, when that was asked for. g_strfreev() it. */
static char **
dup_urls(const Content *content, const AvuContentQuery *query)
{
	Content *self = (Content *)content; /* for the lock */

	if (!query->all_addresses) {
		return NULL;
	}
	(void)pthread_mutex_lock(&self->lock);
	char **urls = g_strdupv(self->urls);

	(void)pthread_mutex_unlock(&self->lock);
	return urls;
}

/* The same for all objects of an answer. */
static ConvertMachine
get_machine(const Content *content)
{
	ConvertMachine machine = { 0 };

	if (content->converting.get != NULL) {
		content->converting.get(content->converting.data, &machine);
	}
	return machine;
}

/* One answer: to whom, and what is the same for all objects in it. */
typedef struct {
	char **urls;
	ConvertMachine machine;
	ClientView *client;
	Emission emission;
	CatalogueSink sink;
} Answer;

static void
answer_begin(Answer *answer, const Content *content, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data)
{
	answer->urls = dup_urls(content, query);
	answer->machine = get_machine(content);
	answer->client = clients_identify_call(content->clients, query->call);
	answer->emission.base_url = query->base_url;
	answer->emission.other_urls = (const char *const *)answer->urls;
	answer->emission.container = NULL;
	answer->emission.writing = &content->writing;
	answer->emission.live = content->live.dup_title != NULL ? &content->live : NULL;
	answer->emission.client = answer->client;
	answer->emission.machine = &answer->machine;
	answer->emission.emit = emit;
	answer->emission.data = data;
	emission_begin(&answer->emission);
	answer->sink = (CatalogueSink){ emission_container, emission_item, &answer->emission };
}

static void
answer_clear(Answer *answer)
{
	emission_clear(&answer->emission);
	client_view_unref(answer->client);
	g_strfreev(answer->urls);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static bool
no_such_object(const char *id, int code, GError **error)
{
	g_set_error(error, AVU_UPNP_ERROR, code, "no object '%.64s'", id);
	return false;
}

/* An id of ours, or one that a maker has fixed. @return false: it is none */
static bool
take_id(const Content *content, const AvuContentQuery *query, ObjectId *ret_id,
	const char **ret_text)
{
	*ret_text = query->object_id;
	if (object_id_parse(query->object_id, ret_id)) {
		return true;
	}
	g_autoptr(ClientView) client = clients_glance_call(content->clients, query->call);

	*ret_text = manners_find_container(client_view_get_profile(client), query->object_id);
	return *ret_text != NULL && object_id_parse(*ret_text, ret_id);
}

static unsigned
get_style(void *self, const AvuCall *call)
{
	const Content *content = self;
	g_autoptr(ClientView) client = clients_glance_call(content->clients, call);

	return manners_get_style(client_view_get_profile(client));
}

static bool
get_object(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	const char *dot = strchr(query->object_id, '.');
	g_autofree char *container =
		dot != NULL ? g_strndup(query->object_id, (size_t)(dot - query->object_id)) : NULL;
	const char *text;
	ObjectId id;

	if (!take_id(content, query, &id, &text)) {
		return no_such_object(query->object_id, NO_SUCH_OBJECT, error);
	}
	g_auto(Answer) answer;

	answer_begin(&answer, content, query, emit, data);
	answer.emission.container = container;
	ret_result->total = 1;
	ret_result->update_id = catalogue_get_update_id(content->catalogue);
	if (id.item != 0) {
		return catalogue_get_item(
			content->catalogue, id.item, id.container, &answer.sink, error);
	}
	return catalogue_get_container(
		content->catalogue, id.container, &answer.sink, &ret_result->update_id, error);
}

/* A few ask for an order in which nobody wants to see anything. And only who may write is told of it,
 * item by item. */
static CataloguePage
page_of(const Content *content, const ClientView *client, const AvuContentQuery *query)
{
	bool sorts = !avu_client_has(client_view_get_profile(client), AVU_CLIENT_NO_SORT);

	return (CataloguePage){ query->start, query->count, query->sort, sorts ? query->n_sort : 0,
		.no_roots = content->writing.is_writable == NULL };
}

static bool
get_children(void *self, const AvuContentQuery *query,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	const char *text;
	ObjectId id;

	if (!take_id(content, query, &id, &text)) {
		return no_such_object(query->object_id, NO_SUCH_OBJECT, error);
	}
	if (id.item != 0) {
		return no_such_object(query->object_id, NO_SUCH_CONTAINER, error);
	}
	g_auto(Answer) answer;

	answer_begin(&answer, content, query, emit, data);
	answer.emission.container = text;
	const CataloguePage page = page_of(content, answer.client, query);

	return catalogue_get_children(
		content->catalogue, id.container, &page, &answer.sink, ret_result, error);
}

static uint32_t
get_system_update_id(void *self)
{
	const Content *content = self;

	return catalogue_get_update_id(content->catalogue);
}

static bool
search(void *self, const AvuContentQuery *query, const AvuQuery *criteria,
	void (*emit)(const AvuObject *object, void *data), void *data, AvuContentResult *ret_result,
	GError **error)
{
	const Content *content = self;
	const char *text;
	ObjectId id;

	if (!take_id(content, query, &id, &text) || id.item != 0) {
		return no_such_object(query->object_id, NO_SUCH_CONTAINER, error);
	}
	g_auto(Answer) answer;

	/* results are the items themselves, under their folder: no reference is found twice */
	answer_begin(&answer, content, query, emit, data);
	const CataloguePage page = page_of(content, answer.client, query);

	return catalogue_search(
		content->catalogue, id.container, criteria, &page, &answer.sink, ret_result, error);
}

static bool
take_changes(void *self, const AvuContentChangeSink *sink)
{
	return content_tell_changes(((Content *)self)->catalogue, sink);
}

static char *
dup_reset_token(void *self)
{
	return catalogue_dup_reset_token(((Content *)self)->catalogue);
}

AvuContentStore
content_get_store(const Content *content)
{
	return (AvuContentStore){
		.get_object = get_object,
		.get_children = get_children,
		.get_system_update_id = get_system_update_id,
		.search = search,
		.search_properties = catalogue_get_search_properties(),
		.sort_properties = catalogue_get_sort_properties(),
		.sorts_time_of_day = true,
		.take_changes = take_changes,
		.dup_reset_token = dup_reset_token,
		.shortcuts = content_get_shortcuts(),
		.get_style = get_style,
		.writer = content->writing.writer,
	};
}

Content *
content_new(Catalogue *catalogue)
{
	Content *content = g_new0(Content, 1);

	content->catalogue = catalogue;
	(void)pthread_mutex_init(&content->lock, NULL);
	return content;
}

void
content_free(Content *content)
{
	if (content == NULL) {
		return;
	}
	g_strfreev(content->urls);
	(void)pthread_mutex_destroy(&content->lock);
	g_free(content);
}

void
content_set_clients(Content *content, Clients *clients)
{
	content->clients = clients;
}

void
content_set_writing(Content *content, const ContentWriting *writing)
{
	content->writing = *writing;
}

void
content_set_live(Content *content, const ContentLive *live)
{
	content->live = *live;
}

void
content_set_converting(Content *content, const ContentConverting *converting)
{
	content->converting = *converting;
}

void *
content_get_writing_data(const Content *content)
{
	return content->writing.data;
}

Catalogue *
content_get_catalogue(const Content *content)
{
	return content->catalogue;
}

void
content_set_urls(Content *content, const char *const *urls)
{
	char **copy = g_strdupv((char **)urls);

	(void)pthread_mutex_lock(&content->lock);
	char **old = content->urls;

	content->urls = copy;
	(void)pthread_mutex_unlock(&content->lock);
	g_strfreev(old);
}

char *
content_format_media_path(int64_t item, const char *mime)
{
	const char *extension = format_extension(mime);
	char id[OBJECT_ID_MAX];

	object_id_format_item(id, item);
	return g_strconcat(
		CONTENT_MEDIA_PREFIX, id, extension[0] != '\0' ? "." : "", extension, NULL);
}

/* What follows one of our addresses; NULL: it is of another server. Borrowed from uri. */
static const char *
skip_own_address(const Content *content, const char *uri)
{
	Content *self = (Content *)content; /* for the lock */
	const char *path = NULL;

	(void)pthread_mutex_lock(&self->lock);
	for (char **url = self->urls; path == NULL && url != NULL && *url != NULL; url++) {
		/* the port is whole, too: 80 is no beginning of 8080 */
		if (g_str_has_prefix(uri, *url) && uri[strlen(*url)] == '/') {
			path = uri + strlen(*url);
		}
	}
	(void)pthread_mutex_unlock(&self->lock);
	return path;
}

bool
content_find_resource(
	const Content *content, const char *uri, int64_t *ret_item, CatalogueFile *ret_file)
{
	const char *path = skip_own_address(content, uri);
	g_auto(CatalogueFile) file = { 0 };
	uint64_t promised;
	ObjectId id;

	if (path == NULL || !g_str_has_prefix(path, CONTENT_MEDIA_PREFIX)) {
		return false;
	}
	const char *name = path + strlen(CONTENT_MEDIA_PREFIX);
	g_autofree char *text = g_strndup(name, strcspn(name, "."));

	if (strlen(text) >= OBJECT_ID_MAX || !object_id_parse(text, &id) || id.item == 0 ||
		!catalogue_find_file(content->catalogue, id.item, &file, NULL)) {
		return false;
	}
	g_autofree char *exact = content_format_media_path(id.item, file.mime);

	if (!g_str_equal(path, exact) ||
		(content->writing.get_uploaded != NULL &&
			content->writing.get_uploaded(content->writing.data, id.item, &promised))) {
		return false;
	}
	*ret_item = id.item;
	*ret_file = file;
	file = (CatalogueFile){ 0 };
	return true;
}
