/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* av-upnp/base.h: what every header of the library starts from */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* The shared object hides everything that does not carry this mark. */
#define AVU_API __attribute__((visibility("default")))

#define AVU_NS_PER_S INT64_C(1000000000)
#define AVU_NS_PER_MS INT64_C(1000000)
#define AVU_NS_PER_US INT64_C(1000)

/* "No deadline", "no value known": every absolute time and duration in the project. */
#define AVU_TIME_NONE INT64_MIN

G_BEGIN_DECLS

/** @return version of the library, such as "0.1.0"; static */
AVU_API const char *avu_version(void);

/** @return "Linux/6.1 UPnP/1.0 av-upnp/0.1.0", the product token of SERVER and USER-AGENT
 *          (UDA 1.0, 3); static. @thread any */
AVU_API const char *avu_product_token(void);

G_END_DECLS
