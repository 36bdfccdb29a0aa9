/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <av-upnp/address.h>

/* The address of ours from which the kernel would talk to peer; nothing is sent.
 * @return false with UNREACHABLE or IO */
bool local_address_towards(const AvuAddress *peer, AvuAddress *ret_local, GError **error);
