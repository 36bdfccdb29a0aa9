# SPDX-License-Identifier: LGPL-2.1-or-later
"""DLNA's transport on the real server: a time seek gives what stands at that time, for every container; and
players of many makers get the answers they expect (tests/devices)."""

import array
import fnmatch
import functools
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import urllib.parse

import pytest

from media import ffmpeg
from test_server import Client, url_of
from test_worker import Worker

ROOT = pathlib.Path(__file__).parent.parent
RAW = ROOT / "support/raw_http.py"
PYTHON = "/usr/bin/python3"
SECONDS = 12
RATE = 44100
GOP_S = 2.0


def make_media(folder):
    """One short film and one short piece of music in every container with an index."""
    film = ["-f", "lavfi", "-i", f"testsrc2=size=160x120:rate=25:duration={SECONDS}",
            "-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}"]
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-keyint_min", "50", "-bf", "2", "-pix_fmt", "yuv420p",
            "-c:a", "aac"]
    ffmpeg(*film, *h264, folder / "progressive.mp4")
    copies = {"faststart.mp4": ["-movflags", "+faststart"], "fragments.mp4": ["-movflags", "frag_keyframe+empty_moov+default_base_moof"],
              "cues.mkv": [], "transport.ts": [], "flash.flv": [], "stamped.m2ts": ["-f", "mpegts", "-mpegts_m2ts_mode", "1"]}
    for name, options in copies.items():
        ffmpeg("-i", folder / "progressive.mp4", "-c", "copy", *options, folder / name)
    whole = (folder / "cues.mkv").read_bytes()
    (folder / "clusters.mkv").write_bytes(whole[:whole.rindex(b"\x1c\x53\xbb\x6b")])
    ffmpeg(*film, "-c:v", "mpeg2video", "-g", "50", "-bf", "0", "-c:a", "mp2", "-f", "vob", folder / "program.mpg")
    (folder / "program.ifo").write_bytes(b"as a recorder wrote it")
    ffmpeg(*film, "-c:v", "mpeg4", "-g", "50", "-c:a", "mp3", folder / "interleaved.avi")
    ffmpeg(*film, "-c:v", "wmv2", "-g", "50", "-c:a", "wmav2", folder / "windows.wmv")
    # Five loud seconds, five almost silent ones: a rate that varies.
    noise = (f"anoisesrc=d={SECONDS}:a=0.3:r={RATE},volume='if(lt(mod(t,10),5),1,0.0001)':eval=frame,"
             "aformat=channel_layouts=stereo")
    ffmpeg("-f", "lavfi", "-i", noise, "-c:a", "pcm_s16le", folder / "wave.wav")
    music = {"varying.mp3": ["-q:a", "2"], "constant.mp3": ["-b:a", "128k"], "lossless.flac": [], "vorbis.ogg": [],
             "opus.ogg": ["-c:a", "libopus"], "samples.aiff": [], "sound.m4a": [], "frames.aac": [], "packed.wma": []}
    for name, options in music.items():
        ffmpeg("-i", folder / "wave.wav", *options, folder / name)
    ffmpeg("-f", "lavfi", "-i", "color=red:size=640x480:duration=1", "-frames:v", "1", folder / "photo.jpg")


@pytest.fixture(scope="module")
def films():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-films-"))
    scratch.chmod(0o755)
    make_media(scratch)
    yield scratch
    shutil.rmtree(scratch)


class Player:
    """Sends requests as they are written from a host of the house."""

    def __init__(self, house, url, host="phone"):
        self.house, self.host = house, host
        self.base = urllib.parse.urlsplit(url)
        self.saved = 0

    def ask(self, *requests):
        """requests: (method, path, [(name, value)…], version); gives answers with `body`, a path."""
        words = []
        for method, path, headers, version in requests:
            self.saved += 1
            lines = [f"{method} {path} HTTP/{version}", f"Host: {self.base.netloc}", "Connection: close",
                     *(f"{name}: {value}" for name, value in headers)]
            words.append({"head": "\r\n".join(lines) + "\r\n\r\n",
                          "save": str(self.house.folder / f"body-{self.saved}")})
        result = subprocess.run(
            self.house.hosts[self.host].prefix + [PYTHON, "-B", str(RAW), self.base.hostname, str(self.base.port)],
            input=json.dumps(words), capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stderr
        answers = json.loads(result.stdout)
        for answer, word in zip(answers, words):
            answer["body"] = pathlib.Path(word["save"])
        return answers

    def get(self, path, **headers):
        return self.ask(("GET", path, [(HEADERS[name], value) for name, value in headers.items()], "1.1"))[0]


HEADERS = {"time": "TimeSeekRange.dlna.org", "range": "Range", "agent": "User-Agent", "mode": "transferMode.dlna.org",
           "speed": "PlaySpeed.dlna.org", "features": "getcontentFeatures.dlna.org"}


@pytest.fixture
def served(house, films, start_server):
    """(player, {file name: (path of its URL, attributes of its res)})"""
    server = start_server(films)
    client = Client(house, url_of(house, server), "phone")
    items = {o["title"]: o["res"][0] for o in client.items()}
    return Player(house, client.url), {
        file.name: (urllib.parse.urlsplit(items[file.stem]["url"]).path, items[file.stem]) for file in films.iterdir()
        if file.suffix != ".ifo"}


def probe(path, *words):
    out = subprocess.run(["ffprobe", "-v", "error", "-of", "json", *words, str(path)], capture_output=True, text=True,
                         check=True).stdout
    return json.loads(out)


@functools.cache
def packets(path, stream):
    """(time, octet, is a key frame) of the packets of a stream, in their order."""
    found = probe(path, "-select_streams", f"{stream}:0", "-show_entries", "packet=pts_time,pos,flags")["packets"]
    return [(float(p["pts_time"]), int(p.get("pos", -1)), "K" in p["flags"]) for p in found if "pts_time" in p]


@functools.cache
def start_of(path):
    return float(probe(path, "-show_entries", "format=start_time")["format"]["start_time"])


def header_len(data, name):
    """Octets before the first frame: what a player has read before it seeks."""
    if name.endswith(".mkv"):
        return data.index(b"\x1f\x43\xb6\x75")
    if name.endswith((".wmv", ".wma")):
        return data.index(bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")) + 50
    if name.endswith(".flv"):
        at = 13  # what the codecs have to know first stands in tags of its own
        while data[at] == 0x12 or data[at + 12] == 0:
            at += 11 + int.from_bytes(data[at + 1:at + 4], "big") + 4
        return at
    if name == "fragments.mp4":
        return data.index(b"moof") - 4
    if name.endswith(".flac"):
        at = 4
        while True:
            last, length = data[at] & 0x80, int.from_bytes(data[at + 1:at + 4], "big")
            at += 4 + length
            if last:
                return at
    at = 0  # Ogg: pages without a granule position are headers
    while int.from_bytes(data[at + 6:at + 14], "little", signed=True) <= 0:
        at += 27 + data[at + 26] + sum(data[at + 27:at + 27 + data[at + 26]])
    return at


def check_by_stamps(original, part, first, npt, stream):
    """Time stamps are in the packets: those of the part alone say where it is. A frame that begins behind
    another in its PES packet has no stamp of its own; it is counted from its neighbour."""
    moved = part.with_suffix(original.suffix)
    part.rename(moved)
    found = probe(moved, "-select_streams", f"{stream}:0", "-show_entries", "packet=pts_time,flags")["packets"]
    key = next(i for i, p in enumerate(found) if "K" in p["flags"])
    stamped = next(i for i in range(key, len(found)) if "pts_time" in found[i] and (i == key or "K" not in found[i]["flags"]))
    time = float(found[stamped]["pts_time"]) - (stamped - key) / 25
    assert abs(time - start_of(original) - npt) < 0.05, (time, npt)


def check_behind_header(original, part, first, npt, stream):
    data = original.read_bytes()
    joined = part.with_suffix(original.suffix)
    joined.write_bytes(data[:header_len(data, original.name)] + part.read_bytes())
    time = next(time for time, _, key in packets(joined, stream) if key)
    assert abs(time - npt) < 0.1, (time, npt)


def check_by_count(original, part, first, npt, stream):
    """No time stamps: what is missing at the front is counted."""
    moved = part.with_suffix(original.suffix)
    part.rename(moved)
    whole, rest = packets(original, stream), packets(moved, stream)
    step = whole[11][0] - whole[10][0]
    assert abs((len(whole) - len(rest)) * step - npt) < 2.1 * step, (len(whole), len(rest), npt)


def check_by_index(original, part, first, npt, stream):
    """The player has the container's index; all that is later must come behind the first octet."""
    times = packets(original, stream)
    zero = times[0][0]
    assert any(abs(time - zero - npt) < 0.05 and key for time, _, key in times), (npt, times[:3])
    for kind in "va":
        for time, at, _ in packets(original, kind):
            assert at >= first or time - zero < npt, (kind, time, at, first)
    # And not much too early: what is sent for nothing is less than a second.
    assert min(at for time, at, _ in times if time - zero >= npt) - first < original.stat().st_size / SECONDS * 1.5


def check_by_samples(original, part, first, npt, stream):
    start = min(at for _, at, _ in packets(original, stream))
    assert (first - start) % 4 == 0
    assert abs((first - start) / 4 / RATE - npt) < 0.001


CONTAINERS = {
    # name: how it is checked, stream, how far the start may lie before what was asked
    "progressive.mp4": (check_by_index, "v", GOP_S), "faststart.mp4": (check_by_index, "v", GOP_S),
    "fragments.mp4": (check_behind_header, "v", GOP_S), "cues.mkv": (check_behind_header, "v", GOP_S),
    "clusters.mkv": (check_behind_header, "v", GOP_S), "transport.ts": (check_by_stamps, "v", GOP_S),
    "stamped.m2ts": (check_by_stamps, "v", GOP_S), "program.mpg": (check_by_stamps, "v", GOP_S),
    "interleaved.avi": (check_by_index, "v", GOP_S), "varying.mp3": (check_by_count, "a", 0.1),
    "constant.mp3": (check_by_count, "a", 0.1), "lossless.flac": (check_behind_header, "a", 0.2),
    "vorbis.ogg": (check_behind_header, "a", 1.1), "opus.ogg": (check_behind_header, "a", 1.1),
    "flash.flv": (check_behind_header, "v", GOP_S), "windows.wmv": (check_behind_header, "v", GOP_S),
    "packed.wma": (check_behind_header, "a", 0.5),
    "wave.wav": (check_by_samples, "a", 0.001), "samples.aiff": (check_by_samples, "a", 0.001),
    "sound.m4a": (check_by_index, "a", 0.2), "frames.aac": (check_by_count, "a", 0.2),
}
ANSWER = re.compile(r"npt=(\d+\.\d{3})-(\d+\.\d{3})/(\d+\.\d{3}) bytes=(\d+)-(\d+)/(\d+)")


def headers_of(answer):
    return dict(answer["headers"])


OBJECTS = {"film": "progressive.mp4", "stream": "transport.ts", "song": "constant.mp3", "photo": "photo.jpg"}


def read_script(path):
    """Steps of a script of tests/devices: (line number, method, object, version, headers, status, expectations)."""
    agent, step = None, None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("agent"):
            agent = line[5:].strip() or None
        elif line.startswith("="):
            step[5] = int(line[1:])
        elif line.startswith("  "):
            (step[4] if step[5] is None else step[6]).append(line.strip())
        else:
            if step:
                yield step
            method, name, version = (line.split() + ["HTTP/1.1"])[:3]
            step = [f"{path.name}:{number}", method, name, version.removeprefix("HTTP/"),
                    [f"User-Agent: {agent}"] if agent else [], None, []]
    yield step


def check_body(wanted, body, data):
    if wanted == "none":
        return body == b""
    first, _, last = wanted.partition("-")
    return body == data[int(first or 0):int(last) + 1 if last else None]


def unmet(step, answer, data):
    """Expectations of a step that the answer does not meet."""
    said = headers_of(answer)
    if answer["status"] != step[5]:
        yield f"status {answer['status']}"
    for wanted in step[6]:
        name, colon, value = wanted.partition(": ")
        if wanted.startswith("!"):
            good = wanted[1:] not in said
        elif wanted.startswith("body"):
            good = check_body(wanted[4:].strip(), answer["body"].read_bytes(), data)
        else:
            assert colon, f"{step[0]}: '{wanted}'"
            good = name in said and fnmatch.fnmatchcase(said[name], value)
        if not good:
            yield wanted


def test_time_seek_gives_what_stands_there(films, served):
    player, items = served
    assert set(items) == {*CONTAINERS, "photo.jpg"}
    seeks = ("0-", "3-", "5.5-", "0:00:08.250-", "3-6")
    for name, (check, stream, early) in CONTAINERS.items():
        original = films / name
        data = original.read_bytes()
        path, res = items[name]
        assert "DLNA.ORG_OP=11" in res["protocolInfo"], (name, res)
        answers = player.ask(*(("GET", path, [(HEADERS["time"], f"npt={seek}")], "1.1") for seek in seeks))
        for seek, answer in zip(seeks, answers):
            said = headers_of(answer)
            assert answer["status"] == 200 and "Content-Range" not in said
            npt, to, duration = (float(word) for word in ANSWER.fullmatch(said["TimeSeekRange.dlna.org"]).groups()[:3])
            first, last, size = (int(word) for word in ANSWER.fullmatch(said["TimeSeekRange.dlna.org"]).groups()[3:])
            asked = float(seek.split("-")[0].split(":")[-1])
            assert asked - early - 0.05 <= npt <= asked, f"{name}: {npt} for {asked}"
            assert abs(duration - SECONDS) < 0.3
            assert size == len(data) and answer["length"] == last - first + 1 == int(said["Content-Length"])
            assert answer["body"].read_bytes() == data[first:last + 1]
            if seek.startswith("0-"):
                assert first == 0 and last == size - 1, "the very beginning"
            elif seek == "3-6":
                assert 6 <= to <= 6 + early + 0.05 and last < size - 1, "ends at or behind"
            else:
                assert last == size - 1 and to == pytest.approx(duration - 0.001)
                check(original, answer["body"], first, npt, stream)


def test_seek_headers_and_their_refusal(films, served):
    player, items = served
    path, res = items["progressive.mp4"]
    size = (films / "progressive.mp4").stat().st_size
    rows = [
        ({"time": "npt=5-", "range": "bytes=10-19"}, 206, {"Content-Range": f"bytes 10-19/{size}"}),
        ({"time": "npt=5-"}, 200, {"Vary": "TimeSeekRange.dlna.org, PlaySpeed.dlna.org", "Accept-Ranges": "bytes",
                                   "transferMode.dlna.org": "Streaming"}),
        ({"time": "npt=12.5-"}, 416, {}),
        ({"time": "npt=9223372036854775808-"}, 416, {}),
        ({"time": "npt=5-5"}, 400, {}),
        ({"time": "npt=-5"}, 400, {}),
        ({"time": "npt=5-", "mode": "Background"}, 400, {}),
        ({"mode": "Interactive"}, 406, {}),
        ({"speed": "speed=3"}, 406, {}),
        ({"speed": "speed=1"}, 200, {}),
        ({"features": "2"}, 400, {}),
        ({"features": "1"}, 200, {"contentFeatures.dlna.org": res["protocolInfo"].split(":", 3)[3]}),
    ]
    for headers, status, expected in rows:
        answer = player.get(path, **headers)
        said = headers_of(answer)
        assert answer["status"] == status, (headers, answer)
        for name, value in expected.items():
            assert said[name] == value, (headers, said)
        assert ("TimeSeekRange.dlna.org" in said) == (status == 200 and "time" in headers)
    # Before it is known whether there is such a thing: a header that is wrong for anything.
    wrong, missing = (player.get("/media/i0000000000000000.mp4", **headers)["status"]
                      for headers in ({"features": "2"}, {"features": "1"}))
    assert (wrong, missing) == (400, 404)
    # Who guesses learns nothing of what there is.
    nothing = [player.get(name) for name in ("/media/i0000000000000000.mp4", "/media/x",
                                             f"{path.rpartition('.')[0]}/nothing.mp4")]
    assert {answer["status"] for answer in nothing} == {404}
    assert len({answer["body"].read_bytes() for answer in nothing}) == 1
    # What says how the times of a recording jump: told in its res, to who asks, and nowhere else.
    uri = "{urn:schemas-dlna-org:metadata-1-0/}ifoFileURI"
    recording, ifo = items["program.mpg"][0], items["program.mpg"][1][uri]
    asked = [("Pragma", "getIfoFileURI.dlna.org, no-cache")]
    pragmas = [headers_of(answer).get("Pragma") for answer in player.ask(
        ("HEAD", recording, asked, "1.1"), ("HEAD", recording, [], "1.1"), ("HEAD", path, asked, "1.1"))]
    assert pragmas == [f'ifoFileURI.dlna.org="{ifo}"', None, None] and uri not in res
    beside = player.get(urllib.parse.urlsplit(ifo).path)
    assert beside["status"] == 200 and headers_of(beside)["Content-Type"] == "application/octet-stream"
    assert beside["body"].read_bytes() == b"as a recorder wrote it"
    assert player.get(urllib.parse.urlsplit(ifo).path.replace("/ifo/i", "/ifo/i0"))["status"] == 404
    old = player.ask(("GET", path, [(HEADERS["time"], "npt=5-")], "1.0"))[0]
    assert old["status"] == 200 and "Vary" not in headers_of(old) and headers_of(old)["Pragma"] == "no-cache"
    head = player.ask(("HEAD", path, [(HEADERS["time"], "npt=5-")], "1.1"))[0]
    full = player.get(path, time="npt=5-")
    assert head["length"] == 0
    for name in ("TimeSeekRange.dlna.org", "Content-Length", "Content-Type"):
        assert headers_of(head)[name] == headers_of(full)[name]


def test_players_get_what_they_expect(films, served):
    player, items = served
    failed = []
    scripts = sorted((ROOT / "devices").glob("*.script"))
    assert len(scripts) >= 17
    for step in (step for script in scripts for step in read_script(script)):
        file = OBJECTS.get(step[2])
        data = (films / file).read_bytes() if file else b""
        words = {"$SIZE": str(len(data)), "$LAST": str(len(data) - 1)}
        for word, value in words.items():
            step[4], step[6] = ([line.replace(word, value) for line in lines] for lines in (step[4], step[6]))
        path = items[file][0] if file else "/media/i0000000000000000.mp4"
        headers = [tuple(line.split(": ", 1)) for line in step[4]]
        answer = player.ask((step[1], path, headers, step[3]))[0]
        failed += [f"{step[0]}: {wanted} in {answer}" for wanted in unmet(step, answer, data)]
    assert not failed, "\n".join(failed)


def test_files_without_an_index_say_so(house, start_server):
    """Time seek is promised by kind of file; one that breaks the promise is refused in so many words, and its
    octets are served all the same."""
    folder = house.folder / "broken"
    folder.mkdir()
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=3", folder / "good.mp3")
    server = start_server(folder)
    client = Client(house, url_of(house, server), "phone")
    res = next(o["res"][0] for o in client.items())
    player, path = Player(house, client.url), urllib.parse.urlsplit(res["url"]).path
    assert player.get(path, time="npt=1-")["status"] == 200
    (folder / "good.mp3").write_bytes(bytes(50_000))
    assert player.get(path, time="npt=1-")["status"] == 406
    assert player.get(path, range="bytes=100-199")["status"] == 206
    (folder / "good.mp3").unlink()
    assert player.get(path, time="npt=1-")["status"] == 404


def ask_worker(worker, path, kind, question=b""):
    """A job of a kind: (outcome, octets of the answer)."""
    hint = path.suffix[1:].encode()
    payload = struct.pack("=III", 1, kind, len(hint)) + hint + struct.pack("=I", len(question)) + question
    file = os.open(path, os.O_RDONLY)
    frame = struct.pack("=IHH", len(payload), 4, 1) + payload
    worker.channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))])
    os.close(file)
    _, answer = worker.receive()
    return struct.unpack_from("=I", answer, 4)[0], answer[12:]


def test_long_streams_are_looked_at_in_places(films, tmp_path):
    """Not read whole, and yet each point is a key frame behind its tables."""
    long = tmp_path / "long.ts"
    ffmpeg("-i", films / "progressive.mp4", "-c", "copy", "-muxrate", "80M", long)
    assert long.stat().st_size > 96 << 20, "else it is read whole"
    worker = Worker()
    outcome, answer = ask_worker(worker, long, 1)
    assert outcome == 0 and worker.end() == 0
    points = [struct.unpack_from("=qQ", answer, 16 + 16 * i) for i in range((len(answer) - 16) // 16)]
    times = sorted({round(time / 10**9) for time, _ in points})
    assert times == [0, 2, 4, 6, 8, 10], points
    start = start_of(long)
    with open(long, "rb") as file:
        for time, byte in {round(time / 10**9): (time, byte) for time, byte in points}.values():
            file.seek(byte)
            part = tmp_path / "part.ts"
            part.write_bytes(file.read(8 << 20))
            assert part.read_bytes()[0] == 0x47 and part.read_bytes()[1:3] == b"\x40\x00", "the PAT"
            found = probe(part, "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags")["packets"]
            first = next(float(p["pts_time"]) for p in found if "K" in p["flags"])
            assert abs(first - start - time / 10**9) < 0.05, (first, time)
