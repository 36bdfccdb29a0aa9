# SPDX-License-Identifier: LGPL-2.1-or-later
"""Films in other forms: every recipe decoded again, every kind of seek, and what happens to players that share them.

The picture's brightness and the frequency of the sound say which time of the film a piece comes from."""

import math
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import urllib.parse
from array import array

import pytest

import media as media_maker
from house import wait_until
from test_convert import CHIRP, LOW_HZ, RISE_HZ, Served, Slow, check_times, decoded, headers_of, hz_at
from test_dlna import probe, start_of

# The brightness of a picture says its time, as the frequency says it of the sound.
DARK, RISE_Y = 30, 9
FILM_S = 20
# form, codecs of picture and sound, size, frames per second, extension of packets
FILMS = [("avc-ts-aac.ts", "h264", "aac", (320, 180), "25/1", 188), ("avc-ts-ac3.ts", "h264", "ac3", (320, 180), "25/1", 188),
         ("avc-tts-ac3.m2ts", "h264", "ac3", (320, 180), "25/1", 192), ("avc-mp4.mp4", "h264", "aac", (320, 180), "25/1", 0),
         ("mpeg-ps-pal.mpg", "mpeg2video", "mp2", (720, 576), "25/1", 0),
         ("mpeg-ps-ntsc.mpg", "mpeg2video", "ac3", (720, 480), "30000/1001", 0),
         ("mpeg-ts-eu.ts", "mpeg2video", "mp2", (720, 576), "25/1", 188),
         ("mpeg-tts-na.m2ts", "mpeg2video", "ac3", (720, 480), "30000/1001", 192)]
COPIES = [("copy-ts.ts", "h264", "ac3", 188), ("copy-tts.m2ts", "h264", "ac3", 192), ("copy-ts-aac.ts", "h264", "aac", 188),
          ("copy-mp4.mp4", "h264", "ac3", 0), ("copy-mp4-aac.mp4", "h264", "aac", 0)]


def make_films(folder):
    picture = f"color=black:size=320x180:rate=25:duration={FILM_S},geq=lum='{DARK}+{RISE_Y}*T':cb=128:cr=128"
    source = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"aevalsrc={CHIRP}:s=48000:d={FILM_S}"]
    x264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "50"]
    media_maker.ffmpeg(*source, *x264, "-c:a", "ac3", folder / "box.mkv")
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "copy", "-c:a", "aac", folder / "phone.mp4")
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                       "log-level=none:keyint=100", "-c:a", "libopus", folder / "new.mkv")
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "mp2", folder / "broadcast.ts")
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "libtheora", "-g", "50", "-c:a", "libvorbis", folder / "free.ogv")
    media_maker.ffmpeg("-f", "lavfi", "-i", "color=black:size=160x90:rate=25:duration=1,format=yuv420p10le,"
                       "geq=lum=573:cb=512:cr=512", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                       "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-color_primaries", "bt2020",
                       "-color_trc", "smpte2084", "-colorspace", "bt2020nc", folder / "bright.mkv")
    # upright: a quarter turn in the track's matrix; bright on the left as it is stored
    half = folder / "half.mp4"
    media_maker.ffmpeg("-f", "lavfi", "-i", "color=black:size=160x90:rate=25:duration=2,drawbox=0:0:80:90:white:fill", *x264, half)
    data = bytearray(half.read_bytes())
    matrix = data.index(b"tkhd") + 44
    data[matrix:matrix + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 90 << 16, 0, 0x40000000)
    half.write_bytes(data)


@pytest.fixture(scope="module")
def films():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-films-"))
    scratch.chmod(0o755)
    make_films(scratch)
    yield scratch
    shutil.rmtree(scratch)


@pytest.fixture
def cinema(house, films, start_server):
    return Served(house, start_server(films, options=("--pace", "0", "--convert-nice", "0")))


def times_of_pictures(path):
    """[(time stamp, time of the film by its brightness)] of all frames."""
    frames = probe(path, "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time")["frames"]
    # of frames that share a PES packet only the first has a time
    stamps = [float(f.get("best_effort_timestamp_time", "nan")) for f in frames]
    assert not math.isnan(stamps[0])
    # in the middle, where no bars are
    grey = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough",
                           "-vf", "extractplanes=y,crop=16:16", "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    light = [sum(grey[at:at + 256]) / 256 for at in range(0, len(grey), 256)]
    assert abs(len(light) - len(stamps)) <= 1
    return [(stamp, (y - DARK) / RISE_Y) for stamp, y in zip(stamps, light) if not math.isnan(stamp)]


def check_film(path, begin, end, offset, early=0.3):
    """Pictures show what their time says, nothing is missing, and the sound is in step with them."""
    pictures = times_of_pictures(path)
    first = pictures[0][0]
    for stamp, shown in pictures[::7]:
        assert abs(shown - (begin + stamp - first)) < 0.4, (stamp, shown, begin)
    steps = [b[0] - a[0] for a, b in zip(pictures, pictures[1:])]
    assert min(steps) > 0.015 and max(steps) < 0.13, (min(steps), max(steps))
    assert abs(first - offset) < 0.7 and abs(pictures[-1][0] - first - (end - begin)) < 0.3 + early
    sound = probe(path, "-show_entries", "stream=codec_type,start_time")["streams"]
    sound_at, = [float(s["start_time"]) for s in sound if s["codec_type"] == "audio"][:1]
    samples = decoded(path)
    heard = (hz_at(samples, 0.5) - LOW_HZ) / RISE_HZ - 0.1 - 0.5
    assert abs((heard - sound_at) - (begin - first)) < 0.1, (heard, sound_at, begin, first)


def packet_length(path):
    data = path.read_bytes()
    for length, start in (188, 0), (192, 4):
        if len(data) % length == 0 and set(data[start::length]) == {0x47}:
            return length
    return 0


def streams_of(path):
    streams = probe(path, "-show_streams")["streams"]
    return ([s for s in streams if s["codec_type"] == kind][0] for kind in ("video", "audio"))


def test_every_form_of_film(cinema):
    for form, video, audio, size, rate, packets in FILMS:
        answer = cinema.get("box", form)
        assert answer["status"] == 200, form
        picture, sound = streams_of(answer["body"])
        assert (picture["codec_name"], sound["codec_name"], (picture["width"], picture["height"]),
                picture["r_frame_rate"]) == (video, audio, size, rate)
        if size != (320, 180):  # bars, not another shape
            assert picture["display_aspect_ratio"] == "16:9"
        assert packet_length(answer["body"]) == packets
        check_film(answer["body"], 0, FILM_S, 0.3)


def test_copies_are_as_they_were(cinema):
    for form, video, audio, packets in COPIES:
        answer = cinema.get("box", form)
        assert answer["status"] == 200, form
        picture, sound = streams_of(answer["body"])
        assert (picture["codec_name"], sound["codec_name"]) == (video, audio)
        assert packet_length(answer["body"]) == packets
        check_film(answer["body"], 0, FILM_S, 0.3)


def test_every_kind_of_film(cinema):
    for title in "phone", "new", "broadcast":
        answer = cinema.get(title, "avc-ts-ac3.ts")
        assert answer["status"] == 200, title
        check_film(answer["body"], 0, FILM_S, 0.3)


def test_the_sound_of_a_film_alone(cinema):
    """For players without a screen; a part by octets is that of the whole."""
    for title, form, codec in ("box", "lpcm-48.l16", "s16be"), ("phone", "mp3.mp3", "mp3"), ("broadcast", "mp3.mp3", "mp3"):
        answer = cinema.get(title, form)
        assert answer["status"] == 200 and headers_of(answer)["content-type"].startswith("audio/"), (title, form)
        check_times(decoded(answer["body"], codec, (48000, 2)), 0, FILM_S, 0.1)
        part = cinema.get(title, form, time="npt=7.3-")
        check_times(decoded(part["body"], codec, (48000, 2)), 7.3, FILM_S, 0.1)
    whole = cinema.get("phone", "lpcm-48.l16")
    assert not whole["chunked"]
    part = cinema.get("phone", "lpcm-48.l16", range="bytes=500000-500999")
    there, here = array("h", whole["body"].read_bytes()[500000:501000]), array("h", part["body"].read_bytes())
    assert part["status"] == 206 and len(here) == 500
    there.byteswap(), here.byteswap()
    # a lossy decoder that begins elsewhere rounds otherwise
    assert max(abs(a - b) for a, b in zip(there, here)) < 8 and max(there) > 2000


def test_a_film_goes_on_where_it_was_asked(films, cinema):
    for title, form in ("box", "avc-ts-aac.ts"), ("new", "avc-mp4.mp4"), ("broadcast", "mpeg-ps-pal.mpg"), ("phone", "avc-ts-ac3.ts"):
        for asked, begin, end in ("npt=11.5-", 11.5, FILM_S), ("npt=7.2-10.2", 7.2, 10.2):
            answer = cinema.get(title, form, time=asked)
            assert answer["status"] == 200, (title, form)
            check_film(answer["body"], begin, end, 0 if form.endswith("mp4") else begin + 0.3)
    # a copy begins with the key frame before
    packets = probe(films / "box.mkv", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags")["packets"]
    key = max(float(p["pts_time"]) for p in packets if "K" in p["flags"] and float(p["pts_time"]) <= 11.5)
    answer = cinema.get("box", "copy-ts-aac.ts", time="npt=11.5-")
    check_film(answer["body"], key, FILM_S, key + 0.3)
    # sound that begins before the picture, as FFmpeg 7 writes AC-3, is where the film begins
    said = key - start_of(films / "box.mkv")
    assert headers_of(answer)["timeseekrange.dlna.org"].startswith(f"npt={said:.3f}-"), "what is sent, not what was asked for"


# item, form (None: the file), speed, part
FAST = [("box", None, 4, None), ("phone", None, -4, "npt=16-"), ("broadcast", None, -8, None), ("box", "copy-ts.ts", 2, "npt=14-"),
        ("phone", "copy-tts.m2ts", -16, None), ("new", "avc-ts-aac.ts", 8, "npt=4-"), ("broadcast", "avc-mp4.mp4", -2, "npt=6-"),
        ("free", None, 4, None), ("free", None, -8, "npt=16-"), ("box", "mpeg-ps-pal.mpg", 32, None), ("new", "mpeg-ps-ntsc.mpg", -32, None)]


def test_fast_and_backwards(cinema):
    """Key frames, each at its time divided by the speed, of files and of what is made of them: every container and
    speed together is the unit test convert-keys."""
    for title, form, speed, asked in FAST:
        path = cinema.path(title, form) if form else urllib.parse.urlsplit(cinema.items[title]["res"][0]["url"]).path
        wanted = {"speed": f"speed={speed}", **({"time": asked} if asked else {})}
        answer = cinema.player.get(path, **wanted, features="1")
        told = headers_of(answer)
        assert answer["status"] == 200 and told["playspeed.dlna.org"] == f"speed={speed}", (title, form)
        assert ";DLNA.ORG_PS=2,4,8,16,32,-2,-4,-8,-16,-32;" in ";" + told["contentfeatures.dlna.org"], (title, form)
        pictures = times_of_pictures(answer["body"])
        first = pictures[0][0]
        begin = float(asked[4:-1]) if asked else 0 if speed > 0 else FILM_S
        length = abs((FILM_S if speed > 0 else 0) - begin) / abs(speed)
        assert len(pictures) >= 2 and abs(pictures[-1][0] - first - length) < 1.1, (title, form, speed, pictures)
        for stamp, shown in pictures:
            assert abs(shown - (begin + (stamp - first) * speed)) < 2.5 + abs(speed) / 4, (title, form, speed, pictures)
        assert all((b[1] - a[1]) * speed > -1 * abs(speed) for a, b in zip(pictures, pictures[1:]))
        assert cinema.player.get(path, speed="speed=3")["status"] == 406
    assert cinema.get("box", "lpcm-48.l16", speed="speed=4")["status"] == 406, "of sound there are none"
    offered = cinema.items["new"]["res"]
    assert any("DLNA.ORG_PS=2" in r["protocolInfo"] and "CI=1" in r["protocolInfo"] for r in offered), offered


def test_films_stand_upright(cinema):
    assert not any("/copy-" in r["url"] for r in cinema.items["half"]["res"]), "a copy would lie on its side"
    assert cinema.get("half", "copy-ts.ts")["status"] == 404
    answer = cinema.get("half", "avc-ts-aac.ts")
    picture = probe(answer["body"], "-show_streams")["streams"][0]
    assert (picture["width"], picture["height"]) == (90, 160)
    grey = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(answer["body"]), "-frames:v", "1", "-vf",
                           "scale=1:2,format=gray", "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    assert grey[0] > 180 and grey[1] < 80, "turned clockwise, the left half is on top"


def test_a_size_that_was_guessed_is_kept(cinema):
    """Players that know octets alone (Convert.Size): what comes is filled up, and half the octets are half the time."""
    agent = "PhilipsIntelSDK/1.4 DLNADOC/1.50"
    assert cinema.get("box", "copy-ts.ts")["chunked"], "to others nothing is guessed"
    for title, form, early in ("new", "avc-ts-ac3.ts", 0), ("box", "copy-ts.ts", 3):
        whole = cinema.get(title, form, agent=agent, features="1")
        size = int(headers_of(whole)["content-length"])
        assert whole["body"].stat().st_size == size and packet_length(whole["body"]) == 188
        assert "DLNA.ORG_OP=11" in headers_of(whole)["contentfeatures.dlna.org"]
        check_film(whole["body"], 0, FILM_S, 0.3)
        half = cinema.get(title, form, agent=agent, range=f"bytes={size // 2}-")
        assert half["status"] == 206 and half["body"].stat().st_size == size - size // 2
        pictures = times_of_pictures(half["body"])
        assert -0.4 - early < pictures[0][1] - FILM_S / 2 < 0.4 and abs(pictures[-1][1] - FILM_S) < 0.4, pictures[::50]
        some = cinema.get(title, form, agent=agent, range="bytes=1000-200999")
        assert some["status"] == 206 and some["body"].stat().st_size == 200000
        assert cinema.get(title, form, agent=agent, range=f"bytes={size}-")["status"] == 416


def test_what_was_made_is_kept(house, films, start_server):
    """A second player gets the same octets without a process, also parts of them; who leaves early leaves nothing."""
    folder = house.folder / "state-Attic/converted"
    first = Served(house, start_server(films, options=("--pace", "0", "--convert-nice", "0", "--convert-cache", "64")))
    whole = first.get("box", "avc-ts-aac.ts")["body"].read_bytes()
    kept, = wait_until("one that is kept", lambda: [path for path in folder.iterdir() if len(path.name) == 64])
    assert kept.read_bytes() == whole
    slow = Slow(first, first.path("box", "mpeg-ps-pal.mpg"))
    wait_until("a half one", lambda: len(list(folder.iterdir())) == 2)
    os.kill(first.server.pid, signal.SIGKILL)
    first.server.popen.wait()
    slow.leave()
    again = Served(house, start_server(films, options=("--pace", "0", "--convert-nice", "0", "--convert-cache", "64")))
    assert list(folder.iterdir()) == [kept], "the half one is gone"
    for headers, part in ({}, whole), ({"range": "bytes=100000-"}, whole[100000:]), ({"range": "bytes=5-9"}, whole[5:10]):
        answer = again.get("box", "avc-ts-aac.ts", **headers)
        assert answer["body"].read_bytes() == part and "transfer-encoding" not in headers_of(answer)
    assert again.children()[1] == []
    answer = again.get("box", "avc-ts-aac.ts", time="npt=11-")
    begin = float(headers_of(answer)["timeseekrange.dlna.org"][4:].partition("-")[0])
    assert 8.5 < begin <= 11 and "content-length" in headers_of(answer)
    check_film(answer["body"], begin, FILM_S, begin + 0.3)


def test_a_large_range_becomes_the_usual_one(cinema):
    """203 cd/m² of PQ, a page's white, is 52 % of the light of a white of BT.709, which is 183; untouched it would be 143."""
    answer = cinema.get("bright", "avc-ts-aac.ts")
    assert answer["status"] == 200
    picture = probe(answer["body"], "-show_streams")["streams"][0]
    assert picture["pix_fmt"] == "yuv420p" and picture.get("color_transfer") != "smpte2084"
    grey = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(answer["body"]), "-frames:v", "1", "-vf",
                           "extractplanes=y,crop=16:16", "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    assert abs(sum(grey) / len(grey) - 183) < 4, sum(grey) / len(grey)


def niceness_of(child):
    return {int((task / "stat").read_text().rpartition(")")[2].split()[16])
            for task in pathlib.Path(f"/proc/{child}/task").iterdir()}


def test_a_conversion_that_sends_is_slower_than_all_else(house, films, start_server):
    """All its threads, those of the coders, too."""
    cinema = Served(house, start_server(films, options=("--pace", "0")))
    slow = Slow(cinema, cinema.path("box", "mpeg-ps-pal.mpg"))
    child = wait_until("its process", lambda: cinema.children()[1])[0]
    wait_until("niceness", lambda: niceness_of(child) == {10})
    assert len(list(pathlib.Path(f"/proc/{child}/task").iterdir())) > 1 or os.cpu_count() == 1
    slow.leave()


def test_no_more_films_than_there_may_be(house, films, start_server):
    cinema = Served(house, start_server(films, options=("--films", "1", "--convert-nice", "0")))
    assert any("/copy-ts." in r["url"] for r in cinema.items["box"]["res"])
    slow = Slow(cinema, cinema.path("box", "mpeg-ps-pal.mpg"))
    answer = cinema.get("box", "avc-ts-aac.ts")
    assert answer["status"] == 503 and int(headers_of(answer)["retry-after"]) > 0
    again = Served(house, cinema.server, converts=False)
    assert not any("/copy-ts." in r["url"] for r in again.items["box"]["res"]), "offered though it is full"
    slow.leave()
    wait_until("room", lambda: cinema.get("box", "mpeg-ps-pal.mpg", time="npt=19-")["status"] == 200, 60)


def test_a_slow_machine_offers_what_it_can(house, films, start_server):
    first = start_server(films)
    first.stop()
    model = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    kept = house.folder / "state-Attic/convert-speed"
    kept.write_text(f"1 100000000 800000 1000000 1200000 1000000 {os.cpu_count()} {model[0] if model else 'unknown'}\n")
    kept.chmod(0o644)
    slow = Served(house, start_server(films))
    # 320x180 at 25 is 1.4 million pixels a second
    assert slow.get("box", "avc-ts-aac.ts")["status"] == 404
    assert slow.get("box", "copy-ts.ts", range="bytes=0-")["status"] == 200, "a copy is no work"
    assert not any("/mpeg-ps" in r["url"] for r in slow.items["box"]["res"])


def test_without_conversions(house, films, start_server):
    plain = Served(house, start_server(films, options=("--convert=no",)), converts=False)
    assert not any("/copy-ts." in r["url"] for r in plain.items["box"]["res"])
    assert plain.get("box", "copy-ts.ts")["status"] == 404


def test_a_graphics_card_that_is_not_there(house, films, start_server):
    """The log says which device, why, and what helps; films are made as without."""
    server = start_server(films, options=("--vaapi", "/dev/dri/renderD999", "--convert-nice", "0"))
    cinema = Served(house, server)
    answer = cinema.get("new", "avc-ts-aac.ts")
    assert answer["status"] == 200 and next(streams_of(answer["body"]))["codec_name"] == "h264"
    # the device is tried before the first film, and nobody waits for that
    said, = re.findall("VAAPI with /dev/dri/renderD999 cannot be used: No such file or directory; .*", server.log())
    assert "ls /dev/dri" in said and said.endswith("The processor encodes instead")
