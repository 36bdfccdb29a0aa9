# SPDX-License-Identifier: LGPL-2.1-or-later
"""Media that are made to hurt: they end in a worker, within its limits, and are there by name only; what lies
beside them is read as ever."""

import struct
import time
import zlib

from house import wait_until
from media import ffmpeg
from test_server import Client, make_track, url_of

GIB = 1024 ** 3


def png(width, height, pixels):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def pressed(size):
    """So many zero octets."""
    press = zlib.compressobj(9)
    block = b"\0" * (1 << 20)
    return b"".join([*(press.compress(block) for _ in range(size >> 20)), press.flush()])


def nested_boxes(depth, name):
    """A box in a box in a box …"""
    return b"".join(struct.pack(">I", 8 * (depth - n)) + name for n in range(depth))


def nested_matroska(depth):
    """Elements of unknown size in each other."""
    head = b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska\x42\x87\x81\x04\x42\x85\x81\x02"
    return head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + b"\x10\x43\xa7\x70\x01\xff\xff\xff\xff\xff\xff\xff" * depth


def tiff_circle(below=False):
    """A directory that is its own next one, of pictures that are all the file; or a thousand times below itself."""
    entries = [(0x100, 4, 1, 0xffff), (0x101, 4, 1, 0xffff), (0x8769, 4, 1, 8),
               (0x14A, 4, 1000 if below else 1, 8), (0x201, 4, 1, 8), (0x202, 4, 1, 0xffffffff)]
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 8)


def gif(width, height):
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\xf0\0\0" + b"\0" * 6 + (
        b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\x02\x4c\x01\0") * 20000 + b";"


def box(name, *parts):
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


BOMBS = {
    "wide.png": png(60000, 60000, b""),
    "zip.png": png(30000, 30000, pressed(512 << 20)),
    "wide.gif": gif(65535, 65535),
    "circle.tiff": tiff_circle(),
    "deep.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + nested_boxes(100_000, b"moov"),
    "tracks.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + struct.pack(">I", 8 + 8 * 400_000) + b"moov" + (
        b"\0\0\0\x08trak" * 400_000),
    "many.mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + struct.pack(">I4s", 8 + 8 + 20, b"moov") + struct.pack(
        ">I4sIII", 28, b"stsz", 0, 0, 0x7fffffff) + b"\0" * 8,
    "deep.mkv": nested_matroska(100_000),
    "tag.mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"TXXX\x7f\x7f\x7f\x7f\0\0" + b"A" * 100_000,
    "frames.mp3": b"ID3\4\0\0\0\x7f\x7f\x7f" + b"TPE1\0\0\0\x02\0\0\3A" * 170_000,
    "wide.heic": b"\0\0\0\x10ftypheic\0\0\0\0" + box(
        b"meta", b"\0" * 4, box(b"pitm", b"\0" * 5 + b"\1"), box(b"iprp", box(b"ipco", box(
            b"ispe", struct.pack(">III", 0, 60000, 60000))), box(b"ipma", struct.pack(">IIHBB", 0, 1, 1, 1, 1)))),
    "circle.nef": tiff_circle(below=True),
    "soi.orf": b"IIRO\x08\0\0\0" + b"\xff\xd8\xff\xe0\0\2" * 500_000,
    "claims.flac": b"fLaC\0\0\0\x22" + b"\x10\0\x10\0" + b"\0" * 6 + b"\x0a\xc4\x42\xf0" + b"\0" * 20 + (
        b"\x84\xff\xff\xff" + b"\xff\xff\xff\xff" * 10),
    "chained.ogg": (b"OggS\0\2" + b"\0" * 8 + b"\1\0\0\0" + b"\0" * 8 + b"\1\x1e\1vorbis" + b"\0" * 23) * 20000,
}


def subtitles_of(found):
    return [res["url"] for res in found["res"] if "/subtitle/" in res["url"]]


def sparse(path, head, size):
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(size)


def test_bombs(house, start_server):
    folder = house.folder / "bombs"
    folder.mkdir()
    for name, data in BOMBS.items():
        (folder / name).write_bytes(data)
    # endless, as far as anybody can see
    sparse(folder / "endless.mp3", b"\xff\xfb\x90\x64" + b"\0" * 413, 64 * GIB)
    sparse(folder / "endless.ts", (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 4, 64 * GIB)
    sparse(folder / "endless.wav", b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\2\0\x44\xac\0\0\x10\xb1\2\0\4\0\x10\0data"
           b"\xff\xff\xff\xff", 8 * GIB)
    make_track(folder / "good.flac", "Good", 1)
    began = time.monotonic()
    server = start_server(folder, scanned=False)
    server.wait_log("scan finished", 150)
    took = time.monotonic() - began
    ask = Client(house, url_of(house, server), "phone")
    objects = {o["title"]: o for _, o in ask.walk() if not o["container"]}
    assert "Good" in objects
    missing = {name.rsplit(".", 1)[0] for name in [*BOMBS, "endless.mp3", "endless.ts", "endless.wav"]} - set(objects)
    assert not missing, missing
    assert took < 120, f"{took:.0f} s for {len(objects)} files; each that has to be ended takes 10 s of processor time"
    # what they say in subtitles, beside a film and in it
    film = folder / "film.mkv"
    for name, data in {"film.en.srt": b"1\n00:00:00,000 --> 00:00:09,000\n" + b"{\\i1}" * 1_300_000,
                       "film.de.ass": b"[Events]\n" + b"Dialogue: 0,0:00:01.00,0:00:02.00,x\n" * 200_000,
                       "film.fr.sub": b"{1}{99999999999}x\n" * 300_000, "film.ru.smi": b"<SYNC Start=1>" * 500_000,
                       "film.vtt": b"WEBVTT\n\n" + b"00:00.000 --> 99:99:99.999\n" * 200_000}.items():
        (folder / name).write_bytes(data)
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=5:duration=1", "-c:v", "mpeg4", film)
    found = wait_until("the film is there", lambda: [
        o for o in ask.children("video-all") if o["title"] == "film" and len(subtitles_of(o)) >= 6], 60)
    for url in subtitles_of(found[0]):
        answer = house.hosts["phone"].run(
            ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "60", url], seconds=70).stdout
        assert answer in ("200", "404", "503"), (url, answer)
    # pictures of them: an answer for each, and soon
    asked = 0
    for title in ("wide", "zip", "circle", "deep", "soi"):
        for res in objects[title]["res"]:
            if "/art/" in res["url"]:
                answer = house.hosts["phone"].run(
                    ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "30", res["url"]]).stdout
                assert answer in ("200", "404", "503"), (title, res["url"], answer)
                asked += 1
    assert asked > 0
    assert server.popen.poll() is None
    assert "Good" in {track["title"] for track in ask.children("music-tracks")}
