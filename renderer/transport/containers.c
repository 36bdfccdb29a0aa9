/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers of servers as lists. The server is found by its UDN, then its children are asked for page by
 * page, those of containers in their place as deep as the URI says.
 *
 * Main context's thread. Limits: list-items.h, READS_MAX at once; for one container FIND_NS to find
 * its server, BROWSES_MAX calls and READ_NS; answers by AVU_LIMIT_SOAP_ANSWER and AVU_LIMIT_DIDL_OBJECTS. */
#include <string.h>

#include <av-upnp/cursor.h>
#include <av-upnp/didl.h>
#include <av-upnp/discovery.h>
#include <av-upnp/error.h>
#include <av-upnp/loop.h>
#include <av-upnp/registry.h>

#include "containers.h"

#define READS_MAX 8
#define BROWSES_MAX 200
#define PAGE 200
#define FIND_NS (10 * AVU_NS_PER_S)
#define READ_NS (25 * AVU_NS_PER_S)
#define SEARCH_S 2
/* Control points send one container after the other; looking for servers costs a process per interface. */
#define LINGER_NS (60 * AVU_NS_PER_S)
#define NO_SUCH_SORT 709

struct Containers {
	AvuSupervisor *supervisor;
	AvuInterfaceWatch *watch;
	AvuFetcher *fetcher;
	AvuRegistry *registry; /* NULL: nobody is looked for */
	AvuDiscovery *discovery;
	AvuTimer *linger;
	GPtrArray *reads; /* ContainerRead */
};

/* What is still to be done, the next thing last. */
typedef struct {
	char *object_id;
	uint32_t start; /* of the children */
	uint32_t depth; /* 0: the container itself */
	/* instead of all that: an item that waits for its place */
	AvuDidl *page; /* owned by the step */
	size_t from;   /* next object of the page */
} Step;

struct ContainerRead {
	Containers *owner;
	PlayContainer *target;
	ListKind kind;
	char *sink;
	ContainerDone done;
	void *user_data;
	AvuTimer *timer;
	bool timed;              /* it stands for FIND_NS or READ_NS */
	AvuRemoteDevice *device; /* NULL: not found yet */
	AvuRemoteCall *call;
	GArray *steps; /* Step */
	unsigned n_browses;
	bool unsorted; /* the server does not know the order that was asked for */
	bool first_found;
	ListItems *items;
};

static void
clear_step(void *data)
{
	Step *step = data;

	g_free(step->object_id);
	avu_didl_free(step->page);
}

static void
read_free(ContainerRead *read)
{
	(void)g_ptr_array_remove_fast(read->owner->reads, read);
	avu_remote_call_cancel(read->call);
	avu_remote_device_unref(read->device);
	avu_timer_free(read->timer);
	g_array_unref(read->steps);
	list_items_free(read->items);
	play_container_free(read->target);
	g_free(read->sink);
	g_free(read);
}

static void
finish(ContainerRead *read, const GError *error)
{
	g_autoptr(GError) nothing = NULL;

	if (error == NULL && read->items->items->len == 0) {
		nothing = g_error_new_literal(AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"there is nothing in it that can be played");
		error = nothing;
	}
	read->done(error == NULL ? g_steal_pointer(&read->items) : NULL, error, read->user_data);
	read_free(read);
}

/* ---- asking */

static void go_on(ContainerRead *read);

static void
push(ContainerRead *read, const char *object_id, uint32_t start, uint32_t depth)
{
	const Step step = { .object_id = g_strdup(object_id), .start = start, .depth = depth };

	g_array_append_val(read->steps, step);
}

static void
take_page(ContainerRead *read, AvuRemoteAnswer *answer, const char *object_id, uint32_t from,
	uint32_t depth)
{
	const char *result = avu_remote_answer_get(answer, "Result");
	AvuDidl *page = avu_didl_parse(result, strlen(result), NULL);
	const size_t n = page != NULL ? avu_didl_get_n(page) : 0;
	uint64_t total = 0;

	/* some servers say 0, not knowing: then a page that is not full is the last */
	(void)avu_parse_uint(avu_remote_answer_get(answer, "TotalMatches"), UINT32_MAX, &total);
	if (read->kind == LIST_CONTAINER && n > 0 && (total == 0 ? n == PAGE : from + n < total)) {
		push(read, object_id, from + (uint32_t)n, depth);
	}
	if (page != NULL) {
		const Step step = { .start = from, .depth = depth, .page = page };

		g_array_append_val(read->steps, step);
	}
}

static void
browsed(AvuRemoteAnswer *answer, const GError *error, void *user_data)
{
	ContainerRead *read = user_data;
	Step *last = &g_array_index(read->steps, Step, read->steps->len - 1);

	read->call = NULL;
	if (error != NULL && g_error_matches(error, AVU_UPNP_ERROR, NO_SUCH_SORT) &&
		!read->unsorted) {
		read->unsorted = true;
		go_on(read);
		return;
	}
	/* what is deeper down, or comes late, is no reason to play nothing */
	if (error != NULL && read->items->items->len == 0 && last->depth == 0) {
		finish(read, error);
		return;
	}
	const uint32_t from = last->start, depth = last->depth;
	g_autofree char *object_id = g_steal_pointer(&last->object_id);

	g_array_set_size(read->steps, read->steps->len - 1);
	if (error == NULL) {
		take_page(read, answer, object_id, from, depth);
	}
	go_on(read);
}

static void
browse(ContainerRead *read, const Step *step)
{
	const bool metadata = read->kind == LIST_SINGLE;
	g_autofree char *start = g_strdup_printf("%u", step->start);
	g_autofree char *count = g_strdup_printf("%u", metadata ? 0 : PAGE);
	const char *const arguments[] = { "ObjectID", step->object_id, "BrowseFlag",
		metadata ? "BrowseMetadata" : "BrowseDirectChildren", "Filter", "*",
		"StartingIndex", start, "RequestedCount", count, "SortCriteria",
		read->unsorted || metadata ? "" : read->target->sort, NULL };
	g_autoptr(GError) error = NULL;

	read->n_browses++;
	read->call = avu_remote_call(read->device, read->owner->fetcher,
		&avu_service_content_directory, "Browse", arguments, 0, browsed, read, &error);
	if (read->call == NULL) {
		finish(read, error);
	}
}

/* ---- what came */

static void
note_first(ContainerRead *read, const AvuObject *object, uint32_t index, uint32_t depth)
{
	const PlayContainer *target = read->target;

	if (depth > 0 || read->first_found) {
		return;
	}
	read->first_found =
		target->first_id != NULL && g_strcmp0(target->first_id, object->id) == 0;
	if (read->first_found || index == target->first_index) {
		read->items->first = read->items->items->len;
	}
}

/* @return false: a container comes first, or the page is over */
static bool
take_object(ContainerRead *read)
{
	Step *step = &g_array_index(read->steps, Step, read->steps->len - 1);

	if (step->from >= avu_didl_get_n(step->page)) {
		g_array_set_size(read->steps, read->steps->len - 1);
		return false;
	}
	const AvuObject *object = avu_didl_get(step->page, step->from);

	note_first(read, object, step->start + (uint32_t)step->from, step->depth);
	step->from++;
	if (!object->container) {
		(void)list_items_add_object(read->items, object, read->sink, NULL);
		return true;
	}
	if (step->depth < read->target->depth && object->id != NULL) {
		push(read, object->id, 0, step->depth + 1);
	}
	return false;
}

static void
go_on(ContainerRead *read)
{
	while (read->steps->len > 0 && !list_items_is_full(read->items)) {
		const Step *step = &g_array_index(read->steps, Step, read->steps->len - 1);

		if (step->page == NULL) {
			if (read->n_browses >= BROWSES_MAX) {
				break;
			}
			browse(read, step);
			return;
		}
		while (take_object(read)) {
		}
	}
	finish(read, NULL);
}

/* ---- finding the server */

/* "uuid:" is left out by some. */
static bool
is_same_udn(const char *a, const char *b)
{
	a += g_ascii_strncasecmp(a, "uuid:", 5) == 0 ? 5 : 0;
	b += g_ascii_strncasecmp(b, "uuid:", 5) == 0 ? 5 : 0;
	return g_ascii_strcasecmp(a, b) == 0;
}

static void
start(ContainerRead *read, AvuRemoteDevice *device)
{
	read->device = avu_remote_device_ref(device);
	read->timed = true;
	avu_timer_set(read->timer, READ_NS);
	push(read, read->target->object_id, 0, 0);
	go_on(read);
}

static void
appeared(AvuRemoteDevice *device, void *user_data)
{
	Containers *containers = user_data;
	g_autoptr(GPtrArray) waiting = g_ptr_array_new();

	for (guint i = 0; i < containers->reads->len; i++) {
		ContainerRead *read = containers->reads->pdata[i];

		if (read->device == NULL &&
			is_same_udn(read->target->udn, avu_remote_device_get_udn(device))) {
			g_ptr_array_add(waiting, read);
		}
	}
	for (guint i = 0; i < waiting->len; i++) {
		start(waiting->pdata[i], device);
	}
}

static void
on_linger(void *data)
{
	Containers *containers = data;

	if (containers->reads->len > 0) {
		avu_timer_set(containers->linger, LINGER_NS);
		return;
	}
	g_clear_pointer(&containers->discovery, avu_discovery_free);
	g_clear_pointer(&containers->registry, avu_registry_free);
}

static void
look_for(Containers *containers, const char *udn)
{
	static const AvuRegistryListener listener = { .appeared = appeared };
	g_autofree char *target = g_ascii_strncasecmp(udn, "uuid:", 5) == 0
					  ? g_strdup(udn)
					  : g_strconcat("uuid:", udn, NULL);

	if (containers->registry == NULL) {
		containers->registry = avu_registry_new(containers->fetcher, &listener, containers);
		containers->discovery = avu_discovery_new(containers->supervisor, containers->watch,
			avu_registry_get_discovery_listener(), containers->registry);
	}
	avu_timer_set(containers->linger, LINGER_NS);
	avu_discovery_search(containers->discovery, target, SEARCH_S);
}

static void
give_up(ContainerRead *read)
{
	g_autoptr(GError) error = g_error_new(AVU_ERROR, AVU_ERROR_TIMEOUT, "%s",
		read->device == NULL ? "the server it names is not there"
				     : "the server takes too long");

	finish(read, read->items->items->len > 0 ? NULL : error); /* as far as it came */
}

/* At first at once, for a server that is known already, then when it has taken too long. */
static void
on_timer(void *data)
{
	ContainerRead *read = data;
	g_autoptr(GPtrArray) known = avu_registry_list(read->owner->registry);

	if (read->timed) {
		give_up(read);
		return;
	}
	read->timed = true;
	avu_timer_set(read->timer, FIND_NS);
	for (guint i = 0; i < known->len; i++) {
		if (is_same_udn(read->target->udn, avu_remote_device_get_udn(known->pdata[i]))) {
			start(read, known->pdata[i]);
			return;
		}
	}
}

/* ---- life */

ContainerRead *
containers_read(Containers *containers, const char *uri, ListKind kind, const char *sink,
	ContainerDone done, void *user_data, GError **error)
{
	PlayContainer *target = play_container_parse(uri, error);

	if (target == NULL) {
		return NULL;
	}
	if (containers->reads->len >= READS_MAX) {
		play_container_free(target);
		g_set_error_literal(
			error, AVU_ERROR, AVU_ERROR_BUSY, "too many lists are being read");
		return NULL;
	}
	ContainerRead *read = g_new0(ContainerRead, 1);

	*read = (ContainerRead){ .owner = containers,
		.target = target,
		.kind = kind,
		.sink = g_strdup(sink),
		.done = done,
		.user_data = user_data,
		.steps = g_array_new(FALSE, FALSE, sizeof(Step)),
		.items = list_items_new() };
	g_array_set_clear_func(read->steps, clear_step);
	g_ptr_array_add(containers->reads, read);
	look_for(containers, target->udn);
	read->timer = avu_timer_new(NULL, 0, on_timer, read);
	return read;
}

void
container_read_cancel(ContainerRead *read)
{
	read_free(read);
}

Containers *
containers_new(AvuSupervisor *supervisor, AvuInterfaceWatch *watch, AvuFetcher *fetcher)
{
	Containers *containers = g_new0(Containers, 1);

	containers->supervisor = supervisor;
	containers->watch = watch;
	containers->fetcher = fetcher;
	containers->reads = g_ptr_array_new();
	containers->linger = avu_timer_new(NULL, AVU_TIME_NONE, on_linger, containers);
	return containers;
}

void
containers_interfaces_changed(Containers *containers)
{
	if (containers->discovery != NULL) {
		avu_discovery_interfaces_changed(containers->discovery);
	}
}

void
containers_free(Containers *containers)
{
	if (containers == NULL) {
		return;
	}
	while (containers->reads->len > 0) {
		read_free(containers->reads->pdata[containers->reads->len - 1]);
	}
	avu_discovery_free(containers->discovery);
	avu_registry_free(containers->registry);
	avu_timer_free(containers->linger);
	g_ptr_array_unref(containers->reads);
	g_free(containers);
}
