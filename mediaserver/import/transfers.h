/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* import/transfers.h: ImportResource and ExportResource: content that goes without its control point
 *
 * One thread reads and writes all transfers; it also forgets uploads that do not come. */
#pragma once

#include <av-upnp/http-fetch.h>

#include "mediaserver/import/writer.h"

G_BEGIN_DECLS

#define TRANSFERS_MAX 4                       /* at once; more is 716 */
#define TRANSFERS_KEPT_NS (60 * AVU_NS_PER_S) /* told of after their end; the standard wants 30 s */

/** @param policy   which addresses content may come from and go to; copied
 *  @param changed  one began or ended, @thread any
 *  inbox, rules outlive it */
Transfers *transfers_new(Inbox *inbox, const Rules *rules, const Roots *roots,
	const AvuAddressPolicy *policy, void (*changed)(void *data), void *data);
/** Ends what is under way. */
void transfers_free(Transfers *transfers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transfers, transfers_free)

/** The functions of the writer that are about transfers. */
void transfers_fill(AvuContentWriter *writer, const Rules *rules);

G_END_DECLS
