# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures that stand for media: what the worker makes of files, pixel by pixel, what the server offers
and serves, what it remembers, and what it does with files that want to harm it."""

import array
import os
import pathlib
import signal
import socket
import struct
import subprocess
import xml.etree.ElementTree as ElementTree
import zlib

import pytest

from house import wait_until
from media import ffmpeg
from test_server import DIDL, UPNP, Client, url_of
from test_worker import Worker

JOB, ANSWER, THUMB = 4, 5, 2
MADE, UNSUITABLE, UNREADABLE, DIED = range(4)
JPEG, PNG = 0, 1
# T.81 table K.3: how many codes there are of each length
TYPICAL_LUMINANCE = bytes((0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))
RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right
# EXIF's orientation: which corner of the file is where in the upright picture
UPRIGHT = {1: (0, 1, 2, 3), 2: (1, 0, 3, 2), 3: (3, 2, 1, 0), 4: (2, 3, 0, 1),
           5: (0, 2, 1, 3), 6: (2, 0, 3, 1), 7: (3, 1, 2, 0), 8: (1, 3, 0, 2)}


# the same as filters of ffmpeg
TURNS = {1: "null", 2: "hflip", 3: "hflip,vflip", 4: "vflip", 5: "transpose=0", 6: "transpose=1", 7: "transpose=3",
         8: "transpose=2"}


def make_quarters(path, width, height, *options, seconds=None):
    """A picture, or a film, of four colours, one in each corner, and much that is small in the middle."""
    half = f"{width // 2}x{height // 2}"
    inputs = []
    for colour in ("red", "lime", "blue", "yellow"):
        length = f":d={seconds}:r=10" if seconds else ""
        inputs += ["-f", "lavfi", "-i", f"color={colour}:s={half}{length}"]
    inputs += ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10"]
    middle = f"[4]trim=end_frame=1,scale={max(width // 2, 2)}:{max(height // 2, 2)},loop=-1:1"
    layout = (f"[0][1]hstack[t];[2][3]hstack[b];[t][b]vstack[q];{middle}[m];"
              f"[q][m]overlay={width // 4}:{height // 4}:format=gbrp:shortest=1,format=yuvj444p")
    if pathlib.Path(path).suffix in (".png", ".gif", ".webp", ".tiff", ".bmp"):
        layout = layout.replace("format=yuvj444p", "format=rgb24")
    if seconds:
        layout = layout.replace("yuvj444p", "yuv420p")
    frames = [] if seconds else ["-frames:v", "1"]
    ffmpeg(*inputs, "-filter_complex", layout, *frames, "-q:v", "2", *options, path)


def add_orientation(path, orientation):
    """An EXIF segment behind SOI."""
    data = path.read_bytes()
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:])


def decode(data):
    """(width, height, pixel(x, y)) of a coded picture, by ffmpeg."""
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height,pix_fmt",
                            "-of", "default=nw=1", "-i", "-"], input=data, check=True, capture_output=True)
    fields = dict(line.split("=") for line in probe.stdout.decode().split())
    width, height = int(fields["width"]), int(fields["height"])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         input=data, check=True, capture_output=True).stdout
    assert len(raw) == width * height * 3

    def pixel(x, y):
        at = (y * width + x) * 3
        return tuple(raw[at:at + 3])

    return width, height, pixel, fields


def pixels(*options, data=None):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin" if data is None else "-y", *options, "-frames:v", "1",
                           "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                          input=data, check=True, capture_output=True).stdout


def likeness(data, source, filters="null"):
    """Correlation of what was made with what ffmpeg makes of the source, both made smaller, 1 at best; and
    by how much they differ in the mean, of 255; and how large it was."""
    width, height = decode(data)[:2]
    side = min(80, max(width, height) // 2)
    size = f"scale={width * side // max(width, height)}:{height * side // max(width, height)}:flags=area"
    made = pixels("-i", "-", "-vf", size, data=data)
    wanted = pixels("-noautorotate", "-i", str(source), "-vf", f"{filters},format=rgb24,{size}")
    assert len(made) == len(wanted)
    n, mean, other = len(made), sum(made) / len(made), sum(wanted) / len(wanted)
    product = sum(a * b for a, b in zip(made, wanted)) / n - mean * other
    squares = [sum(a * a for a in one) / n - middle * middle for one, middle in ((made, mean), (wanted, other))]
    return product / (squares[0] * squares[1]) ** 0.5, sum(abs(a - b) for a, b in zip(made, wanted)) / n, max(width, height)


def check_like(data, source, filters="null"):
    """A mirror image of these has less than 0.2; colours of another matrix or brightness differ by 8 and more. In very small
    ones half of the colours are those of the neighbours."""
    correlation, difference, side = likeness(data, source, filters)
    small = side < 100
    assert correlation > (0.95 if small else 0.98), (source, filters, correlation)
    assert difference < (16 if small else 7), (source, filters, difference)


def near(colour, wanted):
    return all(abs(a - b) < 48 for a, b in zip(colour, wanted))


def corners(data):
    """Which of CORNERS is in each corner."""
    width, height, pixel, _ = decode(data)
    found = []
    for x, y in ((1, 1), (width - 2, 1), (1, height - 2), (width - 2, height - 2)):
        found.append(next((i for i, wanted in enumerate(CORNERS) if near(pixel(x, y), wanted)), pixel(x, y)))
    return tuple(found)


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


# The server


def fetch(house, url, *options, host="phone"):
    """(status, headers, octets)"""
    answer = subprocess.run([*house.hosts[host].prefix, "curl", "-s", "-i", "--max-time", "60", *options, url],
                            check=True, capture_output=True).stdout
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def objects_of(ask, object_id):
    """Elements by title."""
    reply = ask.browse(object_id)
    return {element.findtext("{http://purl.org/dc/elements/1.1/}title"): element
            for element in ElementTree.fromstring(reply["Result"])}


def art_of(element):
    """profile → URL"""
    return {art.get("{urn:schemas-dlna-org:metadata-1-0/}profileID"): art.text
            for art in element.findall(f"{UPNP}albumArtURI")}


def resources_of(element):
    return [(res.get("protocolInfo"), res.get("resolution"), res.text) for res in element.findall(f"{DIDL}res")]


@pytest.fixture
def gallery(house):
    """Pictures, a film and songs, readable for everybody and changeable."""
    folder = house.folder / "gallery"
    for name in ("Bare", "Covered", "Boxed"):
        (folder / name).mkdir(parents=True)
    make_quarters(folder / "large.jpg", 1600, 1200)
    make_quarters(folder / "turned.jpg", 1600, 1200)
    add_orientation(folder / "turned.jpg", 6)
    make_quarters(folder / "small.jpg", 100, 80)
    make_quarters(folder / "drawing.png", 300, 200)
    make_quarters(folder / "film.mp4", 320, 160, "-c:v", "mpeg4", seconds=2)
    make_quarters(house.folder / "cover.jpg", 500, 500)
    for name, cover in (("Bare", False), ("Covered", True), ("Boxed", False)):
        inputs = ["-i", house.folder / "cover.jpg", "-map", "0", "-map", "1", "-c:v", "copy"] if cover else []
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", *inputs, "-metadata", f"album={name}", "-metadata",
               f"title=Song {name}", "-metadata", "artist=A", folder / name / "1.mp3")
    return folder


@pytest.fixture
def ask(house, gallery, start_server):
    process = start_server(gallery)
    client = Client(house, url_of(house, process), "phone")
    client.process = process
    return client


def test_pictures_come_in_all_sizes(house, ask, gallery):
    shown = objects_of(ask, "pictures-all")
    resources = resources_of(shown["turned"])
    profiles = [info.split("DLNA.ORG_PN=")[1].split(";")[0] for info, _, _ in resources]
    assert profiles == ["JPEG_LRG", "JPEG_MED", "JPEG_SM", "JPEG_TN"]  # the file first, the thumbnail last
    for (info, resolution, url), size in zip(resources[1:], ((576, 768), (360, 480), (120, 160))):
        assert "DLNA.ORG_CI=1" in info and resolution == f"{size[0]}x{size[1]}"
        status, headers, data = fetch(house, url, "-H", "getcontentFeatures.dlna.org: 1",
                                      "-H", "transferMode.dlna.org: Interactive")
        assert status == 200 and headers["content-type"] == "image/jpeg"
        assert headers["contentfeatures.dlna.org"] == info.split(":", 3)[3]
        assert headers["transfermode.dlna.org"] == "Interactive"
        assert decode(data)[:2] == size and corners(data) == UPRIGHT[6]
        check_like(data, gallery / "turned.jpg", TURNS[6])
    # smaller than a form is offered as it is, and still has its thumbnail
    assert [r[1] for r in resources_of(shown["small"])] == ["100x80", "100x80"]
    # what is no JPEG can be had as one
    drawing = resources_of(shown["drawing"])
    assert [("JPEG" in info, size) for info, size, _ in drawing][1:] == [(True, "300x200")] * 3 + [(True, "160x107")]
    data = fetch(house, drawing[2][2])[2]
    assert decode(data)[:2] == (300, 200)
    check_like(data, gallery / "drawing.png")
    png = fetch(house, art_of(shown["large"])["PNG_TN"])[2]
    assert png[:4] == b"\x89PNG" and decode(png)[:2] == (160, 120) and corners(png) == (0, 1, 2, 3)
    check_like(png, gallery / "large.jpg")
    large = fetch(house, art_of(shown["large"])["PNG_TN"].replace("-tn.png", "-lrg.png"))[2]
    assert large[:4] == b"\x89PNG" and decode(large)[:2] == (1600, 1200)
    check_like(large, gallery / "large.jpg")


def test_covers_films_and_albums(house, ask, gallery):
    film = objects_of(ask, "video-all")["film"]
    info, _, url = resources_of(film)[-1]
    assert "DLNA.ORG_PN=JPEG_TN" in info and "DLNA.ORG_CI=1" in info
    data = fetch(house, url)[2]
    assert decode(data)[:2] == (160, 80) and corners(data) == (0, 1, 2, 3)
    check_like(data, gallery / "film.mp4")
    songs = objects_of(ask, "music-tracks")
    data = fetch(house, art_of(songs["Song Covered"])["JPEG_TN"])[2]
    assert decode(data)[:2] == (160, 160) and corners(data) == (0, 1, 2, 3)
    assert art_of(songs["Song Bare"]) == {}
    albums = objects_of(ask, "music-albums")
    data = fetch(house, art_of(albums["Covered"])["JPEG_SM"])[2]
    assert decode(data)[:2] == (480, 480) and corners(data) == (0, 1, 2, 3)
    check_like(data, house.folder / "cover.jpg")
    assert art_of(albums["Bare"]) == {}


def test_microsofts_way_to_a_cover(house, ask):
    """The item's own URL with ?albumArt=true; whatever else stands there, the item itself."""
    songs = objects_of(ask, "music-tracks")
    covered, bare = songs["Song Covered"], songs["Song Bare"]
    url = resources_of(covered)[0][2]
    thumbnail = fetch(house, art_of(covered)["JPEG_TN"])[2]
    for query in ("albumArt=true", "x=1&albumArt=true"):
        status, headers, data = fetch(house, f"{url}?{query}")
        assert (status, headers["content-type"], data) == (200, "image/jpeg", thumbnail)
    for query in ("albumArt=false", "albumArt=true1", "xalbumArt=true", ""):
        assert fetch(house, f"{url}?{query}")[1]["content-type"] == "audio/mpeg"
    assert fetch(house, f"{resources_of(bare)[0][2]}?albumArt=true")[0] == 404


def test_art_beside_a_film_and_changes(house, ask, gallery):
    url = art_of(objects_of(ask, "video-all")["film"])["JPEG_TN"]
    first = fetch(house, url)
    # what is known is not asked for again
    assert fetch(house, url, "-H", f"If-None-Match: {first[1]['etag']}")[0] == 304
    make_quarters(gallery / "film-poster.jpg", 80, 160)
    poster = fetch(house, url)
    assert decode(poster[2])[:2] == (80, 160) and poster[1]["etag"] != first[1]["etag"]
    ffmpeg("-f", "lavfi", "-i", "color=lime:s=200x100", "-frames:v", "1", gallery / "film-poster.jpg")
    changed = fetch(house, url)[2]
    assert decode(changed)[:2] == (160, 80) and near(decode(changed)[2](80, 40), GREEN)


def test_bad_urls_and_files(house, ask, gallery):
    good = art_of(objects_of(ask, "pictures-all")["large"])["JPEG_TN"]
    base, name = good.rsplit("/", 1)
    for wrong in ("", "x", "-", "tn.jpg", "i000000000000001-0-tn.jpg", name.replace("tn", "xx"),
                  name.replace("-tn", "tn"), "../media/" + name, "%2e%2e/" + name, "c0-0-tn.jpg", "music--tn.jpg",
                  "9" * 300 + "-0-tn.jpg"):
        assert fetch(house, f"{base}/{wrong}", "--path-as-is")[0] in (400, 404), wrong
    (gallery / "large.jpg").write_bytes((gallery / "large.jpg").read_bytes()[:200])
    assert fetch(house, good)[0] == 404
    assert fetch(house, good)[0] == 404  # and it is not tried again
    (gallery / "large.jpg").unlink()
    assert fetch(house, good)[0] == 404


def test_the_cache_stays_small_and_survives(house, gallery, start_server):
    # noise, of which little fits into one MiB
    for number in range(8):
        ffmpeg("-f", "lavfi", "-i", f"nullsrc=s=1600x1200,geq=random({number})*255:128:128", "-frames:v", "1",
               "-q:v", "3", gallery / f"noise{number}.jpg")
    process = start_server(gallery, options=["--art-cache", "1"])
    ask = Client(house, url_of(house, process), "phone")
    art = house.folder / "state-Attic/art"
    urls = [art_of(element)["JPEG_MED"] for title, element in objects_of(ask, "pictures-all").items()
            if title.startswith("noise")]
    assert len(urls) == 8
    total = 0
    for url in urls:
        answer = fetch(house, url)
        assert answer[0] == 200
        total += len(answer[-1])
    assert total > 1024 * 1024  # so something had to go
    used = sum(path.stat().st_size for path in art.rglob("*") if path.is_file())
    assert 0 < used <= 1024 * 1024
    kept = {path.name for path in art.rglob("*") if path.is_file()}
    assert fetch(house, urls[-1])[0] == 200
    assert {path.name for path in art.rglob("*") if path.is_file()} == kept  # it was there


def test_a_dead_worker_costs_one_try(house, ask):
    """Worker processes that die while pictures are asked for end neither the server nor the answers."""
    urls = [art_of(element)["JPEG_SM"] for element in objects_of(ask, "pictures-all").values()]
    waiting = [subprocess.Popen([*house.hosts["phone"].prefix, "curl", "-s", "-o", os.devnull, "-w", "%{http_code}",
                                 "--max-time", "90", url], stdout=subprocess.PIPE) for url in urls * 4]
    children = wait_until("workers", lambda: [pid for pid, path in house.hosts["server"].inside().items()
                                              if path.endswith("/worker")])
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    codes = {process.communicate()[0].decode() for process in waiting}
    assert codes <= {"200", "404", "503"} and "200" in codes, codes
    assert fetch(house, urls[0])[0] in (200, 404)
    assert ask.process.popen.poll() is None


def test_icons(house, ask):
    """Two sizes in two forms, as the description says (DLNA guidelines 7.2.27)."""
    device = "{urn:schemas-upnp-org:device-1-0}"
    description = ElementTree.fromstring(fetch(house, f"{ask.url}/description.xml")[2])
    icons = {(icon.findtext(f"{device}mimetype"), icon.findtext(f"{device}width"), icon.findtext(f"{device}height"),
              icon.findtext(f"{device}depth")): icon.findtext(f"{device}url") for icon in description.iter(f"{device}icon")}
    assert set(icons) == {(f"image/{form}", size, size, "24") for form in ("jpeg", "png") for size in ("48", "120")}
    for (mime, size, _, _), path in icons.items():
        status, headers, data = fetch(house, ask.url + path)
        assert status == 200 and headers["content-type"] == mime
        assert headers["transfermode.dlna.org"] == "Interactive"
        width, height, pixel, _ = decode(data)
        assert (width, height) == (int(size), int(size))
        middle, edge, corner = pixel(width // 2, height // 2), pixel(width // 2, height // 10), pixel(0, 0)
        assert near(middle, (255, 204, 64)) and near(edge, (23, 71, 107)) and near(corner, (255, 255, 255))
    assert fetch(house, f"{ask.url}/icon/other.png")[0] == 404
