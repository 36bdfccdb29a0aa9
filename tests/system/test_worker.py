# SPDX-License-Identifier: LGPL-2.1-or-later
"""The worker by itself: what it says of good files beside bad ones, and what its sandbox refuses.

Speaks the frames of av-upnp/frame.h and of mediaserver/workers/probe-result.c; a shim preloaded into the
worker does what a demuxer taken over by a file would try."""

import array
import concurrent.futures
import os
import pathlib
import re
import socket
import struct
import subprocess

import pytest

import media as media_maker
from conftest import BUILD
from house import wait_until

WORKER = BUILD / "mediaserver/worker/worker"
SHIM = BUILD / "tests/support/libworker-shim.so"
PROBE, RESULT, DONE = 1, 2, 3
NUMBERS = ("file outcome duration_ns bitrate_bps sample_hz channels bits audio_profile width height video_profile"
           " video_level frame_rate_mhz interlaced audio_bps video_bps packet_size packet_stamped has_cover track disc tracks discs season episode bpm"
           " rating compilation has_lyrics track_gain album_gain orientation chapters").split()
STRINGS = ("container brand audio_codec video_codec title artist album_artist album genre composer date"
           " reason conductor original_date comment description title_sort artist_sort album_artist_sort album_sort"
           " composer_sort publisher rights series director actor hdr audio_languages subtitle_languages text_tracks camera"
           " location").split()
OK, NOT_MEDIA, UNREADABLE, DIED = range(4)


class Worker:
    def __init__(self, *words, log=None, **environment):
        self.channel, theirs = socket.socketpair()
        # Descriptor 3 is where a helper finds its channel; Popen would close it.
        self.process = subprocess.Popen(
            [str(WORKER), *words], preexec_fn=lambda: os.dup2(theirs.fileno(), 3), close_fds=False,
            stdin=subprocess.DEVNULL, stderr=log, env=dict(os.environ, **environment))
        theirs.close()
        self.channel.settimeout(120)
        self.receive()  # the greeting
        self.batches = 0

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.channel.recv(count - len(data))
            assert part, "the worker ended"
            data += part
        return data

    def receive(self):
        length, kind, descriptors = struct.unpack("=IHH", self.read(8))
        assert descriptors == 0
        return kind, self.read(length)

    def probe(self, paths):
        """Answers by file name."""
        self.batches += 1
        files = [os.open(path, os.O_RDONLY) for path in paths]
        payload = struct.pack("=II", self.batches, len(files))
        for path in paths:
            hint = path.suffix[1:].encode()
            payload += struct.pack("=I", len(hint)) + hint
        frame = struct.pack("=IHH", len(payload), PROBE, len(files)) + payload
        self.channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))])
        for file in files:
            os.close(file)
        answers = {}
        while True:
            kind, data = self.receive()
            assert struct.unpack_from("=I", data)[0] == self.batches
            if kind == DONE:
                assert len(answers) == len(paths)
                return answers
            assert kind == RESULT
            for answer in map(parse, parts(data[4:])):
                name = paths[answer["file"]].name
                assert name not in answers, "answered twice"
                answers[name] = answer

    def end(self):
        self.channel.close()
        return self.process.wait(10)


def parts(data):
    """Several answers in one frame, each with its length in front."""
    at = 0
    while at < len(data):
        length, = struct.unpack_from("=I", data, at)
        assert at + 4 + length <= len(data)
        yield data[at + 4:at + 4 + length]
        at += 4 + length


def parse(data):
    answer = dict(zip(NUMBERS, struct.unpack_from(f"={len(NUMBERS)}q", data)))
    at = 8 * len(NUMBERS)
    for name in STRINGS:
        length, = struct.unpack_from("=I", data, at)
        at += 4
        if length != 0xFFFFFFFF:
            answer[name] = data[at:at + length].decode()
            at += length
    assert at == len(data)
    return answer


@pytest.fixture
def start():
    workers = []

    def run(**environment):
        workers.append(Worker(**environment))
        return workers[-1]

    yield run
    for worker in workers:
        worker.process.kill()
        worker.process.wait()


def shim(start, **more):
    return start(LD_PRELOAD=str(SHIM), ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0", **more)


@pytest.fixture
def shimmed(start):
    return shim(start)


def wav(folder, name, deed=b"fmt "):
    path = folder / f"{name}.wav"
    media_maker.counter_wav(path, 4410)
    data = bytearray(path.read_bytes())
    data[12:16] = deed
    path.write_bytes(data)
    return path


def test_says_what_is_there(library, start):
    worker = start()
    paths = sorted(p for p in library.rglob("*.*") if not p.name.startswith(".") and p.suffix != ".txt")
    answers = worker.probe(paths)
    assert all(answer["outcome"] == OK for answer in answers.values())
    cocoon = answers["02 Cocoon.flac"]
    assert (cocoon["sample_hz"], cocoon["channels"], cocoon["bits"], cocoon["track"]) == (44100, 2, 16, 2)
    assert cocoon["duration_ns"] // 1000 == 88217 * 1_000_000 // 44100
    assert (cocoon["title"], cocoon["artist"], cocoon["album"]) == ("Cocoon", "Björk", "Vespertine")
    card = answers["Test Card.mp4"]
    assert (card["width"], card["height"], card["video_codec"], card["audio_codec"]) == (320, 240, "h264", "aac")
    assert (answers["red.jpg"]["width"], answers["red.jpg"]["height"]) == (640, 480)
    assert worker.end() == 0


@pytest.mark.parametrize("deed", ["abrt", "sock", "fork", "exec", "kill", "trac", "moun", "wipe"])
def test_a_deadly_file_costs_only_itself(tmp_path, shimmed, deed):
    """SEC-141: what a file that took its reader over would try kills that process, and nothing else."""
    names = [f"good{i}" for i in range(10)]
    paths = [wav(tmp_path, name) for name in names]
    paths.insert(5, wav(tmp_path, "bad", deed.encode()))
    for _ in range(2):  # and the worker lives on
        answers = shimmed.probe(paths)
        assert answers.pop("bad.wav")["outcome"] == DIED
        assert {answer["outcome"] for answer in answers.values()} == {OK}
    assert shimmed.end() == 0


def test_files_are_refused(tmp_path, shimmed):
    assert pathlib.Path("/etc/hostname").exists()  # which the shim opens
    # The shim dies when it can open a file; refused, it goes on to read what is no WAV chunk.
    assert shimmed.probe([wav(tmp_path, "bad", b"open")])["bad.wav"]["outcome"] == NOT_MEDIA


def test_order_does_not_matter(library, start):
    paths = sorted(p for p in library.rglob("*.*") if not p.name.startswith(".") and p.suffix != ".txt")

    def without_place(answers):
        return {name: {**answer, "file": 0} for name, answer in answers.items()}

    worker = start()
    assert without_place(worker.probe(paths)) == without_place(worker.probe(paths[::-1]))


def child_of(worker):
    """The process that reads files for it now."""
    path = pathlib.Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children")
    wait_until("a child", lambda: path.read_text().split())
    return path.read_text().split()[0]


def status_of(pid):
    rows = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {row.partition(":")[0]: row.partition(":")[2].strip() for row in rows}


def descriptors_of(pid, first=3):
    """[(what it is, how it was opened)] beside the usual three"""
    found = []
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        if int(link.name) >= first:
            flags = re.search(r"flags:\s*(\d+)", pathlib.Path(f"/proc/{pid}/fdinfo/{link.name}").read_text())
            found.append((os.readlink(link).partition(":[")[0], int(flags[1], 8) & os.O_ACCMODE))
    return found


def limits_of(pid):
    rows = pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {row[:26].strip(): tuple(row[26:].split()[:2]) for row in rows}


def test_endless_files_are_ended(tmp_path, start):
    """SEC-149, LIM-40: by 10 s of processor time, or by 30 s whatever it does; for the batch, then for the file alone."""
    spins, waits = shim(start), shim(start)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        paths = [wav(tmp_path, "good"), wav(tmp_path, "bad", b"spin"), wav(tmp_path, "last")]
        waiting = pool.submit(waits.probe, [wav(tmp_path, "never", b"hold")])
        answers = spins.probe(paths)
        assert [answers[f"{name}.wav"]["outcome"] for name in ("good", "bad", "last")] == [OK, DIED, OK]
        assert waiting.result()["never.wav"]["outcome"] == DIED


def is_sanitized():
    """Its own memory is terabytes of addresses, and its leak check traces it."""
    symbols = subprocess.run(["nm", "-D", str(WORKER)], stdout=subprocess.PIPE, check=True).stdout
    return b"__asan_init" in symbols


def test_what_a_child_may_take(tmp_path, shimmed):
    """SEC-149, LIM-41: memory, processor time, files and what it writes, as the kernel has them. SEC-141, 143: no new
    privileges, a filter of calls, and of descriptors its channel and the files that it reads."""
    held = wav(tmp_path, "held", b"hold")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = pool.submit(shimmed.probe, [held])
        pid = child_of(shimmed)
        wait_until("its sandbox", lambda: limits_of(pid)["Max core file size"] == ("0", "0"))
        wait_until("its filter", lambda: status_of(pid)["Seccomp"] == "2")
        limits, status, files = limits_of(pid), status_of(pid), descriptors_of(pid)
        owner = os.stat(f"/proc/{pid}/mem").st_uid
        held.chmod(0o755)
        assert answers.result()["held.wav"]["outcome"] in (OK, NOT_MEDIA)
    assert limits["Max cpu time"] == ("10", "10")
    assert limits["Max open files"] == ("80", "80")
    assert limits["Max file size"] == ("0", "0")
    assert limits["Max stack size"] == ("8388608", "8388608")
    assert (status["NoNewPrivs"], status["Threads"]) == ("1", "1")
    assert sorted(files) == sorted([("socket", os.O_RDWR), (str(held), os.O_RDONLY)]), files
    if not is_sanitized():
        assert limits["Max address space"] == ("1073741824", "1073741824")
        assert owner == 0  # of whoever may not be traced nor dumped


def test_a_kernel_that_protects_less(tmp_path, start):
    """SEC-142: a kernel without Landlock is told of, and files are read; without filters of calls nothing is read."""
    for lacks, outcome, said in (
            ("LACKS_LANDLOCK", OK, "worker: the sandbox of what reads media is weaker than it may be: no new privileges, no"
                                   " Landlock in this kernel"),
            ("LACKS_SECCOMP", DIED, "worker: no sandbox, media is not read: sandbox of worker: filter of system calls:"),
            ("LACKS_NOTHING", OK, None)):
        with open(tmp_path / lacks, "w+") as log:
            worker = shim(start, log=log, **{lacks: "1"})
            assert worker.probe([wav(tmp_path, "plain")])["plain.wav"]["outcome"] == outcome, lacks
            log.seek(0)
            told = log.read()
            assert (said in told) if said else ("sandbox" not in told), told
    converter = Worker("convert", log=subprocess.DEVNULL, LD_PRELOAD=str(SHIM), LACKS_SECCOMP="1",
                       ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    converter.receive()
    mine, theirs = os.pipe()
    converter.channel.sendmsg([struct.pack("=IHHII", 8, 9, 1, 1, 1)], [  # measure yourself
        (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs]))])
    assert struct.unpack("=III", converter.receive()[1]) == (1, DIED, 0)
    converter.process.kill()
    converter.process.wait()


def test_lists_of_files_are_no_media(tmp_path, start):
    """SEC-147: whatever they are called, FFmpeg does not open what they name; SEC-146: nor anything else than the file."""
    secret = wav(tmp_path, "secret")
    lists = {"hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n", "concat": (
        f"ffconcat version 1.0\nfile '{secret}'\n"), "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
        "dash": f"<?xml version='1.0'?><MPD><Period><BaseURL>{secret}</BaseURL></Period></MPD>", "asx": (
            f"<asx><entry><ref href='file://{secret}'/></entry></asx>"), "cue": f'FILE "{secret}" WAVE\n TRACK 01 AUDIO\n'}
    paths = []
    for name, text in lists.items():
        for kind in ("avi", "mp4", "mkv", "ts", "mp3", "wav"):
            paths.append(tmp_path / f"{name}.{kind}")
            paths[-1].write_text(text + " " * 5000)
    answers = start().probe(paths)
    assert {name: answer["outcome"] for name, answer in answers.items()} == dict.fromkeys(answers, NOT_MEDIA)
