/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many subscriptions each address has, and each IPv6 network: a host has 2^64 addresses there. */
#pragma once

#include <av-upnp/address.h>

typedef struct GenaQuota GenaQuota;

GenaQuota *gena_quota_new(void);
void gena_quota_free(GenaQuota *quota);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GenaQuota, gena_quota_free)

/* One more is there, or one less. */
void gena_quota_add(GenaQuota *quota, const AvuAddress *address);
void gena_quota_remove(GenaQuota *quota, const AvuAddress *address);
/* Is there no more for anybody (LIM-10), or has it, or its network, as many as it may have (LIM-11)? */
bool gena_quota_is_used_up(const GenaQuota *quota, const AvuAddress *address);
