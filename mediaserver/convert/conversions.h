/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/conversions.h: the conversions under way: how many there may be, how they begin and end.
 *
 * A conversion is a process that writes into a pipe; who reads the pipe holds it. It ends with its
 * reader (SEC-161), and its reader is told when it does not end well. */
#pragma once

#include <av-upnp/mailbox.h>
#include <av-upnp/supervisor.h>

#include "mediaserver/convert/making.h"
#include "mediaserver/workers/convert-request.h"

G_BEGIN_DECLS

typedef struct Conversions Conversions;
typedef struct Conversion Conversion;

/** @param mailbox  outlives it  @param max_films  with moving pictures at once; CONVERT_FILMS_MAX at most
 *  @param niceness  0 to 19: of one that has begun to send */
Conversions *conversions_new(
	AvuSpawner *spawner, AvuMailbox *mailbox, unsigned max_films, unsigned niceness);
/** Films of H.264 are encoded by this device, if it stands its test; the worker says if not. Before it starts.
 *  @param device  of VAAPI, "/dev/dri/renderD128"; copied */
void conversions_set_vaapi(Conversions *conversions, const char *device);
/** Starts the worker, and does not wait for it. @param supervisor  outlives stop
 *  @param refused  its program is not there, or another's: the sentence names it; NULL: it is tried again */
void conversions_start(Conversions *conversions, AvuSupervisor *supervisor,
	void (*refused)(const GError *error, void *data), void *data);
/** All end now, none begins any more. Before the HTTP server is freed. @thread main */
void conversions_stop(Conversions *conversions);
/** After the HTTP server is freed. */
void conversions_free(Conversions *conversions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversions, conversions_free)

/** Finished ones are kept here from now on. Before the HTTP server starts. @param kept  taken */
void conversions_set_kept(Conversions *conversions, Kept *kept);
/** NULL: none are kept. @thread any */
Kept *conversions_get_kept(Conversions *conversions);
/** Those that are being made and kept, for all who ask for the same. NULL: none are kept. @thread any */
Makings *conversions_get_makings(Conversions *conversions);

/** What can be made now: without what there is no codec for, and without films while as many are
 *  under way as there may be. @param conversions  Conversions @thread any */
void conversions_get_machine(void *conversions, ConvertMachine *ret_machine);

/** What FFmpeg here has what it takes for, however much is under way; all while nobody has said. As
 *  ConvertMachine.able. @thread any */
uint32_t conversions_get_ability(Conversions *conversions);

/** Begins one. @param fd  taken  @param player  who is to read it: a connection, looked at while nothing
 *  comes, so that it ends with it; open as long as the conversion; -1: none  @thread any but the main
 *  @return NULL with BUSY (as many as there may be, more than the machine can beside those that run, or no
 *  worker now) or UNSUPPORTED (this file has ended its worker before) */
Conversion *conversion_begin(Conversions *conversions, const ConvertRequest *request, int fd,
	int player, GError **error);
/** The same of a live source, which has no end. @param fd  of a pipe; taken  @param stream  what comes through it,
 *  not 0: if it ends its worker it is UNSUPPORTED for a while */
Conversion *conversion_begin_stream(Conversions *conversions, const ConvertRequest *request, int fd,
	int64_t stream, GError **error);
/** What a live source sends as two streams becomes one, nothing of it is made anew. Counts as sound, of which it takes as
 *  little. @param pictures,sound  of pipes; taken  @param stream  as above */
Conversion *conversion_begin_join(
	Conversions *conversions, int pictures, int sound, int64_t stream, GError **error);
/** A measurement of the machine as one (machine.h); counts as a film. @thread any but the main */
Conversion *conversion_begin_measuring(Conversions *conversions, GError **error);
/** What was measured. @thread any */
void conversions_set_figures(Conversions *conversions, const ConvertMachine *machine);
/** Until its first octets are there. @return false with UNSUPPORTED, FAILED or BUSY */
bool conversion_wait(Conversion *conversion, GError **error);
/** Readable when conversion_read() does not wait; borrowed. */
int conversion_get_fd(const Conversion *conversion);
/** @return octets, 0 at a good end, -1: it failed, is late, or the server ends */
ssize_t conversion_read(Conversion *conversion, char *buffer, size_t max);
/** Somebody else reads it from now on. @param player  as conversion_begin() wants it */
void conversion_set_player(Conversion *conversion, int player);
/** Was it the player that left, when nothing could be read? Another one may read on. */
bool conversion_has_lost_player(const Conversion *conversion);
/** Nobody reads it any more. Accepts NULL. */
void conversion_end(Conversion *conversion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conversion, conversion_end)

/** How many run. @thread any */
unsigned conversions_count(Conversions *conversions);

G_END_DECLS
