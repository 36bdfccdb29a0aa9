/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* convert/wav-head.h: what stands before the samples of a WAV */
#pragma once

#include "mediaserver/convert/plan.h"

G_BEGIN_DECLS

/** convert_plan_get_head() octets. @param data_bytes  of the samples; AVU_LENGTH_UNKNOWN */
GBytes *wav_head_new(const ConvertPlan *plan, uint64_t data_bytes);

G_END_DECLS
