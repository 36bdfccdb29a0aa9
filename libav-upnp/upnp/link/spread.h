/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* link/spread.h: random times */
#pragma once

#include <av-upnp/base.h>

/** 0 … bound - 1; spreads what many would do at once. Without entropy it is merely less spread. */
uint32_t link_random_below(uint32_t bound);
