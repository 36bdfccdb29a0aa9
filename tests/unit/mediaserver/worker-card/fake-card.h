/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A graphics card without one: FFmpeg's calls for hardware, and no others, end in fake-card.c, where the processor codes
 * what the card is given. It fails as it is told. */
#pragma once

#include <stdbool.h>

typedef enum {
	CARD_WORKS,
	CARD_HAS_NO_DRIVER,
	CARD_HAS_NO_ENCODER,
	CARD_REFUSES_SIZE, /* the encoder does not open */
	CARD_HAS_NO_ROOM,  /* no picture gets there */
	CARD_IS_DARK,      /* what comes back is not what went */
	CARD_LOSES,        /* every fifth picture */
	CARD_DIES,         /* it takes no picture any more */
	CARD_DIES_LATE,    /* it takes them, and nothing comes */
} CardFault;

typedef struct {
	CardFault fault;
	unsigned after; /* pictures that are good before */
	unsigned taken; /* pictures so far */
} FakeCard;

extern FakeCard fake_card;
