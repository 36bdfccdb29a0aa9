/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* renderer/cec/confine.h: what the helper may touch: devices and libraries, no network, no files */
#pragma once

#include "nodes.h"

/** Before the first thread. @param nodes  may be opened @return false with AVU_ERROR_UNSUPPORTED */
bool confine_cec(const CecNodes *nodes, GError **error);
