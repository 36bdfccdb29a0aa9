/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Begun and read on connection threads, told to the worker and by it on the main thread; what both look
 * at is under the lock. A worker is as hostile as the files it read (SEC-144): an answer that does not
 * fit ends it, and with it all that it made. */
#include "mediaserver/convert/conversions-private.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/limits.h>

#include "mediaserver/convert/ability.h"
#include "mediaserver/workers/job.h"

/* A pipe is the only buffer between worker and player. */
#define PIPE_OCTETS (1024 * 1024)
/* Who leaves makes room; a player that seeks comes back before its old connection is gone. */
#define ROOM_US (2 * G_USEC_PER_SEC)

/* On its way to the main thread. */
typedef struct {
	Conversions *owner;
	uint16_t type; /* of the frame */
	uint32_t number;
	AvuFrameWriter payload;
	int fds[3]; /* pipe, file, its sound; -1: none */
} Errand;

void
conversion_unref(Conversion *conversion)
{
	if (--conversion->refs == 0) {
		g_free(conversion);
	}
}

/* The lock is held. */
static void
set_ended(Conversions *self, guint i, WorkerOutcome outcome)
{
	Conversion *conversion = self->running->pdata[i];

	conversion->ended = true;
	conversion->outcome = outcome;
	(void)g_ptr_array_remove_index_fast(self->running, i);
	conversion_unref(conversion);
	g_cond_broadcast(&self->changed);
}

static void
end_by_number(Conversions *self, uint32_t number, WorkerOutcome outcome, bool by_file)
{
	g_mutex_lock(&self->lock);
	for (guint i = 0; i < self->running->len; i++) {
		const Conversion *conversion = self->running->pdata[i];

		if (conversion->number == number) {
			if (outcome == WORKER_DIED && by_file && !conversion->left) {
				deadly_files_note(&self->deadly, &conversion->file);
			}
			set_ended(self, i, outcome);
			break;
		}
	}
	g_mutex_unlock(&self->lock);
}

/* The worker */

static void
kill_worker(Conversions *self, const char *why)
{
	pid_t pid = avu_supervised_get_pid(self->helper);

	g_warning("converting worker %d: %s; it is ended and started again", (int)pid, why);
	avu_spawner_kill(self->spawner, pid, SIGKILL);
}

static void
take_ability(Conversions *self, AvuFrameReader *reader)
{
	ConvertAbility ability;

	if (!convert_ability_take(reader, &ability)) {
		kill_worker(self, "an ability that is none");
		return;
	}
	g_autofree char *missing = ability_describe_missing(&ability);

	if (missing != NULL) {
		g_message("not offered as conversions, FFmpeg lacks: %s", missing);
	}
	g_mutex_lock(&self->lock);
	self->machine.able = ability_get_recipes(&ability);
	self->machine.gaps = ability.gaps;
	self->asked = true;
	self->up = true;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
}

static void
take_answer(Conversions *self, AvuFrameReader *reader)
{
	uint32_t number = avu_frame_take_u32(reader);
	uint32_t outcome = avu_frame_take_u32(reader);
	size_t len;

	(void)avu_frame_take_bytes(reader, &len);
	if (!avu_frame_reader_finish(reader) || outcome >= WORKER_OUTCOMES || len > 0) {
		kill_worker(self, "an answer that is none");
		return;
	}
	/* an unknown number: its reader and the worker ended it at once */
	end_by_number(self, number, (WorkerOutcome)outcome, true);
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	Conversions *self = user_data;
	AvuFrameReader reader = avu_frame_reader(frame);

	(void)helper;
	if (frame->type == WORKER_ABLE) {
		take_ability(self, &reader);
	} else if (frame->type == WORKER_ANSWER) {
		take_answer(self, &reader);
	} else {
		kill_worker(self, "a frame that is none");
	}
}

static void
on_started(AvuSupervised *helper, void *user_data)
{
	(void)helper, (void)user_data; /* up when it has said what it can */
}

static void
end_all(Conversions *self)
{
	g_mutex_lock(&self->lock);
	self->up = false;
	while (self->running->len > 0) {
		set_ended(self, self->running->len - 1, WORKER_DIED);
	}
	g_mutex_unlock(&self->lock);
}

static void
on_lost(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data)
{
	(void)helper;
	g_warning("the converting worker ended (status %d); the next starts in %" G_GINT64_FORMAT
		  " ms",
		status, restart_in_ns / AVU_NS_PER_MS);
	end_all(user_data);
}

Conversions *
conversions_new(AvuSpawner *spawner, AvuMailbox *mailbox, unsigned max_films, unsigned niceness)
{
	Conversions *self = g_new0(Conversions, 1);

	self->spawner = spawner;
	self->mailbox = avu_mailbox_ref(mailbox);
	self->max_films = CLAMP(max_films, 1, CONVERT_FILMS_MAX);
	(void)g_snprintf(self->niceness, sizeof(self->niceness), "%u", MIN(niceness, 19));
	self->argv[0] = "convert";
	self->argv[1] = self->niceness;
	self->running = g_ptr_array_new();
	g_mutex_init(&self->lock);
	g_cond_init(&self->changed);
	return self;
}

void
conversions_set_vaapi(Conversions *self, const char *device)
{
	self->vaapi = g_strdup(device);
	self->argv[2] = self->vaapi;
}

void
conversions_start(Conversions *self, AvuSupervisor *supervisor,
	void (*refused)(const GError *error, void *data), void *data)
{
	const AvuSupervisedSpec spec = {
		.name = "worker",
		.argv = self->argv,
		.started = on_started,
		.received = on_received,
		.lost = on_lost,
		.refused = refused,
		.refused_data = data,
	};

	self->helper = avu_supervisor_add(supervisor, &spec, self);
}

void
conversions_stop(Conversions *self)
{
	g_mutex_lock(&self->lock);
	self->stopped = true;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->lock);
	g_clear_pointer(&self->helper, avu_supervised_remove);
	end_all(self);
}

void
conversions_free(Conversions *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->running);
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->changed);
	avu_mailbox_unref(self->mailbox);
	g_free(self->vaapi);
	makings_free(self->makings);
	g_free(self);
}

void
conversions_set_kept(Conversions *self, Kept *kept)
{
	self->makings = makings_new(kept);
}

Kept *
conversions_get_kept(Conversions *self)
{
	return self->makings != NULL ? makings_get_kept(self->makings) : NULL;
}

Makings *
conversions_get_makings(Conversions *self)
{
	return self->makings;
}

/* Room */

/* Each film is planned for the whole machine: those that run together must not take more than there is of
 * it, or all of them stall. One alone, and what is only packed anew, is never too much. The lock is held. */
static bool
has_room(const Conversions *self, RecipeKind kind, double cost)
{
	unsigned n = 0;
	double taken = 0;

	for (guint i = 0; i < self->running->len; i++) {
		const Conversion *conversion = self->running->pdata[i];

		n += conversion->kind == kind ? 1 : 0;
		taken += conversion->cost;
	}
	return self->up && !self->stopped && (cost <= 0 || taken <= 0 || taken + cost <= 1) &&
	       n < (kind == RECIPE_VIDEO ? self->max_films : CONVERT_SOUNDS_MAX);
}

void
conversions_get_machine(void *conversions, ConvertMachine *ret_machine)
{
	Conversions *self = conversions;

	g_mutex_lock(&self->lock);
	*ret_machine = self->machine;
	for (const Recipe *recipe = recipe_list(); recipe->name != NULL; recipe++) {
		if (!has_room(self, recipe->kind, /* cost = */ 0)) {
			ret_machine->able &= ~(1u << recipe_index(recipe));
		}
	}
	g_mutex_unlock(&self->lock);
}

uint32_t
conversions_get_ability(Conversions *self)
{
	g_mutex_lock(&self->lock);
	uint32_t able = self->asked ? self->machine.able : UINT32_MAX;

	g_mutex_unlock(&self->lock);
	return able;
}

unsigned
conversions_count(Conversions *self)
{
	g_mutex_lock(&self->lock);
	unsigned n = self->running->len;

	g_mutex_unlock(&self->lock);
	return n;
}

/* Errands, on the main thread */

static void
errand_free(void *data)
{
	Errand *errand = data;

	avu_frame_writer_clear(&errand->payload);
	for (size_t i = 0; i < G_N_ELEMENTS(errand->fds); i++) {
		avu_fd_cleanup(&errand->fds[i]);
	}
	g_free(errand);
}

static void
on_errand(void *data)
{
	Errand *errand = data;
	Conversions *self = errand->owner;
	const bool up = self->helper != NULL && avu_supervised_is_up(self->helper);

	unsigned n_fds = 0;

	while (n_fds < G_N_ELEMENTS(errand->fds) && errand->fds[n_fds] >= 0) {
		n_fds++;
	}
	if (up) {
		avu_supervised_send(
			self->helper, errand->type, &errand->payload, errand->fds, n_fds);
	} else if (errand->type != WORKER_CONVERT_END) {
		end_by_number(self, errand->number, WORKER_DIED, false);
	}
}

static Errand *
errand_new(Conversions *self, uint16_t type, uint32_t number)
{
	Errand *errand = g_new0(Errand, 1);

	errand->owner = self;
	errand->type = type;
	errand->number = number;
	errand->fds[0] = errand->fds[1] = errand->fds[2] = -1;
	avu_frame_writer_init(&errand->payload);
	avu_frame_put_u32(&errand->payload, number);
	return errand;
}

/* Beginning, reading, ending: on connection threads */

/* Takes a place. @return NULL with an error */
static Conversion *
admit(Conversions *self, RecipeKind kind, double cost, const DeadlyFile *file, GError **error)
{
	const int64_t until_us = g_get_monotonic_time() + ROOM_US;
	Conversion *conversion = NULL;

	g_mutex_lock(&self->lock);
	if (deadly_files_has(&self->deadly, file)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"this file has ended its worker before");
		g_mutex_unlock(&self->lock);
		return NULL;
	}
	while (!has_room(self, kind, cost) && !self->stopped &&
		g_cond_wait_until(&self->changed, &self->lock, until_us)) {
	}
	if (has_room(self, kind, cost)) {
		conversion = g_new0(Conversion, 1);
		conversion->owner = self;
		conversion->kind = kind;
		conversion->cost = cost;
		conversion->number = ++self->last_number;
		conversion->refs = 2;
		conversion->file = *file;
		conversion->fd = conversion->player = -1;
		g_ptr_array_add(self->running, conversion);
	} else {
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY,
			"as many conversions are under way as there may be");
	}
	g_mutex_unlock(&self->lock);
	return conversion;
}

static bool
make_pipe(Conversion *conversion, Errand *errand)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return false;
	}
	/* refused when the user has too many: then it is smaller */
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_OCTETS);
	conversion->fd = ends[0];
	errand->fds[0] = ends[1];
	return true;
}

/* @return NULL: the conversion is over */
static Errand *
prepare(Conversion *conversion, uint16_t type, GError **error)
{
	Errand *errand = errand_new(conversion->owner, type, conversion->number);

	if (!make_pipe(conversion, errand)) {
		errand_free(errand);
		end_by_number(conversion->owner, conversion->number, WORKER_DIED, false);
		conversion_end(conversion);
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY, "no descriptor is left");
		return NULL;
	}
	return errand;
}

/* What is to be converted. */
typedef struct {
	int fd, sound; /* taken; sound -1: it has no file of its own */
	const DeadlyFile *described;
	int player;
} Material;

static Conversion *
begin(Conversions *self, const ConvertRequest *request, const Material *material, GError **error)
{
	avu_autofd int file = material->fd;
	avu_autofd int sound = material->sound;
	const Recipe *recipe = recipe_nth((uint32_t)request->recipe);

	if (recipe == NULL) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE, "there is no such conversion");
		return NULL;
	}
	const RecipeKind kind = request->joins != 0 ? RECIPE_AUDIO : recipe->kind;
	Conversion *conversion = admit(self, kind, request->cost, material->described, error);

	if (conversion == NULL) {
		return NULL;
	}
	conversion->player = material->player;
	Errand *errand = prepare(conversion, WORKER_CONVERT, error);

	if (errand == NULL) {
		return NULL;
	}
	errand->fds[1] = avu_steal_fd(&file);
	errand->fds[2] = avu_steal_fd(&sound);
	convert_request_put(request, &errand->payload);
	avu_mailbox_post(self->mailbox, on_errand, errand, errand_free);
	return conversion;
}

Conversion *
conversion_begin(
	Conversions *self, const ConvertRequest *request, int fd, int player, GError **error)
{
	avu_autofd int file = fd;
	DeadlyFile described;

	if (!deadly_file_describe(file, &described)) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "the file cannot be looked at");
		return NULL;
	}
	const Material material = { avu_steal_fd(&file), -1, &described, player };

	return begin(self, request, &material, error);
}

Conversion *
conversion_begin_stream(
	Conversions *self, const ConvertRequest *request, int fd, int64_t stream, GError **error)
{
	const DeadlyFile described = deadly_file_of_stream(stream, avu_now_ns());

	const Material material = { fd, -1, &described, /* player = */ -1 };

	return begin(self, request, &material, error);
}

Conversion *
conversion_begin_join(Conversions *self, int pictures, int sound, int64_t stream, GError **error)
{
	const DeadlyFile described = deadly_file_of_stream(stream, avu_now_ns());
	const Material material = { pictures, sound, &described, /* player = */ -1 };
	ConvertRequest request;

	convert_request_init(&request);
	request.joins = 1;
	return begin(self, &request, &material, error);
}

Conversion *
conversion_begin_measuring(Conversions *self, GError **error)
{
	const DeadlyFile nothing = { 0 };
	Conversion *conversion = admit(self, RECIPE_VIDEO, /* cost = */ 0, &nothing, error);
	Errand *errand = conversion != NULL ? prepare(conversion, WORKER_MEASURE, error) : NULL;

	if (errand == NULL) {
		return NULL;
	}
	avu_frame_put_u32(&errand->payload, MIN(g_get_num_processors(), CONVERT_THREADS_MAX));
	avu_mailbox_post(self->mailbox, on_errand, errand, errand_free);
	return conversion;
}

void
conversions_set_figures(Conversions *self, const ConvertMachine *machine)
{
	g_mutex_lock(&self->lock);
	const uint32_t able = self->machine.able;
	const DecodableGaps gaps = self->machine.gaps;

	self->machine = *machine;
	self->machine.able = able;
	self->machine.gaps = gaps;
	g_mutex_unlock(&self->lock);
}

void
conversions_post_end(Conversions *self, uint32_t number)
{
	avu_mailbox_post(self->mailbox, on_errand, errand_new(self, WORKER_CONVERT_END, number),
		errand_free);
}
