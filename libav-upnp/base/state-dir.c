/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* base/state-dir.c: a locked folder with small values, a file each. Main thread.
 *
 * What is read back is checked like anything else: a damaged value counts as none. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <av-upnp/cursor.h>
#include <av-upnp/error.h>
#include <av-upnp/fd.h>
#include <av-upnp/state-dir.h>

#define TEXT_MAX 4096

struct AvuStateDir {
	char *path;
	int lock_fd;
};

char *
avu_state_dir_default_path(const char *program)
{
	const char *base = g_getenv("XDG_STATE_HOME");

	if (geteuid() == 0) {
		return g_build_filename("/var/lib/av-upnp", program, NULL);
	}
	if (base != NULL && base[0] == '/') { /* XDG: a relative one is to be ignored */
		return g_build_filename(base, "av-upnp", program, NULL);
	}
	return g_build_filename(g_get_home_dir(), ".local/state/av-upnp", program, NULL);
}

void
avu_state_dir_free(AvuStateDir *dir)
{
	if (dir == NULL) {
		return;
	}
	if (dir->lock_fd >= 0) {
		(void)close(dir->lock_fd); /* the file stays: removing it would race a new owner */
	}
	g_free(dir->path);
	g_free(dir);
}

/* Who holds the lock, as it wrote itself; 0: not known. */
static int
read_owner(int fd)
{
	char text[32];
	ssize_t got = pread(fd, text, sizeof text, 0);
	AvuCursor in = avu_cursor(text, got > 0 ? (size_t)got : 0);
	uint64_t pid = 0;

	return avu_cursor_take_uint(&in, INT32_MAX, &pid) ? (int)pid : 0;
}

/* flock, because it ends with the process however that ends. */
static bool
take_lock(AvuStateDir *dir, const char *program, GError **error)
{
	g_autofree char *path = avu_state_dir_build_path(dir, "lock");
	g_autofree char *pid = g_strdup_printf("%d\n", (int)getpid());

	dir->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (dir->lock_fd < 0) {
		avu_set_errno(error, errno, "state directory '%s'", dir->path);
		return false;
	}
	if (flock(dir->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK) {
			avu_set_errno(error, errno, "locking '%s'", path);
			return false;
		}
		g_set_error(error, AVU_ERROR, AVU_ERROR_BUSY,
			"state directory '%s' is in use by process %d; give this %s its own with "
			"--state-dir",
			dir->path, read_owner(dir->lock_fd), program);
		return false;
	}
	/* The number is for the message above only: failing to write it harms nobody. */
	if (ftruncate(dir->lock_fd, 0) == 0) {
		(void)!pwrite(dir->lock_fd, pid, strlen(pid), 0);
	}
	return true;
}

/* What is kept there is believed, so nobody else may put anything there (SEC-127). */
static bool
is_our_own(const char *path, GError **error)
{
	struct stat info;

	if (stat(path, &info) != 0) {
		avu_set_errno(error, errno, "state directory '%s'", path);
		return false;
	}
	if (info.st_uid != geteuid()) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"state directory '%s' belongs to user %u, and this program runs as user "
			"%u; give it its own with --state-dir",
			path, (unsigned)info.st_uid, (unsigned)geteuid());
		return false;
	}
	if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_DENIED,
			"others may write in state directory '%s'; chmod go-w '%s' ends that", path,
			path);
		return false;
	}
	return true;
}

AvuStateDir *
avu_state_dir_open(const char *path, const char *program, GError **error)
{
	g_autofree char *standard = avu_state_dir_default_path(program);
	g_autofree char *absolute = g_canonicalize_filename(path != NULL ? path : standard, NULL);

	if (!avu_directory_make(absolute, error)) {
		g_prefix_error(error, "state directory: ");
		return NULL;
	}
	if (!is_our_own(absolute, error)) {
		return NULL;
	}

	g_autoptr(AvuStateDir) dir = g_new0(AvuStateDir, 1);

	dir->path = g_steal_pointer(&absolute);
	dir->lock_fd = -1;
	if (!take_lock(dir, program, error)) {
		return NULL;
	}
	return g_steal_pointer(&dir);
}

const char *
avu_state_dir_get_path(const AvuStateDir *dir)
{
	return dir->path;
}

char *
avu_state_dir_build_path(const AvuStateDir *dir, const char *name)
{
	return g_build_filename(dir->path, name, NULL);
}

char *
avu_state_dir_load_text(const AvuStateDir *dir, const char *name)
{
	g_autofree char *path = avu_state_dir_build_path(dir, name);
	g_autoptr(GBytes) bytes = avu_file_read(path, TEXT_MAX, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	AvuCursor in = avu_cursor(data != NULL ? data : "", len);
	AvuCursor line = avu_cursor_take_until(&in, "\n");

	/* Exactly one line: a file cut short by a full disk is none. */
	if (!avu_cursor_take_char(&in, '\n') || !avu_cursor_at_end(&in) ||
		!g_utf8_validate(line.at, (gssize)avu_cursor_len(&line), NULL)) {
		return NULL;
	}
	return avu_cursor_dup(&line);
}

bool
avu_state_dir_store_text(AvuStateDir *dir, const char *name, const char *text, GError **error)
{
	g_autofree char *path = avu_state_dir_build_path(dir, name);
	g_autofree char *line = g_strconcat(text, "\n", NULL);

	g_return_val_if_fail(strchr(text, '\n') == NULL, false);
	return avu_file_replace(path, line, strlen(line), error);
}

/* Version 4 (RFC 9562), of the kernel's random octets: GLib's come from a generator that can be predicted (SEC-010). */
static char *
make_uuid(void)
{
	uint8_t octets[16];
	GString *text = g_string_new(NULL);

	/* so few are there at once, or none ever */
	g_assert(getrandom(octets, sizeof octets, 0) == sizeof octets);
	octets[6] = (octets[6] & 0x0f) | 0x40;
	octets[8] = (octets[8] & 0x3f) | 0x80;
	for (size_t i = 0; i < sizeof octets; i++) {
		g_string_append_printf(text, "%s%02x",
			i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", octets[i]);
	}
	return g_string_free(text, FALSE);
}

char *
avu_state_dir_get_uuid(AvuStateDir *dir, const char *name, GError **error)
{
	char *kept = avu_state_dir_load_text(dir, name);

	if (kept != NULL && g_uuid_string_is_valid(kept)) {
		return kept;
	}
	g_free(kept);

	g_autofree char *made = make_uuid();

	return avu_state_dir_store_text(dir, name, made, error) ? g_steal_pointer(&made) : NULL;
}

int64_t
avu_state_dir_get_number(const AvuStateDir *dir, const char *name, int64_t max, int64_t fallback)
{
	g_autofree char *text = avu_state_dir_load_text(dir, name);
	int64_t value;

	return text != NULL && avu_parse_int(text, 0, max, &value) ? value : fallback;
}

bool
avu_state_dir_set_number(AvuStateDir *dir, const char *name, int64_t value, GError **error)
{
	g_autofree char *text = g_strdup_printf("%" PRId64, value);

	return avu_state_dir_store_text(dir, name, text, error);
}
