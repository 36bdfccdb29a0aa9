/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line that is written over until the work is done. Main thread. */
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/text.h>

#include "output/charset.h"
#include "output/progress.h"

#define PERIOD_NS (200 * AVU_NS_PER_MS)
#define NAME_CHARS 32
#define CLEAR_LINE "\r\033[K"

void
progress_init(Progress *progress, const char *name)
{
	*progress = (Progress){ .file = isatty(STDERR_FILENO) == 1 ? stderr : NULL,
		.name = avu_text_for_display(name, NAME_CHARS),
		.total = -1 };
}

void
progress_clear(Progress *progress)
{
	progress_end(progress);
	g_clear_pointer(&progress->name, g_free);
}

void
progress_start(Progress *progress, uint64_t octets, int64_t total)
{
	progress->from = octets;
	progress->total = total;
	progress->started_ns = avu_now_ns();
	progress->shown_ns = progress->started_ns;
}

char *
progress_format(const Progress *progress, uint64_t octets, int64_t elapsed_ns)
{
	g_autoptr(GString) line = g_string_new(progress->name);
	g_autofree char *size = avu_text_format_size(octets);
	const double seconds = (double)MAX(elapsed_ns, 1) / (double)AVU_NS_PER_S;
	const double per_second = (double)(octets - progress->from) / seconds;
	g_autofree char *rate = avu_text_format_size((uint64_t)per_second);

	if (progress->total > 0) {
		g_string_append_printf(
			line, "  %d %%", (int)(100.0 * (double)octets / (double)progress->total));
	}
	g_string_append_printf(line, "  %s  %s/s", size, rate);
	if (progress->total > 0 && per_second >= 1.0) {
		const double rest = ((double)progress->total - (double)octets) / per_second;
		const int left = (int)MIN(MAX(rest, 0.0), 359999.0);

		g_string_append_printf(line, "  %d:%02d left", left / 60, left % 60);
	}
	return g_string_free(g_steal_pointer(&line), false);
}

void
progress_update(Progress *progress, uint64_t octets)
{
	const int64_t now_ns = avu_now_ns();

	if (progress->file == NULL || now_ns - progress->shown_ns < PERIOD_NS) {
		return;
	}
	g_autofree char *line = progress_format(progress, octets, now_ns - progress->started_ns);

	g_autofree char *shown = charset_convert(line);

	(void)fprintf(progress->file, CLEAR_LINE "%s", shown);
	(void)fflush(progress->file);
	progress->shown_ns = now_ns;
	progress->showing = true;
}

void
progress_end(Progress *progress)
{
	if (progress->showing) {
		(void)fputs(CLEAR_LINE, progress->file);
		(void)fflush(progress->file);
		progress->showing = false;
	}
}
