/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/time-indexes.h: the indexes of files that were asked for by time */
#pragma once

#include <av-upnp/time-index.h>

#include "mediaserver/delivery/file-answers.h"

G_BEGIN_DECLS

/** Values are AvuTimeIndex; there is no question. */
extern const FileAnswerClass time_indexes;

G_END_DECLS
