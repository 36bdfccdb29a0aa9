# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a request can make of a codec: nothing but the choice of a row (SEC-160). All that codecs, formats and helper
processes are given while players ask for everything, in good words and in bad ones, is written down and compared with
what is allowed, by hand."""

import random
import re
import shutil

import pytest

from house import wait_until
from media import ffmpeg
from test_convert import Served
from test_dlna import HEADERS
from test_worker import SHIM

FILM_S = 0.2
RECIPES = ("lpcm.l16 lpcm-44.l16 lpcm-48.l16 l24.l24 wav.wav wav-24.wav mp3.mp3 mp3-128.mp3 aac.aac ac3.ac3 flac.flac"
           " flac-24.flac copy-ts.ts copy-ts-aac.ts copy-ts-ac3.ts copy-tts.m2ts copy-tts-ac3.m2ts copy-mp4.mp4"
           " copy-mp4-aac.mp4 avc-ts-aac.ts avc-ts-ac3.ts avc-tts-aac.m2ts avc-tts-ac3.m2ts avc-mp4.mp4 mpeg-ps-pal.mpg"
           " mpeg-ps-ntsc.mpg mpeg-ts-eu.ts mpeg-ts-na.ts mpeg-tts-eu.m2ts mpeg-tts-na.m2ts").split()
FRAGMENTS = {"movflags=frag_keyframe+delay_moov+default_base_moof", "frag_duration=500000"}
# Codec or format: its options, all of them. What is not here has none.
ALLOWED = {
    "aac": {"aac_coder=fast"}, "flac": {"compression_level=3"},
    "libx264": {"profile=main", "crf=21", "rc-lookahead=3", "x264-params=sync-lookahead=0", "preset=veryfast",
                "preset=superfast", "preset=ultrafast"},
    "mp3": {"write_xing=0", "id3v2_version=0"}, "mpegts": {"mpegts_flags=+resend_headers"}, "mp4": FRAGMENTS,
    "matroska": {"live=1"}}
BY_FFMPEG = {"lowres=0", "threads=1"}  # when it looks what is in a file
# Of helper processes: their names and arguments.
PROCESSES = {"worker", "worker convert 0"}
# What an option of FFmpeg may look like, where a player can put it.
BAD = ("crf=0", "preset=placebo", "x264-params=log=/tmp/x", "mpegts_flags=+latm", ";-vf movie=/etc/passwd", "%20-i%20x",
       "-b:v 1G", "$(id)", "`id`", "|id", "\\n-f null", "file:/etc/hostname", "concat:a|b", "%00", "../", "\"", "'", "+", "=",
       ":", "lavfi", "http://10.71.0.1/", "🎬", "a" * 300)


@pytest.fixture
def told(house):
    """(environment of a server whose workers tell what they are given, function that gives it)"""
    helpers, log, words = house.folder / "telling", house.folder / "options", house.folder / "words"
    shutil.copytree(house.env["AV_UPNP_LIBEXECDIR"], helpers)
    (helpers / "worker").rename(helpers / "whole-worker")
    # what has no right to write a file writes to a pipe
    (helpers / "worker").write_text(
        f'#!/bin/bash\necho "worker${{*:+ $*}}" >>{words}\nexport LD_PRELOAD={SHIM} TELLS_OPTIONS=1\n'
        f"export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0\n"
        f'exec {helpers}/whole-worker "$@" 2> >(LD_PRELOAD= exec /bin/cat >>{log})\n')
    (helpers / "worker").chmod(0o755)
    for path in log, words:
        path.touch()
        path.chmod(0o666)

    def read():
        options = {}
        for line in log.read_text().splitlines():
            if line.startswith("option "):
                whom, option = line.split(" ", 2)[1:]
                options.setdefault(whom, set()).update({option} - {"="})
        return options, set(words.read_text().splitlines())

    return {"AV_UPNP_LIBEXECDIR": str(helpers)}, read


@pytest.fixture
def film(house):
    folder = house.folder / "films"
    folder.mkdir(mode=0o755)
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=64x48:rate=25:duration={FILM_S}", "-f", "lavfi", "-i", f"sine=d={FILM_S}",
           "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-ar", "48000", "-c:a", "ac3", folder / "film.mkv")
    return folder


def octets_of(text):
    return text.encode().decode("latin-1")


def bad_requests(film, seed=160):
    """[(path, headers)] with what has no business there, wherever something can be."""
    dice = random.Random(seed)
    stem = film.rpartition("/")[0]
    for word in BAD:
        form = dice.choice(RECIPES)
        path = dice.choice((f"{stem}/{form.partition('.')[0]}{word}.ts", f"{stem}/{word}", f"{stem}/{form}?{word}",
                            f"{stem}/{form};{word}", f"{film}{word}")).replace(" ", "%20")
        yield dice.choice(((path, {"agent": f"x {word}", "time": f"npt=0-{word}", "features": word, "mode": word}),
                           (film, {"agent": word, "speed": f"speed=2{word}"}),
                           (film, {"time": f"npt=0-0.5 {word}", "speed": f"speed=4;{word}"})))


def test_options_come_from_tables(house, told, film, start_server):
    environment, read = told
    served = Served(house, start_server(film, options=("--pace", "0", "--convert-nice", "0"), env=environment))
    # by one program, whose start takes longer than its answer
    answers = served.player.ask(*(("GET", served.path("film", form), [], "1.1") for form in RECIPES),
                                ("GET", served.path("film", "avc-ts-aac.ts"), [(HEADERS["speed"], "speed=2")], "1.1"))
    statuses = {form: answer["status"] for form, answer in zip((*RECIPES, "fast"), answers)}
    assert statuses == dict.fromkeys(statuses, 200)
    options, words = wait_until("all of it", lambda: (lambda seen: seen if "libx264" in seen[0] else None)(read()))
    assert {"libx264", "aac", "mpegts", "mp4", "vob", "mpeg2video", "libmp3lame"} <= set(options), options
    served.player.ask(*(("GET", octets_of(path), [(HEADERS[name], octets_of(value)) for name, value in headers.items()], "1.1")
                        for path, headers in bad_requests(served.path("film", "avc-ts-aac.ts"))))
    assert served.get("film", "avc-ts-aac.ts")["status"] == 200
    options, words = read()
    # the list of decoders is one constant text, wherever it is given
    lists = {option for given in options.values() for option in given if option.startswith("codec_whitelist=")}
    assert len(lists) <= 2 and all(re.fullmatch("codec_whitelist=[a-z0-9_,]+", text) for text in lists), lists
    for whom, given in options.items():
        assert given - lists <= ALLOWED.get(whom, set()) | BY_FFMPEG, (whom, given - lists)
    assert words <= PROCESSES and "worker convert 0" in words, words
    assert served.server.popen.poll() is None
