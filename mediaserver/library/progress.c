/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shares, rate and what is left of the time. Pure. */
#include "mediaserver/library/progress.h"

#include <string.h>

/* The rate is that of the last seconds, falling off slowly. */
#define RATE_WINDOW_S 5.0
/* Before, an estimate would jump about. */
#define ESTIMATE_AFTER_NS (2 * AVU_NS_PER_S)
#define ESTIMATE_FROM 0.01

void
progress_meter_start(ProgressMeter *meter, int64_t now_ns, unsigned n_walks)
{
	*meter = (ProgressMeter){
		.began_ns = now_ns,
		.marked_ns = now_ns,
		.unit = 1.0 / MAX(n_walks, 1u),
	};
}

void
progress_meter_advance(ProgressMeter *meter, double share)
{
	meter->fraction = MIN(meter->fraction + share * meter->unit, 1.0);
}

static void
mark(ProgressMeter *meter, uint64_t n_files, int64_t now_ns)
{
	double seconds = (double)(now_ns - meter->marked_ns) / (double)AVU_NS_PER_S;

	if (seconds <= 0) {
		return;
	}
	double rate = (double)(n_files - meter->marked_files) / seconds;
	/* as long as there is less than a window, the average of all */
	double elapsed = (double)(now_ns - meter->began_ns) / (double)AVU_NS_PER_S;
	double weight = MIN(seconds / MIN(elapsed, RATE_WINDOW_S), 1.0);

	meter->files_per_s += (rate - meter->files_per_s) * weight;
	meter->marked_ns = now_ns;
	meter->marked_files = n_files;
}

Progress
progress_meter_read(ProgressMeter *meter, uint64_t n_files, uint64_t n_probed, int64_t now_ns)
{
	int64_t elapsed_ns = now_ns - meter->began_ns;
	Progress progress = {
		.n_files = n_files,
		.n_probed = MIN(n_probed, n_files), /* what changes meanwhile is stored twice */
		.fraction = meter->fraction,
		.elapsed_ns = elapsed_ns,
		.left_ns = AVU_TIME_NONE,
	};

	mark(meter, n_files, now_ns);
	progress.files_per_s = meter->files_per_s;
	if (elapsed_ns >= ESTIMATE_AFTER_NS && meter->fraction >= ESTIMATE_FROM) {
		progress.left_ns =
			(int64_t)((double)elapsed_ns * (1.0 - meter->fraction) / meter->fraction);
	}
	return progress;
}

/* "12,340" */
static char *
format_number(uint64_t number)
{
	g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, number);
	size_t len = strlen(digits);
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0) {
			(void)g_string_append_c(text, ',');
		}
		(void)g_string_append_c(text, digits[i]);
	}
	return g_string_free(text, FALSE);
}

static char *
format_left(int64_t left_ns)
{
	int64_t seconds = left_ns / AVU_NS_PER_S;

	if (seconds < 90) {
		return g_strdup_printf("%" G_GINT64_FORMAT " s left", seconds);
	}
	if (seconds < 90 * 60) {
		return g_strdup_printf("%" G_GINT64_FORMAT " min left", (seconds + 30) / 60);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT " h left", (seconds + 1800) / 3600);
}

char *
progress_format(const Progress *progress)
{
	g_autofree char *files = format_number(progress->n_files);
	g_autofree char *rate = format_number((uint64_t)progress->files_per_s);
	g_autofree char *left =
		progress->left_ns != AVU_TIME_NONE ? format_left(progress->left_ns) : NULL;

	return g_strdup_printf("%s files, %.0f %%, %s/s%s%s", files, progress->fraction * 100, rate,
		left != NULL ? ", " : "", left != NULL ? left : "");
}
