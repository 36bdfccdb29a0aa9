/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers as a worker may give that was taken over by the file it read: good ones, changed at random. */
#pragma once

#include <stdint.h>

#include <av-upnp/base.h>

/* The hint of a question whose answer is one of these: this letter, then the seed in hexadecimal digits. Of a seed
 * that can be divided by this number the answer is good. */
#define SCRIPT_LETTER 'r'
#define SCRIPT_GOOD 4

/** @return false: it is none */
bool script_parse(const char *hint, uint32_t *ret_seed);
/** @param kind  of WorkerJobKind; 0: a batch of n files; may not return: then it ends as workers do */
void script_answer(uint32_t seed, uint32_t kind, uint32_t number, uint32_t n);
/** @param fd  octets go there; taken */
void script_convert(uint32_t seed, uint32_t number, int fd);
