# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the server makes of files while it sends them: every recipe decoded again, every kind of seek, and what
becomes of a conversion whose player, process or worker goes away.

The sound is a chirp: the frequency of a piece says which time of the file it comes from."""

import contextlib
import itertools
import math
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import urllib.parse
from array import array

import pytest

import media as media_maker
from conftest import PYTHON
from house import wait_until
from test_dlna import Player, probe
from test_server import Client, url_of
from test_worker import SHIM, Worker

SECONDS = 20
LOW_HZ, RISE_HZ = 500, 100  # at the start; per second
CHIRP = f"0.5*sin(2*PI*({LOW_HZ}*t+{RISE_HZ / 2}*t*t))"
COUNTED = 441007  # samples of the file whose samples count

# recipe in the URL, decoder's name, rate, channels, of "wide" (96 kHz, 24 bits, stereo)
SOUNDS = [("lpcm.l16", "s16be", 48000, 2), ("lpcm-44.l16", "s16be", 44100, 2), ("lpcm-48.l16", "s16be", 48000, 2),
          ("l24.l24", "s24be", 96000, 2), ("wav.wav", "pcm_s16le", 48000, 2), ("wav-24.wav", "pcm_s24le", 96000, 2),
          ("mp3.mp3", "mp3", 48000, 2), ("mp3-128.mp3", "mp3", 48000, 2), ("aac.aac", "aac", 48000, 2),
          ("ac3.ac3", "ac3", 48000, 2), ("flac.flac", "flac", 48000, 2), ("flac-24.flac", "flac", 96000, 2)]


def make_dsf(path, seconds):
    """One bit at 2.8 MHz, by the simplest modulator there is, of a steady tone of 1 kHz."""
    rate = 2822400
    period = rate // 1000
    wave = [0.5 * math.sin(2 * math.pi * n / period) for n in range(period)]
    error, octets = 0.0, bytearray()
    total = int(seconds * rate) // (4096 * 8) * 4096 * 8
    octet = 0
    for n in range(total):
        error += wave[n % period]
        if error >= 0:
            octet |= 1 << (n % 8)
            error -= 1
        else:
            error += 1
        if n % 8 == 7:
            octets.append(octet)
            octet = 0
    data = bytes(octets)
    head = b"DSD " + struct.pack("<QQQ", 28, 28 + 52 + 12 + len(data), 0)
    head += b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 1, 1, rate, 1, total, 4096, 0)
    path.write_bytes(head + b"data" + struct.pack("<Q", 12 + len(data)) + data)


def make_sounds(folder):
    source = f"aevalsrc={CHIRP}|{CHIRP}:s=96000:d={SECONDS}"
    media_maker.ffmpeg("-f", "lavfi", "-i", source, "-sample_fmt", "s32", folder / "wide.flac")
    media_maker.ffmpeg("-i", folder / "wide.flac", "-ar", "44100", "-b:a", "128k", folder / "lossy.mp3")
    media_maker.ffmpeg("-i", folder / "wide.flac", "-ar", "22050", "-ac", "1", "-sample_fmt", "s16", folder / "low.wav")
    media_maker.ffmpeg("-i", folder / "wide.flac", "-ar", "48000", "-b:a", "192k", folder / "box.m4a")
    counted = folder / "counted-source.wav"
    media_maker.counter_wav(counted, COUNTED)
    media_maker.ffmpeg("-i", counted, folder / "counted.flac")
    counted.unlink()
    make_dsf(folder / "bits.dsf", 0.6)


@pytest.fixture(scope="module")
def sounds():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-sounds-"))
    scratch.chmod(0o755)
    make_sounds(scratch)
    yield scratch
    shutil.rmtree(scratch)


def parent_of(pid):
    """None when it is gone."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    return None


class Served:
    def __init__(self, house, server, host="phone", converts=True):
        client = Client(house, url_of(house, server), host)
        self.house, self.server = house, server
        self.player = Player(house, client.url, host)
        # the worker that converts may be later than the first scan
        self.items = wait_until("conversions", lambda: self.walk(client, converts), 60)

    @staticmethod
    def walk(client, converts):
        items = {o["title"]: o for _, o in client.walk() if not o["container"] and o["ref"] is None}
        converted = [r for o in items.values() for r in o["res"] if "CI=1" in r["protocolInfo"] and "image/" not in r["protocolInfo"]]
        return items if converted or not converts else None

    def path(self, title, form):
        url = urllib.parse.urlsplit(self.items[title]["res"][0]["url"]).path
        return f"{url.rpartition('.')[0]}/{form}"

    def get(self, title, form, **headers):
        return self.player.get(self.path(title, form), **headers)

    def resource(self, title, word):
        found = [r for r in self.items[title]["res"] if word in r["url"]]
        assert len(found) == 1, self.items[title]["res"]
        return found[0]

    def children(self):
        """(the worker that was started for conversions, its children: the processes of conversions)"""
        ours = [pid for pid in self.converting() if self.is_ours(pid)]
        # the children have its command line, too, and since numbers wrap around not always higher numbers
        for pid in ours:
            if parent_of(pid) not in ours:
                return int(pid), [int(child) for child in ours if parent_of(child) == pid]
        return None, []

    @staticmethod
    def converting():
        found = []
        for words in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                name, *rest = words.read_bytes().split(b"\0")
                if name.endswith(b"worker") and b"convert" in rest:
                    found.append(words.parent.name)
        return found

    def is_ours(self, pid):
        while pid not in (None, "0", "1"):
            if int(pid) == self.server.pid:
                return True
            pid = parent_of(pid)
        return False


@pytest.fixture
def served(house, sounds, start_server):
    return Served(house, start_server(sounds, options=("--pace", "0")))


def decoded(path, form=None, rate=None):
    """Mono samples at 48 kHz, whatever it was."""
    known = ["-f", form, "-ar", str(rate[0]), "-ac", str(rate[1])] if form in ("s16be", "s24be") else []
    out = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *known, "-i", str(path), "-f", "s16le", "-ac", "1", "-ar",
                          "48000", "-"], check=True, capture_output=True).stdout
    return array("h", out)


def hz_at(samples, seconds, length=0.2):
    """By its zero crossings."""
    first = int(seconds * 48000)
    piece = samples[first:first + int(length * 48000)]
    assert len(piece) == int(length * 48000), "it ends too early"
    crossings = sum(1 for a, b in zip(piece, piece[1:]) if (a < 0) != (b < 0))
    return crossings / 2 / length


def check_times(samples, begin, end, tolerance=0.06):
    """Every piece comes from where it should: a wrong time is a wrong frequency."""
    length = len(samples) / 48000
    assert abs(length - (end - begin)) < 0.2, length
    at = 0.05
    while at + 0.25 < length:
        time = (hz_at(samples, at) - LOW_HZ) / RISE_HZ - 0.1
        assert abs(time - (begin + at)) < tolerance, f"{at} s after {begin}: {time}"
        at += 2


def headers_of(answer):
    return {name.lower(): value for name, value in answer["headers"]}


def test_original_first_then_conversions(served):
    resources = served.items["counted"]["res"]
    assert [r["protocolInfo"].split(":")[2] for r in resources] == [
        "audio/flac", "audio/L16;rate=44100;channels=2", "audio/mpeg"]
    for resource in resources[1:]:
        answer = served.player.get(urllib.parse.urlsplit(resource["url"]).path, features="1")
        assert headers_of(answer)["contentfeatures.dlna.org"] == resource["protocolInfo"].split(":", 3)[3]
        assert headers_of(answer)["content-type"] == resource["protocolInfo"].split(":")[2]
    # an MP3 is not offered as MP3
    assert [r["protocolInfo"].split(":")[2] for r in served.items["lossy"]["res"]] == [
        "audio/mpeg", "audio/L16;rate=44100;channels=2"]


def test_samples_are_those_of_the_file(sounds, served):
    samples = array("h", media_maker.decode(sounds / "counted.flac"))
    samples.byteswap()
    wanted = samples.tobytes()
    answer = served.get("counted", "lpcm.l16")
    assert answer["status"] == 200 and not answer["chunked"]
    assert answer["body"].read_bytes() == wanted
    for first, last in (0, 99), (1000003, 1200002), (len(wanted) - 7, len(wanted) - 1):
        part = served.get("counted", "lpcm.l16", range=f"bytes={first}-{last}")
        assert part["status"] == 206 and part["body"].read_bytes() == wanted[first:last + 1]
    assert served.get("counted", "lpcm.l16", range=f"bytes={len(wanted)}-")["status"] == 416
    part = served.get("counted", "lpcm.l16", time="npt=3.5-")
    assert headers_of(part)["timeseekrange.dlna.org"] == (
        f"npt=3.500-9.999/10.000 bytes={154350 * 4}-{len(wanted) - 1}/{len(wanted)}")
    assert part["body"].read_bytes() == wanted[154350 * 4:]
    assert served.get("counted", "lpcm.l16", time="npt=11-")["status"] == 416


def test_wav_has_a_head_and_the_same_samples(sounds, served):
    wanted = media_maker.decode(sounds / "counted.flac")
    answer = served.get("counted", "wav.wav")
    body = answer["body"].read_bytes()
    assert len(body) == 44 + len(wanted) and body[44:] == wanted
    assert media_maker.decode(answer["body"]) == wanted
    part = served.get("counted", "wav.wav", range="bytes=20-59")
    assert part["status"] == 206 and part["body"].read_bytes() == body[20:60]
    part = served.get("counted", "wav.wav", range="bytes=0-43")
    assert part["body"].read_bytes() == body[:44]


def test_every_form_of_sound(served):
    for form, codec, rate, channels in SOUNDS:
        answer = served.get("wide", form)
        assert answer["status"] == 200, form
        if not codec.startswith("s"):
            stream = probe(answer["body"], "-show_streams")["streams"][0]
            assert (stream["codec_name"], int(stream["sample_rate"]), stream["channels"]) == (codec, rate, channels)
        check_times(decoded(answer["body"], codec, (rate, channels)), 0, SECONDS)


def test_every_kind_of_source(served):
    for title in "lossy", "low", "box":
        answer = served.get(title, "lpcm-48.l16")
        assert answer["status"] == 200, title
        check_times(decoded(answer["body"], "s16be", (48000, 2)), 0, SECONDS)
    answer = served.get("bits", "lpcm.l16")
    samples = decoded(answer["body"], "s16be", (44100, 1))
    assert abs(hz_at(samples, 0.2) - 1000) < 20 and 8000 < max(samples[10000:20000]) < 20000


def test_a_time_is_where_it_should_be(served):
    forms = ("mp3.mp3", "mp3"), ("aac.aac", "aac"), ("lpcm-48.l16", "s16be")
    parts = ("npt=7.3-", 7.3, SECONDS), ("npt=12-14.5", 12, 14.5)
    for title, (form, codec), (asked, begin, end) in itertools.product(("wide", "lossy", "box"), forms, parts):
        answer = served.get(title, form, time=asked)
        assert answer["status"] == 200, (title, form)
        assert headers_of(answer)["timeseekrange.dlna.org"].startswith(f"npt={begin:.3f}-")
        check_times(decoded(answer["body"], codec, (48000, 2)), begin, end)


def test_names_that_are_no_recipes(served):
    for form in ("", "x.mp3", "mp3;rate=8000.mp3", "lpcm/lpcm.l16", "avc-ts-aac.ts", "-i.mp3"):
        assert served.get("wide", form)["status"] == 404, form


# Two seconds are what bench-convert measures; on a busy machine a kill alone may take that long. The server's own
# patience with a worker that is silent is 15 s and more, so a test that passes shows that it was not needed.
LEAVES_S = 10


class Slow:
    """A player that takes some octets and then waits."""

    def __init__(self, served, path):
        base = served.player.base
        code = ("import socket,sys\n"
                f"s = socket.create_connection(({base.hostname!r}, {base.port}))\n"
                "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)\n"
                f"s.sendall(b'GET {path} HTTP/1.1\\r\\nHost: {base.netloc}\\r\\nConnection: close\\r\\n\\r\\n')\n"
                "data = s.recv(1000)\nprint(data.split(b' ')[1].decode(), flush=True)\n"
                "if sys.stdin.readline() == 'drain\\n':\n"
                "    s.settimeout(1)\n"
                "    try:\n"
                "        while s.recv(65536): pass\n"
                "    except TimeoutError: print('dry', flush=True)\n"
                "    sys.stdin.readline()\n"
                "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)\n"
                "while part := s.recv(65536): data += part\n"
                "print(len(data), data.endswith(b'\\r\\n0\\r\\n\\r\\n'))")
        self.process = subprocess.Popen(
            served.house.hosts["phone"].prefix + [PYTHON, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)
        self.status = int(self.process.stdout.readline())
        assert self.status == 200, path

    def finish(self):
        return self.process.communicate("\n", timeout=300)[0].split()

    def drain(self):
        """Takes all that there is."""
        self.process.stdin.write("drain\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "dry\n"

    def leave(self):
        self.process.kill()
        self.process.communicate()


def test_ends_with_its_player(served):
    slow = Slow(served, served.path("wide", "wav-24.wav"))
    worker, _ = wait_until("its process", lambda: served.children() if served.children()[1] else None)
    slow.leave()
    wait_until("the end of a conversion that nobody reads", lambda: not served.children()[1], LEAVES_S)
    assert served.children()[0] == worker


def test_a_death_ends_one_connection(served):
    doomed = Slow(served, served.path("wide", "flac-24.flac"))
    child = wait_until("its process", lambda: served.children()[1])[0]
    other = Slow(served, served.path("wide", "wav-24.wav"))
    wait_until("two processes", lambda: len(served.children()[1]) == 2)
    os.kill(child, signal.SIGKILL)
    assert doomed.finish()[1] == "False", "a broken stream looked like a whole one"
    assert int(other.finish()[0]) > SECONDS * 96000 * 6
    assert served.get("wide", "lpcm.l16", range="bytes=0-999")["status"] == 206
    assert served.server.popen.poll() is None


def test_a_stopped_process_is_killed(served):
    """Also when there is nothing to be sent by which the server would notice."""
    for dry in False, True:
        slow = Slow(served, served.path("wide", "wav-24.wav"))
        child = wait_until("its process", lambda: served.children()[1])[0]
        os.kill(child, signal.SIGSTOP)
        if dry:
            slow.drain()
        slow.leave()
        wait_until("the end of one that does not even look", lambda: not served.children()[1], LEAVES_S)


def niceness_of(child):
    return {int((task / "stat").read_text().rpartition(")")[2].split()[16])
            for task in pathlib.Path(f"/proc/{child}/task").iterdir()}


def test_a_conversion_that_sends_is_slower_than_all_else(cinema):
    """All its threads, those of the coders, too."""
    slow = Slow(cinema, cinema.path("box", "mpeg-ps-pal.mpg"))
    child = wait_until("its process", lambda: cinema.children()[1])[0]
    wait_until("niceness", lambda: niceness_of(child) == {10})
    assert len(list(pathlib.Path(f"/proc/{child}/task").iterdir())) > 1 or os.cpu_count() == 1
    slow.leave()


def test_the_worker_is_started_again(served):
    slow = Slow(served, served.path("wide", "flac-24.flac"))
    worker, _ = wait_until("its process", lambda: served.children() if served.children()[1] else None)
    os.kill(worker, signal.SIGKILL)
    assert slow.finish()[1] == "False"
    wait_until("another worker", lambda: served.children()[0] not in (None, worker), 60)
    wait_until("a conversion by it", lambda: served.get("counted", "mp3.mp3")["status"] == 200, 60)


def test_a_file_that_is_none_ends_in_an_error(house, sounds, start_server):
    broken = house.folder / "broken"
    broken.mkdir(mode=0o755)
    data = bytearray((sounds / "counted.flac").read_bytes())
    (broken / "cut.flac").write_bytes(data[:len(data) // 2])
    noise = bytearray(data)
    noise[5000:] = os.urandom(len(noise) - 5000)
    (broken / "noise.flac").write_bytes(noise)
    served = Served(house, start_server(broken, options=("--pace", "0")))
    size = COUNTED * 4
    # what is missing is silence: the size was promised
    body = served.get("cut", "lpcm.l16")["body"].read_bytes()
    assert len(body) == size and set(body[-1000:]) == {0} and body[:4] == b"\x80\x00\x7f\xff"
    answer = served.get("noise", "lpcm.l16")
    assert answer["status"] in (200, 500) and answer["length"] <= size
    assert served.server.popen.poll() is None


# The worker by itself: frames of mediaserver/workers/convert-request.h
ANSWER, CONVERT, CONVERT_END, ABLE, MEASURE = 5, 6, 7, 8, 9
OK, UNSUITABLE, UNREADABLE, DIED = range(4)
LPCM = [0, 44100, 2, 16, -1, -1, -1, -1, 0, 1, 0, 0, -1, 0, 1000, 1, 4]  # a request as numbers, then the hint's length


@pytest.fixture
def converter():
    worker = Worker("convert")
    kind, data = worker.receive()
    assert (kind, data) == (ABLE, bytes(12)), "Debian's FFmpeg has all codecs"
    yield worker
    worker.process.kill()
    worker.process.wait()


def send(worker, kind, payload, *fds):
    frame = struct.pack("=IHH", len(payload), kind, len(fds)) + payload
    control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", fds))] if fds else []
    worker.channel.sendmsg([frame], control)


def ask(worker, number, path, numbers=LPCM):
    """A conversion; returns the end of its pipe."""
    with open(path, "rb") as file:
        mine, theirs = os.pipe()
        send(worker, CONVERT, struct.pack("=I16qI", number, *numbers) + b"flac", theirs, file.fileno())
        os.close(theirs)
    return mine


def outcome(worker):
    kind, data = worker.receive()
    number, result, length = struct.unpack("=III", data)
    assert kind == ANSWER and length == 0
    return number, result


def test_many_conversions_by_one_worker(sounds, converter):
    pipes = [ask(converter, number, sounds / "counted.flac") for number in range(20)]
    for pipe in pipes:
        with open(pipe, "rb") as octets:
            assert len(octets.read()) == 4000
    assert sorted(outcome(converter) for _ in pipes) == [(number, OK) for number in range(20)]


def test_ended_ones_and_those_that_are_none(sounds, converter):
    long = [*LPCM[:14], -1, 1, 4]
    pipe = ask(converter, 1, sounds / "counted.flac", long)
    assert os.read(pipe, 1) == b"\x80"
    send(converter, CONVERT_END, struct.pack("=I", 1))
    assert outcome(converter) == (1, DIED)
    send(converter, CONVERT_END, struct.pack("=I", 77))  # nobody; nothing happens
    unread = ask(converter, 2, sounds / "counted.flac", long)
    os.close(unread)
    assert outcome(converter)[0] == 2
    os.close(pipe)
    with open(ask(converter, 3, pathlib.Path(__file__)), "rb") as octets:
        assert octets.read() == b""
    assert outcome(converter) == (3, UNSUITABLE)
    with open(ask(converter, 4, sounds / "counted.flac"), "rb") as octets:
        assert len(octets.read()) == 4000


def test_frames_that_are_none_end_the_worker():
    for kind, payload in ((CONVERT, b"x"), (99, b""), (MEASURE, struct.pack("=II", 1, 1000)), (CONVERT_END, b"")):
        worker = Worker("convert")
        worker.receive()
        send(worker, kind, payload)
        assert worker.process.wait(10) != 0, kind


def test_a_machine_is_measured(converter):
    mine, theirs = os.pipe()
    send(converter, MEASURE, struct.pack("=II", 9, 2), theirs)
    os.close(theirs)
    with open(mine, "rb") as octets:
        figures = struct.unpack("=5q", octets.read())
    assert outcome(converter) == (9, OK)
    assert all(10 ** 5 < figure < 10 ** 11 for figure in figures), figures


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
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none",
                       "-c:a", "libopus", folder / "new.mkv")
    media_maker.ffmpeg("-i", folder / "box.mkv", "-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "mp2", folder / "broadcast.ts")
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
    return Served(house, start_server(films, options=("--pace", "0")))


def times_of_pictures(path):
    """[(time stamp, time of the film by its brightness)] of all frames."""
    frames = probe(path, "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time")["frames"]
    # of frames that share a PES packet only the first has a time
    stamps = [float(f.get("best_effort_timestamp_time", "nan")) for f in frames]
    assert not math.isnan(stamps[0])
    # in the middle, where no bars are
    grey = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough",
                           "-vf", "crop=iw/4:ih/4,scale=1:1:in_range=tv:out_range=tv,format=gray", "-f", "rawvideo", "-"],
                          check=True, capture_output=True).stdout
    assert abs(len(grey) - len(stamps)) <= 1
    return [(stamp, (y - DARK) / RISE_Y) for stamp, y in zip(stamps, grey) if not math.isnan(stamp)]


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
    assert headers_of(answer)["timeseekrange.dlna.org"].startswith(f"npt={key:.3f}-"), "what is sent, not what was asked for"


def test_fast_and_backwards(films, cinema):
    """Key frames, each at its time divided by the speed."""
    for title, mime in ("box", "matroska"), ("phone", "mp4"), ("broadcast", "mpeg"):
        resource = cinema.items[title]["res"][0]
        assert mime in resource["protocolInfo"]
        assert "DLNA.ORG_PS=2,4,8,16,32,-2,-4,-8,-16,-32;" in resource["protocolInfo"].replace("\\", "")
        path = urllib.parse.urlsplit(resource["url"]).path
        for speed, asked, begin in (4, None, 0), (8, "npt=4-", 4), (-4, "npt=16-", 16):
            wanted = {"speed": f"speed={speed}", **({"time": asked} if asked else {})}
            answer = cinema.player.get(path, **wanted)
            assert answer["status"] == 200 and headers_of(answer)["playspeed.dlna.org"] == f"speed={speed}", title
            pictures = times_of_pictures(answer["body"])
            first = pictures[0][0]
            length = abs((FILM_S if speed > 0 else 0) - begin) / abs(speed)
            assert len(pictures) >= 2 and abs(pictures[-1][0] - first - length) < 1, (title, speed, pictures)
            for stamp, shown in pictures:
                assert abs(shown - (begin + (stamp - first) * speed)) < 2.5 + abs(speed) / 4, (title, speed, pictures)
            assert all((b[1] - a[1]) * speed > -1 for a, b in zip(pictures, pictures[1:]))
        assert cinema.player.get(path, speed="speed=3")["status"] == 406
    assert cinema.player.get(urllib.parse.urlsplit(cinema.resource("box", "copy-ts.")["url"]).path,
                             speed="speed=4")["status"] == 406, "of a conversion there are none"


def test_films_stand_upright(cinema):
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
    first = Served(house, start_server(films, options=("--pace", "0", "--convert-cache", "64")))
    whole = first.get("box", "avc-ts-aac.ts")["body"].read_bytes()
    kept, = wait_until("one that is kept", lambda: list(folder.iterdir()))
    assert kept.read_bytes() == whole and len(kept.name) == 64
    slow = Slow(first, first.path("box", "mpeg-ps-pal.mpg"))
    wait_until("a half one", lambda: len(list(folder.iterdir())) == 2)
    os.kill(first.server.pid, signal.SIGKILL)
    first.server.popen.wait()
    slow.leave()
    again = Served(house, start_server(films, options=("--pace", "0", "--convert-cache", "64")))
    assert list(folder.iterdir()) == [kept], "the half one is gone"
    for headers, part in ({}, whole), ({"range": "bytes=100000-"}, whole[100000:]), ({"range": "bytes=5-9"}, whole[5:10]):
        answer = again.get("box", "avc-ts-aac.ts", **headers)
        assert answer["body"].read_bytes() == part and "transfer-encoding" not in headers_of(answer)
    assert again.children()[1] == []
    answer = again.get("box", "avc-ts-aac.ts", time="npt=11-")
    begin = float(headers_of(answer)["timeseekrange.dlna.org"][4:].partition("-")[0])
    assert 8.5 < begin <= 11 and "content-length" in headers_of(answer)
    check_film(answer["body"], begin, FILM_S, begin + 0.3)
    for form in "mpeg-ps-pal.mpg", "mpeg-ts-eu.ts", "mpeg-tts-na.m2ts", "mpeg-ps-ntsc.mpg", "mpeg-ts-na.ts":
        again.get("box", form)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 64 << 20


def test_a_large_range_becomes_the_usual_one(cinema):
    """203 cd/m² of PQ, a page's white, is 52 % of the light of a white of BT.709, which is 183; untouched it would be 143."""
    answer = cinema.get("bright", "avc-ts-aac.ts")
    assert answer["status"] == 200
    picture = probe(answer["body"], "-show_streams")["streams"][0]
    assert picture["pix_fmt"] == "yuv420p" and picture.get("color_transfer") != "smpte2084"
    grey = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", str(answer["body"]), "-frames:v", "1", "-vf",
                           "extractplanes=y,crop=16:16", "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    assert abs(sum(grey) / len(grey) - 183) < 4, sum(grey) / len(grey)


def test_no_more_films_than_there_may_be(house, films, start_server):
    cinema = Served(house, start_server(films, options=("--films", "1")))
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


def test_what_ffmpeg_lacks_is_not_offered(house, sounds, start_server):
    helpers = house.folder / "lacking"
    shutil.copytree(house.env["AV_UPNP_LIBEXECDIR"], helpers)
    (helpers / "worker").rename(helpers / "whole-worker")
    (helpers / "worker").write_text(
        f"#!/bin/sh\nexport LD_PRELOAD={SHIM} LACKS_ENCODER=libmp3lame\n"
        "export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0\n"
        f'exec {helpers}/whole-worker "$@"\n')
    (helpers / "worker").chmod(0o755)
    server = start_server(sounds, options=("--pace", "0"), env={"AV_UPNP_LIBEXECDIR": str(helpers)})
    served = Served(house, server)
    line = server.wait_log("FFmpeg lacks", 60)
    assert "MP3 (libmp3lame) (package libavcodec" in line
    assert not any("/mp3" in r["url"] for o in served.items.values() for r in o["res"])
    assert any("/lpcm" in r["url"] for o in served.items.values() for r in o["res"])
    assert served.get("wide", "mp3.mp3")["status"] == 404, "it will not be there later either"


def test_without_conversions(house, films, start_server):
    plain = Served(house, start_server(films, options=("--convert=no",)), converts=False)
    assert not any("/copy-ts." in r["url"] for r in plain.items["box"]["res"])
    assert plain.get("box", "copy-ts.ts")["status"] == 404
