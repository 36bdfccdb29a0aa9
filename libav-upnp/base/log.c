/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/log.c: the one writer of log lines; reads its settings without a lock, because they are set
 * once, before the first thread. Any thread after that.
 *
 * A line is bounded and carries no control characters, whatever stood in the message. It waits for nobody: what
 * nobody reads is counted and left out (FLT-16). Of what strangers can cause there is a budget (SEC-321). */
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <av-upnp/clock.h>
#include <av-upnp/error.h>
#include <av-upnp/log.h>
#include <av-upnp/text.h>

#define LINE_CHARS 2000
#define FIELDS_MAX 32
/* Lines of one level, where no more than the usual was asked for. */
#define BUDGET_LINES 50
#define BUDGET_LINES_PER_S 10

static const char *const level_names[] = { "critical", "warning", "message", "info", "debug",
	NULL };
/* By index in level_names. An error of GLib's kind ends the program and is always written. */
static const GLogLevelFlags level_flags[] = { G_LOG_LEVEL_CRITICAL, G_LOG_LEVEL_WARNING,
	G_LOG_LEVEL_MESSAGE, G_LOG_LEVEL_INFO, G_LOG_LEVEL_DEBUG };

#define LEVEL_MESSAGE 2
#define LEVEL_DEBUG 4

typedef struct {
	char *name;
	int level;
} Topic;

static struct {
	char *program;
	bool to_journal;
	int level;                          /* of topics that are not listed */
	GArray *topics;                     /* of Topic */
	char *(*convert)(const char *text); /* for a terminal; NULL: not wanted */
} writer = { .level = LEVEL_MESSAGE };

typedef struct {
	double left;
	int64_t filled_ns; /* 0: never */
	unsigned held;     /* lines since the last one that was written */
} Budget;

static struct {
	pthread_mutex_t lock;
	unsigned lost;                   /* lines that nobody read; guarded by lock */
	Budget budgets[LEVEL_DEBUG + 1]; /* by level; likewise */
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int
find_level(const char *name)
{
	for (int i = 0; level_names[i] != NULL; i++) {
		if (strcmp(level_names[i], name) == 0) {
			return i;
		}
	}
	return -1;
}

static int
level_of_topic(const char *topic)
{
	for (guint i = 0; topic != NULL && writer.topics != NULL && i < writer.topics->len; i++) {
		const Topic *listed = &g_array_index(writer.topics, Topic, i);

		if (strcmp(listed->name, topic) == 0) {
			return listed->level;
		}
	}
	return writer.level;
}

static int
level_of_flags(GLogLevelFlags flags)
{
	int level = 0;

	while (level < LEVEL_DEBUG && (flags & level_flags[level]) == 0) {
		level++;
	}
	return level;
}

static bool
is_fatal(GLogLevelFlags flags)
{
	return (flags & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)) != 0;
}

bool
avu_log_is_wanted(const char *topic, GLogLevelFlags flags)
{
	return is_fatal(flags) || level_of_flags(flags) <= level_of_topic(topic);
}

/* @param ret_held  lines that were held back before this one
 *  @return false: this one is held back, too */
static bool
is_within_budget(const char *topic, GLogLevelFlags flags, unsigned *ret_held)
{
	const int level = level_of_flags(flags);
	const int64_t now_ns = avu_now_ns();
	Budget *budget = &state.budgets[level];
	bool within;

	*ret_held = 0;
	if (is_fatal(flags) || level_of_topic(topic) > LEVEL_MESSAGE) {
		return true; /* who asks for more gets all of it */
	}
	(void)pthread_mutex_lock(&state.lock);
	if (budget->filled_ns == 0) {
		budget->left = BUDGET_LINES;
	} else {
		const double gained = (double)(now_ns - budget->filled_ns) * BUDGET_LINES_PER_S /
				      (double)AVU_NS_PER_S;

		budget->left = MIN(budget->left + gained, BUDGET_LINES);
	}
	budget->filled_ns = now_ns;
	within = budget->left >= 1;
	if (within) {
		budget->left -= 1;
		*ret_held = budget->held;
		budget->held = 0;
	} else {
		budget->held++;
	}
	(void)pthread_mutex_unlock(&state.lock);
	return within;
}

static const char *
find_field(const GLogField *fields, gsize n_fields, const char *key)
{
	for (gsize i = 0; i < n_fields; i++) {
		if (strcmp(fields[i].key, key) == 0 && fields[i].length == -1) {
			return fields[i].value;
		}
	}
	return NULL;
}

/* A pipe that has room at all has room for that much. Under the lock. */
static bool
put_now(const char *text, size_t len)
{
	struct pollfd wait = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&wait, 1, 0) > 0 && (wait.revents & POLLOUT) != 0 &&
	       write(STDERR_FILENO, text, len) == (ssize_t)len;
}

/* One write, so that lines of several processes on one stderr do not mix. When stderr is gone there is no place
 * left to say so. */
static void
put(GString *line)
{
	if (line->len > PIPE_BUF) {
		const char *end = NULL;

		(void)g_utf8_validate(line->str, PIPE_BUF - 1, &end);
		g_string_truncate(line, (gsize)(end - line->str));
		g_string_append_c(line, '\n');
	}
	(void)pthread_mutex_lock(&state.lock);
	if (state.lost > 0) {
		g_autofree char *note =
			g_strdup_printf("%s: %u lines are missing here: nobody read them\n",
				writer.program, state.lost);

		if (put_now(note, strlen(note))) {
			state.lost = 0;
		}
	}
	if (state.lost > 0 || !put_now(line->str, line->len)) {
		state.lost++;
	}
	(void)pthread_mutex_unlock(&state.lock);
}

static void
write_line(const char *topic, const char *message)
{
	g_autofree char *safe = avu_text_for_display(message, LINE_CHARS);
	g_autofree char *shown = writer.convert != NULL && isatty(STDERR_FILENO) == 1
					 ? writer.convert(safe)
					 : g_strdup(safe);
	g_autoptr(GString) line = g_string_new(NULL);

	if (writer.level == LEVEL_DEBUG || level_of_topic(topic) == LEVEL_DEBUG) {
		int64_t wall_ns = avu_wall_ns();
		time_t seconds = (time_t)(wall_ns / AVU_NS_PER_S);
		struct tm local;

		if (localtime_r(&seconds, &local) != NULL) {
			g_string_append_printf(line, "%02d:%02d:%02d.%03d ", local.tm_hour,
				local.tm_min, local.tm_sec,
				(int)(wall_ns % AVU_NS_PER_S / AVU_NS_PER_MS));
		}
		g_string_append_printf(line, "%s: %s: %s\n", writer.program,
			topic != NULL ? topic : "main", shown);
	} else {
		g_string_append_printf(line, "%s: %s\n", writer.program, shown);
	}
	put(line);
}

/* GLib speaks the journal's protocol; we add who we are. */
static bool
write_journal(GLogLevelFlags flags, const GLogField *fields, gsize n_fields)
{
	GLogField all[FIELDS_MAX];
	gsize n = MIN(n_fields, FIELDS_MAX - 1);

	memcpy(all, fields, n * sizeof *all);
	all[n++] = (GLogField){ "SYSLOG_IDENTIFIER", writer.program, -1 };
	return g_log_writer_journald(flags, all, n, NULL) == G_LOG_WRITER_HANDLED;
}

/* A line of our own. */
static void
write_note(GLogLevelFlags flags, const char *topic, const char *text)
{
	const GLogField fields[] = { { "MESSAGE", text, -1 },
		{ "PRIORITY", (flags & G_LOG_LEVEL_WARNING) != 0 ? "4" : "5", -1 } };

	if (!(writer.to_journal && write_journal(flags, fields, G_N_ELEMENTS(fields)))) {
		write_line(topic, text);
	}
}

static GLogWriterOutput
write_log(GLogLevelFlags flags, const GLogField *fields, gsize n_fields, gpointer user_data)
{
	const char *topic = find_field(fields, n_fields, "GLIB_DOMAIN");
	const char *message = find_field(fields, n_fields, "MESSAGE");
	unsigned held = 0;

	(void)user_data;
	if (!avu_log_is_wanted(topic, flags) || !is_within_budget(topic, flags, &held)) {
		return G_LOG_WRITER_HANDLED;
	}
	if (held > 0) {
		g_autofree char *note = g_strdup_printf(
			"%u lines were left out, too many came at once; --log-level info has all",
			held);

		write_note(flags, topic, note);
	}
	if (!(writer.to_journal && write_journal(flags, fields, n_fields))) {
		write_line(topic, message != NULL ? message : "");
	}
	return G_LOG_WRITER_HANDLED;
}

/* One of "warning" and "avu-net=debug". */
static bool
take_level(const char *word, int *level, GArray *topics, GError **error)
{
	const char *equals = strchr(word, '=');
	const char *name = equals != NULL ? equals + 1 : word;
	int found = find_level(name);

	if (found < 0 || equals == word) {
		g_autofree char *shown = avu_text_for_display(word, 80);
		const char *nearest = avu_text_nearest(name, level_names);

		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"log level \"%s\": did you mean \"%s\"? "
			"(critical, warning, message, info, debug, or TOPIC=LEVEL)",
			shown, nearest != NULL ? nearest : "info");
		return false;
	}
	if (equals == NULL) {
		*level = found;
	} else {
		Topic topic = { g_strndup(word, (gsize)(equals - word)), found };

		g_array_append_val(topics, topic);
	}
	return true;
}

static void
clear_topic(gpointer data)
{
	g_free(((Topic *)data)->name);
}

void
avu_log_set_terminal_text(char *(*convert)(const char *text))
{
	writer.convert = convert;
}

bool
avu_log_init(const char *program, AvuLogTarget target, const char *levels, GError **error)
{
	g_auto(GStrv) words = g_strsplit(levels != NULL ? levels : "", ",", -1);
	g_autoptr(GArray) topics = g_array_new(FALSE, FALSE, sizeof(Topic));
	int level = LEVEL_MESSAGE;
	bool first = writer.program == NULL;

	g_array_set_clear_func(topics, clear_topic);
	for (char **word = words; *word != NULL; word++) {
		if (g_strstrip(*word)[0] != '\0' && !take_level(*word, &level, topics, error)) {
			return false;
		}
	}
	g_clear_pointer(&writer.topics, g_array_unref);
	g_free(writer.program);
	writer.program = g_strdup(program);
	writer.level = level;
	writer.topics = g_steal_pointer(&topics);
	writer.to_journal = target == AVU_LOG_JOURNAL ||
			    (target == AVU_LOG_AUTO && g_log_writer_is_journald(STDERR_FILENO));
	if (first) {
		/* GLib takes a writer once only; a second call of ours changes what it reads. */
		g_log_set_writer_func(write_log, NULL, NULL);
	}
	return true;
}
