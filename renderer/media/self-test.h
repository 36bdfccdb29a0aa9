/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/media/self-test.h: which decoders of the registry really start */
#pragma once

#include <gst/gst.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

/** Starts every demuxer and decoder that the formats need, one after the other, and writes to path how
 *  that went. Meant for a child process: what crashes or stays in memory is its own.
 *  @return false: the file cannot be written */
bool self_test_run(const char *path);
/** Those that did not start are chosen no more, neither for the list of formats nor for playing. No file:
 *  all are trusted. @return how many */
unsigned self_test_apply(const char *path);

G_END_DECLS
