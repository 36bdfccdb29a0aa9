# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cover of what plays: as a file, and at a terminal (tmux) beside the line that tells; and covers that mean harm."""

import pathlib
import re
import signal
import struct
import subprocess
import zlib

import pytest

import media
from conftest import AVCP, PYTHON
from house import wait_until
from terminal import Terminal
from test_avcp_queue import daemon  # noqa: F401 (a fixture)

SUPPORT = pathlib.Path(__file__).parent.parent / "support"
HALF = "\u2580"
QUARTERS = [[(255, 0, 0), (0, 255, 0)], [(0, 0, 255), (255, 255, 255)]]
# xterm's 256 by its own table: a cube with these edges, then greys
EDGES = [0, 95, 135, 175, 215, 255]
NUMBERS = ({16 + 36 * r + 6 * g + b: (EDGES[r], EDGES[g], EDGES[b]) for r in range(6) for g in range(6) for b in range(6)}
           | {232 + i: (8 + 10 * i,) * 3 for i in range(24)})
# what a terminal of 2^24 colours has in terminfo
DIRECT = r"""direct|a terminal with all colours,
	RGB, colors#0x1000000, pairs#0x7fff,
	setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
	use=tmux-256color,
"""


def png(pixels, width=None, height=None):
    """A PNG of those rows; it may say another size."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width or len(pixels[0]), height or len(pixels), 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"".join(bytes(pixel) for pixel in row) for row in pixels)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def quarters(side):
    return [[QUARTERS[2 * y // side][2 * x // side] for x in range(side)] for y in range(side)]


def pixels_of(ppm):
    """Rows of a P6."""
    magic, size, full, octets = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    assert (magic, full, len(octets)) == (b"P6", b"255", width * height * 3)
    return [[tuple(octets[3 * (y * width + x):][:3]) for x in range(width)] for y in range(height)]


def like(a, b):
    return all(abs(x - y) <= 40 for x, y in zip(a, b))  # a JPEG comes in between


def half_blocks(terminal):
    """Rows of (colour above, colour below) as they stand on the screen."""
    rows = []
    for line in terminal.tmux("capture-pane", "-p", "-e").splitlines():
        front = back = None
        cells = []
        for sgr, character in re.findall(r"\x1b\[([\d;:]*)m|([^\x1b])", line):
            if character:
                cells += [(front, back)] if character == HALF else []
                continue
            numbers = [int(number or 0) for number in re.split("[;:]", sgr)]
            while numbers:
                word, *numbers = numbers
                taken = 0
                colour = None
                if word in (38, 48) and numbers[0] == 5:
                    colour, taken = NUMBERS.get(numbers[1]), 2
                elif word in (38, 48):
                    colour, taken = tuple(numbers[1:4]), 4
                numbers = numbers[taken:]
                front = colour if word == 38 else None if word in (0, 39) else front
                back = colour if word == 48 else None if word in (0, 49) else back
        if cells:
            rows.append(cells)
    return rows


def shows(columns, rows):
    """The four quarters in so many cells, each of two pixels; the one in the middle may be of both."""
    def check(cells):
        if len(cells) != rows or any(len(row) != columns for row in cells):
            return False
        halves = [half for row in cells for half in ([cell[0] for cell in row], [cell[1] for cell in row])]
        return all(halves[y][x] is not None and like(halves[y][x], QUARTERS[y // rows][2 * x // columns])
                   for y in range(2 * rows) for x in range(columns))
    return check


@pytest.fixture
def room(house, start_server, start_renderer, avcp):
    """A renderer that plays a long tone with a cover; room.origin means harm, room.set(art) gives it another one."""
    folder = house.folder / "share/Album"
    folder.mkdir(parents=True)
    media.ffmpeg("-f", "lavfi", "-i", "sine=duration=100", "-metadata", "title=Tone", "-metadata",
                 "album=Album", folder / "1.flac")
    (folder / "cover.png").write_bytes(png(quarters(160)))
    covers = house.folder / "covers"
    covers.mkdir()
    (covers / "bomb.png").write_bytes(png([[(0, 0, 0)] * 1000] * 100, 60000, 60000))
    (covers / "good.png").write_bytes(png(quarters(160)))
    (covers / "cut.png").write_bytes(png(quarters(160))[:90])
    (covers / "text.png").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    server = house.hosts["server"]
    bases = {}
    for script in ("origin", "hostile_origin"):
        origin = server.start([PYTHON, "-B", SUPPORT / f"{script}.py", server.addresses["living"], covers], name=script)
        port = wait_until("its port", lambda origin=origin: origin.output().split("\n")[0]
                          if "\n" in origin.output() else 0)
        bases[script] = f"http://{server.addresses['living']}:{port}/"
    start_server(folder.parent)
    house.renderer = start_renderer()
    avcp("-r", "Parlour", "play", "Attic:/Music/Albums/Album/Tone")
    status = avcp("-r", "Parlour", "status")

    class Room:
        harmless, harmful = bases["origin"], bases["hostile_origin"]

        @staticmethod
        def set(title, art):
            """The same track, by another name and with that address for a cover."""
            inside = f"<upnp:albumArtURI>{art}</upnp:albumArtURI>" if art else ""
            metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
                        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
                        'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                        f"<dc:title>{title}</dc:title><upnp:class>object.item.audioItem</upnp:class>{inside}"
                        f'<res protocolInfo="http-get:*:audio/flac:*">{status["uri"]}</res></item></DIDL-Lite>')
            avcp("-r", "Parlour", "call", "AVTransport", "SetAVTransportURI", f"CurrentURI={status['uri']}",
                 f"CurrentURIMetaData={metadata}")

    return Room


def screen(house, room, term, lines=30, **env):
    return Terminal(house.hosts["phone"], ["env", f"TERM={term}", *(f"{k}={v}" for k, v in env.items()), AVCP, "-r", "Parlour", "ui"], columns=100,
                    lines=lines, env={"TERMINFO_DIRS": f"{house.folder}/terminfo:/etc/terminfo:/lib/terminfo:"
                                                       "/usr/share/terminfo"})


def has(text):
    return lambda lines: any(text in line for line in lines)


def at_a_terminal(house, room):
    """Seen, in another size when the window has one, and gone with the track, whatever the next one has."""
    with screen(house, room, "tmux-256color") as terminal:
        terminal.wait("what plays", has("Tone"), 30)
        # a quarter of the lines: 7 of 30, 14 pixels; as broad as high
        wait_until("the cover", lambda: shows(14, 7)(half_blocks(terminal)), 60)
        assert any(line.startswith(HALF * 14 + " Tone") for line in terminal.screen())
        terminal.resize(100, 60)
        wait_until("it grows", lambda: shows(24, 12)(half_blocks(terminal)), 30)
        terminal.resize(100, 10)
        terminal.wait("no room for it", lambda lines: has("Tone")(lines) and not has(HALF)(lines), 30)
        terminal.resize(100, 30)
        wait_until("it is as before", lambda: shows(14, 7)(half_blocks(terminal)), 30)

        for name, art in [("Plain", None), ("Bomb", room.harmless + "plain/bomb.png"),
                          ("Gone", room.harmful + "status-404/x.png"), ("Endless", room.harmful + "forever/x.png"),
                          ("Mute", room.harmful + "mute/x.png")]:
            room.set(name, art)
            terminal.wait(name, lambda lines, name=name: has(name)(lines) and not has(HALF)(lines), 30)
        # one that never answers holds up nothing, neither keys nor the next
        terminal.press("?")
        terminal.wait("the keys", has("take out of the queue"), 30)
        terminal.press("?")
        room.set("Again", room.harmless + "plain/good.png")
        wait_until("another cover", lambda: shows(14, 7)(half_blocks(terminal)), 30)


def as_the_terminal_can(house, room, term):
    """All colours where terminfo says so; nothing where there are but eight."""
    (house.folder / "direct.ti").write_text(DIRECT)
    subprocess.run(["tic", "-x", "-o", house.folder / "terminfo", house.folder / "direct.ti"], check=True)
    with screen(house, room, term) as terminal:
        terminal.wait("what plays", has("Tone"), 30)
        if term == "direct":
            wait_until("the cover", lambda: shows(14, 7)(half_blocks(terminal)), 60)
        else:
            terminal.press("?")
            terminal.wait("the keys", has("take out of the queue"))
            assert not has(HALF)(terminal.screen())


def as_characters_can(house, room):
    """No UTF-8, no half blocks; all else is there."""
    room.set("Bj\xf6rk", room.harmless + "plain/good.png")
    with screen(house, room, "tmux-256color", LC_ALL="C") as terminal:
        terminal.wait("what plays", has("Bj?rk"), 30)
        terminal.press("?")
        terminal.wait("the keys", has("take out of the queue"), 30)
        assert "".join(terminal.screen()).isascii(), terminal.screen()


def without_a_worker(house, avcp):
    """Whoever decodes is not there: that is said, and nothing else is the matter."""
    bare = house.folder / "libexec"
    bare.mkdir()
    for path in pathlib.Path(house.env["AV_UPNP_LIBEXECDIR"]).iterdir():
        if path.name != "worker":
            (bare / path.name).symlink_to(path)
    path = house.folder / "never.png"
    result = house.hosts["phone"].run([AVCP, "-r", "Parlour", "cover", path], check=False,
                                      env={"AV_UPNP_LIBEXECDIR": str(bare)})
    assert result.returncode == 1 and "worker" in result.stderr and result.stderr.count("\n") == 1, result.stderr
    assert not path.exists()


def as_a_file(house, avcp):
    """A PNG, a PPM, and what another program is given."""
    path = house.folder / "out/now.png"
    path.parent.mkdir()
    path.parent.chmod(0o777)
    avcp("-r", "Parlour", "cover", str(path), json=False)
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    ppm = house.folder / "out/now.ppm"
    avcp("-r", "Parlour", "cover", "--ppm", "--pixels", "8", str(ppm), json=False)
    rows = pixels_of(ppm.read_bytes())
    assert len(rows) == 8 and all(like(rows[y][x], QUARTERS[y // 4][x // 4]) for y in (0, 7) for x in (0, 7))
    # to another program: the same octets
    piped = subprocess.run([*house.hosts["phone"].prefix, AVCP, "-r", "Parlour", "cover", "--ppm", "--pixels=8"],
                           env=house.env, check=True, capture_output=True, timeout=60).stdout
    assert piped == ppm.read_bytes()


# What is wrong with the cover, and the exit code: 3 not found, 4 cannot be shown, 5 not reached in time, 1 else.
HARM = [("harmless", "plain/bomb.png", 4, "no picture"), ("harmless", "plain/cut.png", 4, "no picture"),
        ("harmless", "plain/text.png", 4, "no picture"), ("harmful", "status-404/x.png", 3, "404"),
        ("harmful", "forever/x.png", 1, "too large"), ("harmful", "mute/x.png", 5, ""),
        ("", "", 3, "without a cover"), ("", "file:///etc/passwd", 3, "without a cover")]


def covers_that_mean_harm(house, room, avcp):
    """Each costs itself."""
    path = house.folder / "never.png"
    for where, art, code, why in HARM:
        room.set("Harm", getattr(room, where, "") + art)
        seconds = 1 if "mute" in art else 60
        trouble = avcp("-r", "Parlour", f"--timeout={seconds}", "cover", str(path), code=code, json=False).stderr
        assert why in trouble and not path.exists(), art
    # nothing is fetched from beyond the house
    room.set("Far", "http://203.0.113.1/x.png")
    assert avcp("-r", "Parlour", "cover", str(path), code=5, json=False)
    assert house.renderer.popen.poll() is None
    assert house.renderer.stop(signal.SIGTERM)[0] == 0


def test_covers(house, daemon, room, avcp):  # noqa: F811
    """One house for all of it, since that is what takes time."""
    as_a_file(house, avcp)
    as_the_terminal_can(house, room, "direct")
    as_the_terminal_can(house, room, "screen")
    without_a_worker(house, avcp)
    as_characters_can(house, room)
    room.set("Tone", room.harmless + "plain/good.png")
    at_a_terminal(house, room)
    covers_that_mean_harm(house, room, avcp)
