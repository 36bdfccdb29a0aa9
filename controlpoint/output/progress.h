/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* output/progress.h: how far long work is, on one line of a terminal; silent where nobody looks */
#pragma once

#include <stdio.h>

#include <av-upnp/base.h>

typedef struct {
	FILE *file;    /* borrowed; NULL: nobody looks */
	char *name;    /* safe to show */
	uint64_t from; /* octets that were there at the start */
	int64_t total; /* -1: not known */
	int64_t started_ns, shown_ns;
	bool showing; /* there is text on the line */
} Progress;

/** On standard error, when that is a terminal. @param name  foreign text */
void progress_init(Progress *progress, const char *name);
void progress_clear(Progress *progress);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Progress, progress_clear)
void progress_start(Progress *progress, uint64_t octets, int64_t total);
/** Shown at most five times a second. */
void progress_update(Progress *progress, uint64_t octets);
/** Takes the line away. */
void progress_end(Progress *progress);

/** The line: "Cocoon.flac  45 %  12.3 MiB  3.4 MiB/s  0:05 left". Pure. g_free() it. */
char *progress_format(const Progress *progress, uint64_t octets, int64_t elapsed_ns);
