# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams in pieces, HLS and DASH, made by ffmpeg: what is heard and seen is what ffmpeg decodes of the same film, to
the sample and to the point. Hostile ones are an error and no more."""

import json
import os
import re
import shutil
import signal
import subprocess

import pytest

from conftest import RENDERER
from house import wait_until
from test_renderer import (  # noqa: F401 (fixtures)
    PYTHON, SUPPORT, Remote, capture_of, remote)

SECONDS, RATE, FRAMES, WIDTH, HEIGHT = 6, 44100, 150, 160, 120
KEY = bytes(range(100, 116))


def ffmpeg(*words):
    return subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def streams(tmp_path_factory):
    """A film of six seconds, and the same cut into pieces of a second in every way."""
    folder = tmp_path_factory.mktemp("streams")
    folder.chmod(0o755)
    film = folder / "film.mkv"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={WIDTH}x{HEIGHT}:r=25:d={SECONDS}",
           "-f", "lavfi", "-i", f"aevalsrc=0.3*sin(440*2*PI*t)+0.1*sin(t*t*900):d={SECONDS}:s={RATE}",
           "-c:v", "libx264", "-bf", 0, "-g", 25, "-pix_fmt", "yuv420p", "-preset", "ultrafast",
           "-c:a", "flac", "-sample_fmt", "s16", film)
    hls = ["-f", "hls", "-hls_time", 1, "-hls_playlist_type", "vod", "-strict", -2]
    dash = ["-map", 0, "-c", "copy", "-strict", -2, "-f", "dash", "-seg_duration", 1]
    fmp4 = [*hls, "-hls_segment_type", "fmp4"]
    (folder / "key-info").write_text(f"key\n{folder / 'secret-long/key'}\n")
    ways = {
        "ts": ["-map", 0, "-c:v", "copy", "-c:a", "aac", *hls],
        "fmp4": ["-map", 0, "-c", "copy", *fmp4],
        "sound": ["-map", "0:a", "-c", "copy", *fmp4],
        "single": ["-map", 0, "-c", "copy", *fmp4, "-hls_flags", "single_file"],
        "low": ["-map", "0:v", "-c", "copy", *fmp4],
        "dash": dash,
        "dash-numbers": [*dash, "-use_timeline", 0],
        "dash-list": [*dash, "-use_template", 0, "-use_timeline", 0],
        "dash-file": [*dash, "-single_file", 1],
        # encrypted, one long piece by its number
        "secret-long": ["-map", 0, "-c:v", "libx264", "-b:v", "2M", "-minrate", "2M", "-maxrate", "2M", "-bufsize", "1M",
                        "-preset", "ultrafast", "-x264-params", "nal-hrd=cbr", "-bf", 0, "-c:a", "aac", "-f", "hls",
                        "-hls_playlist_type", "vod", "-hls_time", 9, "-hls_key_info_file", folder / "key-info"],
    }
    for name in (*ways, "secret"):
        (folder / name).mkdir()
    for name in ("secret", "secret-long"):
        (folder / name / "key").write_bytes(KEY)
    # all by one program: its start takes longer than the rest
    ffmpeg("-i", film, *(word for name, words in ways.items() for word in (
        *words, folder / name / ("x.mpd" if name.startswith("dash") else "x.m3u8"))))
    shutil.copytree(folder / "low", folder / "high")
    (folder / "advert").mkdir()
    ffmpeg("-f", "lavfi", "-i", "aevalsrc=0.3*sin(1000*2*PI*t)|0.1*sin(300*2*PI*t):d=2:s=48000", "-c:a", "aac", "-b:a", "192k",
           *fmp4, folder / "advert/x.m3u8")
    # encrypted by a word, the head and each piece
    word = f"{7:032x}"
    for part in (folder / "fmp4").iterdir():
        if part.suffix != ".m3u8":
            subprocess.run(["openssl", "enc", "-aes-128-cbc", "-K", KEY.hex(), "-iv", word, "-in", part,
                            "-out", folder / "secret" / part.name], check=True)
    (folder / "secret/x.m3u8").write_text((folder / "fmp4/x.m3u8").read_text().replace(
        "#EXT-X-MAP", f'#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x{word}\n#EXT-X-MAP'))
    (folder / "main.m3u8").write_text(
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="other",DEFAULT=NO,URI="nowhere/x.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="usual",DEFAULT=YES,URI="sound/x.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.42c00b,fLaC",AUDIO="a"\nlow/x.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=160x120,AUDIO="a"\nhigh/x.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=90000000,RESOLUTION=160x120,AUDIO="a"\nhuge/x.m3u8\n')
    return folder


@pytest.fixture
def server(house, streams):
    process = house.hosts["server"].start(
        [PYTHON, "-B", SUPPORT / "origin.py", house.hosts["server"].addresses["living"], streams], name="pieces")
    port = wait_until("port of the pieces", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    process.base = f"http://{house.hosts['server'].addresses['living']}:{port}"
    process.requests = lambda: process.output().splitlines()[1:]
    return process


def picture_of(house):
    return house.folder / "frames"


@pytest.fixture
def player(house, remote):
    """A renderer that writes down samples and frames."""
    return remote(capture=capture_of(house), options=[
        "--video-sink", f"videoconvert ! video/x-raw,format=I420 ! filesink location={picture_of(house)} sync=false"])


def play_to_end(tv, uri):
    tv.play(uri)
    tv.wait_state("PLAYING", "STOPPED", seconds=60)
    tv.wait_state("STOPPED", seconds=60)
    assert tv.status() == "OK"


def play_and_pause(tv, server):
    """Nothing here takes the time that it is long: so that it is not over before the second word, nothing is served."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        assert tv.ask(["AVTransport", "Play", {"InstanceID": 0, "Speed": 1}],
                      ["AVTransport", "Pause", {"InstanceID": 0}]) == [{}, {}]
    finally:
        os.kill(server.pid, signal.SIGCONT)


def sound(film):
    return ffmpeg("-i", film, "-f", "s16le", "-")


def frames(film, *words):
    return ffmpeg(*words, "-i", film, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")


def check(house, film):
    got, expected = capture_of(house).read_bytes(), sound(film)
    assert got == expected, (len(got), len(expected))
    seen, wanted = picture_of(house).read_bytes(), frames(film)
    assert seen == wanted, (len(seen), len(wanted))


WHOLE = ["fmp4/x.m3u8", "single/x.m3u8", "dash/x.mpd", "dash-list/x.mpd", "dash-file/x.mpd", "main.m3u8"]


def test_what_is_played_is_the_film(house, player, server, streams):
    for name in WHOLE:
        play_to_end(player, f"{server.base}/plain/{name}")
        check(house, streams / "film.mkv")
    # of three rates the highest that a network carries, and the sound that is heard unasked
    asked = " ".join(server.requests())
    assert "high/x.m3u8" in asked and "low" not in asked and "huge" not in asked and "nowhere" not in asked
    # a list that tells three pieces at a time: each is read once, and in its order
    before = len(server.requests())
    play_to_end(player, f"{server.base}/live/fmp4/x.m3u8")
    check(house, streams / "film.mkv")
    assert len([request for request in server.requests()[before:] if ".m4s" in request]) == SECONDS
    play_to_end(player, f"{server.base}/plain/sound/x.m3u8")
    assert capture_of(house).read_bytes().endswith(sound(streams / "film.mkv"))
    play_to_end(player, f"{server.base}/plain/ts/x.m3u8")
    assert picture_of(house).read_bytes() == frames(streams / "film.mkv")
    # the encoder's delay is heard, as nothing in a transport stream tells it
    assert abs(capture_of(house).stat().st_size / 2 - SECONDS * RATE) < 4096


def test_an_advert_in_the_middle(house, remote, server, streams):
    """A discontinuity: what is made by itself has a format and times of its own. The sound before and after it is whole,
    to the sample; the position goes on, and a place behind it is found."""
    film, advert = (re.findall(r"^#EXT-X-MAP.*$|^#EXTINF.*\n.*$", (streams / name / "x.m3u8").read_text().replace(
        "x.m3u8", ""), re.M) for name in ("sound", "advert"))

    def of(name, lines):
        return [re.sub(r'(?m)^(?=x\d)|(?<=URI=")', f"{name}/", line) for line in lines]

    film, advert = of("sound", film), of("advert", advert)
    assert len(film) == 1 + SECONDS and len(advert) >= 3
    break_ = ["#EXT-X-DISCONTINUITY"]
    (streams / "broken.m3u8").write_text("\n".join(
        ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:2"] + film[:4] + break_ + advert + break_ + film[:1] + film[4:]
        + ["#EXT-X-ENDLIST", ""]))
    tv = remote(capture=capture_of(house))

    def ready(piece, deed):
        """Stands, in pause, until the part of this piece is with the decoder: what comes too late to follow the part before
        it is opened anew, in a format of its own, and nothing here takes the time that it is long."""
        before = len(server.requests())
        deed()
        wait_until(f"{piece} is read", lambda: piece in " ".join(server.requests()[before:]), 60)

    def to_end():
        tv.play()
        tv.wait_state("STOPPED", seconds=60)
        assert tv.status() == "OK"

    assert tv.set_uri(f"{server.base}/plain/broken.m3u8") == {}
    ready("advert/x1.m4s", lambda: play_and_pause(tv, server))
    to_end()
    whole, got = sound(streams / "film.mkv"), capture_of(house).read_bytes()
    head = (streams / "sound/init.mp4").read_bytes()
    (streams / "first.mp4").write_bytes(head + b"".join((streams / f"sound/x{i}.m4s").read_bytes() for i in range(3)))
    first = sound(streams / "first.mp4")
    assert whole.startswith(first) and 2 * RATE * 2 < len(first) < 4 * RATE * 2
    assert got.startswith(first) and got.endswith(whole[len(first):]), len(got)
    between = memoryview(got[len(first):len(got) - len(whole) + len(first)]).cast("h")
    assert abs(len(between) - 2 * RATE) < 4096, len(between)
    turns = sum((a < 0) != (b < 0) for a, b in zip(between, between[1:]))
    assert abs(turns - 4000) < 200, turns
    # a place behind the advert, and one in it, from which it goes on over the break
    for target, piece in (("0:00:04", "sound/x4.m4s"), ("0:00:06", "sound/x5.m4s")):
        ready("sound/x5.m4s", lambda: play_and_pause(tv, server))
        ready(piece, lambda: tv.transport("Seek", Unit="REL_TIME", Target=target))
        wait_until("it is there", lambda: tv.state() == "PAUSED_PLAYBACK" and abs(tv.position_s() - int(target[-1])) <= 1, 60)
        to_end()
        if target == "0:00:04":  # the advert's piece; all that follows is brought to its format
            seconds = (capture_of(house).stat().st_size - len(got)) / (4 * 48000)
            assert abs(seconds - 2 - (len(whole) - len(first)) / (2 * RATE)) < 0.2, seconds
    assert capture_of(house).read_bytes().endswith(whole[-len(whole) // 6:])


def test_an_advert_that_cannot_be_played(house, remote, server, streams):
    """In front of a film, in its middle, and twice in a row: what can be played is whole. Behind it, or where nothing else
    is, it is an error that is named."""
    lines = {name: re.findall(r"^#EXTINF.*\n.*$", (streams / name / "x.m3u8").read_text(), re.M) for name in ("sound", "advert")}
    (streams / "strange").mkdir()
    for path in (streams / "advert").iterdir():
        octets = path.read_bytes()
        assert path.name != "init.mp4" or b"mp4a" in octets
        (streams / "strange" / path.name).write_bytes(octets.replace(b"mp4a", b"zzzz"))

    def stream(name, *parts):
        text = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:2"]
        for folder, pieces in parts:
            text += ["#EXT-X-DISCONTINUITY", f'#EXT-X-MAP:URI="{folder}/init.mp4"']
            text += [re.sub(r"(?m)^(?=x\d)", f"{folder}/", line) for line in pieces]
        (streams / name).write_text("\n".join([*text, "#EXT-X-ENDLIST", ""]))
        return f"{server.base}/plain/{name}"

    film, strange = lines["sound"], lines["advert"]
    tv = remote(capture=capture_of(house))
    whole, before = sound(streams / "film.mkv"), 0
    for name, parts in (("front.m3u8", [("strange", strange), ("sound", film)]),
                        ("middle.m3u8", [("sound", film[:3]), ("strange", strange), ("strange", strange), ("sound", film[3:])])):
        play_to_end(tv, stream(name, *parts))
        assert capture_of(house).read_bytes()[before:] == whole, name
        before += len(whole)
    assert tv.process.log().count("a part of it cannot be played and is left out") == 3
    for name, parts in (("behind.m3u8", [("sound", film), ("strange", strange)]),
                        ("nothing.m3u8", [("strange", strange)] * 9)):
        tv.play(stream(name, *parts))
        tv.wait_error(60)
    # three that cannot be played, and nothing was heard: the others are not tried
    assert 3 < tv.process.log().count("is left out") < 8
    heard = capture_of(house).read_bytes()[before:]  # a file's own buffer is written at the end, which an error is not
    assert whole.startswith(heard) and len(heard) > len(whole) - 65536


def test_an_advert_makes_no_gap(house, remote, server, streams):
    """In real time: each part is with the decoder before the one in front of it has ended. So all of them are brought to
    the format of the first; one that comes too late would be opened anew, in its own."""
    lines, seconds = ["#EXTM3U", "#EXT-X-TARGETDURATION:2"], 0
    for name, pieces in (("advert", (0, 1)), ("sound", (0, 1)), ("sound", (2,))):
        lines += ["#EXT-X-DISCONTINUITY", f'#EXT-X-MAP:URI="{name}/init.mp4"']
        lengths = re.findall(r"#EXTINF:([\d.]+)", (streams / name / "x.m3u8").read_text())
        for piece in pieces:
            lines += [f"#EXTINF:{lengths[piece]},", f"{name}/x{piece}.m4s"]
            seconds += float(lengths[piece])
    (streams / "parts.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST", ""]))
    play_to_end(remote(capture=capture_of(house), live=True), f"{server.base}/plain/parts.m3u8")
    heard = capture_of(house).stat().st_size / (4 * 48000)
    assert abs(heard - seconds) < 0.2, (heard, seconds)


def test_a_film_with_an_advert(house, remote, server, streams):
    """Pictures of another size and sound in another coding between the frames of a film: all of them are seen."""
    (streams / "clip").mkdir()
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=10:d=2", "-f", "lavfi", "-i", "sine=d=2:sample_rate=48000",
           "-c:v", "libx264", "-bf", 0, "-g", 10, "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-c:a", "libmp3lame",
           "-f", "hls", "-hls_time", 1, "-hls_playlist_type", "vod", streams / "clip/x.m3u8")
    film, clip = ([f"#EXTINF:1,\n{name}/x{i}.ts" for i in range(n)] for name, n in (("ts", SECONDS), ("clip", 2)))
    break_ = ["#EXT-X-DISCONTINUITY"]
    (streams / "film-broken.m3u8").write_text("\n".join(
        ["#EXTM3U", "#EXT-X-TARGETDURATION:2", *film[:3], *break_, *clip, *break_, *film[3:], "#EXT-X-ENDLIST", ""]))
    # each part opens the sinks anew
    tv = remote(options=[
        "--audio-sink", "audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=44100,channels=1 ! "
                        f"filesink append=true sync=false location={capture_of(house)}",
        "--video-sink", "videoconvert ! video/x-raw,format=I420 ! "
                        f"filesink append=true sync=false location={picture_of(house)}"])
    play_to_end(tv, f"{server.base}/plain/film-broken.m3u8")
    whole, octets = frames(streams / "film.mkv"), 3 * 25 * WIDTH * HEIGHT * 3 // 2
    seen = picture_of(house).read_bytes()
    assert seen == whole[:octets] + frames(streams / "clip/x.m3u8") + whole[octets:], len(seen)
    assert abs(capture_of(house).stat().st_size / (2 * RATE) - SECONDS - 2) < 0.3


def test_seek_begins_with_the_piece_that_has_the_time(house, player, server, streams):
    for name, first, fifth in (("fmp4/x.m3u8", "x0.m4s", "x4.m4s"), ("dash/x.mpd", "0-00001.m4s", "0-00005.m4s")):
        assert player.set_uri(f"{server.base}/plain/{name}") == {}
        play_and_pause(player, server)
        wait_until("it is there", lambda: player.transport("GetMediaInfo")["MediaDuration"].startswith("0:00:06"), 60)
        # it is being read from its begin, though it is not to play
        wait_until("its begin is asked for", lambda: first in " ".join(server.requests()), 60)
        before = len(server.requests())
        assert player.transport("Seek", Unit="REL_TIME", Target="0:00:04") == {}
        # that much is said before the octets are there, since nothing sounds
        wait_until("it is there", lambda: player.state() == "PAUSED_PLAYBACK" and player.position_s() == 4, 60)
        wait_until("it is read from there", lambda: fifth in " ".join(server.requests()[before:]), 60)
        assert first not in " ".join(server.requests()[before:])
        player.play()
        player.wait_state("STOPPED", seconds=60)
        assert player.status() == "OK"


@pytest.mark.parametrize("name", ["dash", "dash-numbers"])
def test_live_dash(house, player, server, streams, name):
    """A list that grows, and one whose pieces are reckoned by the clock: the film from its begin to its end."""
    before = len(server.requests())
    play_to_end(player, f"{server.base}/live/{name}/x.mpd")
    check(house, streams / "film.mkv")
    asked = [request.split("/live/")[1].split(" ")[0] for request in server.requests()[before:] if ".m4s" in request]
    there = [piece for piece in asked if (streams / piece).exists()]  # others were reckoned, and did not come
    assert len(there) == len(set(there))


def test_encrypted_pieces(house, player, server, streams):
    """AES-128: the same film. The key is asked for once, and connections that break are gone on with."""
    assert "METHOD=AES-128" in (streams / "secret-long/x.m3u8").read_text()
    play_to_end(player, f"{server.base}/plain/secret/x.m3u8")
    check(house, streams / "film.mkv")
    assert len([request for request in server.requests() if "/key " in request]) == 1
    assert (streams / "secret-long/x0.ts").stat().st_size > 3 * 200_000
    play_to_end(player, f"{server.base}/cut/secret-long/x.m3u8")
    assert picture_of(house).read_bytes() == frames(streams / "secret-long/x.m3u8", "-allowed_extensions", "ALL")
    # another key, one that is too short and one that is not there
    for octets in (bytes(16), b"short", None):
        (streams / "secret/key").unlink()
        if octets is not None:
            (streams / "secret/key").write_bytes(octets)
        assert player.set_uri(f"{server.base}/plain/secret/x.m3u8") == {}
        player.transport("Play", Speed=1)
        player.wait_error(60)


@pytest.fixture(scope="module")
def rates(streams):
    """Forty seconds in two rates, 90 and 440 kbit/s, in pieces of a second."""
    words = []
    for name, size, kbps in (("small", "64x48", 50), ("large", "96x64", 400)):
        (streams / name).mkdir()
        words += ["-map", 0, "-map", 1, "-s", size, "-c:v", "libx264", "-b:v", f"{kbps}k", "-maxrate", f"{kbps}k",
                  "-minrate", f"{kbps}k", "-bufsize", f"{kbps // 4}k", "-x264-params", "nal-hrd=cbr", "-bf", 0, "-g", 10,
                  "-keyint_min", 10, "-sc_threshold", 0, "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-c:a", "aac",
                  "-b:a", "32k", "-f", "hls", "-hls_time", 1, "-hls_playlist_type", "vod", streams / name / "x.m3u8"]
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=10:d=40", "-f", "lavfi", "-i", "sine=d=40", *words)
    (streams / "rates.m3u8").write_text(
        '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=110000,CODECS="avc1.42c00a,mp4a.40.2"\nsmall/x.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=480000,CODECS="avc1.42c00b,mp4a.40.2"\nlarge/x.m3u8\n')
    return streams


def test_a_lower_rate_when_the_network_is_slow(house, remote, server, rates):
    """No stop after the step down; and up again when there is more of it. Programs of the same host see it."""
    (rates / "octets-per-second").write_text("30000")
    log, script = house.folder / "hook.log", house.folder / "hook.sh"
    log.touch()
    log.chmod(0o666)
    script.write_text('#!/bin/sh\n[ "$1" != buffer ] ||'
                      f' echo "$AV_RATE_BPS $AV_BUFFER_MS $AV_BUFFER_TARGET_MS $AV_UNDERRUNS" >> {log}\n')
    script.chmod(0o755)
    tv = remote(options=["--hook", script])
    own = Remote(house, tv.process, host="tv")

    def status(*words):
        return house.hosts["tv"].run(
            [RENDERER, "--state-dir", house.folder / "state-Parlour", *words, "status"], check=True).stdout

    def told():
        """What the hook heard last: rate, level, target, underruns."""
        lines = log.read_text().splitlines()
        return [int(word) for word in lines[-1].split()] if lines else [0] * 4

    def value(name):
        return json.loads(own.ask(["GET", "/metrics.json", {}])[0]["text"])["counters"][name]

    tv.play(f"{server.base}/slow/rates.m3u8")
    wait_until("a lower rate", lambda: value("av_buffer_rate_steps_down_total") == 1, 60)
    wait_until("it plays, and some is ahead",
               lambda: tv.state() == "PLAYING" and value("av_buffer_level_milliseconds") > 3000, 60)
    assert value("av_buffer_media_bits_per_second") == 110_000
    stops = value("av_buffer_underruns_total")
    wait_until("the hook heard of it", lambda: told()[0] == 110_000)
    assert 0 <= told()[1] < 60_000 and told()[2] >= 1000 and told()[3] == stops
    buffer = json.loads(status("--json"))["buffer"]
    assert (buffer["rate_bps"], buffer["rates"], buffer["steps_down"], buffer["steps_up"], buffer["underruns"]) == (
        110_000, 2, 1, 0, stops)
    assert buffer["level_s"] > 0 and buffer["target_s"] >= 1 and buffer["level_octets"] > 0 and not buffer["complete"]
    assert re.search(rf"^buffer: \d+\.\d of \d+\.\d s, 110 kbit/s of 2 rates, 1 down, 0 up, {stops} underruns?, \d+ reconnects?$",
                     status(), re.M)
    (rates / "octets-per-second").write_text("10000000")
    wait_until("a higher rate", lambda: value("av_buffer_rate_steps_up_total") == 1, 120)
    assert value("av_buffer_media_bits_per_second") == 480_000
    wait_until("the hook heard of that, too", lambda: told()[0] == 480_000)
    assert (tv.state(), value("av_buffer_underruns_total")) == ("PLAYING", stops)
    tv.transport("Stop")
    asked = [request.split("/slow/")[1].split(" ")[0] for request in server.requests() if ".ts" in request]
    places = [name.split("/")[0] for name in asked]
    # each piece once, in its order, from one list or the other
    assert [int(name.split("/x")[1][:-3]) for name in asked] == list(range(len(asked)))
    assert places[0] == "large" and "small" in places


def test_pieces_of_two_rates_are_one_film(house, player, server, rates):
    (rates / "mixed.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + "".join(
            f"#EXTINF:1,\n{name}/x{i}.ts\n" for i, name in enumerate(["small"] * 3 + ["large"] * 3 + ["small"] * 2))
        + "#EXT-X-ENDLIST\n")
    play_to_end(player, f"{server.base}/plain/mixed.m3u8")
    small, large = (frames(rates / name / "x.m3u8") for name in ("small", "large"))
    s, l = 10 * 64 * 48 * 3 // 2, 10 * 96 * 64 * 3 // 2  # of a second
    expected = small[:3 * s] + large[3 * l:6 * l] + small[6 * s:8 * s]
    assert picture_of(house).read_bytes() == expected
    assert abs(capture_of(house).stat().st_size / 2 - 8 * RATE) < 4096


def test_hostile_lists(house, remote, server, streams):
    """LIM-21, LIM-24 and SEC-180: no list is larger than a mebibyte, none leads to what is not to be reached."""
    spy = house.hosts["tv"].start([PYTHON, "-B", SUPPORT / "origin.py", "127.0.0.1", house.folder], name="spy")
    port = wait_until("port of the spy", lambda: spy.output().split("\n")[0] if "\n" in spy.output() else 0)
    head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
    texts = {
        "file.m3u8": head + "#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "inside.m3u8": head + f"#EXTINF:1,\nhttp://127.0.0.1:{port}/plain/a.ts\n#EXT-X-ENDLIST\n",
        "away.m3u8": head + f"#EXTINF:1,\n{server.base}/away/x?to=http://127.0.0.1:{port}/plain/b.ts\n#EXT-X-ENDLIST\n",
        "away-file.m3u8": head + f"#EXTINF:1,\n{server.base}/away/x?to=file:///etc/passwd\n#EXT-X-ENDLIST\n",
        "itself.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nitself.m3u8\n",
        "secret.m3u8": head + '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key"\n#EXTINF:1,\nts/x0.ts\n#EXT-X-ENDLIST\n',
        "key-inside.m3u8": head + f'#EXT-X-KEY:METHOD=AES-128,URI="http://127.0.0.1:{port}/plain/k"\n#EXTINF:1,\nts/x0.ts\n'
                           "#EXT-X-ENDLIST\n",
        "key-endless.m3u8": head + '#EXT-X-KEY:METHOD=AES-128,URI="/forever/x"\n#EXTINF:1,\nts/x0.ts\n#EXT-X-ENDLIST\n',
        "empty.m3u8": head + "#EXT-X-ENDLIST\n",
        "many.m3u8": head + "#EXTINF:1,\nx\n" * 30_000 + "#EXT-X-ENDLIST\n",
        "words.m3u8": head + "#EXTINF:1,\nmain.m3u8\n#EXT-X-ENDLIST\n",
        "bomb.mpd": '<!DOCTYPE a [<!ENTITY b "c">]><MPD>&b;</MPD>',
        "endless.mpd": '<MPD mediaPresentationDuration="PT1000000H"><Period><AdaptationSet contentType="video">'
                       '<SegmentTemplate media="$Number$" duration="1" timescale="1000"/><Representation id="1"/>'
                       '</AdaptationSet></Period></MPD>',
        "live.mpd": '<MPD type="dynamic"/>',
        "later.mpd": '<MPD type="dynamic" availabilityStartTime="2999-01-01T00:00:00Z"><Period/></MPD>',
    }
    for name, text in texts.items():
        (streams / name).write_text(text)
    tv = remote(capture=capture_of(house))
    for uri in [f"{server.base}/plain/{name}" for name in texts] + [f"{server.base}/forever/x.m3u8"]:
        assert tv.set_uri(uri) == {}, uri
        tv.transport("Play", Speed=1)
        tv.wait_error(60)
    assert spy.output().splitlines()[1:] == []
    play_to_end(tv, f"{server.base}/plain/sound/x.m3u8")
