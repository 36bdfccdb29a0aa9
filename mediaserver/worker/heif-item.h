/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/heif-item.h: the items of HEIC and AVIF: of which type they are, where they lie, what is said of them */
#pragma once

#include "mediaserver/worker/heif-box.h"

G_BEGIN_DECLS

#define HEIF_TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

/** pitm: the picture. @param meta  what heif_load_meta() gave @return false: none is named */
bool heif_item_find_primary(HeifOctets meta, uint64_t *ret_item);
/** iinf. @return 0: no such item */
uint32_t heif_item_get_type(HeifOctets meta, uint64_t item);
/** iinf: the first of a type. @return 0: none */
uint64_t heif_item_find(HeifOctets meta, uint32_t type);

/* iloc, of an item in one piece. */
typedef struct {
	uint64_t method, offset, len; /* 0: in the file, 1: in idat */
} HeifPlace;

bool heif_item_find_place(HeifOctets meta, uint64_t item, HeifPlace *ret_place);

/** ipma, ipco: all that is said of it, in its order. */
void heif_item_each_property(HeifOctets meta, uint64_t item,
	void (*take)(const char *type, HeifOctets body, void *data), void *data);

G_END_DECLS
