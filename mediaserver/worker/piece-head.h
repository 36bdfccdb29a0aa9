/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/piece-head.h: headers for a track that is cut out of a recording */
#pragma once

#include "mediaserver/worker/read-at.h"

G_BEGIN_DECLS

/** RIFF header around data_len octets of the file's own format.
 *  @return NULL when the file has no usable "fmt " chunk, or the length does not fit into 32 bits */
GBytes *piece_head_wav(const ReadAt *file, uint64_t data_len);
/** FORM header, of the same kind, around n_frames of the file's own format.
 *  @return NULL when the file has no usable "COMM" chunk, or the length does not fit into 32 bits */
GBytes *piece_head_aiff(const ReadAt *file, uint64_t data_len, uint64_t n_frames);
/** What stands before the first sound of an Ogg file: pages of headers and nothing else.
 *  @param len  octets of it @return NULL when it is longer than PIECE_HEAD_MAX or is none */
GBytes *piece_head_ogg(const ReadAt *file, uint64_t len);
/** "fLaC" and the file's STREAMINFO with another number of samples and without a checksum.
 *  @param start  of "fLaC", behind a tag @return NULL when there is none */
GBytes *piece_head_flac(const ReadAt *file, uint64_t start, uint64_t n_samples);

G_END_DECLS
