/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which names are companions, whose they may be, and the set of one folder. The tables decide by the
 * names that players and collectors of films have made usual. Names are octets; only ASCII letters
 * are compared without case. Library's thread; companion_*() any. */
#include "mediaserver/library/companions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <av-upnp/error.h>
#include <av-upnp/fd.h>

/* A folder of playlists may have many; what goes beyond is not looked at. */
#define COMPANIONS_MAX 4096

static const struct {
	const char *extension;
	CompanionKind kind;
} extensions[] = {
	{ "m3u", COMPANION_PLAYLIST },
	{ "m3u8", COMPANION_PLAYLIST },
	{ "pls", COMPANION_PLAYLIST },
	{ "xspf", COMPANION_PLAYLIST },
	{ "asx", COMPANION_PLAYLIST },
	{ "wax", COMPANION_PLAYLIST },
	{ "wvx", COMPANION_PLAYLIST },
	{ "cue", COMPANION_CUE },
	{ "nfo", COMPANION_NFO },
	{ "srt", COMPANION_SUBTITLE },
	{ "vtt", COMPANION_SUBTITLE },
	{ "ass", COMPANION_SUBTITLE },
	{ "ssa", COMPANION_SUBTITLE },
	{ "sub", COMPANION_SUBTITLE },
	{ "idx", COMPANION_SUBTITLE },
	{ "smi", COMPANION_SUBTITLE },
	{ "lrc", COMPANION_LYRICS },
	{ "ifo", COMPANION_IFO },
	{ "jpg", COMPANION_ART },
	{ "jpeg", COMPANION_ART },
	{ "png", COMPANION_ART },
};

/* Stems of what belongs to a whole folder; NULL ends. */
static const char *const folder_art[] = { "folder", "cover", "front", "album", "albumart",
	"albumartsmall", "poster", "fanart", "backdrop", "banner", "landscape", "artist", "thumb",
	NULL };
static const char *const folder_nfo[] = { "movie", "tvshow", "season", "album", "artist", NULL };
/* "Film-poster.jpg": ends of the stem of art of one film. */
static const char *const art_ends[] = { "-poster", "-fanart", "-thumb", "-cover", ".cover",
	"-landscape", "-banner", NULL };

struct Companions {
	unsigned refs;
	const Root *root;
	CatalogueFolder folder;
	char *path; /* folder's */
	Companions *above;
	GArray *list; /* Companion; names are owned */
};

static const char *
base_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Length up to the extension's dot. */
static size_t
stem_length(const char *base)
{
	const char *dot = strrchr(base, '.');

	return dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
}

static bool
stem_is_one_of(const char *base, const char *const *stems)
{
	size_t len = stem_length(base);

	for (; *stems != NULL; stems++) {
		if (strlen(*stems) == len && g_ascii_strncasecmp(base, *stems, len) == 0) {
			return true;
		}
	}
	return false;
}

static bool
stem_ends_with_one_of(const char *base, const char *const *ends)
{
	size_t len = stem_length(base);

	for (; *ends != NULL; ends++) {
		size_t n = strlen(*ends);

		if (n < len && g_ascii_strncasecmp(base + len - n, *ends, n) == 0) {
			return true;
		}
	}
	return false;
}

CompanionKind
companion_kind_of(const char *name)
{
	const char *base = base_of(name);
	size_t stem = stem_length(base);

	for (size_t i = 0; base[stem] == '.' && i < G_N_ELEMENTS(extensions); i++) {
		if (g_ascii_strcasecmp(base + stem + 1, extensions[i].extension) == 0) {
			bool usual = extensions[i].kind != COMPANION_ART ||
				     stem_is_one_of(base, folder_art) ||
				     stem_ends_with_one_of(base, art_ends);

			return usual ? extensions[i].kind : COMPANION_NONE;
		}
	}
	return COMPANION_NONE;
}

/* "Film" and "Film.de", "Film-poster", "Film (1999)" begin with "Film"; "Filmmusic" does not. */
static bool
begins_with_stem_of(const char *base, const char *media_name)
{
	size_t len = stem_length(media_name);

	return len > 0 && g_ascii_strncasecmp(base, media_name, len) == 0 &&
	       !g_ascii_isalnum(base[len]) && (guchar)base[len] < 0x80;
}

bool
companion_belongs_to(const Companion *companion, const char *media_name)
{
	const char *base = base_of(companion->name);

	switch (companion->kind) {
	case COMPANION_IFO:
		return strlen(base) - stem_length(base) == strlen(".ifo") &&
		       stem_length(base) == stem_length(media_name) &&
		       strncmp(base, media_name, stem_length(base)) == 0; /* as it is opened */
	case COMPANION_CUE:
	case COMPANION_LYRICS:
		return begins_with_stem_of(base, media_name);
	case COMPANION_NFO:
		return stem_is_one_of(base, folder_nfo) || begins_with_stem_of(base, media_name);
	case COMPANION_SUBTITLE: /* in "Subs" it need not be named after the film */
		return base != companion->name || begins_with_stem_of(base, media_name);
	case COMPANION_ART:
		return stem_is_one_of(base, folder_art) || begins_with_stem_of(base, media_name);
	default:
		return false;
	}
}

Companions *
companions_new(const Root *root, const CatalogueFolder *folder, Companions *above)
{
	Companions *companions = g_new0(Companions, 1);

	companions->refs = 1;
	companions->root = root;
	companions->folder = *folder;
	companions->path = g_strdup(folder->path);
	companions->folder.path = companions->path;
	companions->above = above != NULL ? companions_ref(above) : NULL;
	companions->list = g_array_new(FALSE, FALSE, sizeof(Companion));
	return companions;
}

Companions *
companions_ref(Companions *companions)
{
	companions->refs++;
	return companions;
}

void
companions_unref(Companions *companions)
{
	while (companions != NULL && --companions->refs == 0) {
		Companions *above = companions->above;

		for (guint i = 0; i < companions->list->len; i++) {
			g_free((char *)g_array_index(companions->list, Companion, i).name);
		}
		g_array_unref(companions->list);
		g_free(companions->path);
		g_free(companions);
		companions = above;
	}
}

bool
companions_add(Companions *companions, CompanionKind kind, const char *name, const struct stat *st)
{
	const Companion companion = {
		.kind = kind,
		.name = g_strdup(name),
		.inode = (int64_t)st->st_ino,
		.size_bytes = st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * AVU_NS_PER_S + st->st_mtim.tv_nsec,
	};

	if (companions->list->len >= COMPANIONS_MAX) {
		g_free((char *)companion.name);
		return false;
	}
	g_array_append_val(companions->list, companion);
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const Companion *)a)->name, ((const Companion *)b)->name);
}

void
companions_sort(Companions *companions)
{
	g_array_sort(companions->list, compare_names);
}

size_t
companions_get_n(const Companions *companions)
{
	return companions->list->len;
}

const Companion *
companions_get(const Companions *companions, size_t i)
{
	return &g_array_index(companions->list, Companion, i);
}

const Companions *
companions_get_above(const Companions *companions)
{
	return companions->above;
}

const CatalogueFolder *
companions_get_folder(const Companions *companions)
{
	return &companions->folder;
}

const Root *
companions_get_root(const Companions *companions)
{
	return companions->root;
}

const Companion *
companions_find(const Companions *companions, CompanionKind kind, const char *media_name,
	const Companion *after)
{
	const Companion *all = (const Companion *)(const void *)companions->list->data;

	for (size_t i = after != NULL ? (size_t)(after - all) + 1 : 0; i < companions->list->len;
		i++) {
		if (all[i].kind == kind && companion_belongs_to(&all[i], media_name)) {
			return &all[i];
		}
	}
	return NULL;
}

/* Until the file ends or limit_bytes + 1 are there. */
static bool
read_all(int fd, GByteArray *data, size_t limit_bytes)
{
	uint8_t chunk[16 * 1024];
	ssize_t n = 1;

	while (n > 0 && data->len <= limit_bytes) {
		n = read(fd, chunk, MIN(sizeof(chunk), limit_bytes + 1 - data->len));
		if (n > 0) {
			g_byte_array_append(data, chunk, (guint)n);
		} else if (n < 0 && errno == EINTR) {
			n = 1;
		}
	}
	return n >= 0;
}

GBytes *
companions_read(const Companions *companions, const Companion *companion, size_t limit_bytes,
	GError **error)
{
	g_autofree char *path = companions->path[0] != '\0'
					? g_strconcat(companions->path, "/", companion->name, NULL)
					: g_strdup(companion->name);
	avu_autofd int fd = root_open(companions->root, path, 0);
	g_autoptr(GByteArray) data = g_byte_array_new();
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		avu_set_errno(error, errno, "cannot read it");
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)limit_bytes) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT,
			"it is larger than %zu octets, or no file", limit_bytes);
		return NULL;
	}
	if (!read_all(fd, data, limit_bytes)) {
		avu_set_errno(error, errno, "cannot read it");
		return NULL;
	}
	if (data->len > limit_bytes) { /* it grew */
		g_set_error(error, AVU_ERROR, AVU_ERROR_LIMIT, "it is larger than %zu octets",
			limit_bytes);
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&data));
}
