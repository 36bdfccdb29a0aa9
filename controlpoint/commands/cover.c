/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* avcp cover: the picture of what a renderer plays. Its address is foreign, and so are its octets: fetched within
 * limits from where the rest is fetched from, and coded anew elsewhere. Main thread. */
#include <errno.h>
#include <unistd.h>

#include <av-upnp/error.h>

#include "commands/command.h"
#include "commands/renderer-state.h"
#include "cover/painter.h"
#include "fetch.h"

#define COVER_OCTETS_MAX (8 * 1024 * 1024)
#define HTTP_OK 200

static GBytes *
fetch_cover(Run *run, const char *uri, GError **error)
{
	g_auto(Fetched) fetched = { 0 };

	if (!fetch_and_wait(run->session, uri, NULL, COVER_OCTETS_MAX, &fetched, error)) {
		g_prefix_error(error, "the cover: ");
		return NULL;
	}
	if (fetched.status != HTTP_OK) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_NOT_FOUND,
			"the cover is not where it is said to be: HTTP %u", fetched.status);
		return NULL;
	}
	return g_bytes_ref(fetched.body);
}

static bool
write_out(GBytes *picture, GError **error)
{
	gsize len;
	const char *at = g_bytes_get_data(picture, &len);

	while (len > 0) {
		const ssize_t n = write(STDOUT_FILENO, at, len);

		if (n < 0 && errno != EINTR) {
			g_set_error(error, AVU_ERROR, AVU_ERROR_IO, "cannot write: %s",
				g_strerror(errno));
			return false;
		}
		at += MAX(n, 0);
		len -= (gsize)MAX(n, 0);
	}
	return true;
}

static bool
write_file(const char *path, GBytes *picture, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	gsize len;
	const char *octets = g_bytes_get_data(picture, &len);

	if (!g_file_set_contents(path, octets, (gssize)len, &trouble)) {
		g_set_error_literal(error, AVU_ERROR, AVU_ERROR_IO, trouble->message);
		return false;
	}
	return true;
}

static bool
run_cover(Run *run, GError **error)
{
	const char *path = run->n_operands > 0 ? run->operands[0] : NULL;
	const uint32_t side = (uint32_t)avu_settings_get_int(run->settings, "Pixels");
	const ThumbBox box = { avu_settings_get_bool(run->settings, "Ppm") ? THUMB_PPM : THUMB_PNG,
		side, side };

	if (path == NULL && isatty(STDOUT_FILENO) == 1) {
		g_set_error(error, AVU_ERROR, AVU_ERROR_USAGE,
			"a picture is not written to a terminal; name a file, or send it to a "
			"program");
		return false;
	}
	g_autoptr(AvuRemoteDevice) renderer = run_find_renderer(run, error);
	g_autofree char *uri =
		renderer != NULL ? renderer_dup_cover_uri(run, renderer, error) : NULL;
	g_autoptr(GBytes) fetched = uri != NULL ? fetch_cover(run, uri, error) : NULL;
	g_autoptr(GBytes) picture =
		fetched != NULL ? painter_paint(run->session, fetched, &box, error) : NULL;

	return picture != NULL &&
	       (path != NULL ? write_file(path, picture, error) : write_out(picture, error));
}

static const char *const options[] = { "Pixels", "Ppm", NULL };

static const OutputColumn columns[] = {
	{ NULL },
};

const Command command_cover = {
	.name = "cover",
	.operands = "[FILE]",
	.summary = "the picture of what the renderer plays",
	.help = "The cover that the renderer's metadata names is fetched, and written as a PNG to "
		"FILE,\n"
		"which it replaces, or to standard output; nothing is written to a terminal. It "
		"is\n"
		"decoded in a process without rights, and coded anew: no octet of it is passed "
		"on.\n"
		"Without a cover, or with one that cannot be had, the exit code is not 0.\n"
		"\n"
		"  --pixels N   no wider and no higher (1 to 1024, 640 when it is not given);\n"
		"               a smaller picture stays as it is\n"
		"  --ppm        a PPM (P6, 8 bits a colour), which needs no decoder\n"
		"\n"
		"Examples:\n"
		"  avcp -r kitchen cover now.png\n"
		"  avcp cover --ppm --pixels 64 | pnmtojpeg > icon.jpg\n",
	.max_operands = 1,
	.operand_specs = { { OPERAND_FILE } },
	.options = options,
	.schema = { OUTPUT_DEED, columns },
	.run = run_cover,
};
