/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of points, rising in time and octets. Points come from a helper that read foreign media, so
 * order and bounds are made here. Immutable after construction; any thread. */
#include <av-upnp/time-index.h>

struct AvuTimeIndex {
	uint64_t size_bytes;
	int64_t duration_ns;
	uint32_t unit;
	size_t n;
	AvuTimePoint points[]; /* the first is time 0, octet 0; with unit the last is the end */
};

/* Points in rising order of both, within the file. */
static void
take_points(AvuTimeIndex *index, const AvuTimePoint *points, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const AvuTimePoint *last = &index->points[index->n - 1];

		if (points[i].time_ns > last->time_ns && points[i].byte > last->byte &&
			points[i].byte <= index->size_bytes) {
			index->points[index->n++] = points[i];
		}
	}
}

/* Where samples start and where they end. */
static void
take_even(AvuTimeIndex *index, const AvuTimePoint *points, size_t n)
{
	if (n == 2 && points[0].time_ns == 0 && points[1].time_ns > 0 &&
		points[0].byte < points[1].byte && points[1].byte <= index->size_bytes) {
		index->points[0] = points[0];
		index->points[1] = points[1];
		index->n = 2;
	}
}

/* A film with one key frame, as telephones' short ones have it: any time of it is reached from the start. */
static bool
is_one_piece(const AvuTimeIndex *index, const AvuTimePoint *points, size_t n)
{
	return index->unit == 0 && n > 0 && points[0].time_ns == 0 &&
	       points[0].byte < index->size_bytes && index->duration_ns > 0;
}

AvuTimeIndex *
avu_time_index_new(const AvuTimePoint *points, size_t n, uint32_t unit, uint64_t size_bytes,
	int64_t duration_ns)
{
	n = MIN(n, AVU_TIME_INDEX_POINTS_MAX);

	AvuTimeIndex *index =
		g_atomic_rc_box_alloc0(sizeof(AvuTimeIndex) + (n + 1) * sizeof(AvuTimePoint));

	index->size_bytes = size_bytes;
	index->duration_ns = duration_ns;
	index->unit = unit;
	index->n = 1;
	if (unit > 0) {
		take_even(index, points, n);
	} else {
		take_points(index, points, n);
	}
	if (index->n == 1 && !is_one_piece(index, points, n)) {
		avu_time_index_unref(index);
		return NULL;
	}
	return index;
}

AvuTimeIndex *
avu_time_index_ref(AvuTimeIndex *index)
{
	return g_atomic_rc_box_acquire(index);
}

void
avu_time_index_unref(AvuTimeIndex *index)
{
	g_atomic_rc_box_release(index);
}

int64_t
avu_time_index_get_duration_ns(const AvuTimeIndex *index)
{
	return index->duration_ns;
}

size_t
avu_time_index_get_n_points(const AvuTimeIndex *index)
{
	return index->n;
}

/* @return the last point for which key is not greater than the wanted one; the first has 0 */
static size_t
find_time(const AvuTimeIndex *index, int64_t time_ns)
{
	size_t low = 0;
	size_t high = index->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (index->points[middle].time_ns <= time_ns) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

static size_t
find_byte(const AvuTimeIndex *index, uint64_t byte)
{
	size_t low = 0;
	size_t high = index->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (index->points[middle].byte <= byte) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Between two points of an even stretch. Durations of days and files of 2^48 octets fit a double's 53
 * bits well enough to be right to a unit; the unit itself is counted exactly. */
static AvuTimePoint
interpolate(const AvuTimeIndex *index, size_t at, int64_t time_ns, bool up)
{
	const AvuTimePoint *a = &index->points[at];

	if (at + 1 >= index->n) {
		return *a;
	}
	const AvuTimePoint *b = &index->points[at + 1];
	double units = (double)(b->byte - a->byte) / index->unit;
	double exact = units * (double)(time_ns - a->time_ns) / (double)(b->time_ns - a->time_ns);
	uint64_t whole = (uint64_t)exact;

	if (up && (double)whole < exact) {
		whole++;
	}
	uint64_t byte = MIN(a->byte + whole * index->unit, b->byte);
	double part = units > 0 ? (double)whole / units : 0;

	return (AvuTimePoint){ MIN(a->time_ns + (int64_t)(part * (double)(b->time_ns - a->time_ns)),
				       b->time_ns),
		byte };
}

static AvuTimePoint
point_before(const AvuTimeIndex *index, int64_t time_ns)
{
	size_t at = find_time(index, time_ns);

	if (time_ns <= 0) {
		return (AvuTimePoint){ 0, 0 };
	}
	return index->unit > 0 ? interpolate(index, at, time_ns, false) : index->points[at];
}

static AvuTimePoint
point_behind(const AvuTimeIndex *index, int64_t time_ns)
{
	size_t at = find_time(index, time_ns);
	const AvuTimePoint end = { index->duration_ns, index->size_bytes };

	if (index->points[at].time_ns >= time_ns) {
		return index->points[at];
	}
	if (at + 1 >= index->n) {
		return end;
	}
	if (index->unit > 0) {
		AvuTimePoint point = interpolate(index, at, time_ns, true);

		return point.byte >= index->points[index->n - 1].byte ? end : point;
	}
	return index->points[at + 1];
}

void
avu_time_index_locate(const AvuTimeIndex *index, AvuMediaPart *part)
{
	const AvuTimePoint from = point_before(index, part->from_ns);

	part->from_ns = from.time_ns;
	part->first_byte = from.byte;
	part->end_byte = index->size_bytes;
	if (part->to_ns != AVU_TIME_NONE) {
		const AvuTimePoint to = point_behind(index, part->to_ns);

		part->to_ns = to.time_ns;
		part->end_byte = to.byte;
	}
	if (part->end_byte >= index->size_bytes) {
		part->end_byte = index->size_bytes;
		part->to_ns = index->duration_ns;
	}
}

int64_t
avu_time_index_get_time_ns(const AvuTimeIndex *index, uint64_t byte)
{
	size_t at = find_byte(index, byte);
	const AvuTimePoint *a = &index->points[at];

	if (index->unit == 0 || at + 1 >= index->n || byte <= a->byte) {
		return a->time_ns;
	}
	const AvuTimePoint *b = &index->points[at + 1];
	double part = (double)(byte - a->byte) / (double)(b->byte - a->byte);

	return a->time_ns + (int64_t)(part * (double)(b->time_ns - a->time_ns));
}
