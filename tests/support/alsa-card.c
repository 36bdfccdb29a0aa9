/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sound card's mixer as a plug-in of ALSA, for machines that have no card: one volume with a switch,
 * "Master", from -50 to +4 dB in steps of 1.5 dB. What it is set to stands in a file, "036 1": whoever
 * writes there turns the knob. In an ALSA configuration:
 *
 *     ctl_type.avcard { lib "…/libasound_module_ctl_avcard.so" }
 *     ctl.card { type avcard file "/path/of/the/file" }
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <alsa/asoundlib.h>
#include <alsa/control_external.h>

#define LEVELS 36
#define STATE_LEN 6 /* "036 1\n" */

enum { KEY_VOLUME, KEY_SWITCH, N_KEYS };

typedef struct {
	snd_ctl_ext_t ext;
	int fd;
	int unread; /* events that are still to be told */
} Card;

static const char *const names[N_KEYS] = { "Master Playback Volume", "Master Playback Switch" };

/* -50.00 dB, 1.50 dB a step */
static const unsigned int scale[] = { SND_CTL_TLVT_DB_SCALE, 2 * sizeof(unsigned int),
	(unsigned int)-5000, 150 };

static void
read_state(const Card *card, long values[N_KEYS])
{
	char text[STATE_LEN + 1] = { 0 };

	values[KEY_VOLUME] = 0;
	values[KEY_SWITCH] = 1;
	if (pread(card->fd, text, STATE_LEN, 0) > 0) {
		char *end = text;

		values[KEY_VOLUME] = strtol(text, &end, 10);
		values[KEY_SWITCH] = strtol(end, NULL, 10);
	}
}

static void
card_close(snd_ctl_ext_t *ext)
{
	Card *card = ext->private_data;

	(void)close(ext->poll_fd);
	(void)close(card->fd);
	free(card);
}

static int
card_count(snd_ctl_ext_t *ext)
{
	(void)ext;
	return N_KEYS;
}

static int
card_list(snd_ctl_ext_t *ext, unsigned int offset, snd_ctl_elem_id_t *id)
{
	(void)ext;
	snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_MIXER);
	snd_ctl_elem_id_set_name(id, names[offset]);
	return 0;
}

static snd_ctl_ext_key_t
card_find(snd_ctl_ext_t *ext, const snd_ctl_elem_id_t *id)
{
	(void)ext;
	for (unsigned i = 0; i < N_KEYS; i++) {
		if (strcmp(snd_ctl_elem_id_get_name(id), names[i]) == 0) {
			return i;
		}
	}
	return SND_CTL_EXT_KEY_NOT_FOUND;
}

static int
card_attribute(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int *type, unsigned int *access,
	unsigned int *count)
{
	*type = key == KEY_VOLUME ? SND_CTL_ELEM_TYPE_INTEGER : SND_CTL_ELEM_TYPE_BOOLEAN;
	*access = SND_CTL_EXT_ACCESS_READWRITE |
		  (key == KEY_VOLUME ? (unsigned int)SND_CTL_EXT_ACCESS_TLV_READ : 0);
	*count = 1;
	ext->tlv.p = scale;
	return 0;
}

static int
card_range(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *min, long *max, long *step)
{
	(void)ext;
	*min = 0;
	*max = key == KEY_VOLUME ? LEVELS : 1;
	*step = 0;
	return 0;
}

static int
card_read(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value)
{
	long values[N_KEYS];

	read_state(ext->private_data, values);
	*value = values[key];
	return 0;
}

static int
card_write(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value)
{
	const Card *card = ext->private_data;
	long values[N_KEYS];
	char text[64];

	read_state(card, values);
	if (values[key] == *value) {
		return 0;
	}
	values[key] = *value;
	(void)snprintf(text, sizeof(text), "%03ld %ld\n", values[KEY_VOLUME], values[KEY_SWITCH]);
	return pwrite(card->fd, text, STATE_LEN, 0) == STATE_LEN ? 1 : -EIO;
}

static int
card_event(snd_ctl_ext_t *ext, snd_ctl_elem_id_t *id, unsigned int *mask)
{
	Card *card = ext->private_data;
	char buffer[4096];

	while (read(ext->poll_fd, buffer, sizeof(buffer)) > 0) {
		card->unread = N_KEYS;
	}
	if (card->unread == 0) {
		return -EAGAIN;
	}
	card->unread--;
	(void)card_list(ext, (unsigned int)card->unread, id);
	*mask = SND_CTL_EVENT_MASK_VALUE;
	return 1;
}

static const snd_ctl_ext_callback_t functions = {
	.close = card_close,
	.elem_count = card_count,
	.elem_list = card_list,
	.find_elem = card_find,
	.get_attribute = card_attribute,
	.get_integer_info = card_range,
	.read_integer = card_read,
	.write_integer = card_write,
	.read_event = card_event,
};

static const char *
find_file(snd_config_t *conf)
{
	snd_config_t *file = NULL;
	const char *path = NULL;

	return snd_config_search(conf, "file", &file) == 0 &&
			       snd_config_get_string(file, &path) == 0
		       ? path
		       : NULL;
}

int _snd_ctl_avcard_open(
	snd_ctl_t **handle, const char *name, snd_config_t *root, snd_config_t *conf, int mode);

int
_snd_ctl_avcard_open(
	snd_ctl_t **handle, const char *name, snd_config_t *root, snd_config_t *conf, int mode)
{
	const char *path = find_file(conf);
	Card *card = calloc(1, sizeof(*card));

	(void)root;
	if (path == NULL || card == NULL) {
		free(card);
		return -EINVAL;
	}
	card->fd = open(path, O_RDWR | O_CLOEXEC);
	card->ext.version = SND_CTL_EXT_VERSION;
	card->ext.card_idx = 0;
	(void)snprintf(card->ext.id, sizeof(card->ext.id), "avcard");
	(void)snprintf(card->ext.name, sizeof(card->ext.name), "avcard");
	card->ext.poll_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	card->ext.callback = &functions;
	card->ext.private_data = card;
	if (card->fd < 0 || inotify_add_watch(card->ext.poll_fd, path, IN_MODIFY) < 0 ||
		snd_ctl_ext_create(&card->ext, name, mode) < 0) {
		const int failure = errno;

		card_close(&card->ext);
		return -failure;
	}
	*handle = card->ext.handle;
	return 0;
}

SND_CTL_PLUGIN_SYMBOL(avcard)
