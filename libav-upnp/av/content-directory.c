/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ContentDirectory over a content store: arguments in, rows out, straight into the reply.
 *
 * Handlers run on the threads of the connections, several at once, and touch nothing but the store
 * (which is made for that) and constants; _new, _changed and _free belong to the main context's thread.
 * Limits: AVU_LIMIT_BROWSE_ROWS rows, REPLY_MAX octets per answer. */
#include <string.h>

#include <av-upnp/content-directory.h>
#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#define ROOT_ID "0"
#define NO_OBJECT 701

/* Half of what a control point of ours would take: a page of rows with sixteen resources each ends
 * before its number of rows does, and NumberReturned says so. */
#define REPLY_MAX (AVU_LIMIT_SOAP_ANSWER / 2)

struct AvuContentDirectory {
	const AvuContentStore *store;
	void *self;
	AvuVariables *variables;
};

/* Rows on their way into the reply. */
typedef struct {
	AvuXmlWriter *writer;
	const AvuFilter *filter;
	uint32_t wanted, returned;
} Page;

typedef struct {
	AvuContentQuery query;
	const AvuQuery *criteria; /* Search only */
	const AvuFilter *filter;
} Question;

typedef bool (*Ask)(const AvuContentDirectory *directory, const Question *question, Page *page,
	AvuContentResult *ret_result, GError **error);

static void
emit(const AvuObject *object, void *data)
{
	Page *page = data;

	if (page->returned == page->wanted || avu_xml_writer_get_size(page->writer) > REPLY_MAX) {
		return;
	}
	avu_didl_write(page->writer, object, page->filter);
	page->returned++;
}

static bool
ask_object(const AvuContentDirectory *directory, const Question *question, Page *page,
	AvuContentResult *ret_result, GError **error)
{
	if (!directory->store->get_object(
		    directory->self, &question->query, emit, page, ret_result, error)) {
		return false;
	}
	if (page->returned != 1) {
		g_set_error(error, AVU_UPNP_ERROR, NO_OBJECT, "no object '%s'",
			question->query.object_id);
		return false;
	}
	ret_result->total = 1;
	return true;
}

static bool
ask_children(const AvuContentDirectory *directory, const Question *question, Page *page,
	AvuContentResult *ret_result, GError **error)
{
	return directory->store->get_children(
		directory->self, &question->query, emit, page, ret_result, error);
}

static bool
ask_search(const AvuContentDirectory *directory, const Question *question, Page *page,
	AvuContentResult *ret_result, GError **error)
{
	return directory->store->search(directory->self, &question->query, question->criteria, emit,
		page, ret_result, error);
}

/* Resources are named at the address where the control point reached us: on a host with two
 * interfaces the other one may be out of its reach. */
static char *
base_url(const AvuCall *call)
{
	const AvuAddress *local = avu_call_get_local(call);
	g_autofree char *host = avu_address_format(local);

	return g_strdup_printf("http://%s:%u", host, local->port);
}

static bool
answer(AvuCall *call, const AvuContentDirectory *directory, Ask ask, Question *question,
	GError **error)
{
	g_autofree char *url = base_url(call);
	AvuContentResult result = { 0 };
	Page page = { .filter = question->filter, .wanted = question->query.count };

	question->query.base_url = url;
	page.writer = avu_call_reply_begin_document(call, "Result");
	avu_didl_begin(page.writer);
	if (!ask(directory, question, &page, &result, error)) {
		return false; /* the unfinished reply is thrown away */
	}
	avu_didl_end(page.writer);
	avu_call_reply_end_document(call);
	avu_call_reply_ui4(call, "NumberReturned", page.returned);
	avu_call_reply_ui4(call, "TotalMatches", result.total);
	/* Version 1 counts the root's changes by SystemUpdateID. */
	avu_call_reply_ui4(call, "UpdateID",
		strcmp(question->query.object_id, ROOT_ID) == 0
			? directory->store->get_system_update_id(directory->self)
			: result.update_id);
	return true;
}

/* 0 is all, which we answer in pages. */
static uint32_t
rows_for(uint32_t requested)
{
	return requested == 0 ? AVU_LIMIT_BROWSE_ROWS : MIN(requested, AVU_LIMIT_BROWSE_ROWS);
}

static bool
browse(AvuCall *call, void *object, GError **error)
{
	const bool metadata = strcmp(avu_call_string(call, "BrowseFlag"), "BrowseMetadata") == 0;
	g_autoptr(AvuFilter) filter = avu_filter_parse(avu_call_string(call, "Filter"));
	Question question = {
		.query = { .object_id = avu_call_string(call, "ObjectID"),
			.start = avu_call_ui4(call, "StartingIndex"),
			.count = metadata ? 1 : rows_for(avu_call_ui4(call, "RequestedCount")) },
		.filter = filter,
	};

	if (metadata && question.query.start != 0) {
		g_set_error(error, AVU_UPNP_ERROR, AVU_UPNP_INVALID_ARGS,
			"StartingIndex is %u, and BrowseMetadata has one answer",
			question.query.start);
		return false;
	}
	if (!avu_sort_parse(avu_call_string(call, "SortCriteria"),
		    &((const AvuContentDirectory *)object)->store->sort_properties,
		    question.query.sort, &question.query.n_sort, error)) {
		return false;
	}
	return answer(call, object, metadata ? ask_object : ask_children, &question, error);
}

static bool
search(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;
	g_autoptr(AvuFilter) filter = avu_filter_parse(avu_call_string(call, "Filter"));
	g_autoptr(AvuQuery) criteria = avu_query_parse(avu_call_string(call, "SearchCriteria"),
		&directory->store->search_properties, error);
	Question question = {
		.query = { .object_id = avu_call_string(call, "ContainerID"),
			.start = avu_call_ui4(call, "StartingIndex"),
			.count = rows_for(avu_call_ui4(call, "RequestedCount")) },
		.criteria = criteria,
		.filter = filter,
	};

	if (criteria == NULL || !avu_sort_parse(avu_call_string(call, "SortCriteria"),
					&directory->store->sort_properties, question.query.sort,
					&question.query.n_sort, error)) {
		return false;
	}
	return answer(call, directory, ask_search, &question, error);
}

static bool
get_system_update_id(AvuCall *call, void *object, GError **error)
{
	const AvuContentDirectory *directory = object;

	(void)error;
	/* Not the variable: its events are moderated, an answer is not. */
	avu_call_reply_ui4(call, "Id", directory->store->get_system_update_id(directory->self));
	return true;
}

/* What the variables say. */
static bool
get_variables(AvuCall *call, void *object, GError **error)
{
	(void)call;
	(void)object;
	(void)error;
	return true;
}

#define ALWAYS_BOUND                                                                          \
	{ "GetSearchCapabilities", get_variables }, { "GetSortCapabilities", get_variables }, \
		{ "GetSystemUpdateID", get_system_update_id },                                \
	{                                                                                     \
		"Browse", browse                                                              \
	}

static const AvuBinding without_search[] = { ALWAYS_BOUND, { NULL, NULL } };
static const AvuBinding with_search[] = { ALWAYS_BOUND, { "Search", search }, { NULL, NULL } };

AvuContentDirectory *
avu_content_directory_new(AvuDeviceHost *host, const AvuContentStore *store, void *self)
{
	AvuContentDirectory *directory = g_new0(AvuContentDirectory, 1);
	const bool searches = store->search != NULL;
	g_autofree char *search_by =
		searches ? avu_property_set_format(&store->search_properties) : g_strdup("");
	g_autofree char *sort_by = avu_property_set_format(&store->sort_properties);

	directory->store = store;
	directory->self = self;
	directory->variables = avu_service_get_variables(avu_device_host_add_service(host,
		&avu_service_content_directory, 1, searches ? with_search : without_search,
		AVU_SERVICE_ANY_THREAD, directory));
	avu_variables_set(directory->variables, 0, NULL, "SearchCapabilities", search_by);
	avu_variables_set(directory->variables, 0, NULL, "SortCapabilities", sort_by);
	avu_content_directory_changed(directory);
	return directory;
}

void
avu_content_directory_free(AvuContentDirectory *directory)
{
	g_free(directory);
}

void
avu_content_directory_changed(AvuContentDirectory *directory)
{
	avu_variables_set_int(directory->variables, 0, NULL, "SystemUpdateID",
		directory->store->get_system_update_id(directory->self));
}
