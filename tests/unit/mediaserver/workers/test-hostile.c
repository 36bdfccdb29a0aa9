/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Workers whose answers are changed at random (SEC-144, FLT-57), through the pool, the conversions and the
 * parsers of all who ask: what arrives is in its bounds, everybody who asked is answered, and a good answer is
 * still taken afterwards. ANSWERS in the environment says how many (300), SEED with which the first begins. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mediaserver/convert/conversions.h"
#include "mediaserver/workers/index-result.h"
#include "mediaserver/workers/piece-result.h"
#include "mediaserver/workers/pool.h"
#include "mediaserver/workers/subtitle-request.h"
#include "mediaserver/workers/thumb-request.h"
#include "tests/unit/mediaserver/workers/stub-scripts.h"

/* At once: most of the time a lane waits for the next start of its worker. */
#define LANES 12
#define BATCH 3
#define FILE_OCTETS 1000

typedef struct House House;

typedef struct {
	House *house;
	uint32_t seed; /* what is asked now */
	WorkerPool *pool;
	Conversions *conversions; /* of one question */
	GThread *thread;
	unsigned tries;
} Lane;

struct House {
	AvuSpawner *spawner;
	AvuSupervisor *supervisor;
	AvuMailbox *mailbox;
	GMainLoop *loop;
	Lane lanes[LANES];
	uint32_t next, end; /* seeds */
	unsigned under_way;
	unsigned n_good, n_taken, n_refused;
};

static void ask_next(Lane *lane);

static gboolean
on_idle(gpointer data)
{
	ask_next(data);
	return G_SOURCE_REMOVE;
}

/* What was asked is answered. A worker whose starts are delayed already is replaced. */
static void
finish(Lane *lane, bool taken)
{
	const bool good = lane->seed % SCRIPT_GOOD == 0;

	g_assert_true(taken || !good); /* an honest answer comes through */
	lane->house->n_good += good ? 1 : 0;
	lane->house->n_taken += taken ? 1 : 0;
	lane->house->n_refused += taken ? 0 : 1;
	lane->house->under_way--;
	(void)g_idle_add(on_idle, lane);
}

/* Batches */

static void
check_result(const ProbeResult *result, unsigned file)
{
	g_auto(AvuFrameWriter) writer = { NULL };
	g_auto(ProbeResult) again = { 0 };
	const char *const texts[] = { result->title, result->text_tracks, result->location,
		result->container, result->reason };

	g_assert_cmpint(result->file, ==, file);
	g_assert_cmpint(result->outcome, >=, PROBE_OK);
	g_assert_cmpint(result->outcome, <=, PROBE_DIED);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_true(texts[i] == NULL || g_utf8_validate(texts[i], -1, NULL));
	}
	/* every number is in the range of its table */
	avu_frame_writer_init(&writer);
	probe_result_put(result, &writer);
	AvuFrameReader reader = { writer.bytes->data, writer.bytes->data + writer.bytes->len,
		false };

	probe_result_init(&again);
	g_assert_true(probe_result_take(&reader, &again, NULL));
	g_assert_cmpint(again.duration_ns, ==, result->duration_ns);
	g_assert_cmpint(again.width, ==, result->width);
	g_assert_cmpint(again.orientation, ==, result->orientation);
}

static void
on_batch(ProbeBatch *batch, void *user_data)
{
	bool taken = true;

	for (unsigned i = 0; i < batch->n; i++) {
		check_result(&batch->results[i], i);
		taken = taken && batch->results[i].outcome != PROBE_DIED;
	}
	for (unsigned i = batch->n; i < AVU_LIMIT_WORKER_BATCH; i++) {
		g_assert_false(batch->answered[i]); /* nobody asked */
	}
	probe_batch_free(batch);
	finish(user_data, taken);
}

/* Jobs */

static bool
is_index(AvuFrameReader *reader)
{
	g_auto(IndexResult) result = { 0 };

	return index_result_take(reader, &result) && result.n <= INDEX_POINTS_MAX;
}

static bool
is_piece(AvuFrameReader *reader)
{
	g_auto(PieceResult) result = { 0 };
	const bool good = piece_result_take(reader, FILE_OCTETS, &result);

	g_assert_true(!good || (result.offset <= FILE_OCTETS && result.length > 0 &&
				       result.length <= FILE_OCTETS - result.offset));
	return good;
}

static bool
is_subtitle(AvuFrameReader *reader)
{
	g_autoptr(GBytes) text = subtitle_answer_take(reader);
	gsize len = 0;
	const char *octets = text != NULL ? g_bytes_get_data(text, &len) : NULL;

	g_assert_true(text == NULL || (g_utf8_validate(octets, (gssize)len, NULL) &&
					      memchr(octets, '\0', len) == NULL));
	return text != NULL;
}

static void
on_job(WorkerJob *job, void *user_data)
{
	bool taken = job->outcome == WORKER_OK;

	g_assert_cmpint(job->outcome, <, WORKER_OUTCOMES);
	g_assert_true(!taken || job->answer != NULL);
	if (taken) {
		gsize len;
		const uint8_t *octets = g_bytes_get_data(job->answer, &len);
		AvuFrameReader reader = { octets, octets + len, false };

		taken = job->kind == WORKER_INDEX   ? is_index(&reader)
			: job->kind == WORKER_PIECE ? is_piece(&reader)
			: job->kind == WORKER_THUMB ? thumb_answer_is_good(job->answer, THUMB_JPEG)
						    : is_subtitle(&reader);
	}
	worker_job_free(job);
	finish(user_data, taken);
}

/* Conversions: the server waits five seconds for an outcome, which a machine that has other things to do may
 * not keep; then an honest one is asked for again. */

#define TRIES_MAX 20

static void ask_conversion(Lane *lane);

static void
on_conversion_over(void *data)
{
	Lane *lane = data;
	const bool taken = g_thread_join(g_steal_pointer(&lane->thread)) != NULL;

	conversions_stop(lane->conversions);
	g_clear_pointer(&lane->conversions, conversions_free);
	if (!taken && lane->seed % SCRIPT_GOOD == 0 && ++lane->tries < TRIES_MAX) {
		ask_conversion(lane);
		return;
	}
	lane->tries = 0;
	finish(lane, taken);
}

/* @return not NULL: it came to a good end */
static void *
read_conversion(void *data)
{
	Lane *lane = data;
	g_auto(ConvertRequest) request = { 0 };
	Conversion *conversion = NULL;
	char buffer[1024];
	ssize_t got = -1;

	convert_request_init(&request);
	request.hint = g_strdup_printf("%c%x", SCRIPT_LETTER, lane->seed);
	while (conversion == NULL) { /* on a busy machine the worker is not there in two seconds */
		conversion = conversion_begin(lane->conversions, &request,
			open("/dev/null", O_RDONLY | O_CLOEXEC), -1, NULL);
	}
	if (conversion_wait(conversion, NULL)) {
		while ((got = conversion_read(conversion, buffer, sizeof(buffer))) > 0) {
		}
	}
	conversion_end(conversion);
	avu_mailbox_post(lane->house->mailbox, on_conversion_over, lane, NULL);
	return got == 0 ? lane : NULL;
}

static void
ask_conversion(Lane *lane)
{
	g_autoptr(GError) error = NULL;
	const House *house = lane->house;

	lane->conversions = conversions_new(house->spawner, house->mailbox, 2, 0);
	conversions_start(lane->conversions, house->supervisor, NULL, NULL);
	lane->thread = g_thread_new("reader", read_conversion, lane);
}

/* Asking */

static void
ask(Lane *lane)
{
	/* every kind of question comes with good and bad answers */
	static const uint32_t kinds[] = { 0, WORKER_INDEX, WORKER_THUMB, WORKER_PIECE,
		WORKER_SUBTITLE };
	const uint32_t kind = lane->seed / SCRIPT_GOOD % (G_N_ELEMENTS(kinds) + 1);
	g_autofree char *hint = g_strdup_printf("%c%x", SCRIPT_LETTER, lane->seed);

	if (kind == G_N_ELEMENTS(kinds)) {
		ask_conversion(lane);
	} else if (kinds[kind] != 0) {
		worker_pool_submit_job(lane->pool,
			worker_job_new((WorkerJobKind)kinds[kind],
				open("/dev/null", O_RDONLY | O_CLOEXEC), hint, on_job, lane, NULL));
	} else {
		ProbeBatch *batch = probe_batch_new(on_batch, lane);

		for (unsigned i = 0; i < BATCH; i++) {
			probe_batch_add(batch, open("/dev/null", O_RDONLY | O_CLOEXEC), hint);
		}
		worker_pool_submit(lane->pool, batch);
	}
}

static void
ask_next(Lane *lane)
{
	House *house = lane->house;
	g_autoptr(GError) error = NULL;
	/* after a bad answer the pool's worker may be dead or dying, and the pauses before its starts grow */
	const bool fresh = lane->pool == NULL || lane->seed % SCRIPT_GOOD != 0;

	if (fresh) {
		g_clear_pointer(&lane->pool, worker_pool_free);
	}
	if (house->next == house->end) {
		g_clear_pointer(&lane->pool, worker_pool_free);
		if (house->under_way == 0) {
			g_main_loop_quit(house->loop);
		}
		return;
	}
	lane->seed = house->next++;
	house->under_way++;
	if (fresh) {
		lane->pool = worker_pool_new(
			house->spawner, house->supervisor, house->mailbox, 1, NULL, NULL);
		g_assert_no_error(error);
	}
	ask(lane);
}

static uint32_t
get_number(const char *name, uint32_t fallback)
{
	const char *text = g_getenv(name);

	return text != NULL ? (uint32_t)strtoul(text, NULL, 10) : fallback;
}

static void
test_random(const void *spawner)
{
	const uint32_t n = get_number("ANSWERS", 300);
	House house = { .spawner = (AvuSpawner *)spawner, .next = get_number("SEED", 0) };

	house.end = house.next + n;
	house.supervisor = avu_supervisor_new(house.spawner, NULL);
	house.mailbox = avu_mailbox_new(NULL);
	house.loop = g_main_loop_new(NULL, FALSE);
	for (unsigned i = 0; i < LANES; i++) {
		house.lanes[i].house = &house;
		ask_next(&house.lanes[i]);
	}
	g_main_loop_run(house.loop);
	g_test_message("%u answers: %u good, %u taken, %u refused", n, house.n_good, house.n_taken,
		house.n_refused);
	g_assert_cmpuint(house.n_taken + house.n_refused, ==, n);
	g_assert_cmpuint(house.n_refused, >, n / 4); /* the changes do matter */
	avu_supervisor_free(house.supervisor);
	avu_mailbox_close(house.mailbox);
	avu_mailbox_unref(house.mailbox);
	g_main_loop_unref(house.loop);
}

int
main(int argc, char **argv)
{
	g_autofree char *folder = g_path_get_dirname(argv[0]);
	g_autofree char *absolute = g_canonicalize_filename(folder, NULL);

	g_setenv("AV_UPNP_LIBEXECDIR", absolute, TRUE);
	g_autoptr(AvuSpawner) spawner = avu_spawner_new(NULL, NULL);

	g_assert_nonnull(spawner);
	g_test_init(&argc, &argv, NULL);
	/* that a worker died is a warning, and what this test is about */
	g_log_set_always_fatal(G_LOG_FATAL_MASK);
	g_test_add_data_func("/workers/hostile/random", spawner, test_random);
	return g_test_run();
}
