/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library's thread says: to the main thread by mailbox, to people by the log. */
#include <av-upnp/clock.h>

#include "mediaserver/library/library-private.h"

/* A folder of ten thousand broken files needs no ten thousand lines twice. */
#define COMPLAINTS_MAX 10000
#define PROGRESS_NS (250 * AVU_NS_PER_MS)
#define LOG_NS (5 * AVU_NS_PER_S)
/* Kernel and we both keep notices: theirs are fewer */
#define NOTICES_NS (100 * AVU_NS_PER_MS)

void
library_complain(Library *library, const DiskFolder *folder, const char *name, const char *what)
{
	g_autofree char *shown = disk_folder_name_for_display(folder, name);

	if (g_hash_table_size(library->complained) < COMPLAINTS_MAX &&
		g_hash_table_add(library->complained, g_strdup(shown))) {
		g_warning("%s: %s", shown, what);
	}
}

void
library_tell_link(Library *library, const DiskFolder *folder, const char *name)
{
	g_autofree char *shown = NULL;

	if (!library->told_links) {
		library->told_links = true;
		shown = disk_folder_name_for_display(folder, name);
		g_message("%s: a symbolic link, and these are not followed; share what they point "
			  "to by its own path",
			shown);
	}
}

static void
run_changed(void *data)
{
	Library *library = data;

	library->listener.changed(library->user_data);
}

void
library_tell_changed(Library *library)
{
	avu_mailbox_post(library->spec.mailbox, run_changed, library, NULL);
}

typedef struct {
	Library *library;
	LibraryReport report;
	char *summary;
	Progress progress;
} Message;

static Message *
message_new(Library *library)
{
	Message *message = g_new0(Message, 1);

	message->library = library;
	return message;
}

static void
message_free(void *data)
{
	g_free(((Message *)data)->summary);
	g_free(data);
}

static void
run_scanned(void *data)
{
	Message *message = data;

	message->report.summary = message->summary;
	message->library->listener.scanned(&message->report, message->library->user_data);
}

void
library_tell_scanned(Library *library, LibraryReport *report)
{
	Message *message = message_new(library);

	message->report = *report;
	message->summary = library->listener.sum_up(library->user_data);
	avu_mailbox_post(library->spec.mailbox, run_scanned, message, message_free);
}

static void
run_progress(void *data)
{
	const Message *message = data;

	message->library->listener.progress(&message->progress, message->library->user_data);
}

static void
show_progress(Library *library, const LibraryReport *report, int64_t now_ns)
{
	Message *message = message_new(library);

	message->progress =
		progress_meter_read(&library->meter, report->n_files, report->n_probed, now_ns);
	if (now_ns >= library->next_log_ns) {
		g_autofree char *text = progress_format(&message->progress);

		library->next_log_ns = now_ns + LOG_NS;
		g_message("scan: %s", text);
	}
	library->next_progress_ns = now_ns + PROGRESS_NS;
	avu_mailbox_post(library->spec.mailbox, run_progress, message, message_free);
}

void
library_note_progress(Library *library, const LibraryReport *report)
{
	int64_t now_ns = avu_now_ns();

	if (now_ns >= library->next_read_ns) {
		library->next_read_ns = now_ns + NOTICES_NS;
		library_read_notices(library);
	}
	if (library->showing_progress && now_ns >= library->next_progress_ns) {
		show_progress(library, report, now_ns);
	}
}
