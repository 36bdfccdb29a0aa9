/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/progress.h: how far a walk is, and when it will be done
 *
 * How much there is to walk is not known before it is done. Each folder gets a share of its parent's:
 * half a dozen levels in, the shares are about right, and no disk is read for it. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	uint64_t n_files;   /* media files seen */
	uint64_t n_probed;  /* new or changed, and stored */
	double fraction;    /* 0 … 1 */
	double files_per_s; /* over the last seconds */
	int64_t elapsed_ns;
	int64_t left_ns; /* AVU_TIME_NONE: not known yet */
} Progress;

typedef struct {
	int64_t began_ns;
	double fraction;
	double unit; /* what a share of 1 is */
	/* of the rate: the last look, and what was seen then */
	int64_t marked_ns;
	uint64_t marked_files;
	double files_per_s;
} ProgressMeter;

/** @param n_walks  that it consists of */
void progress_meter_start(ProgressMeter *meter, int64_t now_ns, unsigned n_walks);
/** A share of one walk is done. */
void progress_meter_advance(ProgressMeter *meter, double share);
/** Of a walk that has just been asked for. */
#define PROGRESS_NONE ((Progress){ .left_ns = AVU_TIME_NONE })

/** @param n_files,n_probed  so far */
Progress progress_meter_read(
	ProgressMeter *meter, uint64_t n_files, uint64_t n_probed, int64_t now_ns);

/** "12,340 files, 43 %, 1,200/s, 2 min left". g_free() it. */
char *progress_format(const Progress *progress);

G_END_DECLS
