/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Browse and Search: arguments in, rows out, straight into the reply.
 *
 * Handlers run on the threads of the connections, several at once, and touch nothing but the store
 * (which is made for that) and constants. Limits: AVU_LIMIT_BROWSE_ROWS rows, REPLY_MAX octets per
 * answer. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/limits.h>

#include "content-private.h"

/* Half of what a control point of ours would take: a page of rows with sixteen resources each ends
 * before its number of rows does, and NumberReturned says so. */
#define REPLY_MAX (AVU_LIMIT_SOAP_ANSWER / 2)

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
		g_set_error(error, AVU_UPNP_ERROR, CONTENT_NO_OBJECT, "no object '%s'",
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

uint32_t
content_update_id(const AvuCall *call, const AvuContentDirectory *directory,
	const AvuContentQuery *query, const AvuContentResult *result)
{
	/* From version 3 on always SystemUpdateID; the root's changes count by it in every version.
	 * @clause ContentDirectory:1 2.7.4.2, ContentDirectory:3 2.4.7 */
	return avu_call_get_version(call) >= 3 || strcmp(query->object_id, CONTENT_ROOT_ID) == 0
		       ? directory->store->get_system_update_id(directory->self)
		       : result->update_id;
}

static bool
answer(AvuCall *call, const AvuContentDirectory *directory, Ask ask, Question *question,
	GError **error)
{
	g_autofree char *url = content_base_url(call);
	AvuContentResult result = { 0 };
	Page page = { .filter = question->filter, .wanted = question->query.count };

	question->query.base_url = url;
	question->query.call = call;
	question->query.all_addresses = avu_filter_wants_all_addresses(question->filter);
	page.writer = avu_call_reply_begin_document(call, "Result");
	avu_didl_begin_as(page.writer, directory->store->get_style != NULL
					       ? directory->store->get_style(directory->self, call)
					       : 0);
	if (!ask(directory, question, &page, &result, error)) {
		return false; /* the unfinished reply is thrown away */
	}
	avu_didl_end(page.writer);
	avu_call_reply_end_document(call);
	avu_call_reply_ui4(call, "NumberReturned", page.returned);
	avu_call_reply_ui4(call, "TotalMatches", result.total);
	avu_call_reply_ui4(
		call, "UpdateID", content_update_id(call, directory, &question->query, &result));
	return true;
}

/* 0 is all, which we answer in pages. */
static uint32_t
rows_for(uint32_t requested)
{
	return requested == 0 ? AVU_LIMIT_BROWSE_ROWS : MIN(requested, AVU_LIMIT_BROWSE_ROWS);
}

bool
content_browse(AvuCall *call, void *object, GError **error)
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

bool
content_search(AvuCall *call, void *object, GError **error)
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
