/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who reads which list. Main context's thread. */
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/protocol-info.h>
#include <av-upnp/text.h>

#include "containers.h"
#include "documents.h"
#include "lists.h"
#include "pushed.h"

#define AVT_CONTENT_BUSY 715
#define AVT_RESOURCE_NOT_FOUND 716
#define URI_SHOWN 120

struct Lists {
	Documents *documents;
	Containers *containers;
	char *sink;
};

typedef struct {
	char *uri;
	AvuTransportListRead done;
	void *user_data;
	Document *document; /* one of the two */
	ContainerRead *container;
} Job;

static void
job_free(Job *job)
{
	g_free(job->uri);
	g_free(job);
}

static void
job_done(ListItems *take_items, const GError *error, void *user_data)
{
	Job *job = user_data;
	g_autoptr(ListItems) items = take_items;

	if (error != NULL) {
		g_autofree char *shown = avu_text_for_display(job->uri, URI_SHOWN);

		g_message("list '%s': %s", shown, error->message);
		job->done(NULL, 0, 0, error, job->user_data);
	} else {
		job->done((const AvuTransportItem *)(const void *)items->items->data,
			items->items->len, items->first, NULL, job->user_data);
	}
	job_free(job);
}

static bool
lists_is_list(const char *uri, const char *protocol_info, void *self)
{
	(void)self;
	return list_kind_of(uri, protocol_info) != LIST_NONE;
}

static char *
dup_mime(const char *protocol_info)
{
	g_autoptr(AvuProtocolInfo) info =
		protocol_info != NULL
			? avu_protocol_info_parse(protocol_info, strlen(protocol_info), NULL)
			: NULL;

	return info != NULL ? g_strdup(avu_protocol_info_get_mime(info)) : NULL;
}

static void
start(Lists *lists, Job *job, ListKind kind, const char *protocol_info, GError **error)
{
	g_autofree char *mime = dup_mime(protocol_info);

	if (kind == LIST_PLAYLIST || kind == LIST_DIDL) {
		job->document = documents_read(
			lists->documents, job->uri, kind, mime, lists->sink, job_done, job, error);
	} else {
		job->container = containers_read(
			lists->containers, job->uri, kind, lists->sink, job_done, job, error);
	}
}

static void *
lists_read(const char *uri, const char *metadata, const char *protocol_info,
	AvuTransportListRead done, void *user_data, void *self, GError **error)
{
	g_autoptr(GError) problem = NULL;
	Job *job = g_new0(Job, 1);

	(void)metadata;
	*job = (Job){ .uri = g_strdup(uri), .done = done, .user_data = user_data };
	start(self, job, list_kind_of(uri, protocol_info), protocol_info, &problem);
	if (problem != NULL) {
		g_set_error_literal(error, AVU_UPNP_ERROR,
			g_error_matches(problem, AVU_ERROR, AVU_ERROR_BUSY)
				? AVT_CONTENT_BUSY
				: AVT_RESOURCE_NOT_FOUND,
			problem->message);
		job_free(job);
		return NULL;
	}
	return job;
}

static void
lists_cancel(void *data, void *self)
{
	Job *job = data;

	(void)self;
	if (job->document != NULL) {
		document_cancel(job->document);
	} else {
		container_read_cancel(job->container);
	}
	job_free(job);
}

static bool
lists_read_text(const char *text, const char *mime, const char *start_id, AvuTransportListRead done,
	void *user_data, void *self, GError **error)
{
	g_autoptr(ListItems) items =
		pushed_read(text, mime, start_id, ((Lists *)self)->sink, error);

	if (items != NULL) {
		done((const AvuTransportItem *)(const void *)items->items->data, items->items->len,
			items->first, NULL, user_data);
	}
	return items != NULL;
}

const AvuTransportLists *
lists_get_functions(void)
{
	static const AvuTransportLists functions = {
		.is_list = lists_is_list,
		.read = lists_read,
		.cancel = lists_cancel,
		.read_text = lists_read_text,
		.text_types = pushed_types,
		.stream_types = pushed_stream_types,
	};

	return &functions;
}

Lists *
lists_new(AvuSupervisor *supervisor, AvuInterfaceWatch *watch, AvuFetcher *fetcher,
	const AvuAddressPolicy *media)
{
	Lists *lists = g_new0(Lists, 1);

	lists->documents = documents_new(media);
	lists->containers = containers_new(supervisor, watch, fetcher);
	lists->sink = g_strdup("");
	return lists;
}

void
lists_free(Lists *lists)
{
	if (lists != NULL) {
		documents_free(lists->documents);
		containers_free(lists->containers);
		g_free(lists->sink);
		g_free(lists);
	}
}

void
lists_set_sink(Lists *lists, const char *protocols)
{
	g_free(lists->sink);
	lists->sink = g_strdup(protocols);
}

void
lists_interfaces_changed(Lists *lists)
{
	containers_interfaces_changed(lists->containers);
}
