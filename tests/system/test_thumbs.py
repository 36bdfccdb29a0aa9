# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures that stand for media: what the worker makes of files, pixel by pixel, and what it does with files that want
to harm it."""

import array
import os
import socket
import struct
import zlib

import pytest

from media import ffmpeg
from quarters import add_orientation, check_like, corners, decode, make_quarters, near, TURNS, UPRIGHT
from test_worker import Worker

JOB, ANSWER, THUMB = 4, 5, 2
MADE, UNSUITABLE, UNREADABLE, DIED = range(4)
JPEG, PNG = 0, 1
# T.81 table K.3: how many codes there are of each length
TYPICAL_LUMINANCE = bytes((0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))


def thumb(worker, path, width=160, height=160, form=JPEG):
    """(outcome, octets)"""
    file = os.open(path, os.O_RDONLY)
    question = struct.pack("=III", form, width, height)
    payload = struct.pack("=IIII", 7, THUMB, 0, len(question)) + question
    frame = struct.pack("=IHH", len(payload), JOB, 1) + payload
    worker.channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))])
    os.close(file)
    kind, data = worker.receive()
    number, outcome, length = struct.unpack_from("=III", data)
    assert (kind, number, length) == (ANSWER, 7, len(data) - 12)
    return outcome, data[12:]


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.process.kill()
    worker.process.wait()


def test_pictures_are_scaled_and_upright(worker, tmp_path):
    for orientation, expected in UPRIGHT.items():
        path = tmp_path / f"{orientation}.jpg"
        make_quarters(path, 640, 320)
        add_orientation(path, orientation)
        outcome, data = thumb(worker, path)
        assert outcome == MADE
        width, height, _, fields = decode(data)
        assert (width, height) == ((160, 80) if orientation < 5 else (80, 160)), orientation
        assert fields["codec_name"] == "mjpeg" and fields["pix_fmt"] == "yuvj420p"
        assert data[:4] == b"\xff\xd8\xff\xe0" and data[6:13] == b"JFIF\0\1\2"
        assert TYPICAL_LUMINANCE in data  # as DLNA's picture profiles ask
        assert corners(data) == expected, orientation
        check_like(data, path, TURNS[orientation])


def test_boxes_and_forms(worker, tmp_path):
    path = tmp_path / "a.jpg"
    make_quarters(path, 1200, 900)
    for box, size in (((160, 160), (160, 120)), ((640, 480), (640, 480)), ((1024, 768), (1024, 768)),
                      ((4096, 4096), (1200, 900)), ((100, 30), (40, 30))):  # smaller ones stay as they are
        outcome, data = thumb(worker, path, *box)
        assert (outcome, decode(data)[:2], corners(data)) == (MADE, size, (0, 1, 2, 3)), box
        check_like(data, path)
    outcome, data = thumb(worker, path, form=PNG)
    assert outcome == MADE and data[:8] == b"\x89PNG\r\n\x1a\n"
    assert decode(data)[:2] == (160, 120) and corners(data) == (0, 1, 2, 3)
    check_like(data, path)


def test_formats_of_pictures(worker, tmp_path):
    for suffix in ("png", "gif", "bmp", "tiff", "webp", "avif"):
        path = tmp_path / f"a.{suffix}"
        options = ["-lossless", "1"] if suffix == "webp" else []
        make_quarters(path, 320, 240, *options)
        outcome, data = thumb(worker, path)
        assert outcome == MADE, suffix
        assert decode(data)[:2] == (160, 120) and corners(data) == (0, 1, 2, 3), suffix
        check_like(data, path)
    # what is transparent is seen on white
    clear = tmp_path / "clear.png"
    ffmpeg("-f", "lavfi", "-i", "color=red@0.0:s=64x64,format=rgba", "-frames:v", "1", clear)
    outcome, data = thumb(worker, clear)
    assert outcome == MADE and near(decode(data)[2](30, 30), (255, 255, 255))


def box(name, *parts):
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def full_box(name, version, *parts):
    return box(name, struct.pack(">I", version << 24), *parts)


def inside(data, name):
    """Contents of the first box of that name."""
    at = data.index(name)
    return data[at + 4:at - 4 + struct.unpack_from(">I", data, at - 4)[0]]


def make_heic(path, scratch, columns, rows, width, height, turn=None, mirror=None):
    """Quarters as a telephone writes them: tiles of 64 pixels, each coded by itself, the last ones cut off."""
    make_quarters(scratch / "whole.png", columns * 64, rows * 64)
    tiles, config = [], b""
    for n in range(columns * rows):
        ffmpeg("-i", scratch / "whole.png", "-vf", f"crop=64:64:{n % columns * 64}:{n // columns * 64},format=yuv420p",
               "-frames:v", "1", "-c:v", "libx265", "-x265-params", "log-level=none:keyint=1:qp=10", "-tag:v", "hvc1",
               scratch / "tile.mp4")
        data = (scratch / "tile.mp4").read_bytes()
        tiles.append(inside(data, b"mdat"))
        config = inside(data, b"hvcC")
    single, ids = len(tiles) == 1, range(2, 2 + len(tiles))
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    properties = [box(b"hvcC", config), full_box(b"ispe", 0, struct.pack(">II", 64, 64)),
                  full_box(b"ispe", 0, struct.pack(">II", width, height))]
    own = [3]
    if turn is not None:
        properties.append(box(b"irot", bytes([turn])))
        own.append(len(properties))
    if mirror is not None:
        properties.append(box(b"imir", bytes([mirror])))
        own.append(len(properties))
    main = 2 if single else 1
    associations = [(1, own)] + [(i, [1, 2]) for i in ids] if not single else [(2, [1, *own])]
    items = [(i, b"hvc1") for i in ids] + ([] if single else [(1, b"grid")])

    def meta(start):
        places, at = b"", start
        for i, tile in zip(ids, tiles):
            places += struct.pack(">HHHHII", i, 0, 0, 1, at, len(tile))
            at += len(tile)
        if not single:
            places += struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))
        return full_box(
            b"meta", 0, full_box(b"pitm", 0, struct.pack(">H", main)),
            full_box(b"iinf", 0, struct.pack(">H", len(items)), *(
                full_box(b"infe", 2, struct.pack(">HH", i, 0), kind, b"\0") for i, kind in items)),
            full_box(b"iref", 0, box(b"dimg", struct.pack(f">HH{len(tiles)}H", 1, len(tiles), *ids))),
            box(b"iprp", box(b"ipco", *properties), full_box(
                b"ipma", 0, struct.pack(">I", len(associations)),
                *(struct.pack(">HB", i, len(p)) + bytes(p) for i, p in associations))),
            box(b"idat", grid), full_box(b"iloc", 1, struct.pack(">HH", 0x4400, len(items)), places))

    kind = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    start = len(kind) + len(meta(0)) + 8
    path.write_bytes(kind + meta(start) + box(b"mdat", *tiles))


def test_pictures_of_telephones(worker, tmp_path):
    """HEIC: a grid of tiles, cut off and turned; one tile alone. What is damaged ends in the worker."""
    path = tmp_path / "a.heic"
    make_heic(path, tmp_path, 4, 2, 240, 120)
    outcome, data = thumb(worker, path)
    assert outcome == MADE and decode(data)[:2] == (160, 80) and corners(data) == (0, 1, 2, 3)
    check_like(data, tmp_path / "whole.png", "crop=240:120:0:0")
    whole = path.read_bytes()
    for turn, mirror, expected in ((3, None, 6), (1, None, 8), (2, None, 3), (None, 1, 2), (None, 0, 4), (1, 1, 7), (3, 1, 5)):
        make_heic(path, tmp_path, 2, 2, 128, 128, turn, mirror)
        outcome, data = thumb(worker, path)
        assert outcome == MADE and corners(data) == UPRIGHT[expected], (turn, mirror)
        check_like(data, tmp_path / "whole.png", TURNS[expected])
        assert worker.probe([path])["a.heic"]["orientation"] == expected
    make_heic(path, tmp_path, 1, 1, 64, 64)
    outcome, data = thumb(worker, path)
    assert outcome == MADE and decode(data)[:2] == (64, 64) and corners(data) == (0, 1, 2, 3)
    check_like(data, tmp_path / "whole.png")
    for at in range(0, len(whole), max(1, len(whole) // 40)):  # one octet of it wrong, or an end too soon
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xff]) + whole[at + 1:])
        assert thumb(worker, path)[0] in (MADE, UNSUITABLE), at
        path.write_bytes(whole[:at])
        assert thumb(worker, path)[0] == UNSUITABLE, at


def make_raw(path, scratch, orientation):
    """A camera's file: a thumbnail, the pixels of which nothing is read, and a picture to look at."""
    make_quarters(scratch / "look.jpg", 640, 320)
    make_quarters(scratch / "small.jpg", 64, 32)
    look, small = (scratch / "look.jpg").read_bytes(), (scratch / "small.jpg").read_bytes()
    at = 400
    fields = [(0x10f, 2, 4, struct.unpack("<I", b"Ann\0")[0]), (0x112, 3, 1, orientation),
              (0x14a, 4, 2, 300), (0x201, 4, 1, at + len(look)), (0x202, 4, 1, len(small))]
    below = [[(0xfe, 4, 1, 0), (0x100, 4, 1, 6000), (0x101, 4, 1, 3000), (0x103, 3, 1, 34713), (0x111, 4, 1, 9)],
             [(0xfe, 4, 1, 1), (0x103, 3, 1, 6), (0x201, 4, 1, at), (0x202, 4, 1, len(look))]]
    data = bytearray(at)
    data[:8] = b"II*\0" + struct.pack("<I", 8)
    for place, entries in ((8, fields), (100, below[0]), (200, below[1])):
        directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries) + b"\0" * 4
        data[place:place + len(directory)] = directory
    data[300:308] = struct.pack("<II", 100, 200)
    path.write_bytes(bytes(data) + look + small)


def test_pictures_of_cameras(worker, tmp_path):
    """Raw files are shown by the JPEG in them, turned as the file says."""
    for name, orientation in (("a.nef", 1), ("a.dng", 6)):
        path = tmp_path / name
        make_raw(path, tmp_path, orientation)
        outcome, data = thumb(worker, path)
        assert outcome == MADE and corners(data) == UPRIGHT[orientation]
        check_like(data, tmp_path / "look.jpg", TURNS[orientation])
        assert decode(data)[:2] == ((160, 80) if orientation == 1 else (80, 160))
        found = worker.probe([path])[name]
        assert (found["container"], found["width"], found["height"], found["orientation"]) == (
            "raw", 640, 320, orientation)
    look = (tmp_path / "look.jpg").read_bytes()
    fuji = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0") + struct.pack(">II", 200, len(look))
    for name, data in (("a.raf", fuji.ljust(200, b"\0") + look), ("a.cr3", b"\0\0\0\x18ftypcrx ".ljust(300, b"\0") + look),
                       ("a.orf", b"IIRO\x08\0\0\0".ljust(300, b"\0") + look),
                       ("a.rw2", b"IIU\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x2e, 7, len(look), 300).ljust(290, b"\0") + look)):
        (tmp_path / name).write_bytes(data)
        outcome, answer = thumb(worker, tmp_path / name)
        assert outcome == MADE and corners(answer) == (0, 1, 2, 3), name
        check_like(answer, tmp_path / "look.jpg")


def test_films_and_covers(worker, tmp_path):
    film = tmp_path / "film.mp4"
    make_quarters(film, 320, 160, "-c:v", "mpeg4", seconds=4)
    outcome, data = thumb(worker, film)
    assert outcome == MADE and decode(data)[:2] == (160, 80) and corners(data) == (0, 1, 2, 3)
    check_like(data, film)
    # turned by the container: a telephone held upright
    turned = tmp_path / "turned.mp4"
    data = film.read_bytes()
    matrix = data.index(b"tkhd") + 4 + 40
    quarter = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    turned.write_bytes(data[:matrix] + quarter + data[matrix + len(quarter):])
    outcome, data = thumb(worker, turned)
    assert outcome == MADE and decode(data)[:2] == (80, 160)
    assert corners(data) == UPRIGHT[6]
    check_like(data, film, TURNS[6])
    # pixels that are twice as high as wide
    wide = tmp_path / "wide.mp4"
    ffmpeg("-i", film, "-vf", "setsar=1/2", "-c:v", "mpeg4", wide)
    assert decode(thumb(worker, wide)[1])[:2] == (160, 160)
    cover, song = tmp_path / "cover.jpg", tmp_path / "song.mp3"
    make_quarters(cover, 400, 400)
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", song)
    outcome, data = thumb(worker, song)
    assert outcome == MADE and decode(data)[:2] == (160, 160) and corners(data) == (0, 1, 2, 3)
    check_like(data, cover)
    plain = tmp_path / "plain.mp3"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", plain)
    assert thumb(worker, plain) == (UNSUITABLE, b"")


def png_of(width, height, depth=8, colours=2, pixels=b"\0" * 100000):
    """A PNG that declares a size, with a little of it."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels))
            + chunk(b"IEND", b""))


def test_hostile_files_make_no_picture(worker, tmp_path):
    good = tmp_path / "good.jpg"
    make_quarters(good, 320, 240)
    octets = good.read_bytes()
    cases = {"bomb.png": png_of(60000, 60000), "huge.png": png_of(0x7fffffff, 0x7fffffff), "empty.jpg": b"",
             "cut.jpg": octets[:100], "text.jpg": b"#EXTM3U\nfile:///etc/passwd\n",
             "list.avi": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n"}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        outcome, picture = thumb(worker, tmp_path / name)
        assert outcome == UNSUITABLE and picture == b"", name
    # damaged here and there: any answer will do, but the worker lives
    for at in range(0, len(octets), max(1, len(octets) // 40)):
        (tmp_path / "bent.jpg").write_bytes(octets[:at] + bytes([octets[at] ^ 0xff]) + octets[at + 1:])
        assert thumb(worker, tmp_path / "bent.jpg")[0] in (MADE, UNSUITABLE)
    assert thumb(worker, good)[0] == MADE


def test_the_most_pixels_of_a_picture(worker, tmp_path):
    """SEC-150: 64 million pixels, of one bit here, are made smaller; a row more is not even tried, good as it is."""
    for height, outcome in (8000, MADE), (8001, UNSUITABLE):
        path = tmp_path / f"{height}.png"
        path.write_bytes(png_of(8000, height, 1, 0, (b"\0" + b"\xff" * 1000) * height))
        assert thumb(worker, path)[0] == outcome, height


def test_nothing_of_a_file_is_passed_on(worker, tmp_path):
    """SEC-150: of a picture that has the form and the size that are asked for nothing but its pixels is in the answer."""
    path, secret = tmp_path / "a.jpg", b"nobody's business"
    make_quarters(path, 160, 120, "-pix_fmt", "yuvj420p")
    add_orientation(path, 1)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(secret)) + secret + data[2:] + secret)
    outcome, made = thumb(worker, path)
    assert outcome == MADE and decode(made)[:2] == (160, 120)
    assert secret not in made and b"Exif" not in made and made.endswith(b"\xff\xd9")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-i", path, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v",
           "attached_pic", tmp_path / "cover.mp3")
    assert secret in (tmp_path / "cover.mp3").read_bytes()
    outcome, made = thumb(worker, tmp_path / "cover.mp3")
    assert outcome == MADE and secret not in made


def test_a_large_picture_fits_into_an_answer(worker, tmp_path):
    noise = tmp_path / "noise.jpg"
    ffmpeg("-f", "lavfi", "-i", "nullsrc=s=5000x4000,geq=random(1)*255:random(2)*255:random(3)*255",
           "-frames:v", "1", "-q:v", "5", noise)
    outcome, data = thumb(worker, noise, 4096, 4096)
    assert outcome == MADE and len(data) <= 1024 * 1024
    assert decode(data)[:2] in ((4096, 3277), (2048, 1638))  # noise is hard to press
