/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The set of format profiles: components put together, names with their tails and forms, rows by
 * container so that a guess looks at few. Made by one thread, then immutable; any thread. */
#include <string.h>

#include "format-private.h"

#define SUFFIX ".profile"
#define FORMS 3
#define COMPONENTS_MAX FORMAT_WORDS_MAX
#define LIKES_MAX 4

/* A name and what it asks for, ready to be compared. */
typedef struct {
	const char
		*names[FORMS]; /* by form; NULL: there is no such form. [0] of all that have none */
	const char *mime;      /* NULL: by form */
	const Format *format;  /* picture, system rate */
	const Format *videos[COMPONENTS_MAX + 1], *audios[COMPONENTS_MAX + 1]; /* NULL ends */
	int64_t system_bps;
	bool forms;
} Row;

struct AvuFormatProfiles {
	Draft *draft;             /* its strings; Formats of its sections */
	GPtrArray *formats;       /* Format */
	GPtrArray *rows;          /* Row */
	GHashTable *by_container; /* name → GPtrArray of Row, in order */
	GHashTable *by_name;      /* every name, with its form → MIME type */
	GArray *mandatory;        /* AvuFormatName */
};

/* The three forms of a transport stream, spec section 2. */
static const struct {
	const char *word, *suffix, *mime;
} forms[FORMS] = {
	{ "iso", "_ISO", "video/mpeg" },
	{ "stamped", "_T", "video/vnd.dlna.mpeg-tts" },
	{ "zero", "", "video/vnd.dlna.mpeg-tts" },
};

void
avu_format_probe_init(AvuFormatProbe *probe)
{
	*probe = (AvuFormatProbe){ .audio_profile = -1,
		.channels = -1,
		.sample_hz = -1,
		.bits = -1,
		.audio_bps = -1,
		.video_profile = -1,
		.video_level = -1,
		.width = -1,
		.height = -1,
		.frame_rate_mhz = -1,
		.interlaced = -1,
		.video_bps = -1,
		.bitrate_bps = -1,
		.packet_size = -1 };
}

/* Building */

typedef struct {
	AvuFormatProfiles *set;
	Draft *draft;
} Build;

static bool fill(const Build *build, DraftSection *section, unsigned depth);

/* @return NULL: there is none, which is told */
static Format *
find_component(const Build *build, DraftSection *section, const AvuKeyfilePlace *place,
	FormatKind kind, const char *word)
{
	g_autofree char *name = g_strconcat(format_prefix(kind), word, NULL);
	DraftSection *found = draft_find(build->draft, name);

	if (found == NULL || !fill(build, found, LIKES_MAX)) {
		draft_refuse(
			build->draft, section, place, "there is no [%s], or it is faulty", name);
		return NULL;
	}
	return found->made;
}

static void
take_like(const Build *build, DraftSection *section, const DraftEntry *entry, unsigned depth)
{
	FormatKind kind = format_kind_of(section->name);
	g_autofree char *name = g_strconcat(format_prefix(kind), entry->value, NULL);
	DraftSection *like = draft_find(build->draft, name);
	Format *format = section->made;

	if (kind == FORMAT_PROFILE || like == NULL || depth >= LIKES_MAX ||
		(like->made != NULL && ((Format *)like->made)->filling) ||
		!fill(build, like, depth + 1)) {
		draft_refuse(build->draft, section, &entry->value_place,
			"[%s] cannot be like [%s]: there is none, or it is faulty, or too far away",
			section->name, name);
		return;
	}
	GArray *sizes = format->sizes;

	*format = *(Format *)like->made;
	format->sizes = sizes;
	format->filling = true;
}

/* Reads the section, if that has not been done. @return false: it is bad */
static bool
fill(const Build *build, DraftSection *section, unsigned depth)
{
	if (section->made != NULL) {
		return !section->bad;
	}
	Format *format = format_new();

	section->made = format;
	format->filling = true;
	g_ptr_array_add(build->set->formats, format);
	for (guint i = 0; i < section->entries->len; i++) {
		const DraftEntry *entry = &g_array_index(section->entries, DraftEntry, i);

		if (g_str_equal(entry->key, FORMAT_LIKE)) {
			take_like(build, section, entry, depth);
		} else if (!g_str_has_prefix(entry->key, FORMAT_TAIL) &&
			   !g_str_has_prefix(entry->key, FORMAT_MIME)) {
			format_set(build->draft, section, entry, format);
		}
	}
	if (format_kind_of(section->name) == FORMAT_VIDEO && format->videos.n > 0) {
		format->size_set = find_component(
			build, section, &section->place, FORMAT_SIZES, format->videos.words[0]);
	}
	format->filling = false;
	return !section->bad;
}

static void
take_components(const Build *build, DraftSection *section, FormatKind kind,
	const FormatWords *words, const Format *ret[COMPONENTS_MAX + 1])
{
	unsigned n = 0;

	for (unsigned i = 0; i < words->n; i++) {
		ret[n] = find_component(build, section, &section->place, kind, words->words[i]);
		n += ret[n] != NULL ? 1 : 0;
	}
}

static void
add_name(const Build *build, const char *name, const char *mime)
{
	(void)g_hash_table_insert(build->set->by_name, (char *)name, (char *)mime);
}

/* Its names, and under them its MIME types. */
static void
name_row(const Build *build, DraftSection *section, Row *row, const char *name)
{
	const FormatWords *words = &row->format->forms;

	row->forms = words->n > 0;
	if (!row->forms) {
		row->names[0] = draft_keep(build->draft, name, strlen(name));
		add_name(build, row->names[0], row->mime);
		if (row->mime == NULL) {
			draft_refuse(build->draft, section, &section->place,
				"[%s] has neither a Mime nor Forms", section->name);
		}
	}
	for (unsigned i = 0; i < words->n; i++) {
		unsigned form = 0;

		while (form < FORMS && !g_str_equal(forms[form].word, words->words[i])) {
			form++;
		}
		if (form == FORMS) {
			static const char *const list[] = { "iso", "stamped", "zero", NULL };

			draft_refuse_word(build->draft, section, &section->place, "form",
				words->words[i], list);
			continue;
		}
		g_autofree char *full = g_strconcat(name, forms[form].suffix, NULL);

		row->names[form] = draft_keep(build->draft, full, strlen(full));
		add_name(build, row->names[form], forms[form].mime);
	}
}

static void
add_to_container(const Build *build, const char *container, Row *row)
{
	GPtrArray *rows = g_hash_table_lookup(build->set->by_container, container);

	if (rows == NULL) {
		rows = g_ptr_array_new();
		(void)g_hash_table_insert(build->set->by_container, (char *)container, rows);
	}
	g_ptr_array_add(rows, row);
}

/* A section as a row of its own, or one per tail. @param mime  of this container  */
static void
add_row(const Build *build, DraftSection *section, const char *container, const char *mime,
	const DraftEntry *tail)
{
	const Format *format = section->made;
	FormatWords audios = format->audios;
	Row *row = g_new0(Row, 1);
	g_autofree char *name = tail != NULL ? g_strconcat(section->name, "_",
						       tail->key + strlen(FORMAT_TAIL), NULL)
					     : g_strdup(section->name);

	g_ptr_array_add(build->set->rows, row);
	row->format = format;
	row->mime = mime;
	row->system_bps = format->system_bps;
	if (tail != NULL) {
		(void)format_parse_tail(build->draft, section, tail, &audios, &row->system_bps);
	}
	take_components(build, section, FORMAT_VIDEO, &format->videos, row->videos);
	take_components(build, section, FORMAT_AUDIO, &audios, row->audios);
	name_row(build, section, row, name);
	if (section->bad) {
		return;
	}
	if (format->mandatory) {
		const AvuFormatName mandatory = { row->names[0], row->mime };

		g_array_append_val(build->set->mandatory, mandatory);
	}
	if (container != NULL && !format->no_guess) {
		add_to_container(build, container, row);
	}
}

/* "Mime.3gp": in that container. */
static const char *
mime_in(const DraftSection *section, const char *container)
{
	for (guint i = 0; i < section->entries->len; i++) {
		const DraftEntry *entry = &g_array_index(section->entries, DraftEntry, i);

		if (g_str_has_prefix(entry->key, FORMAT_MIME) && container != NULL &&
			g_str_equal(entry->key + strlen(FORMAT_MIME), container)) {
			return entry->value;
		}
	}
	return ((Format *)section->made)->mime;
}

static void
add_rows(const Build *build, DraftSection *section, const char *container)
{
	const char *mime = mime_in(section, container);
	unsigned n_tails = 0;

	for (guint i = 0; i < section->entries->len; i++) {
		const DraftEntry *entry = &g_array_index(section->entries, DraftEntry, i);

		if (g_str_has_prefix(entry->key, FORMAT_TAIL)) {
			add_row(build, section, container, mime, entry);
			n_tails++;
		}
	}
	/* with sound of its own, the name without a tail, too */
	if (n_tails == 0 || ((Format *)section->made)->audios.n > 0) {
		add_row(build, section, container, mime, NULL);
	}
}

static void
add_profile(const Build *build, DraftSection *section)
{
	const Format *format = section->made;

	if (!format->no_guess && (format->containers.n == 0)) {
		draft_refuse(build->draft, section, &section->place,
			"[%s] needs a Container, or Guess = no", section->name);
	}
	for (unsigned i = 0; i < format->containers.n; i++) {
		add_rows(build, section, format->containers.words[i]);
	}
	if (format->containers.n == 0) {
		add_rows(build, section, NULL);
	}
}

static void
free_format(void *format)
{
	format_free(format);
}

static void
free_rows(void *rows)
{
	g_ptr_array_unref(rows);
}

/* Of the files of that folder, or of any. */
static void
add_profiles(const Build *build, const char *folder)
{
	for (guint i = 0; i < build->draft->sections->len; i++) {
		DraftSection *section = g_ptr_array_index(build->draft->sections, i);
		const size_t len = folder != NULL ? strlen(folder) : 0;
		const char *file = section->place.file;
		const bool inside =
			folder == NULL || (strncmp(file, folder, len) == 0 && file[len] == '/');

		if (inside && !section->bad && format_kind_of(section->name) == FORMAT_PROFILE) {
			add_profile(build, section);
		}
	}
}

/* @param folders  the strongest last: its names are tried first; NULL: there is one text */
static AvuFormatProfiles *
finish(Draft *draft, const char *const *folders, GPtrArray *problems)
{
	AvuFormatProfiles *set = g_atomic_rc_box_new0(AvuFormatProfiles);
	const Build build = { set, draft };

	set->draft = draft;
	set->formats = g_ptr_array_new_with_free_func(free_format);
	set->rows = g_ptr_array_new_with_free_func(g_free);
	set->by_container = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_rows);
	set->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	set->mandatory = g_array_new(FALSE, FALSE, sizeof(AvuFormatName));
	for (guint i = 0; i < draft->sections->len; i++) {
		(void)fill(&build, g_ptr_array_index(draft->sections, i), 0);
	}
	for (guint i = folders != NULL ? g_strv_length((char **)folders) : 0; i > 0; i--) {
		add_profiles(&build, folders[i - 1]);
	}
	if (folders == NULL) {
		add_profiles(&build, NULL);
	}
	for (guint i = 0; problems != NULL && i < draft->problems->len; i++) {
		g_ptr_array_add(problems, g_strdup(draft->problems->pdata[i]));
	}
	return set;
}

AvuFormatProfiles *
avu_format_profiles_load(const char *const *folders, GPtrArray *problems)
{
	Draft *draft = draft_new();

	draft_add_folders(draft, folders, SUFFIX);
	return finish(draft, folders, problems);
}

AvuFormatProfiles *
avu_format_profiles_parse(const char *file, const char *text, size_t len, GPtrArray *problems)
{
	Draft *draft = draft_new();

	draft_add_text(draft, file, text, len);
	return finish(draft, NULL, problems);
}

AvuFormatProfiles *
avu_format_profiles_ref(AvuFormatProfiles *profiles)
{
	return g_atomic_rc_box_acquire(profiles);
}

static void
clear(void *data)
{
	AvuFormatProfiles *set = data;

	g_hash_table_unref(set->by_container);
	g_hash_table_unref(set->by_name);
	g_ptr_array_unref(set->rows);
	g_ptr_array_unref(set->formats);
	g_array_unref(set->mandatory);
	draft_free(set->draft);
}

void
avu_format_profiles_unref(AvuFormatProfiles *profiles)
{
	if (profiles != NULL) {
		g_atomic_rc_box_release_full(profiles, clear);
	}
}

/* Guessing */

static unsigned
form_of(const AvuFormatProbe *probe)
{
	return probe->packet_size != 192 ? 0 : probe->packet_stamped == 1 ? 1 : 2;
}

static bool
any_fits(const Format *const *components, const AvuFormatProbe *probe,
	bool (*fits)(const Format *component, const AvuFormatProbe *probe))
{
	for (; *components != NULL; components++) {
		if (fits(*components, probe)) {
			return true;
		}
	}
	return false;
}

static bool
row_fits(const Row *row, const AvuFormatProbe *probe)
{
	const FormatWords *picture = &row->format->codecs;

	if (picture->n > 0) { /* a still one */
		return probe->video_codec != NULL &&
		       (format_has_word(picture, "*") ||
			       format_has_word(picture, probe->video_codec)) &&
		       format_size_fits(row->format, probe);
	}
	if ((row->videos[0] != NULL) != (probe->video_codec != NULL) ||
		probe->audio_codec == NULL) {
		return false;
	}
	return (row->videos[0] == NULL || any_fits(row->videos, probe, format_video_fits)) &&
	       any_fits(row->audios, probe, format_audio_fits) &&
	       (row->system_bps == 0 || probe->bitrate_bps <= row->system_bps);
}

bool
avu_format_profiles_guess(
	const AvuFormatProfiles *profiles, const AvuFormatProbe *probe, AvuFormatName *ret_name)
{
	const GPtrArray *rows =
		probe->container != NULL
			? g_hash_table_lookup(profiles->by_container, probe->container)
			: NULL;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const Row *row = g_ptr_array_index(rows, i);
		unsigned form = row->forms ? form_of(probe) : 0;

		if (row->names[form] != NULL && row_fits(row, probe)) {
			*ret_name = (AvuFormatName){ row->names[form],
				row->mime != NULL ? row->mime : forms[form].mime };
			return true;
		}
	}
	return false;
}

const char *
avu_format_profiles_find_mime(const AvuFormatProfiles *profiles, const char *name)
{
	return g_hash_table_lookup(profiles->by_name, name);
}

unsigned
avu_format_profiles_get_n(const AvuFormatProfiles *profiles)
{
	return g_hash_table_size(profiles->by_name);
}

void
avu_format_profiles_list_mandatory(const AvuFormatProfiles *profiles,
	void (*each)(const AvuFormatName *name, void *data), void *data)
{
	for (guint i = 0; i < profiles->mandatory->len; i++) {
		each(&g_array_index(profiles->mandatory, AvuFormatName, i), data);
	}
}
