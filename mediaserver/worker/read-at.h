/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* worker/read-at.h: the file that is looked at, for parsers that know no descriptors */
#pragma once

#include <av-upnp/base.h>

G_BEGIN_DECLS

typedef struct {
	/* Reads up to len octets at offset; returns how many came, 0 at the end or on a fault. */
	size_t (*read)(void *data, uint64_t offset, uint8_t *buffer, size_t len);
	void *data;
	uint64_t size; /* of the file */
} ReadAt;

/** All of len or nothing. */
static inline bool
read_at_exactly(const ReadAt *file, uint64_t offset, uint8_t *buffer, size_t len)
{
	return file->read(file->data, offset, buffer, len) == len;
}

static inline uint32_t
read_be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
read_le16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t
read_be32(const uint8_t *p)
{
	return read_be16(p) << 16 | read_be16(p + 2);
}

static inline uint32_t
read_le32(const uint8_t *p)
{
	return read_le16(p + 2) << 16 | read_le16(p);
}

static inline uint64_t
read_be64(const uint8_t *p)
{
	return (uint64_t)read_be32(p) << 32 | read_be32(p + 4);
}

static inline uint64_t
read_le64(const uint8_t *p)
{
	return (uint64_t)read_le32(p + 4) << 32 | read_le32(p);
}

G_END_DECLS
