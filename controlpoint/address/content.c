/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking a foreign ContentDirectory. Main thread. A page is bounded by AVU_LIMIT_SOAP_ANSWER, the
 * number of objects taken from one container by OBJECTS_MAX; a server that repeats itself for ever
 * ends there. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>
#include <av-upnp/object-path.h>
#include <av-upnp/text.h>

#include "content.h"
#include "device-name.h"
#include "finder.h"

#define PAGE 250
#define OBJECTS_MAX 2000000 /* as many as a library of ours holds (LIM-48) */

/* One listing: the same paging for Browse and Search. */
typedef struct {
	Session *session;
	const ContentPlace *place;
	const char *action;
	const char *container_argument;
	const char *second_argument; /* BrowseFlag or SearchCriteria */
	const char *second_value;
	const char *filter;
} Listing;

void
content_place_clear(ContentPlace *place)
{
	g_clear_pointer(&place->server, avu_remote_device_unref);
	g_clear_pointer(&place->id, g_free);
}

static AvuRemoteAnswer *
fetch_page(const Listing *listing, uint64_t start, unsigned count, GError **error)
{
	g_autofree char *start_text = g_strdup_printf("%" G_GUINT64_FORMAT, start);
	g_autofree char *count_text = g_strdup_printf("%u", count);
	const char *const arguments[] = {
		listing->container_argument,
		listing->place->id,
		listing->second_argument,
		listing->second_value,
		"Filter",
		listing->filter,
		"StartingIndex",
		start_text,
		"RequestedCount",
		count_text,
		NULL,
	};

	return session_call(listing->session, listing->place->server,
		&avu_service_content_directory, listing->action, arguments, error);
}

static AvuDidl *
parse_result(const Listing *listing, const AvuRemoteAnswer *answer, GError **error)
{
	const char *text = avu_remote_answer_get(answer, "Result");
	AvuDidl *didl = avu_didl_parse(text, strlen(text), error);

	if (didl == NULL) {
		g_prefix_error(error, "answer of \"%s\" to %s: ",
			avu_remote_device_get_name(listing->place->server), listing->action);
	}
	return didl;
}

static uint64_t
answer_number(const AvuRemoteAnswer *answer, const char *argument)
{
	uint64_t value = 0;

	return avu_parse_uint(avu_remote_answer_get(answer, argument), UINT32_MAX, &value) ? value
											   : 0;
}

/* A server that pays no attention to StartingIndex lists its first objects for ever. */
typedef struct {
	size_t n;
	char *first, *last; /* ids */
} Page;

static void
page_clear(Page *page)
{
	g_free(page->first);
	g_free(page->last);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

/* @return is this the page that came before? */
static bool
turn_page(Page *page, const AvuDidl *didl)
{
	const size_t n = avu_didl_get_n(didl);
	const char *first = n > 0 ? avu_didl_get(didl, 0)->id : NULL;
	const char *last = n > 0 ? avu_didl_get(didl, n - 1)->id : NULL;
	const bool same = n > 0 && n == page->n && g_strcmp0(first, page->first) == 0 &&
			  g_strcmp0(last, page->last) == 0;

	page_clear(page);
	*page = (Page){ n, g_strdup(first), g_strdup(last) };
	return same;
}

static bool
list_all(const Listing *listing, ContentEmit emit, void *data, GError **error)
{
	g_auto(Page) page = { 0, NULL, NULL };

	for (uint64_t start = 0; start < OBJECTS_MAX;) {
		g_autoptr(AvuRemoteAnswer) answer = fetch_page(listing, start, PAGE, error);
		g_autoptr(AvuDidl) didl =
			answer != NULL ? parse_result(listing, answer, error) : NULL;

		if (didl == NULL) {
			return false;
		}
		if (turn_page(&page, didl)) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
				"\"%s\" lists the same objects again and again",
				avu_remote_device_get_name(listing->place->server));
			return false;
		}
		const size_t n = avu_didl_get_n(didl);
		const uint64_t total = answer_number(answer, "TotalMatches");

		for (size_t i = 0; i < n; i++) {
			if (!emit(avu_didl_get(didl, i), data)) {
				return true;
			}
		}
		/* NumberReturned counts what the server meant to send, n what could be read. */
		start += MAX(answer_number(answer, "NumberReturned"), n);
		/* A total of 0 beside objects: the server could not count (CDS 2.7.4.2). */
		if (n == 0 || (total > 0 && start >= total)) {
			return true;
		}
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "\"%s\" lists more than %d objects",
		avu_remote_device_get_name(listing->place->server), OBJECTS_MAX);
	return false;
}

bool
content_browse(Session *session, const ContentPlace *place, const char *filter, ContentEmit emit,
	void *data, GError **error)
{
	const Listing listing = { session, place, "Browse", "ObjectID", "BrowseFlag",
		"BrowseDirectChildren", filter };

	return list_all(&listing, emit, data, error);
}

bool
content_search(Session *session, const ContentPlace *place, const char *criteria,
	const char *filter, ContentEmit emit, void *data, GError **error)
{
	const Listing listing = { session, place, "Search", "ContainerID", "SearchCriteria",
		criteria, filter };

	return list_all(&listing, emit, data, error);
}

AvuDidl *
content_get(Session *session, const ContentPlace *place, char **ret_text, GError **error)
{
	const Listing listing = { session, place, "Browse", "ObjectID", "BrowseFlag",
		"BrowseMetadata", "*" };
	g_autoptr(AvuRemoteAnswer) answer = fetch_page(&listing, 0, 0, error);
	g_autoptr(AvuDidl) didl = answer != NULL ? parse_result(&listing, answer, error) : NULL;

	if (didl == NULL) {
		return NULL;
	}
	if (avu_didl_get_n(didl) != 1) {
		g_autofree char *id = avu_text_for_display(place->id, 64);

		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"\"%s\" says nothing of object %s",
			avu_remote_device_get_name(place->server), id);
		return NULL;
	}
	if (ret_text != NULL) {
		*ret_text = g_strdup(avu_remote_answer_get(answer, "Result"));
	}
	return g_steal_pointer(&didl);
}

static bool
add_candidate(const AvuObject *object, void *data)
{
	avu_title_matcher_add(data, object);
	return true;
}

/* From the root down, one title at a time. */
static bool
walk(Session *session, ContentPlace *place, char *const *titles, GError **error)
{
	const char *where = avu_remote_device_get_name(place->server);

	for (size_t i = 0; titles[i] != NULL; i++) {
		g_autoptr(AvuTitleMatcher) matcher = avu_title_matcher_new(titles[i]);

		if (!content_browse(session, place, "dc:title", add_candidate, matcher, error)) {
			return false;
		}
		const char *id = avu_title_matcher_finish(matcher, where, error);

		if (id == NULL) {
			return false;
		}
		g_free(place->id);
		place->id = g_strdup(id);
		where = titles[i];
	}
	return true;
}

/* NULL without error: the operand is an object id (or none was given). */
static AvuObjectPath *
parse_operand(const char *operand, const char *server, GError **error)
{
	if (operand == NULL || !avu_object_path_looks_like(operand)) {
		return NULL;
	}
	g_autoptr(AvuObjectPath) path = avu_object_path_parse(operand, error);

	if (path != NULL && path->device == NULL) {
		path->device = g_strdup(server);
	}
	return g_steal_pointer(&path);
}

/* -s goes before the server that a path begins with: a URL there needs no discovery. */
static const char *
wanted_server(const AvuObjectPath *path, const char *server)
{
	return server != NULL || path == NULL ? server : path->device;
}

/* With -s the path may still say whose it is, but then it must be that one. */
static bool
check_server(
	const AvuRemoteDevice *found, const AvuObjectPath *path, const char *server, GError **error)
{
	DeviceLabel label = {
		.name = avu_remote_device_get_name(found),
		.udn = avu_remote_device_get_udn(found),
		.address = avu_remote_device_get_address(found),
	};

	if (server == NULL || path == NULL || path->device == NULL ||
		strcmp(path->device, server) == 0 ||
		device_name_match(&label, path->device) != DEVICE_NAME_NONE) {
		return true;
	}
	g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
		"the path is on \"%s\", but -s names \"%s\"; leave one of them out", path->device,
		label.name);
	return false;
}

bool
content_prepare(Session *session, const char *operand, const char *server, GError **error)
{
	g_autoptr(GError) bad = NULL;
	g_autoptr(AvuObjectPath) path = parse_operand(operand, server, &bad);

	if (bad != NULL) {
		g_propagate_error(error, g_steal_pointer(&bad));
		return false;
	}
	return finder_prepare(session, AVU_DEVICE_SERVER, wanted_server(path, server), error);
}

bool
content_find_id(Session *session, const char *id, const char *server, ContentPlace *ret_place,
	GError **error)
{
	AvuRemoteDevice *found = finder_find(session, AVU_DEVICE_SERVER, server, error);

	if (found != NULL) {
		*ret_place = (ContentPlace){ found, g_strdup(id) };
	}
	return found != NULL;
}

bool
content_find(Session *session, const char *operand, const char *server, ContentPlace *ret_place,
	GError **error)
{
	static char *const nothing[] = { NULL };
	g_autoptr(GError) bad = NULL;
	g_autoptr(AvuObjectPath) path = parse_operand(operand, server, &bad);
	g_auto(ContentPlace) place = { NULL, NULL };

	if (bad != NULL) {
		g_propagate_error(error, g_steal_pointer(&bad));
		return false;
	}
	place.server = finder_find(session, AVU_DEVICE_SERVER, wanted_server(path, server), error);
	if (place.server == NULL || !check_server(place.server, path, server, error)) {
		return false;
	}
	place.id = g_strdup(path == NULL && operand != NULL ? operand : CONTENT_ROOT);
	if (!walk(session, &place, path != NULL ? path->titles : nothing, error)) {
		return false;
	}
	*ret_place = place;
	place = (ContentPlace){ NULL, NULL };
	return true;
}
