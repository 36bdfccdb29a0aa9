/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO 14496-12. Of the file, only "ftyp" and the description of the track ("stsd") are taken over; all tables are
 * made of the samples. Movie and track count the same ticks, so that the edit list is exact. Pure over a reader. */
#include "mediaserver/worker/piece-mp4.h"

#include <string.h>

#include "mediaserver/worker/mp4-box.h"
#include "mediaserver/workers/piece-result.h"

#define DESCRIPTION_MAX 16384
#define TYPE_MAX 256
#define TRACKS_MAX 64
#define LANGUAGE_UNDETERMINED 0x55c4
#define FIXED_ONE 0x00010000
#define VOLUME_ONE 0x0100
/* enabled, in the movie, in its preview */
#define TRACK_FLAGS 7
/* the data is in this file */
#define SELF_CONTAINED 1

typedef struct {
	GByteArray *out;
	const PieceMp4 *piece;
	GBytes *type, *description; /* whole boxes of the file */
	GArray *chunks;             /* Chunk */
	bool wide;                  /* places of chunks have eight octets */
	guint places;               /* where they begin in out */
	guint sizes;                /* likewise those of the samples */
} Head;

/* Samples that lie one behind the other. */
typedef struct {
	uint64_t at;
	uint32_t n;
} Chunk;

static void
put(Head *head, uint64_t value, unsigned len)
{
	for (unsigned i = len; i > 0; i--) {
		const uint8_t octet = (uint8_t)(value >> (8 * (i - 1)));

		g_byte_array_append(head->out, &octet, 1);
	}
}

static void
put_zeros(Head *head, unsigned len)
{
	for (unsigned i = 0; i < len; i++) {
		put(head, 0, 1);
	}
}

static void
put_bytes(Head *head, GBytes *bytes)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);

	g_byte_array_append(head->out, data, (guint)len);
}

/* @return where the box begins, for end() */
static guint
begin(Head *head, const char *type)
{
	const guint at = head->out->len;

	put(head, 0, 4);
	g_byte_array_append(head->out, (const uint8_t *)type, 4);
	return at;
}

static guint
begin_full(Head *head, const char *type, uint32_t flags)
{
	const guint at = begin(head, type);

	put(head, flags, 4); /* version 0 */
	return at;
}

static void
end(Head *head, guint at)
{
	const uint32_t len = GUINT32_TO_BE(head->out->len - at);

	memcpy(head->out->data + at, &len, sizeof(len));
}

static void
put_matrix(Head *head)
{
	static const uint32_t unity[9] = { FIXED_ONE, 0, 0, 0, FIXED_ONE, 0, 0, 0, 0x40000000 };

	for (size_t i = 0; i < G_N_ELEMENTS(unity); i++) {
		put(head, unity[i], 4);
	}
}

static void
put_movie_header(Head *head)
{
	const guint at = begin_full(head, "mvhd", 0);

	put_zeros(head, 8); /* times of creation and change */
	put(head, head->piece->timescale, 4);
	put(head, head->piece->heard, 4);
	put(head, FIXED_ONE, 4); /* speed */
	put(head, VOLUME_ONE, 2);
	put_zeros(head, 10);
	put_matrix(head);
	put_zeros(head, 24);
	put(head, 2, 4); /* the next track's number */
	end(head, at);
}

static void
put_track_header(Head *head)
{
	const guint at = begin_full(head, "tkhd", TRACK_FLAGS);

	put_zeros(head, 8);
	put(head, 1, 4); /* its number */
	put_zeros(head, 4);
	put(head, head->piece->heard, 4);
	put_zeros(head, 8 + 4); /* reserved, layer, group */
	put(head, VOLUME_ONE, 2);
	put_zeros(head, 2);
	put_matrix(head);
	put_zeros(head, 8); /* width, height */
	end(head, at);
}

static void
put_edits(Head *head)
{
	const guint at = begin(head, "edts");
	const guint list = begin_full(head, "elst", 0);

	put(head, 1, 4);
	put(head, head->piece->heard, 4);
	put(head, head->piece->skip, 4);
	put(head, FIXED_ONE, 4); /* rate */
	end(head, list);
	end(head, at);
}

static void
put_media_header(Head *head)
{
	const PieceMp4 *piece = head->piece;
	uint64_t ticks = 0;

	for (uint32_t i = 0; i < piece->n_samples; i++) {
		ticks += piece->samples[i].ticks;
	}
	guint at = begin_full(head, "mdhd", 0);

	put_zeros(head, 8);
	put(head, piece->timescale, 4);
	put(head, MIN(ticks, UINT32_MAX), 4);
	put(head, LANGUAGE_UNDETERMINED, 2);
	put_zeros(head, 2);
	end(head, at);
	at = begin_full(head, "hdlr", 0);
	put_zeros(head, 4);
	g_byte_array_append(head->out, (const uint8_t *)"soun", 4);
	put_zeros(head, 12 + 1); /* reserved, an empty name */
	end(head, at);
}

/* "stts": runs of samples that last as long. */
static void
put_times(Head *head)
{
	const PieceMp4 *piece = head->piece;
	const guint at = begin_full(head, "stts", 0);
	const guint count = head->out->len;
	uint32_t runs = 0;

	put(head, 0, 4);
	for (uint32_t i = 0, next; i < piece->n_samples; i = next, runs++) {
		for (next = i; next < piece->n_samples &&
			       piece->samples[next].ticks == piece->samples[i].ticks;
			next++) {
		}
		put(head, next - i, 4);
		put(head, piece->samples[i].ticks, 4);
	}
	runs = GUINT32_TO_BE(runs);
	memcpy(head->out->data + count, &runs, sizeof(runs));
	end(head, at);
}

/* "stsc": from which chunk on how many samples are in one. */
static void
put_chunk_lengths(Head *head)
{
	const guint at = begin_full(head, "stsc", 0);
	const guint count = head->out->len;
	uint32_t runs = 0, last = 0;

	put(head, 0, 4);
	for (guint i = 0; i < head->chunks->len; i++) {
		const uint32_t n = g_array_index(head->chunks, Chunk, i).n;

		if (n != last) {
			put(head, i + 1, 4);
			put(head, n, 4);
			put(head, 1, 4); /* which description */
			runs++;
			last = n;
		}
	}
	runs = GUINT32_TO_BE(runs);
	memcpy(head->out->data + count, &runs, sizeof(runs));
	end(head, at);
}

static void
put_sizes(Head *head)
{
	const guint at = begin_full(head, "stsz", 0);

	put(head, 0, 4); /* they differ */
	put(head, head->piece->n_samples, 4);
	head->sizes = head->out->len;
	for (uint32_t i = 0; i < head->piece->n_samples; i++) {
		put(head, head->piece->samples[i].size, 4);
	}
	end(head, at);
}

/* Filled in when it is known where they begin. */
static void
put_places(Head *head)
{
	const guint at = begin_full(head, head->wide ? "co64" : "stco", 0);

	put(head, head->chunks->len, 4);
	head->places = head->out->len;
	put_zeros(head, head->chunks->len * (head->wide ? 8 : 4));
	end(head, at);
}

static void
put_information(Head *head)
{
	const guint at = begin(head, "minf");
	guint box = begin_full(head, "smhd", 0);

	put_zeros(head, 4); /* balance */
	end(head, box);
	box = begin(head, "dinf");
	const guint list = begin_full(head, "dref", 0);

	put(head, 1, 4);
	end(head, begin_full(head, "url ", SELF_CONTAINED));
	end(head, list);
	end(head, box);
	box = begin(head, "stbl");
	put_bytes(head, head->description);
	put_times(head);
	put_chunk_lengths(head);
	put_sizes(head);
	put_places(head);
	end(head, box);
	end(head, at);
}

static void
put_movie(Head *head)
{
	const guint movie = begin(head, "moov");

	put_movie_header(head);
	const guint track = begin(head, "trak");

	put_track_header(head);
	put_edits(head);
	const guint media = begin(head, "mdia");

	put_media_header(head);
	put_information(head);
	end(head, media);
	end(head, track);
	end(head, movie);
}

/* The box up to its end and, when there is room, the places. */
static void
put_data_header(Head *head)
{
	const uint64_t len = head->piece->end - head->piece->begin;

	if (len + 8 > UINT32_MAX) {
		put(head, 1, 4);
		g_byte_array_append(head->out, (const uint8_t *)"mdat", 4);
		put(head, len + 16, 8);
	} else {
		put(head, len + 8, 4);
		g_byte_array_append(head->out, (const uint8_t *)"mdat", 4);
	}
}

static void
fill_places(Head *head)
{
	const unsigned width = head->wide ? 8 : 4;
	uint8_t *to = head->out->data + head->places;

	for (guint i = 0; i < head->chunks->len; i++) {
		const uint64_t at = g_array_index(head->chunks, Chunk, i).at - head->piece->begin +
				    head->out->len;

		for (unsigned j = 0; j < width; j++) {
			*to++ = (uint8_t)(at >> (8 * (width - 1 - j)));
		}
	}
}

static GArray *
find_chunks(const PieceMp4 *piece)
{
	GArray *chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));
	uint64_t next = UINT64_MAX;

	for (uint32_t i = 0; i < piece->n_samples; i++) {
		const PieceSample *sample = &piece->samples[i];

		if (sample->at == next) {
			g_array_index(chunks, Chunk, chunks->len - 1).n++;
		} else {
			const Chunk chunk = { sample->at, 1 };

			g_array_append_val(chunks, chunk);
		}
		next = sample->at + sample->size;
	}
	return chunks;
}

/* @return the whole box; NULL when it is longer than that, or cannot be read */
static GBytes *
take_box(const ReadAt *file, const Mp4Box *box, size_t max)
{
	const uint64_t len = box->end - box->at;

	if (len > max) {
		return NULL;
	}
	uint8_t *octets = g_malloc((size_t)len);

	if (!read_at_exactly(file, box->at, octets, (size_t)len)) {
		g_free(octets);
		return NULL;
	}
	return g_bytes_new_take(octets, (size_t)len);
}

static bool
has_number(const ReadAt *file, const Mp4Box *track, uint32_t number)
{
	static const char *const path[] = { "tkhd", NULL };
	Mp4Box header;
	uint8_t octets[24];

	if (!mp4_box_descend(file, track, path, &header) ||
		header.end - header.body < sizeof(octets) ||
		!read_at_exactly(file, header.body, octets, sizeof(octets))) {
		return false;
	}
	return read_be32(octets + (octets[0] == 0 ? 12 : 20)) == number;
}

/* @return the box "stsd" of that track, when it describes all of it in one way */
static GBytes *
find_description(const ReadAt *file, uint32_t track_id)
{
	static const char *const path[] = { "mdia", "minf", "stbl", "stsd", NULL };
	Mp4Box movie, box;

	if (!mp4_box_find(file, 0, file->size, "moov", &movie)) {
		return NULL;
	}
	uint64_t at = movie.body;

	for (unsigned i = 0; i < TRACKS_MAX && mp4_box_find(file, at, movie.end, "trak", &box);
		i++) {
		Mp4Box description;

		at = box.end;
		if (!has_number(file, &box, track_id) ||
			!mp4_box_descend(file, &box, path, &description)) {
			continue;
		}
		uint8_t count[8];
		const bool one = description.end - description.body >= sizeof(count) &&
				 read_at_exactly(file, description.body, count, sizeof(count)) &&
				 read_be32(count + 4) == 1;

		return one ? take_box(file, &description, DESCRIPTION_MAX) : NULL;
	}
	return NULL;
}

static bool
is_possible(const PieceMp4 *piece)
{
	for (uint32_t i = 0; i < piece->n_samples; i++) {
		const PieceSample *sample = &piece->samples[i];

		if (sample->at < piece->begin || sample->at > piece->end ||
			sample->size > piece->end - sample->at) {
			return false;
		}
	}
	return piece->n_samples > 0 && piece->n_samples < PIECE_HEAD_MAX / sizeof(uint32_t) &&
	       piece->timescale > 0 && piece->heard > 0 && piece->heard <= UINT32_MAX &&
	       piece->skip <= UINT32_MAX / 2;
}

bool
piece_mp4_is_fragmented(const ReadAt *file)
{
	Mp4Box movie, box;

	return mp4_box_find(file, 0, file->size, "moov", &movie) &&
	       mp4_box_find(file, movie.body, movie.end, "mvex", &box);
}

GBytes *
piece_head_mp4(const ReadAt *file, const PieceMp4 *piece, size_t *ret_sizes)
{
	Mp4Box type;

	if (!is_possible(piece) || !mp4_box_find(file, 0, file->size, "ftyp", &type)) {
		return NULL;
	}
	g_autoptr(GBytes) kind = take_box(file, &type, TYPE_MAX);
	g_autoptr(GBytes) description = find_description(file, piece->track_id);

	if (kind == NULL || description == NULL) {
		return NULL;
	}
	g_autoptr(GArray) chunks = find_chunks(piece);
	Head head = {
		.out = g_byte_array_new(),
		.piece = piece,
		.type = kind,
		.description = description,
		.chunks = chunks,
		.wide = piece->end - piece->begin > UINT32_MAX - PIECE_HEAD_MAX,
	};

	put_bytes(&head, head.type);
	put_movie(&head);
	put_data_header(&head);
	fill_places(&head);
	if (head.out->len > PIECE_HEAD_MAX) {
		g_byte_array_unref(head.out);
		return NULL;
	}
	*ret_sizes = head.sizes;
	return g_byte_array_free_to_bytes(head.out);
}
