/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/icy.h: titles that radio servers put between the octets of their stream: after each interval
 * of media a block, which is one octet that counts pieces of 16, then so many of text. Pure. */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define AVU_ICY_TEXT_MAX (255 * 16)
#define AVU_ICY_BLOCK_MAX (1 + AVU_ICY_TEXT_MAX)

/* Reads. */
typedef struct {
	size_t interval;   /* octets of media between two blocks; 0: there are none */
	size_t media_left; /* until the next block */
	bool in_block;
	size_t text_left; /* of the block under way */
	size_t text_len;
	char text[AVU_ICY_TEXT_MAX];
} AvuIcy;

/** @param interval  of the header icy-metaint; 0: nothing is looked for */
AVU_API void avu_icy_init(AvuIcy *self, size_t interval);
/** @return how many of the next len octets are media; 0: a block is next, for avu_icy_take_block() */
AVU_API size_t avu_icy_count_media(const AvuIcy *self, size_t len);
/** So many octets of media were used. */
AVU_API void avu_icy_pass_media(AvuIcy *self, size_t len);
/** Takes octets of a block.
 *  @param ret_title  written when a block with a title is complete: UTF-8, one line, g_free() it
 *  @return octets taken, > 0 */
AVU_API size_t avu_icy_take_block(AvuIcy *self, const char *octets, size_t len, char **ret_title);

/** Writes a block.
 *  @param title  UTF-8, one line; what does not fit is cut; NULL: nothing new, an empty block
 *  @return its octets, at least one */
AVU_API size_t avu_icy_format_block(const char *title, char ret_block[AVU_ICY_BLOCK_MAX]);

G_END_DECLS
