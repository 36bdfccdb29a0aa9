/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subtitles or cover of a track: fetched by the rules of media (SEC-183), kept as a memfd, so that a new
 * media process gets them again. Nothing of them is looked at here. Main thread. */

#include <sys/mman.h>
#include <unistd.h>

#include <av-upnp/text.h>

#include "attachment.h"

#define ATTACHMENT_NS (15 * AVU_NS_PER_S)
#define ATTACHMENT_REDIRECTS 3
#define ATTACHMENT_URI_SHOWN 120

struct Attachment {
	MediaAttachment kind;
	char *uri;
	AvuFetch *fetch; /* NULL: it is over */
	int fd;
	int64_t bytes;
	void (*done)(Attachment *attachment, void *user_data);
	void *user_data;
};

static bool
attachment_keep(Attachment *attachment, const char *body, size_t len)
{
	int fd = memfd_create("attachment", MFD_CLOEXEC);

	if (fd < 0 || write(fd, body, len) != (ssize_t)len) {
		if (fd >= 0) {
			(void)close(fd);
		}
		return false;
	}
	attachment->fd = fd;
	attachment->bytes = (int64_t)len;
	return true;
}

static void
attachment_on_answer(const AvuFetchAnswer *answer, const GError *error, void *user_data)
{
	Attachment *attachment = user_data;
	g_autofree char *uri = avu_text_for_display(attachment->uri, ATTACHMENT_URI_SHOWN);

	attachment->fetch = NULL;
	if (answer == NULL) {
		g_message("'%s', which belongs to a track, cannot be had: %s", uri, error->message);
	} else if (answer->status != 200 || answer->body_len == 0) {
		g_message("'%s', which belongs to a track, cannot be had: status %u", uri,
			answer->status);
	} else if (attachment_keep(attachment, answer->body, answer->body_len)) {
		attachment->done(attachment, attachment->user_data);
	}
}

Attachment *
attachment_new(AvuFetcher *fetcher, MediaAttachment kind, const char *uri,
	void (*done)(Attachment *attachment, void *user_data), void *user_data)
{
	Attachment *attachment = g_new0(Attachment, 1);
	const AvuFetchRequest request = {
		.method = "GET",
		.url = uri,
		.max_answer = media_attachment_max(kind),
		.timeout_ns = ATTACHMENT_NS,
		.redirects = ATTACHMENT_REDIRECTS,
	};

	attachment->kind = kind;
	attachment->uri = g_strdup(uri);
	attachment->fd = -1;
	attachment->done = done;
	attachment->user_data = user_data;
	attachment->fetch = avu_fetch(fetcher, &request, attachment_on_answer, attachment);
	return attachment;
}

void
attachment_free(Attachment *attachment)
{
	if (attachment == NULL) {
		return;
	}
	if (attachment->fetch != NULL) {
		avu_fetch_cancel(attachment->fetch);
	}
	if (attachment->fd >= 0) {
		(void)close(attachment->fd);
	}
	g_free(attachment->uri);
	g_free(attachment);
}

MediaAttachment
attachment_get_kind(const Attachment *attachment)
{
	return attachment->kind;
}

int
attachment_get_fd(const Attachment *attachment, int64_t *ret_bytes)
{
	*ret_bytes = attachment->bytes;
	return attachment->fd;
}
