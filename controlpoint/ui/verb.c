/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One process per verb: a device that hangs holds up a process and nothing else. Its JSON comes through a
 * pipe and is bounded, as a picture does; so is the line on standard error. GLib has a thread of its own here, so between fork()
 * and exec() nothing is called that could wait for it. At most one of a kind runs: a new one ends the old,
 * deeds stand in line. None but the deeds outlive this process. Main thread. */
#include "ui/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <av-upnp/fd.h>
#include <av-upnp/loop.h>

#include "ui/afterwards.h"

#define ANSWER_MAX (64 * 1024 * 1024)
#define TROUBLE_MAX 4096
#define DEEDS_MAX 64 /* that wait: keys that are held down */
#define READ_BYTES 65536
#define PROGRAM_NAME "avcp: "

typedef struct {
	UiVerbs *verbs;
	UiAsk ask;
	pid_t pid;
	int out_fd, trouble_fd;
	GSource *out, *trouble; /* NULL: at its end */
	GString *answer, *said;
} Verb;

struct UiVerbs {
	const char *program;
	const char *const *options;
	UiVerbListener listener;
	Verb *running[UI_ASKS]; /* NULL: none */
	GQueue deeds;           /* char **: words of those that wait */
	int failed[UI_ASKS];    /* errno of one that could not be started; 0: none */
	guint telling;          /* source that says so; 0: none */
};

static bool
is_stream(UiAsk ask)
{
	return ask == UI_ASK_STATUS || ask == UI_ASK_DEVICES;
}

static void
end_source(GSource **source)
{
	if (*source != NULL) {
		g_source_destroy(*source);
		g_clear_pointer(source, g_source_unref);
	}
}

static void
verb_free(Verb *verb)
{
	end_source(&verb->out);
	end_source(&verb->trouble);
	(void)close(verb->out_fd);
	(void)close(verb->trouble_fd);
	(void)g_string_free(verb->answer, true);
	(void)g_string_free(verb->said, true);
	g_free(verb);
}

/* It has closed its pipes or is killed: there is nothing left to wait for. @return exit code */
static int
reap(const Verb *verb)
{
	int status = 0;

	while (waitpid(verb->pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
cancel(UiVerbs *verbs, UiAsk ask)
{
	Verb *verb = g_steal_pointer(&verbs->running[ask]);

	if (verb != NULL) {
		(void)kill(verb->pid, SIGKILL);
		(void)reap(verb);
		verb_free(verb);
	}
}

static void
tell_answer(const Verb *verb, const char *text, size_t len)
{
	json_auto_t *answer = json_loadb(text, len, 0, NULL);

	if (answer != NULL) {
		verb->verbs->listener.answered(verb->ask, answer, verb->verbs->listener.data);
	}
}

/* Whole lines, each as soon as it is there. */
static void
tell_lines(const Verb *verb)
{
	const char *end;

	while ((end = memchr(verb->answer->str, '\n', verb->answer->len)) != NULL) {
		const size_t len = (size_t)(end - verb->answer->str);

		tell_answer(verb, verb->answer->str, len);
		(void)g_string_erase(verb->answer, 0, (gssize)len + 1);
	}
}

static void
start_waiting_deed(UiVerbs *verbs)
{
	g_auto(GStrv) words = g_queue_pop_head(&verbs->deeds);

	if (words != NULL) {
		ui_verbs_run(UI_ASK_DEED, (const char *const *)words, verbs);
	}
}

static void
finish(Verb *verb)
{
	UiVerbs *verbs = verb->verbs;
	const UiAsk ask = verb->ask;
	const bool good = reap(verb) == 0;
	const char *said = verb->said->str;

	verbs->running[ask] = NULL;
	if (good && ask == UI_ASK_COVER) {
		verbs->listener.pictured(
			verb->answer->str, verb->answer->len, verbs->listener.data);
	} else if (good && !is_stream(ask)) {
		tell_answer(verb, verb->answer->str, verb->answer->len);
	}
	(void)g_strchomp(verb->said->str);
	if (g_str_has_prefix(said, PROGRAM_NAME)) {
		said += strlen(PROGRAM_NAME);
	}
	verbs->listener.ended(ask,
		good              ? NULL
		: said[0] != '\0' ? said
				  : "it broke off",
		verbs->listener.data);
	verb_free(verb);
	if (ask == UI_ASK_DEED) {
		start_waiting_deed(verbs);
	}
}

/* @return false: this end is reached */
static bool
take(int fd, GString *text, size_t max)
{
	char buffer[READ_BYTES];
	const ssize_t n = read(fd, buffer, sizeof buffer);

	if (n > 0) {
		g_string_append_len(text, buffer, MIN(n, (ssize_t)(max - MIN(max, text->len))));
	}
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool
on_output(int fd, GIOCondition condition, void *data)
{
	Verb *verb = data;
	const bool more = take(fd, verb->answer, ANSWER_MAX);

	(void)condition;
	if (is_stream(verb->ask)) {
		tell_lines(verb);
	}
	if (verb->answer->len >= ANSWER_MAX) {
		(void)kill(verb->pid, SIGKILL);
	}
	if (!more) {
		g_clear_pointer(&verb->out, g_source_unref);
		if (verb->trouble == NULL) {
			finish(verb);
		}
	}
	return more;
}

static bool
on_trouble(int fd, GIOCondition condition, void *data)
{
	Verb *verb = data;
	const bool more = take(fd, verb->said, TROUBLE_MAX);

	(void)condition;
	if (!more) {
		g_clear_pointer(&verb->trouble, g_source_unref);
		if (verb->out == NULL) {
			finish(verb);
		}
	}
	return more;
}

/* Its texts are borrowed. */
static GPtrArray *
make_argv(const UiVerbs *verbs, const char *const *words)
{
	GPtrArray *argv = g_ptr_array_new();

	g_ptr_array_add(argv, (void *)"avcp");
	g_ptr_array_add(argv, (void *)"--json");
	for (size_t i = 0; verbs->options[i] != NULL; i++) {
		g_ptr_array_add(argv, (void *)verbs->options[i]);
	}
	for (size_t i = 0; words[i] != NULL; i++) {
		g_ptr_array_add(argv, (void *)words[i]);
	}
	g_ptr_array_add(argv, NULL);
	return argv;
}

/* A deed is carried out when nobody waits for it any more; all else ends with us.
 * @return false: we are gone already */
static bool
choose_end(UiAsk ask, pid_t parent)
{
	(void)signal(SIGPIPE, ask == UI_ASK_DEED ? SIG_IGN : SIG_DFL);
	return ask == UI_ASK_DEED || (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent);
}

/* In the child: nothing but system calls. */
static void
become(const char *program, char *const *argv, const int out[2], const int trouble[2])
{
	const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	/* of the terminal it sees neither the keys nor Ctrl-C */
	(void)setpgid(0, 0);
	if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0 ||
		dup2(trouble[1], STDERR_FILENO) < 0) {
		_exit(1);
	}
	(void)execv(program, argv);
	_exit(127);
}

static Verb *
start(UiVerbs *verbs, UiAsk ask, const char *const *words)
{
	g_autoptr(GPtrArray) argv = make_argv(verbs, words);
	const pid_t parent = getpid();
	int out[2], trouble[2];

	if (pipe2(out, O_CLOEXEC) != 0) {
		return NULL;
	}
	if (pipe2(trouble, O_CLOEXEC) != 0) {
		(void)close(out[0]);
		(void)close(out[1]);
		return NULL;
	}
	const pid_t pid = fork();
	const int why = errno;

	if (pid == 0 && choose_end(ask, parent)) {
		become(verbs->program, (char **)argv->pdata, out, trouble);
	}
	if (pid == 0) {
		_exit(1);
	}
	(void)close(out[1]);
	(void)close(trouble[1]);
	if (pid < 0) {
		(void)close(out[0]);
		(void)close(trouble[0]);
		errno = why;
		return NULL;
	}
	Verb *verb = g_new0(Verb, 1);

	*verb = (Verb){ .verbs = verbs,
		.ask = ask,
		.pid = pid,
		.out_fd = out[0],
		.trouble_fd = trouble[0],
		.answer = g_string_new(NULL),
		.said = g_string_new(NULL) };
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(trouble[0], F_SETFL, O_NONBLOCK);
	verb->out = avu_watch_fd(NULL, out[0], G_IO_IN | G_IO_HUP, on_output, verb);
	verb->trouble = avu_watch_fd(NULL, trouble[0], G_IO_IN | G_IO_HUP, on_trouble, verb);
	return verb;
}

UiVerbs *
ui_verbs_new(const char *program, const char *const *options, const UiVerbListener *listener)
{
	UiVerbs *verbs = g_new0(UiVerbs, 1);

	*verbs = (UiVerbs){ .program = program, .options = options, .listener = *listener };
	g_queue_init(&verbs->deeds);
	return verbs;
}

/* What was ordered is done, though nobody waits for it: what runs goes on by itself, the rest is handed on. */
static void
let_go(UiVerbs *verbs)
{
	Verb *deed = g_steal_pointer(&verbs->running[UI_ASK_DEED]);
	g_autoptr(GPtrArray) orders =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GPtrArray) argvs = g_ptr_array_new();

	if (deed == NULL) {
		return;
	}
	const pid_t pid = deed->pid;

	verb_free(
		deed); /* its pipes, before they are inherited: it would wait for a reader for ever */
	for (const GList *at = verbs->deeds.head; at != NULL; at = at->next) {
		GPtrArray *order = make_argv(verbs, at->data);

		g_ptr_array_add(orders, order);
		g_ptr_array_add(argvs, order->pdata);
	}
	g_ptr_array_add(argvs, NULL);
	if (orders->len > 0) {
		ui_afterwards_run(pid, verbs->program, (char *const *const *)argvs->pdata);
	}
}

void
ui_verbs_free(UiVerbs *verbs)
{
	for (UiAsk ask = 0; ask < UI_ASKS; ask++) {
		if (ask != UI_ASK_DEED) {
			cancel(verbs, ask);
		}
	}
	let_go(verbs);
	if (verbs->telling != 0) {
		(void)g_source_remove(verbs->telling);
	}
	g_queue_clear_full(&verbs->deeds, (GDestroyNotify)g_strfreev);
	g_free(verbs);
}

/* Not at once: who orders is not ready to hear of it. */
static gboolean
tell_failed(void *data)
{
	UiVerbs *verbs = data;

	verbs->telling = 0;
	for (UiAsk ask = 0; ask < UI_ASKS; ask++) {
		const int why = verbs->failed[ask];

		verbs->failed[ask] = 0;
		if (why != 0 && verbs->running[ask] == NULL) {
			verbs->listener.ended(ask, g_strerror(why), verbs->listener.data);
		}
	}
	return G_SOURCE_REMOVE;
}

void
ui_verbs_run(UiAsk ask, const char *const *words, void *data)
{
	UiVerbs *verbs = data;

	if (ask == UI_ASK_DEED && verbs->running[ask] != NULL) {
		if (g_queue_get_length(&verbs->deeds) < DEEDS_MAX) {
			g_queue_push_tail(&verbs->deeds, g_strdupv((char **)words));
		}
		return;
	}
	cancel(verbs, ask);
	verbs->running[ask] = start(verbs, ask, words);
	if (verbs->running[ask] == NULL) {
		verbs->failed[ask] = errno;
		verbs->telling =
			verbs->telling != 0 ? verbs->telling : g_idle_add(tell_failed, verbs);
	}
}
