/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* library/dirty.h: what is to be looked at, and when
 *
 * A file that is being written is waited for: until its writer closes it, or has been quiet for a
 * while. Library's thread. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef enum {
	DIRTY_NAME,   /* one entry of a folder */
	DIRTY_FOLDER, /* all its entries */
	DIRTY_TREE,   /* and all below */
} DirtyExtent;

typedef struct {
	unsigned root; /* its number */
	char *folder;  /* path below the root */
	char *name;    /* DIRTY_NAME: in folder; else "" */
	DirtyExtent extent;
	int64_t due_ns;   /* avu_now_ns() scale */
	int64_t quiet_ns; /* it counts as whole when not changed for so long */
	bool waited;      /* it was put off before */
} DirtyEntry;

void dirty_entry_free(void *entry);

typedef struct Dirty Dirty;

Dirty *dirty_new(void);
void dirty_free(Dirty *dirty);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dirty, dirty_free)

/* A storm is over when nothing more comes so long after. */
#define DIRTY_STORM_NS (2 * AVU_NS_PER_S)

/** For what is there already the earlier due time holds, the wider extent and, unless keep_quiet, the
 *  new quiet time. Nothing is lost: when there is no room for more, the root that takes most of it is
 *  walked as a whole instead, DIRTY_STORM_NS after this entry. */
void dirty_add(Dirty *dirty, const DirtyEntry *entry, bool keep_quiet);
/** Everything of a root: it is walked as a whole now. */
void dirty_forget_root(Dirty *dirty, unsigned root);
/** When the next one is due; AVU_TIME_NONE: there is none */
int64_t dirty_next_ns(const Dirty *dirty);
/** Those due by then, by root, folder and name. @return DirtyEntry*, g_ptr_array_unref() it */
GPtrArray *dirty_take(Dirty *dirty, int64_t now_ns);

G_END_DECLS
