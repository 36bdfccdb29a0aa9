# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands on the screen of av-renderer, under an X server whose screen is a file: a clock, a card of what plays, the
volume, and what is wrong. Places and texts are as the test draws them itself."""

import itertools
import pathlib
import re
import shutil
import time
import zlib
from struct import pack

import pytest

from conftest import RENDERER
from house import wait_until
from media import ffmpeg
from test_renderer import PYTHON, SUPPORT, Remote  # noqa: F401
from test_rendering import make_wav
from wayland import WaylandServer
from xserver import Box, WindowManager, XClient, XServer, draw_text, likeness

WIDTH, HEIGHT = 1280, 720
NAME = "Parlour"
GREEN = (0, 200, 40)  # the cover
HEX, LIGHT = "0x40c0e0", (0x40, 0xC0, 0xE0)  # of films and pictures
LIKE = 0.75  # of a text, at least; another one of the same size is at least so much less:
OTHER = 0.1


@pytest.fixture
def xserver(house):
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    server = XServer(house, "tv", WIDTH, HEIGHT)
    house.env["DISPLAY"] = server.name
    return server


@pytest.fixture
def compositor(house):
    if shutil.which("weston") is None:
        pytest.skip("weston is not installed")
    server = WaylandServer(house, "tv", WIDTH, HEIGHT)
    house.env["WAYLAND_DISPLAY"] = server.name
    return server


@pytest.fixture
def screen(house):
    """screen(…) → Remote of a renderer that has chosen its screen by itself."""

    def start(*options, ready=True):
        process = house.hosts["tv"].start(
            [RENDERER, "--name", NAME, "--state-dir", house.folder / "state-screen", "--audio-sink", "fakesink sync=true",
             "--screen", *options], ready=ready)
        return Remote(house, process)

    return start


def make_cover(path):
    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    side = 32
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress((b"\0" + bytes(GREEN) * side) * side)) + chunk(b"IEND", b""))


@pytest.fixture
def origin(house):
    folder = house.folder / "media"
    folder.mkdir()
    make_wav(folder / "tone.wav", 500, -500, seconds=40)
    make_cover(folder / "cover.png")
    ffmpeg("-f", "lavfi", "-i", "color=c=0x203060:s=320x180:r=5", "-t", "60", "-c:v", "mjpeg", folder / "film.mkv")
    for name, size, form in (("tall.mkv", "180x180", "setsar=4/3"), ("photo.jpg", "90x160", "null")):
        ffmpeg("-f", "lavfi", "-i", f"color=c={HEX}:s={size}:r=5", "-vf", form, "-t", "60" if name == "tall.mkv" else "0.2",
               "-c:v", "mjpeg", "-update" if name == "photo.jpg" else "-shortest", *(["1"] if name == "photo.jpg" else []),
               folder / name)
    (folder / "broken.wav").write_bytes(b"RIFF" + b"nonsense " * 500)
    server = house.hosts["server"]
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="origin")
    port = wait_until("port of the origin", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    return lambda name: f"http://{server.addresses['living']}:{port}/plain/{name}"


def part(left, top, right, bottom):
    """In heights of the screen, as a card is laid out."""
    return Box(*(round(v * HEIGHT) for v in (left, top, right, bottom)))


ASPECT = WIDTH / HEIGHT
CLOCK = part(0.1, 0.22, ASPECT - 0.1, 0.52)
CLOCK_NAME = part(0.1, 0.54, ASPECT - 0.1, 0.65)
CLOCK_PLACE = part(0.1, 0.66, ASPECT - 0.1, 0.73)
COVER = part(0.1, 0.18, 0.6, 0.68)
TITLE = part(0.68, 0.20, ASPECT - 0.1, 0.30)
ARTIST = part(0.68, 0.48, ASPECT - 0.1, 0.555)
ALBUM = part(0.68, 0.56, ASPECT - 0.1, 0.62)
BAR = part(0.1, 0.80, ASPECT - 0.1, 0.812)
POSITION = part(0.1, 0.835, 0.5, 0.89)
DURATION = part(ASPECT / 2, 0.835, ASPECT - 0.1, 0.89)
VOLUME = part(ASPECT - 0.5, 0.93, ASPECT - 0.1, 0.95)
FILLED = 100  # green of the filled part of a bar; of the groove it is 56


def is_centred(box):
    return abs((box.left + box.right) / 2 - WIDTH / 2) < 0.015 * WIDTH


def says(screen, box, text, size, bold=False):
    """How much what stands in box is like the text; 0: nothing is there, or it is of another size."""
    place, light = screen.find(box)
    drawn = draw_text(text, round(size * HEIGHT), bold)
    if place is None or abs(light.width - drawn.width) > 0.06 * drawn.width + 4 \
            or abs(light.height - drawn.height) > 0.12 * drawn.height + 4:
        return 0
    return likeness(light, drawn)


def says_in_lines(screen, box, text, size):
    """The same of a text in one line or two, wherever that is broken; of the least of its lines."""
    height = round(1.164 * size * HEIGHT)  # of a line of the font
    words = text.split(" ")
    first, second = (Box(box.left, box.top + i * height, box.right, box.top + (i + 1) * height) for i in range(2))
    if screen.find(second)[0] is None:
        return says(screen, first, text, size)
    breaks = ((says(screen, first, " ".join(words[:n]), size), words[n:]) for n in range(1, len(words)))
    return max((min(like, says(screen, second, " ".join(rest), size)) for like, rest in breaks if like), default=0)


def filled(screen, box):
    """Which part of a bar is bright."""
    row = screen.row((box.top + box.bottom) // 2, box.left, box.right)
    bright = [x for x, light in enumerate(row) if light > FILLED]
    return (bright[-1] + 1) / len(row) if bright else 0


def test_idle_screen(house, xserver, screen, origin):
    tv = screen()
    address = house.hosts["tv"].addresses["living"]
    wait_until("name and address", lambda: says(xserver.look(), CLOCK_NAME, NAME, 0.07, bold=True) > LIKE
               and says(xserver.look(), CLOCK_PLACE, address, 0.045) > LIKE, 30)
    now = xserver.look()
    assert says(now, CLOCK_NAME, "Larboul", 0.07, bold=True) < says(now, CLOCK_NAME, NAME, 0.07, bold=True) - OTHER
    for box in (CLOCK, CLOCK_NAME, CLOCK_PLACE):
        assert is_centred(now.find(box)[0]), box
    wait_until("the time", lambda: says(xserver.look(), CLOCK, time.strftime("%H:%M"), 0.22) > LIKE, 90)
    # what is wrong, in words and in another colour, for a while
    plain = now.find(CLOCK_PLACE)[0]
    tv.play(origin("broken.wav"))
    tv.wait_error()
    wait_until("a sentence", lambda: xserver.look().find(CLOCK_PLACE)[0] not in (None, plain))
    look = xserver.look()
    place = look.find(CLOCK_PLACE)[0]
    colours = [look.colour(x, y) for y in range(place.top, place.bottom) for x in range(place.left, place.right)]
    red, green, blue = max(colours)
    assert red > 200 and 150 < green < 230 and blue < 120


def didl(title, artist, album, uri, cover):
    return ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
            f'<dc:title>{title}</dc:title><upnp:artist>{artist}</upnp:artist><upnp:album>{album}</upnp:album>'
            f'<upnp:albumArtURI>{cover}</upnp:albumArtURI><upnp:class>object.item.audioItem.musicTrack</upnp:class>'
            f'<res protocolInfo="http-get:*:audio/wav:*">{uri}</res></item></DIDL-Lite>')


def test_what_plays(house, xserver, screen, origin):
    tv = screen()
    assert tv.set_uri(origin("tone.wav"), didl("Hidden Place", "Vesper", "Domestic", origin("tone.wav"),
                                               origin("cover.png"))) == {}
    tv.play()
    tv.wait_state("PLAYING")
    wait_until("the title", lambda: says(xserver.look(), TITLE, "Hidden Place", 0.07, bold=True) > LIKE)
    wait_until("the cover", lambda: xserver.look().colour((COVER.left + COVER.right) // 2, (COVER.top + COVER.bottom) // 2) == GREEN)
    assert tv.transport("Seek", Unit="REL_TIME", Target="0:00:20") == {}
    assert tv.transport("Pause") == {}
    tv.wait_state("PAUSED_PLAYBACK")
    at = tv.position_s()
    wait_until("half the bar", lambda: abs(filled(xserver.look(), BAR) - at / 40) < 0.03)  # told in whole seconds
    now = xserver.look()
    for box, text, size in ((ARTIST, "Vesper", 0.05), (ALBUM, "Domestic", 0.04), (DURATION, "0:40", 0.035),
                            (POSITION, f"0:{int(at):02d}", 0.035)):
        assert says(now, box, text, size) > LIKE, text
    assert says(now, TITLE, "Bidden Fleas", 0.07, bold=True) < says(now, TITLE, "Hidden Place", 0.07, bold=True) - OTHER
    for x, y in ((COVER.left + 4, COVER.top + 4), (COVER.right - 5, COVER.bottom - 5)):
        assert now.colour(x, y) == GREEN
    assert now.find(TITLE)[0].left - TITLE.left < 0.02 * HEIGHT

    def shows(box, percent):
        """The same once more would be no change."""
        percent += next(turn) % 2
        assert tv.volume("SetVolume", DesiredVolume=percent) == {}
        return abs(filled(xserver.look(), box) - percent / 100) < 0.03

    turn = itertools.count()
    for percent in (30, 70):
        wait_until(f"{percent} % of volume", lambda: shows(VOLUME, percent))
    wait_until("no volume any more", lambda: filled(xserver.look(), VOLUME) == 0)
    # over a film, too, which has all of the screen but for it
    tv.play(origin("film.mkv"))
    tv.wait_state("PLAYING")
    wait_until("the film", lambda: is_everywhere(xserver.look(), (0x20, 0x30, 0x60)))
    wait_until("the volume over the film", lambda: shows(VOLUME, 40))
    wait_until("the film alone", lambda: filled(xserver.look(), VOLUME) == 0 and is_everywhere(xserver.look(), (0x20, 0x30, 0x60)))


def is_like(one, other):
    return all(abs(a - b) < 24 for a, b in zip(one, other))


def is_everywhere(look, colour, box=Box(0, 0, WIDTH, HEIGHT)):
    """In the corners and the middle of the box, and nothing beside it."""
    right, bottom = box.right - 3, box.bottom - 3
    inside = ((box.left + 2, box.top + 2), (right, box.top + 2), (box.left + 2, bottom), (right, bottom),
              ((box.left + right) // 2, (box.top + bottom) // 2))
    beside = [(x, HEIGHT // 2) for x in (box.left - 3, box.right + 2) if 0 <= x < WIDTH]
    return all(is_like(look.colour(*at), colour) for at in inside) and all(look.colour(*at) == (0, 0, 0) for at in beside)


def test_one_window(house, xserver, screen, origin):
    """Clock, card, film and picture stand in one window that has all of the screen, also where windows are managed; films
    and pictures keep their form and are black beside it; no pointer stands on them, and no screen saver hides a film."""
    client = XClient(xserver)
    manager = WindowManager(xserver)
    tv = screen()
    wait_until("the name", lambda: says(xserver.look(), CLOCK_NAME, NAME, 0.07, bold=True) > LIKE)
    (window, place), = client.shown()
    assert place == Box(0, 0, WIDTH, HEIGHT)
    for name, width in (("tall.mkv", HEIGHT * 4 / 3), ("tone.wav", 0), ("photo.jpg", HEIGHT * 90 / 160), ("film.mkv", WIDTH)):
        began = time.monotonic()
        about = [didl("Hidden Place", "Vesper", "Domestic", origin(name), origin("cover.png"))] if not width else []
        assert tv.set_uri(origin(name), *about) == {}
        tv.play()
        tv.wait_state("PLAYING")
        box = Box(round((WIDTH - width) / 2), 0, round((WIDTH + width) / 2), HEIGHT)
        wait_until(name, lambda: says(xserver.look(), TITLE, "Hidden Place", 0.07, bold=True) > LIKE if not width else
                   is_everywhere(xserver.look(), (0x20, 0x30, 0x60) if name == "film.mkv" else LIGHT, box))
        assert client.shown() == [(window, Box(0, 0, WIDTH, HEIGHT))], name
        if width:
            assert client.untouched_s() <= time.monotonic() - began, name
    assert tv.transport("Stop") == {}
    wait_until("the name again", lambda: says(xserver.look(), CLOCK_NAME, NAME, 0.07, bold=True) > LIKE)
    assert client.shown() == [(window, Box(0, 0, WIDTH, HEIGHT))]
    assert set(client.pointer()) == {0}
    assert manager.mapped == 1


def test_window_without_cards(house, xserver, screen, origin):
    """Who wants films alone has his desktop back after the last one. Nobody manages windows here."""
    client = XClient(xserver)
    tv = screen("--screen=no")
    tv.play(origin("tone.wav"))
    tv.wait_state("PLAYING")
    assert client.shown() == []
    tv.play(origin("film.mkv"))
    wait_until("the film", lambda: is_everywhere(xserver.look(), (0x20, 0x30, 0x60)))
    (window, _), = client.shown()
    tv.play(origin("tall.mkv"))
    wait_until("the next one", lambda: is_everywhere(xserver.look(), LIGHT, Box(160, 0, 1120, HEIGHT)))
    assert [shown for shown, _ in client.shown()] == [window]
    # another mode of the screen, in the midst of it
    client.tell_size(WIDTH // 2, HEIGHT // 2)
    wait_until("the smaller one", lambda: is_everywhere(xserver.look(), LIGHT, Box(80, 0, 560, HEIGHT // 2)))
    assert client.shown() == [(window, Box(0, 0, WIDTH // 2, HEIGHT // 2))]
    assert tv.transport("Stop") == {}
    # before 40 s, when all that films took is let go
    wait_until("the desktop", lambda: client.shown() == [], 30, exactly=True)


def test_no_network_in_words(house, xserver, screen):
    """In place of an address: what is wrong, for who stands in front of it."""
    house.hosts["tv"].ip("link", "set", "eth0", "down")
    tv = house.hosts["tv"].start([RENDERER, "--name", NAME, "--state-dir", house.folder / "state-screen", "--audio-sink",
                                  "fakesink", "--screen"])
    wait_until("the name", lambda: says(xserver.look(), CLOCK_NAME, NAME, 0.07, bold=True) > LIKE, 30)
    look = xserver.look()
    place = look.find(CLOCK_PLACE)[0]
    told = re.search("waiting for a network interface: (.*)", tv.wait_log("waiting for a network interface: ")).group(1)
    assert told.startswith("no usable network interface: ") and "eth0 is down" in told
    like = says_in_lines(look, CLOCK_PLACE, told, 0.045)
    # of so many letters each may stand a little beside where another program sets it
    assert like > LIKE - OTHER and says_in_lines(look, CLOCK_PLACE, told.replace("down", "left"), 0.045) < like - OTHER
    red, _, blue = max(look.colour(x, y) for y in range(place.top, place.bottom) for x in range(place.left, place.right))
    assert red > 200 and blue < 120


def test_wayland(house, compositor, screen, origin):
    """Chosen by itself, inside the sandbox: idle, then what plays, then a film that has all of it."""
    assert f"Wayland {compositor.name}\tpictures: waylandsink, used\n" in house.hosts["tv"].run(
        [RENDERER, "--list-devices"]).stdout
    tv = screen()
    wait_until("the name", lambda: says(compositor.look(), CLOCK_NAME, NAME, 0.07, bold=True) > LIKE, 30)
    assert says(compositor.look(), CLOCK_NAME, "Larboul", 0.07, bold=True) < LIKE
    assert tv.set_uri(origin("tone.wav"), didl("Hidden Place", "Vesper", "Domestic", origin("tone.wav"),
                                               origin("cover.png"))) == {}
    tv.play()
    tv.wait_state("PLAYING", seconds=60)
    wait_until("the title", lambda: says(compositor.look(), TITLE, "Hidden Place", 0.07, bold=True) > LIKE, 30)
    tv.play(origin("film.mkv"))
    tv.wait_state("PLAYING")
    wait_until("the film", lambda: is_everywhere(compositor.look(), (0x20, 0x30, 0x60)), 30)
    tv.play(origin("tall.mkv"))
    wait_until("one of another form", lambda: is_everywhere(compositor.look(), LIGHT, Box(160, 0, 1120, HEIGHT)), 30)


def test_a_screen_that_is_gone(house, screen, origin):
    """Nothing opens: films are heard, and nobody crashes on the search for something to draw on."""
    house.env.update(DISPLAY="", WAYLAND_DISPLAY="gone-0")
    tv = screen()
    tv.process.wait_log("Wayland gone-0 cannot be opened")
    tv.play(origin("film.mkv"))
    tv.wait_state("PLAYING")
    wait_until("it goes on", lambda: tv.position_s() > 1)
    assert tv.state() == "PLAYING" and "the media process ended" not in tv.process.log()


def test_ways_to_a_screen(house, xserver):
    """Best first, one that does not open passed over; without any, nothing of pictures is offered."""
    command = [RENDERER, "--list-devices"]
    listed = house.hosts["tv"].run(command, env={"WAYLAND_DISPLAY": "gone-0"}).stdout
    assert "Wayland gone-0\tpictures: cannot be opened\n" in listed
    assert f"X {xserver.name}\tpictures: " in listed and ", used\n" in listed

    def has_picture(**env):
        tv = Remote(house, house.hosts["tv"].start(
            [RENDERER, "--name", NAME, "--state-dir", house.folder / "state-screen", "--audio-sink", "fakesink"],
            env=env, ready=True))
        scpd = tv.ask(["GET", "/scpd/RenderingControl.xml", {}])[0]["text"]
        transforms = tv.call("RenderingControl:3", "GetAllAvailableTransforms")
        refused = tv.call("RenderingControl:3", "SetBrightness", InstanceID=0, DesiredBrightness=60)
        tv.process.stop()
        assert "SetVolume" in scpd
        return "SetBrightness" in scpd, "Rotation" in str(transforms), refused == {}

    assert has_picture() == (True, True, True)
    if not any(pathlib.Path("/dev/dri").glob("card*")):
        assert has_picture(DISPLAY="") == (False, False, False)
