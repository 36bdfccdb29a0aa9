/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Films whose brightness says the time, and what a decoder sees of what was made of them. */
#pragma once

#include <libavcodec/avcodec.h>

#include <av-upnp/base.h>

G_BEGIN_DECLS

#define FILM_RATE 25
#define FILM_SIDE 128
#define FILM_DARK 30 /* of the first picture */
#define FILM_OPTIONS_MAX 4
#define FILM_PICTURES_MAX 1000

typedef struct {
	const char *muxer, *encoder;
	const char *options[FILM_OPTIONS_MAX]; /* name, value of the muxer or the encoder */
	int seconds, gop_s;
	int rise; /* of the brightness, a second */
} Film;

void film_make(const Film *film, const char *path);

typedef struct {
	char container[64]; /* FFmpeg's name */
	int n, width, height, streams;
	enum AVCodecID codec;
	double at_s[FILM_PICTURES_MAX];
	double level[FILM_PICTURES_MAX]; /* brightness in the middle: around it may be bars */
	bool all_keys;
} FilmSeen;

void film_look(const char *path, FilmSeen *ret_seen);

/** With all that is in it, which are files. */
void film_remove_folder(const char *folder);

G_END_DECLS
