/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stream/icy.h: titles that radio servers put between the octets of their stream */
#pragma once

#include <av-upnp/base.h>

#define ICY_BLOCK_MAX (255 * 16)

typedef struct {
	size_t interval;   /* octets of media between two blocks; 0: there are none */
	size_t media_left; /* until the next block */
	bool in_block;
	size_t block_left; /* of the block under way */
	size_t block_len;
	char block[ICY_BLOCK_MAX];
} Icy;

/** @param interval  of the header icy-metaint; 0: nothing is looked for */
void icy_init(Icy *self, size_t interval);
/** @return how many of the next len octets are media; 0: a block is next, for icy_take_block() */
size_t icy_count_media(const Icy *self, size_t len);
/** So many octets of media were used. */
void icy_pass_media(Icy *self, size_t len);
/** Takes octets of a block.
 *  @param ret_title  written when a block with a title is complete: UTF-8, one line, g_free() it
 *  @return octets taken, > 0 */
size_t icy_take_block(Icy *self, const char *octets, size_t len, char **ret_title);
