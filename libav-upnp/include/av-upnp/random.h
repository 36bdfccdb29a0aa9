/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/random.h: randomness that cannot be guessed */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

AVU_API void avu_random_bytes(void *ret_data, size_t len);
/** Uniform in 0…bound-1; bound > 0. */
AVU_API uint32_t avu_random_below(uint32_t bound);
/** Version 4, "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx". @return g_free() it */
AVU_API char *avu_random_uuid(void);

G_END_DECLS
