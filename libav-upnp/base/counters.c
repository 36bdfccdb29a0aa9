/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry of counters. Values are atomics that any thread adds to; the list only grows and has a
 * lock. All text in it is checked when it is registered, so that writing it needs no escapes. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <av-upnp/counters.h>

struct AvuCounter {
	AvuCounterSpec spec;
	_Atomic int64_t value;
	int64_t (*read)(void *data); /* instead of value */
	void *data;
};

struct AvuCounters {
	pthread_mutex_t lock;
	GPtrArray *list; /* AvuCounter, by name and label's value; guarded by lock */
};

AvuCounters *
avu_counters_new(void)
{
	AvuCounters *counters = g_new0(AvuCounters, 1);

	pthread_mutex_init(&counters->lock, NULL);
	counters->list = g_ptr_array_new_with_free_func(g_free);
	return counters;
}

void
avu_counters_free(AvuCounters *counters)
{
	if (counters != NULL) {
		g_ptr_array_unref(counters->list);
		pthread_mutex_destroy(&counters->lock);
		g_free(counters);
	}
}

static bool
is_name(const char *text)
{
	return text[0] != '\0' && !g_ascii_isdigit(text[0]) &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool
is_value(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (!g_ascii_isprint(*p) || *p == '"' || *p == '\\') {
			return false;
		}
	}
	return true;
}

static gint
compare(gconstpointer a, gconstpointer b)
{
	const AvuCounterSpec *left = &(*(AvuCounter *const *)a)->spec;
	const AvuCounterSpec *right = &(*(AvuCounter *const *)b)->spec;
	int by_name = strcmp(left->name, right->name);

	return by_name != 0 ? by_name : g_strcmp0(left->value, right->value);
}

/* Under the lock. */
static AvuCounter *
find(const AvuCounters *counters, const AvuCounterSpec *spec)
{
	for (guint i = 0; i < counters->list->len; i++) {
		AvuCounter *counter = g_ptr_array_index(counters->list, i);

		if (strcmp(counter->spec.name, spec->name) == 0 &&
			g_strcmp0(counter->spec.value, spec->value) == 0) {
			return counter;
		}
	}
	return NULL;
}

static AvuCounter *
add(AvuCounters *counters, const AvuCounterSpec *spec, int64_t (*read)(void *data), void *data)
{
	AvuCounter *counter;

	g_return_val_if_fail(is_name(spec->name) && strpbrk(spec->help, "\n\\") == NULL, NULL);
	g_return_val_if_fail((spec->label == NULL) == (spec->value == NULL), NULL);
	g_return_val_if_fail(
		spec->label == NULL || (is_name(spec->label) && is_value(spec->value)), NULL);
	pthread_mutex_lock(&counters->lock);
	counter = find(counters, spec);
	if (counter == NULL) {
		counter = g_new0(AvuCounter, 1);
		counter->spec = *spec;
		counter->read = read;
		counter->data = data;
		g_ptr_array_add(counters->list, counter);
		g_ptr_array_sort(counters->list, compare);
	}
	pthread_mutex_unlock(&counters->lock);
	return counter;
}

AvuCounter *
avu_counters_add(AvuCounters *counters, const AvuCounterSpec *spec)
{
	return counters != NULL ? add(counters, spec, NULL, NULL) : NULL;
}

void
avu_counters_add_source(
	AvuCounters *counters, const AvuCounterSpec *spec, int64_t (*read)(void *data), void *data)
{
	if (counters != NULL) {
		(void)add(counters, spec, read, data);
	}
}

void
avu_counter_add(AvuCounter *counter, int64_t amount)
{
	if (counter != NULL) {
		atomic_fetch_add_explicit(&counter->value, amount, memory_order_relaxed);
	}
}

void
avu_counter_set(AvuCounter *counter, int64_t value)
{
	if (counter != NULL) {
		atomic_store_explicit(&counter->value, value, memory_order_relaxed);
	}
}

int64_t
avu_counter_get(const AvuCounter *counter)
{
	if (counter == NULL) {
		return 0;
	}
	return counter->read != NULL ? counter->read(counter->data)
				     : atomic_load_explicit(&counter->value, memory_order_relaxed);
}

static const AvuCounter *
at(const AvuCounters *counters, guint i)
{
	return i < counters->list->len ? g_ptr_array_index(counters->list, i) : NULL;
}

static bool
same_name(const AvuCounter *a, const AvuCounter *b)
{
	return a != NULL && b != NULL && strcmp(a->spec.name, b->spec.name) == 0;
}

char *
avu_counters_format_json(AvuCounters *counters)
{
	GString *text = g_string_new("{");

	pthread_mutex_lock(&counters->lock);
	for (guint i = 0; i < counters->list->len; i++) {
		const AvuCounter *counter = at(counters, i);
		bool labelled = counter->spec.label != NULL;
		bool first = i == 0 || !same_name(counter, at(counters, i - 1));

		if (i > 0) {
			g_string_append_c(text, ',');
		}
		if (first) {
			g_string_append_printf(
				text, "\"%s\":%s", counter->spec.name, labelled ? "{" : "");
		}
		if (labelled) {
			g_string_append_printf(text, "\"%s\":", counter->spec.value);
		}
		g_string_append_printf(text, "%" G_GINT64_FORMAT, avu_counter_get(counter));
		if (labelled && !same_name(counter, at(counters, i + 1))) {
			g_string_append_c(text, '}');
		}
	}
	pthread_mutex_unlock(&counters->lock);
	g_string_append_c(text, '}');
	return g_string_free(text, FALSE);
}

char *
avu_counters_format_prometheus(AvuCounters *counters)
{
	GString *text = g_string_new(NULL);

	pthread_mutex_lock(&counters->lock);
	for (guint i = 0; i < counters->list->len; i++) {
		const AvuCounter *counter = at(counters, i);
		const AvuCounterSpec *spec = &counter->spec;

		if (i == 0 || !same_name(counter, at(counters, i - 1))) {
			g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", spec->name,
				spec->help, spec->name,
				spec->kind == AVU_COUNTER_TOTAL ? "counter" : "gauge");
		}
		g_string_append(text, spec->name);
		if (spec->label != NULL) {
			g_string_append_printf(text, "{%s=\"%s\"}", spec->label, spec->value);
		}
		g_string_append_printf(text, " %" G_GINT64_FORMAT "\n", avu_counter_get(counter));
	}
	pthread_mutex_unlock(&counters->lock);
	return g_string_free(text, FALSE);
}
