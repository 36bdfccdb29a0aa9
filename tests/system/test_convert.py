# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the server makes of files while it sends them: every recipe decoded again, every kind of seek, and what
becomes of a conversion whose player, process or worker goes away.

The sound is a chirp: the frequency of a piece says which time of the file it comes from."""

import contextlib
import hashlib
import itertools
import math
import os
import pathlib
import re
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
from conftest import BUILD, PYTHON
from house import wait_until
from test_dlna import Player, probe
from test_server import Client, url_of
from test_worker import SHIM, Worker, descriptors_of, is_sanitized, limits_of, status_of, wav

SECONDS = 20
LOW_HZ, RISE_HZ = 500, 100  # at the start; per second
CHIRP = f"0.5*sin(2*PI*({LOW_HZ}*t+{RISE_HZ / 2}*t*t))"
# A tone in each of six channels.
SURROUND = {"FL": 400, "FR": 600, "FC": 800, "LFE": 0, "BL": 1000, "BR": 1200}
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
    tones = "|".join(f"0.15*sin(2*PI*{hz}*t)" if hz else "0" for hz in SURROUND.values())
    media_maker.ffmpeg("-f", "lavfi", "-i", f"aevalsrc={tones}:c=5.1:s=48000:d=3", folder / "six.flac")


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
    # on a busy machine they would wait for everybody
    return Served(house, start_server(sounds, options=("--pace", "0", "--convert-nice", "0")))


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


def tones_in(path, channel, form=()):
    """Which of the tones are heard in a channel."""
    out = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *form, "-i", str(path), "-af", f"pan=mono|c0={channel}", "-f",
                          "s16le", "-ar", "48000", "-"], check=True, capture_output=True).stdout
    piece = array("h", out)[48000:52800]  # a tenth of a second, whole waves of all tones

    def loudness(hz):
        turn = 2 * math.pi * hz / 48000
        return math.hypot(sum(x * math.cos(turn * n) for n, x in enumerate(piece)),
                          sum(x * math.sin(turn * n) for n, x in enumerate(piece))) / len(piece)

    return {hz for hz in SURROUND.values() if hz and loudness(hz) > 300}


def test_channels_stay_or_are_mixed(served):
    """Six go where six may, each where it was; else two of them have what is heard on their side, and the middle."""
    for form in "ac3.ac3", "flac-24.flac", "wav-24.wav":
        answer = served.get("six", form)
        stream = probe(answer["body"], "-show_streams")["streams"][0]
        assert answer["status"] == 200 and stream["channels"] == 6, form
        # AC-3 has no other name for those behind
        names = {"BL": "SL", "BR": "SR"} if stream.get("channel_layout") == "5.1(side)" else {}
        heard = {channel: tones_in(answer["body"], names.get(channel, channel)) for channel in SURROUND if channel != "LFE"}
        assert heard == {channel: {hz} for channel, hz in SURROUND.items() if hz}, (form, heard)
    stereo = ["-f", "s16be", "-ar", "48000", "-ac", "2"]
    for form, known in ("lpcm.l16", stereo), ("mp3.mp3", ()), ("flac.flac", ()):
        body = served.get("six", form)["body"]
        heard = [tones_in(body, channel, known) for channel in ("FL", "FR")]
        assert heard == [{400, 800, 1000}, {600, 800, 1200}], (form, heard)


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
        code = ("import hashlib,socket,sys\n"
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
                "print(len(data), data.endswith(b'\\r\\n0\\r\\n\\r\\n'),"
                " hashlib.sha256(data.partition(b'\\r\\n\\r\\n')[2]).hexdigest())")
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


def test_ends_with_its_player(sounds, served):
    """SEC-161: of descriptors it has the file, to be read, and two pipes, to be written to; it may write no file, and it
    goes when its player does."""
    slow = Slow(served, served.path("wide", "wav-24.wav"))
    worker, (child,) = wait_until("its process", lambda: served.children() if served.children()[1] else None)
    wait_until("its filter", lambda: status_of(child)["Seccomp"] == "2")
    assert sorted(descriptors_of(child)) == [(str(sounds / "wide.flac"), os.O_RDONLY), *[("pipe", os.O_WRONLY)] * 2]
    limits, status = limits_of(child), status_of(child)
    assert (limits["Max file size"], limits["Max open files"]) == (("0", "0"), ("16", "16"))
    assert status["NoNewPrivs"] == "1" and int(status["Threads"]) <= 16
    assert is_sanitized() or limits["Max address space"] == ("2147483648", "2147483648")
    slow.leave()
    wait_until("the end of a conversion that nobody reads", lambda: not served.children()[1], LEAVES_S, exactly=True)
    assert served.children()[0] == worker


def test_one_that_is_kept_is_made_once(house, sounds, start_server):
    """Who asks for what is being made reads it with the first, and it goes on when that one leaves."""
    served = Served(house, start_server(sounds, options=("--pace", "0", "--convert-nice", "0", "--convert-cache", "64")))
    path = served.path("wide", "wav-24.wav")
    first = Slow(served, path)
    child = wait_until("its process", lambda: served.children()[1])
    second = Slow(served, path)
    part = served.get("wide", "wav-24.wav", range="bytes=1000-1999")
    assert part["status"] == 206 and served.children()[1] == child, "a process of its own"
    far = served.get("wide", "wav-24.wav", range="bytes=11000000-11000999")
    assert far["status"] == 206 and far["length"] == 1000, "not made yet: by a process of its own"
    wait_until("its end", lambda: served.children()[1] == child, 60)
    first.leave()
    length, _, digest = second.finish()
    assert int(length) > SECONDS * 96000 * 6
    wait_until("the end", lambda: not served.children()[1], 60)
    whole = served.get("wide", "wav-24.wav")["body"].read_bytes()
    assert not served.children()[1] and hashlib.sha256(whole).hexdigest() == digest
    assert whole[1000:2000] == part["body"].read_bytes() and whole[11000000:11001000] == far["body"].read_bytes()
    media_maker.ffmpeg("-i", sounds / "wide.flac", "-f", "s24le", house.folder / "samples")
    assert (house.folder / "samples").read_bytes() == whole[-SECONDS * 96000 * 6:]


def test_a_full_disk_costs_nobody_the_film(house, sounds, start_server):
    folder = house.folder / "state-Attic/converted"
    folder.mkdir(parents=True)
    os.chown(folder.parent, 65534, 65534)
    folder.parent.chmod(0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700,uid=65534,gid=65534", "none", folder], check=True)
    try:
        served = Served(house, start_server(sounds, options=("--pace", "0", "--convert-cache", "64")))
        media_maker.ffmpeg("-i", sounds / "wide.flac", "-f", "s24le", house.folder / "samples")
        body = served.get("wide", "wav-24.wav")["body"].read_bytes()
        assert (house.folder / "samples").read_bytes() == body[-SECONDS * 96000 * 6:]
        line = served.server.wait_log("cannot be kept", 60)
        assert f"{folder}: No space left on device; make room on that disk, or set ConvertCache" in line
        assert list(folder.iterdir()) == [], "a part of it is left"
        served.server.stop()
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


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
        wait_until("the end of one that does not even look", lambda: not served.children()[1], LEAVES_S, exactly=True)


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


def test_what_ffmpeg_lacks_is_not_offered(house, sounds, start_server):
    helpers = house.folder / "lacking"
    shutil.copytree(house.env["AV_UPNP_LIBEXECDIR"], helpers)
    (helpers / "worker").rename(helpers / "whole-worker")
    (helpers / "worker").write_text(
        f"#!/bin/sh\nexport LD_PRELOAD={SHIM} LACKS_ENCODER=libmp3lame LACKS_DECODER=aac\n"
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
    assert "files in aac (package libavcodec" in line
    assert not any("/lpcm" in r["url"] for r in served.items["box"]["res"]), "nobody can read it"


def test_a_file_that_ends_its_worker_is_let_be(house, sounds, start_server):
    """Twice, in conversions alone; then nobody tries again, and other files are made as ever."""
    folder, helpers = house.folder / "deadly", house.folder / "shimmed"
    folder.mkdir(mode=0o755)
    data = bytearray((sounds / "lossy.mp3").read_bytes())
    at = 10 + sum((octet & 127) << shift for octet, shift in zip(data[6:10], (21, 14, 7, 0))) if data[:3] == b"ID3" else 0
    data = data[at:]
    data[12:16] = b"abrt"  # of the first frame, where no sound is
    (folder / "deadly.mp3").write_bytes(data)
    shutil.copy(sounds / "counted.flac", folder)
    shutil.copytree(house.env["AV_UPNP_LIBEXECDIR"], helpers)
    (helpers / "worker").rename(helpers / "whole-worker")
    (helpers / "worker").write_text(
        f'#!/bin/sh\ncase " $* " in *" convert "*) export LD_PRELOAD={SHIM};; esac\n'
        "export ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0\n"
        f'exec {helpers}/whole-worker "$@"\n')
    (helpers / "worker").chmod(0o755)
    served = Served(house, start_server(folder, options=("--pace", "0"), env={"AV_UPNP_LIBEXECDIR": str(helpers)}))
    assert [served.get("deadly", "flac.flac")["status"] for _ in range(3)] == [500, 500, 404]
    assert served.get("counted", "lpcm.l16")["status"] == 200


# The worker by itself: frames of mediaserver/workers/convert-request.h
ANSWER, CONVERT, CONVERT_END, ABLE, MEASURE = 5, 6, 7, 8, 9
OK, UNSUITABLE, UNREADABLE, DIED = range(4)
LPCM = [0, 44100, 2, 16, -1, -1, -1, -1, 0, 1, 0, 0, -1, 0, 1000, 1, 0, 0, 4]  # a request as numbers, then the hint's length


@pytest.fixture
def converter():
    worker = Worker("convert")
    kind, data = worker.receive()
    assert (kind, data) == (ABLE, bytes(28)), "Debian's FFmpeg has all codecs"
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
        send(worker, CONVERT, struct.pack("=I18qI", number, *numbers) + b"flac", theirs, file.fileno())
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
    long = [*LPCM[:14], -1, *LPCM[15:]]
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


def test_what_is_converted_has_no_rights(tmp_path):
    """As of files that are looked at: a file that takes its conversion over reaches nothing."""
    worker = Worker("convert", LD_PRELOAD=str(SHIM), ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    worker.receive()
    for number, deed in enumerate(("abrt", "sock", "fork", "exec", "kill", "trac", "open")):
        os.close(ask(worker, number, wav(tmp_path, deed, deed.encode())))
        # a file that cannot be opened is nothing deadly, and what is allowed ends without sound
        assert (outcome(worker) == (number, DIED)) == (deed != "open"), deed
    worker.process.kill()
    worker.process.wait()


def test_frames_that_are_none_end_the_worker():
    for kind, payload in ((CONVERT, b"x"), (99, b""), (MEASURE, struct.pack("=II", 1, 1000)), (CONVERT_END, b"")):
        worker = Worker("convert")
        worker.receive()
        send(worker, kind, payload)
        assert worker.process.wait(10) != 0, kind


def test_the_benchmark_asks_as_the_server_does():
    """Of its figures nothing is asked here but that there are some."""
    bench = pathlib.Path(__file__).parent.parent / "bench/bench-convert"
    said = subprocess.run([PYTHON, "-B", bench, BUILD, "--seconds", "1", "--runs", "1", "--only", "FLAC to LPCM"],
                          capture_output=True, text=True, timeout=300)
    assert said.returncode == 0, said.stderr
    assert re.search(r"^FLAC to LPCM +[0-9.]+ s +[0-9.]+ s +[0-9.]+ +[0-9.]+x +\d+ ms +\d+ ms$", said.stdout, re.M), said.stdout


def test_a_machine_is_measured(converter):
    mine, theirs = os.pipe()
    send(converter, MEASURE, struct.pack("=II", 9, 2), theirs)
    os.close(theirs)
    with open(mine, "rb") as octets:
        figures = struct.unpack("=5q", octets.read())
    assert outcome(converter) == (9, OK)
    assert all(10 ** 5 < figure < 10 ** 11 for figure in figures), figures
