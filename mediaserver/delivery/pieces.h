/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* delivery/pieces.h: tracks that are pieces of a recording */
#pragma once

#include "mediaserver/delivery/file-answers.h"
#include "mediaserver/workers/piece-result.h"

G_BEGIN_DECLS

/** Values are PieceResult, immutable; the question is piece_question_new(). unref gives one back. */
extern const FileAnswerClass pieces;

G_END_DECLS
