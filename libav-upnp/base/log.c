/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/log.c: the one writer of log lines; reads its settings without a lock, because they are set
 * once, before the first thread. Any thread after that.
 *
 * A line is bounded and carries no control characters, whatever stood in the message. */
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
	int level;      /* of topics that are not listed */
	GArray *topics; /* of Topic */
} writer = { .level = LEVEL_MESSAGE };

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

bool
avu_log_is_wanted(const char *topic, GLogLevelFlags flags)
{
	int level = 0;

	if ((flags & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)) != 0) {
		return true;
	}
	while (level < LEVEL_DEBUG && (flags & level_flags[level]) == 0) {
		level++;
	}
	return level <= level_of_topic(topic);
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

static void
write_line(const char *topic, const char *message)
{
	g_autofree char *shown = avu_text_for_display(message, LINE_CHARS);
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
	/* One write, so that lines of several processes on one stderr do not mix. When stderr is
	 * gone there is no place left to say so. */
	(void)!write(STDERR_FILENO, line->str, line->len);
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

static GLogWriterOutput
write_log(GLogLevelFlags flags, const GLogField *fields, gsize n_fields, gpointer user_data)
{
	const char *topic = find_field(fields, n_fields, "GLIB_DOMAIN");
	const char *message = find_field(fields, n_fields, "MESSAGE");

	(void)user_data;
	if (avu_log_is_wanted(topic, flags) &&
		!(writer.to_journal && write_journal(flags, fields, n_fields))) {
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
