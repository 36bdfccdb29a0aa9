/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An output of ALSA that another program has as long as a file is there; then one that plays into nothing.
 * In an ALSA configuration:
 *
 *     pcm_type.avbusy { lib "…/libasound_module_pcm_avbusy.so" }
 *     pcm.shared { type avbusy taken "/path/of/the/file" }
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

int _snd_pcm_avbusy_open(snd_pcm_t **pcm, const char *name, snd_config_t *root, snd_config_t *conf,
	snd_pcm_stream_t stream, int mode);

int
_snd_pcm_avbusy_open(snd_pcm_t **pcm, const char *name, snd_config_t *root, snd_config_t *conf,
	snd_pcm_stream_t stream, int mode)
{
	const char *taken = NULL;
	snd_config_iterator_t at, next;

	(void)root;
	(void)name;
	snd_config_for_each(at, next, conf)
	{
		snd_config_t *node = snd_config_iterator_entry(at);
		const char *id;

		if (snd_config_get_id(node, &id) == 0 && strcmp(id, "taken") == 0) {
			(void)snd_config_get_string(node, &taken);
		}
	}
	if (taken == NULL || access(taken, F_OK) == 0) {
		return taken == NULL ? -EINVAL : -EBUSY;
	}
	return snd_pcm_open(pcm, "null", stream, mode);
}

SND_PCM_PLUGIN_SYMBOL(avbusy)
