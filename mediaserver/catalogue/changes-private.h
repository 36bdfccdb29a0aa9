/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* catalogue/changes-private.h: the record of changes, as the writer fills it */
#pragma once

#include "mediaserver/catalogue/changes.h"

G_BEGIN_DECLS

typedef struct ChangeLog ChangeLog;

ChangeLog *change_log_new(void);
void change_log_free(ChangeLog *log);

/* Between begin and commit, by the writer. What happens to one object several times within a
 * transaction becomes at most one record that it came and one that it changed. */
void change_log_note(ChangeLog *log, const CatalogueChange *change);
void change_log_note_children(ChangeLog *log, int64_t container, uint32_t update_id);
/** Committed: can be taken from now on. */
void change_log_publish(ChangeLog *log);
void change_log_drop(ChangeLog *log);

/** @thread any */
void change_log_take(ChangeLog *log, CatalogueChanges *ret_changes);

G_END_DECLS
