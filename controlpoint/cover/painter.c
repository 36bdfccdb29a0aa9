/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One job for one worker of av-mediaserver's kind, which ends with it: there is one place where pictures are
 * decoded, behind a sandbox with limits of time and memory. What comes back is checked. Main thread. */
#include "cover/painter.h"

#include <errno.h>
#include <sys/mman.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>

#define WORKER "worker"

typedef struct {
	WorkerJob *job;
	bool done;       /* answered, or there is nobody left who would */
	GError *missing; /* this host's fault: no device or cover is missing */
} Painter;

static void
on_started(AvuSupervised *helper, void *user_data)
{
	Painter *painter = user_data;
	g_auto(AvuFrameWriter) request = { NULL };

	avu_frame_writer_init(&request);
	worker_job_put(painter->job, 0, &request);
	avu_supervised_send(helper, WORKER_JOB, &request, &painter->job->fd, 1);
}

static void
on_received(AvuSupervised *helper, AvuFrame *frame, void *user_data)
{
	Painter *painter = user_data;
	AvuFrameReader reader = avu_frame_reader(frame);

	(void)helper;
	if (!painter->done && frame->type == WORKER_ANSWER) {
		(void)avu_frame_take_u32(&reader); /* the only job */
		/* an answer that is none leaves the outcome as it was: died */
		(void)worker_job_take_answer(painter->job, &reader, NULL);
	}
	painter->done = true;
}

static void
on_lost(AvuSupervised *helper, int status, int64_t restart_in_ns, void *user_data)
{
	Painter *painter = user_data;

	(void)helper, (void)status, (void)restart_in_ns; /* a picture is not tried twice */
	painter->done = true;
}

static void
on_refused(const GError *error, void *refused_data)
{
	Painter *painter = refused_data;

	g_set_error(&painter->missing, AVU_ERROR, AVU_ERROR_IO,
		"what reads pictures is not there: %s", error->message);
	painter->done = true;
}

static bool
is_done(void *data)
{
	const Painter *painter = data;

	return painter->done;
}

static int
open_octets(GBytes *octets, GError **error)
{
	gsize len;
	const char *at = g_bytes_get_data(octets, &len);
	avu_autofd int fd = memfd_create("cover", MFD_CLOEXEC);

	for (gsize done = 0; fd >= 0 && done < len;) {
		const ssize_t n = write(fd, at + done, len - done);

		if (n <= 0 && errno != EINTR) {
			avu_fd_cleanup(&fd);
		}
		done += n > 0 ? (gsize)n : 0;
	}
	if (fd < 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "no room for a picture: %s",
			g_strerror(errno));
	}
	return avu_steal_fd(&fd);
}

static GBytes *
take_picture(const Painter *painter, ThumbForm form, bool interrupted, GError **error)
{
	const WorkerJob *job = painter->job;

	if (job->outcome == WORKER_OK && thumb_answer_is_good(job->answer, form)) {
		return g_bytes_ref(job->answer);
	}
	if (interrupted) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_CANCELLED, "interrupted");
	} else if (!painter->done) {
		g_set_error(
			error, AVU_ERROR, AVU_ERROR_TIMEOUT, "the picture was not made in time");
	} else if (job->outcome == WORKER_UNSUITABLE) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_UNSUPPORTED,
			"it is no picture that can be shown");
	} else {
		g_set_error(error, AVU_ERROR, AVU_ERROR_GONE,
			"what reads pictures ended over this one");
	}
	return NULL;
}

GBytes *
painter_paint(Session *session, GBytes *picture, const ThumbBox *box, GError **error)
{
	const int fd = open_octets(picture, error);

	if (fd < 0) {
		return NULL;
	}
	g_autoptr(WorkerJob) job = worker_job_new(WORKER_THUMB, fd, NULL, NULL, NULL, NULL);
	Painter painter = { .job = job };
	const AvuSupervisedSpec spec = { .name = WORKER,
		.started = on_started,
		.received = on_received,
		.lost = on_lost,
		.refused = on_refused,
		.refused_data = &painter };

	job->question = thumb_box_to_question(box);
	AvuSupervised *worker =
		avu_supervisor_add(session_get_supervisor(session), &spec, &painter);

	(void)session_wait(session,
		avu_now_ns() + AVU_HELPER_START_NS + worker_job_get_wall_ns(WORKER_THUMB), is_done,
		&painter);
	avu_supervised_remove(worker);
	if (painter.missing != NULL) {
		g_propagate_error(error, painter.missing);
		return NULL;
	}
	return take_picture(&painter, box->form, session_is_interrupted(session), error);
}
