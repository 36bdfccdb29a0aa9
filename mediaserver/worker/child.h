/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/child.h: a process for one piece of work on foreign media, without any right */
#pragma once

#include <av-upnp/frame.h>

G_BEGIN_DECLS

typedef struct {
	const int *fds; /* all descriptors the work may have */
	unsigned n_fds;
	/* In the child, sandboxed: answers with frames on channel; then the child ends. */
	void (*work)(int channel, void *data);
	/* In the parent, for each frame. @return false: enough, the child is ended */
	bool (*answer)(const AvuFrame *frame, void *data);
	void *data;
	bool patient; /* with the long limits, and after everybody else */
} ChildWork;

/** Returns when the child is gone: done, dead, out of its limits or no longer wanted. */
void child_run(const ChildWork *work);

G_END_DECLS
