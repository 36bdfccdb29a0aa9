# SPDX-License-Identifier: LGPL-2.1-or-later
"""RenderingControl of av-renderer: what is heard, to the sample, and what is seen, to the pixel; what two subscribers
are told; what is there after a restart."""

import math
import re
import struct
import time
import wave
import zlib

import pytest

import media as media_maker
from house import wait_until
from media import ffmpeg
from test_renderer import PYTHON, SUPPORT, Ear, Remote, read_by_gupnp  # noqa: F401

RATE = 44100
WIDTH, HEIGHT = 64, 48
FRAME = WIDTH * HEIGHT * 3
UNITS = 256
# Quarters of the test picture, clockwise from the upper left.
RED, GREEN, BLUE, GREY = (200, 0, 0), (0, 160, 0), (0, 0, 120), (100, 100, 100)


def make_wav(path, left, right, seconds=1):
    """A file whose samples are the same all through: what happens to them is plain to see."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack("<hh", left, right) * RATE * seconds)


def make_tone(path, hertz, level, seconds=1):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        samples = [round(level * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(RATE * seconds)]
        out.writeframes(b"".join(struct.pack("<hh", s, s) for s in samples))


def make_png(path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    upper = b"\0" + bytes(RED) * (WIDTH // 2) + bytes(GREEN) * (WIDTH // 2)
    lower = b"\0" + bytes(GREY) * (WIDTH // 2) + bytes(BLUE) * (WIDTH // 2)
    pixels = upper * (HEIGHT // 2) + lower * (HEIGHT // 2)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))


@pytest.fixture
def origin(house):
    """origin(name) → URL of a file in house.folder / "media"."""
    folder = house.folder / "media"
    folder.mkdir()
    make_wav(folder / "level.wav", 20000, -12000)
    make_wav(folder / "long.wav", 20000, -12000, seconds=8)
    make_tone(folder / "bass.wav", 40, 20000)
    make_tone(folder / "treble.wav", 4000, 20000)
    make_png(folder / "quarters.png")
    server = house.hosts["server"]
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="origin")
    port = wait_until("port of the origin", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    return lambda name: f"http://{server.addresses['living']}:{port}/plain/{name}"


class Television(Remote):
    def set(self, name, value, channel=None):
        """One value, its action asked for in the newest version; the answer."""
        arguments = {"InstanceID": 0, **({"Channel": channel} if channel else {}),
                     ("DesiredVolume" if name == "VolumeDB" else f"Desired{name}"): value}
        return self.call("RenderingControl:3", f"Set{name}", **arguments)

    def get(self, name, channel=None):
        arguments = {"InstanceID": 0, **({"Channel": channel} if channel else {})}
        return self.call("RenderingControl:3", f"Get{name}", **arguments)[
            "CurrentVolume" if name == "VolumeDB" else f"Current{name}"]

    def transform(self, **values):
        inside = "".join(f'<transform name="{name}"><value index="0">{value}</value></transform>'
                         for name, value in values.items())
        return self.call("RenderingControl:3", "SetTransforms", InstanceID=0, DesiredTransformValues=
                         f'<TransformSettings xmlns="urn:schemas-upnp-org:av:TransformSettings">{inside}'
                         '</TransformSettings>')

    def presets(self):
        return self.call("RenderingControl:3", "ListPresets", InstanceID=0)["CurrentPresetNameList"].split(",")


@pytest.fixture
def television(house, start_renderer):
    """television(…) → Television whose samples and pictures go to files."""

    def start(*options, live=False):
        (house.folder / "frames").unlink(missing_ok=True)
        process = start_renderer(capture=house.folder / "samples", live=live, options=(
            "--video-sink", f"videoconvert ! video/x-raw,format=RGB ! filesink location={house.folder}/frames sync=true",
            *options))
        return Television(house, process)

    return start


def heard(house):
    """Left and right samples that came out."""
    data = (house.folder / "samples").read_bytes()
    data = data[:len(data) // 4 * 4]
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    return samples[::2], samples[1::2]


def play_whole(tv, uri):
    tv.play(uri)
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"


SOUNDS = {
    # what is set: (value, number, channel) …; gain of left and right
    "nothing": ([], 1, 1),
    "-20 dB": ([("VolumeDB", -20 * UNITS, "Master")], None, None),
    "half the scale": ([("Volume", 50, "Master")], 0.125, 0.125),
    "left only": ([("Mute", 1, "RF")], 1, 0),
    "balance": ([("Volume", 50, "LF")], 0.125, 1),
    "both": ([("Volume", 50, "Master"), ("Volume", 50, "RF")], 0.125, 0.125 ** 2),
    "mute": ([("Mute", 1, "Master")], 0, 0),
    "zero": ([("Volume", 0, "Master")], 0, 0),
}


def test_what_is_heard(house, television, origin):
    tv = television()
    for n, (case, (values, left, right)) in enumerate(SOUNDS.items()):
        assert tv.call("RenderingControl", "SelectPreset", InstanceID=0, PresetName="FactoryDefaults") == {}
        for name, number, channel in values:
            assert tv.set(name, number, channel) == {}
        if left is None:
            # the nearest position: at most half a step away; and exactly what is said to be there
            said = int(tv.get("VolumeDB", "Master"))
            assert abs(said + 20 * UNITS) <= UNITS
            left = right = 10 ** (said / UNITS / 20)
        play_whole(tv, origin("level.wav"))
        lefts, rights = heard(house)
        assert len(lefts) == RATE * (n + 1), case  # each track is appended
        assert all(abs(s - 20000 * left) <= 1 for s in lefts[n * RATE:]), case
        assert all(abs(s + 12000 * right) <= 1 for s in rights[n * RATE:]), case


def make_mono(path, level, seconds):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack("<h", level) * RATE * seconds)


def test_mono_has_two_sides_when_they_differ(house, television, origin):
    make_mono(house.folder / "media/mono.wav", 20000, 1)
    make_mono(house.folder / "media/mono-long.wav", 20000, 4)
    tv = television()
    assert tv.set("Mute", 1, "LF") == {}
    play_whole(tv, origin("mono.wav"))
    lefts, rights = heard(house)
    assert len(lefts) == RATE and not any(lefts) and all(abs(s - 20000) <= 1 for s in rights)
    # and in the middle of it: the file holds one channel first and then two
    assert tv.set("Mute", 0, "LF") == {}
    tv.process.stop()
    (house.folder / "samples").unlink()
    tv = television(live=True)
    tv.play(origin("mono-long.wav"))
    wait_until("sound", lambda: tv.position_s() >= 1)
    assert tv.set("Mute", 1, "LF") == {}
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"
    lefts, rights = heard(house)
    assert lefts[-1] == 0 and abs(rights[-1] - 20000) <= 1
    assert 1.0 < lefts.index(0) * 2 / RATE < 3.5


def test_a_change_while_playing_makes_no_click(house, television, origin):
    tv = television(live=True)
    tv.play(origin("long.wav"))
    wait_until("sound", lambda: tv.position_s() >= 1)
    for volume in (20, 100, 0, 100):
        assert tv.set("Volume", volume, "Master") == {}
    wait_until("the end of it", lambda: heard(house)[0][-1] == 20000)
    assert tv.transport("Stop") == {}
    lefts, _ = heard(house)
    steps = [abs(a - b) for a, b in zip(lefts, lefts[1:])]
    assert max(steps) <= 20000 / (RATE * 0.01) + 2  # ten milliseconds from end to end


def loudest(samples):
    return max(samples[RATE // 2:])


def test_loudness_lifts_the_bass_of_quiet_sound(house, television, origin):
    tv = television()
    assert tv.set("Volume", 50, "Master") == {}  # -18 dB: a third of it comes back below 120 Hz
    assert tv.set("Loudness", 1, "LF") == {}
    play_whole(tv, origin("bass.wav"))
    left, right = map(loudest, heard(house))
    assert abs(right - 2500) <= 2
    assert 4.4 < 20 * math.log10(left / right) < 5.5
    (house.folder / "samples").write_bytes(b"")
    tv.process.stop()
    tv = television()
    assert tv.get("Loudness", "LF") == "1"
    play_whole(tv, origin("treble.wav"))
    left, right = map(loudest, heard(house))
    assert abs(left - right) <= 0.01 * right


def test_bit_perfect(house, television, origin):
    tv = television("--bit-perfect")
    for action in ("GetVolume", "GetMute", "GetLoudness", "GetVolumeDB", "GetVolumeDBRange"):
        assert tv.call("RenderingControl:3", action, InstanceID=0, Channel="Master") == {"error": 602}
    description = tv.ask(["GET", "/scpd/RenderingControl.xml", {}])[0]["text"]
    assert "<name>Volume</name>" not in description and "<name>Brightness</name>" in description
    play_whole(tv, origin("level.wav"))
    assert (house.folder / "samples").read_bytes() == struct.pack("<hh", 20000, -12000) * RATE


def make_dsf(path, octets):
    """Sony's file of one channel: its bits, the lowest of an octet first, in blocks of 4096 octets."""
    blocks = octets + bytes(-len(octets) % 4096)
    path.write_bytes(
        b"DSD " + struct.pack("<QQQ", 28, 92 + len(blocks), 0)
        + b"fmt " + struct.pack("<Q6IQII", 52, 1, 0, 1, 1, 64 * RATE, 1, len(octets) * 8, 4096, 0)
        + b"data" + struct.pack("<Q", 12 + len(blocks)) + blocks)


def test_dsd_over_pcm(house, television, origin):
    """The octets of the file, their bits turned, and a marker above each two."""
    octets = bytes(n * n // 7 % 256 for n in range(3 * 4096))
    make_dsf(house.folder / "media" / "bits.dsf", octets)
    tv = television("--bit-perfect", "--dsd", "dop",
                    "--audio-sink", f"capsfilter caps=audio/x-raw,format=S24LE ! filesink location={house.folder}/samples")
    play_whole(tv, origin("bits.dsf"))
    turned = [int(f"{octet:08b}"[::-1], 2) for octet in octets]
    expected = b"".join(bytes((turned[n + 1], turned[n], 0xfa if n % 4 else 0x05)) for n in range(0, len(turned), 2))
    assert (house.folder / "samples").read_bytes() == expected


def make_dff(path, octets):
    """Philips' file of two channels: an octet of each in turn."""
    def chunk(name, *parts):
        body = b"".join(parts)
        return name + struct.pack(">Q", len(body)) + body + b"\0" * (len(body) % 2)

    properties = (chunk(b"FS  ", struct.pack(">I", 64 * RATE)) + chunk(b"CHNL", b"\0\2SLFTSRGT")
                  + chunk(b"CMPR", b"DSD \x0enot compressed"))
    path.write_bytes(chunk(b"FRM8", b"DSD ", chunk(b"FVER", b"\1\5\0\0"), chunk(b"PROP", b"SND ", properties),
                           chunk(b"DSD ", octets)))


def test_dsdiff(house, television, origin):
    """Decoded to the samples that FFmpeg makes of it; that its samples are millions a second is nothing against it."""
    file = house.folder / "media" / "bits.dff"
    make_dff(file, bytes(n * n // 7 % 256 for n in range(5 * 8192)))
    media_maker.ffmpeg("-i", file, "-f", "f32le", house.folder / "expected")
    tv = television("--bit-perfect", "--audio-sink",
                    f"capsfilter caps=audio/x-raw,format=F32LE ! filesink location={house.folder}/samples")
    metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
                ' xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                "<dc:title>Bits</dc:title><upnp:class>object.item.audioItem.musicTrack</upnp:class>"
                f'<res protocolInfo="http-get:*:audio/dsd:*" sampleFrequency="{64 * RATE}" bitsPerSample="1">'
                f'{origin("bits.dff")}</res></item></DIDL-Lite>')
    assert tv.set_uri(origin("bits.dff"), metadata) == {}
    assert tv.transport("Play", Speed=1) == {}
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED")
    assert tv.status() == "OK"
    assert (house.folder / "samples").read_bytes() == (house.folder / "expected").read_bytes()


def test_ceiling_and_step(house, television):
    """SEC-186: nobody makes it louder than the ceiling, nor faster than the step, however often they ask."""
    tv = television("--max-volume", "60", "--volume-step", "20", "--initial-volume", "10")
    assert tv.get("Volume", "Master") == "10"
    assert tv.set("Volume", 61, "Master") == {"error": 601}
    limits = tv.call("RenderingControl:3", "GetVolumeDBRange", InstanceID=0, Channel="Master")
    assert int(limits["MaxValue"]) == round(60 * math.log10(0.6) * UNITS)
    wish = ["RenderingControl", "SetVolume", {"InstanceID": 0, "Channel": "Master", "DesiredVolume": 60}]
    look = ["RenderingControl", "GetVolume", {"InstanceID": 0, "Channel": "Master"}]
    began = time.monotonic()
    volume = int(tv.ask(*[wish] * 50, look)[-1]["CurrentVolume"])
    assert volume <= min(60, 10 + 1 + 20 * (time.monotonic() - began))
    wait_until("it is as loud as may be", lambda: tv.get("Volume", "Master") == "60")
    assert tv.set("Volume", 5, "Master") == {}
    assert tv.get("Volume", "Master") == "5"  # quieter is at once


def frame_of(house):
    data = (house.folder / "frames").read_bytes() if (house.folder / "frames").exists() else b""
    return data[len(data) // FRAME * FRAME - FRAME:][:FRAME] if len(data) >= FRAME else b""


def pixel(frame, x, y):
    at = (y * WIDTH + x) * 3
    return tuple(frame[at:at + 3])


CENTRES = [(16, 12), (48, 12), (48, 36), (16, 36)]


def near(got, expected):
    return len(got) == len(expected) and all(
        all(abs(a - b) <= 2 for a, b in zip(one, other)) for one, other in zip(got, expected))


def each(curve):
    return [tuple(max(0, min(255, round(curve(v, i)))) for i, v in enumerate(colour))
            for colour in (RED, GREEN, BLUE, GREY)]


PICTURES = {
    # what is set; colours expected in the middle of the quarters, clockwise from the upper left
    "nothing": ({}, {}, each(lambda v, i: v)),
    "brightness": ({"Brightness": 60}, {}, each(lambda v, i: v + 51)),
    "darkness": ({"Brightness": 40}, {}, each(lambda v, i: v - 51)),
    "contrast": ({"Contrast": 25}, {}, each(lambda v, i: (v - 127.5) / 2 + 127.5)),
    "red gain": ({"RedVideoGain": 25}, {}, each(lambda v, i: v / 2 if i == 0 else v)),
    "green gain": ({"GreenVideoGain": 75}, {}, each(lambda v, i: v * 1.5 if i == 1 else v)),
    "blue black level": ({"BlueVideoBlackLevel": 20}, {}, each(lambda v, i: v + 51 if i == 2 else v)),
    "gain and black level": ({"BlueVideoGain": 25, "BlueVideoBlackLevel": 20}, {},
                             each(lambda v, i: v / 2 + 51 if i == 2 else v)),
    "warm": ({"ColorTemperature": 0}, {}, each(lambda v, i: v * (1, 0.875, 0.5)[i])),
    "cool": ({"ColorTemperature": 100}, {}, each(lambda v, i: v * (0.5, 0.875, 1)[i])),
    "upside down": ({}, {"Rotation": 180}, [BLUE, GREY, RED, GREEN]),
    "a quarter turn": ({}, {"Rotation": 90}, None),
    "zoom": ({}, {"Zoom": 200}, each(lambda v, i: v)),
    "pan to the right": ({}, {"Zoom": 200, "HorizontalPan": 25}, [GREEN, GREEN, BLUE, BLUE]),
    "pan to the top": ({}, {"Zoom": 200, "VerticalPan": 25}, [RED, GREEN, GREEN, RED]),
}


def is_quarter_turn(frame):
    """As high as the screen: 36 wide, in the middle; beside it nothing."""
    return near([pixel(frame, x, y) for x, y in ((23, 12), (41, 12), (41, 36), (23, 36), (4, 24), (60, 24))],
                [GREY, RED, GREEN, BLUE, (0, 0, 0), (0, 0, 0)])


def test_what_is_seen(house, television, origin):
    tv = television()
    tv.play(origin("quarters.png"))
    tv.wait_state("PLAYING")

    def shows(colours):
        frame = frame_of(house)
        return frame and (is_quarter_turn(frame) if colours is None
                          else near([pixel(frame, x, y) for x, y in CENTRES], colours))

    for case, (values, transforms, expected) in PICTURES.items():
        assert tv.call("RenderingControl", "SelectPreset", InstanceID=0, PresetName="FactoryDefaults") == {}
        wait_until(f"the plain picture before {case}", lambda: shows([RED, GREEN, BLUE, GREY]))
        for name, value in values.items():
            assert tv.set(name, value) == {}
            assert tv.get(name) == str(value)
        if transforms:
            assert tv.transform(**transforms) == {}
        wait_until(case, lambda: shows(expected))


def test_what_stands_changes_too(house, television, origin):
    """A paused film and a paused picture are drawn anew, where they are; nobody hears of it."""
    ffmpeg("-f", "lavfi", "-i", f"color=c=0x646464:s={WIDTH}x{HEIGHT}:r=25", "-t", "4", "-c:v", "mjpeg",
           house.folder / "media/grey.mkv")
    tv = television()
    for name in ("grey.mkv", "quarters.png"):
        tv.play(origin(name))
        tv.wait_state("PLAYING")
        assert tv.transport("Pause") == {}
        tv.wait_state("PAUSED_PLAYBACK")
        wait_until("a frame", lambda: near([pixel(frame_of(house), 16, 36)], [GREY]))
        position = tv.position_s()
        for brightness in (60, 70, 60):
            assert tv.set("Brightness", brightness) == {}
        wait_until(f"a brighter frame of {name}", lambda: near(
            [pixel(frame_of(house), 16, 36)], [(151, 151, 151)]))
        assert (tv.state(), tv.position_s()) == ("PAUSED_PLAYBACK", position)
        assert tv.set("Brightness", 50) == {}
        assert tv.transport("Stop") == {}
        tv.wait_state("STOPPED")


def test_keystone_and_sharpness(house, television, origin):
    tv = television()
    tv.play(origin("quarters.png"))
    tv.wait_state("PLAYING")
    assert tv.set("HorizontalKeystone", 100) == {}
    # the right edge is half as high, the left one as it was
    wait_until("a trapezoid", lambda: frame_of(house) and near(
        [pixel(frame_of(house), *at) for at in ((1, 1), (62, 1), (62, 46), (1, 46), (62, 20))],
        [RED, (0, 0, 0), (0, 0, 0), GREY, GREEN]))
    assert tv.set("HorizontalKeystone", 0) == {}
    assert tv.set("Sharpness", 100) == {}
    # grey against red: one neighbour of four differs by 100; grey gets darker there by 1.5 · -100 / 4
    wait_until("edges", lambda: near([pixel(frame_of(house), 16, 24), pixel(frame_of(house), 16, 36)],
                                     [(62, 137, 137), GREY]))


def changes(line):
    """{(name, channel): value} of one event."""
    text = line["variables"].get("LastChange") or ""
    return {(name, channel or None): value for name, channel, value in
            re.findall(r'<(\w+)(?: channel="(\w+)")? val="([^"]*)"/>', text)}


def test_two_subscribers_are_told_the_same(house, television):
    """Beside one that never answers and one that is switched off."""
    tv = television()
    others = [Ear(house, host, f"{tv.url}/event/RenderingControl", manner)
              for host in ("phone", "server") for manner in ("silent", "gone")]
    for other in others:
        wait_until("a subscription", other.subscribed)
    ears = [Ear(house, host, f"{tv.url}/event/RenderingControl") for host in ("phone", "server")]
    for ear in ears:
        first = changes(wait_until("the first event", ear.events)[0])
        assert first["Volume", "Master"] == "100" and first["VolumeDB", "LF"] == "0"
        assert first["Brightness", None] == "50" and first["PresetNameList", None].startswith("FactoryDefaults,")
    assert tv.set("Volume", 50, "RF") == {}
    assert tv.set("Contrast", 60) == {}
    for ear in ears:
        def told():
            return {name: value for event in ear.events()[1:] for name, value in changes(event).items()}
        wait_until("all changes", lambda: ("Contrast", None) in told())
        seen = told()
        assert (seen["Volume", "RF"], seen["VolumeDB", "RF"]) == ("50", tv.get("VolumeDB", "RF"))
        assert ("Volume", "Master") not in seen
    # not once, but each time: what waits for the others holds up nobody
    began = time.monotonic()
    for volume in range(40, 50):
        assert tv.set("Volume", volume, "RF") == {}
        for ear in ears:
            wait_until(f"volume {volume}", lambda: changes(ear.events()[-1]).get(("Volume", "RF")) == str(volume))
    assert time.monotonic() - began < 30, "each of the others would hold up each change for 5 s"
    for ear in (*ears, *others):
        ear.close()
    # and a foreign parser reads it as the Get actions say it
    names = ("Brightness", "Contrast", "PresetNameList", "TransformSettings")
    read = read_by_gupnp(ears[0], *names)
    if read is not None:
        assert set(read[0]) == set(names)
        known = {name: value for event in read for name, value in event.items()}
        assert known == {"Brightness": tv.get("Brightness"), "Contrast": "60", "PresetNameList": ",".join(tv.presets()),
                         "TransformSettings": tv.call("RenderingControl:3", "GetTransforms", InstanceID=0)["CurrentTransformValues"]}


def test_values_are_there_after_a_restart(house, television):
    tv = television()
    assert tv.set("Volume", 30, "Master") == {}
    assert tv.set("Volume", 80, "LF") == {}
    assert tv.set("Mute", 1, "Master") == {}
    assert tv.set("Contrast", 61) == {}
    assert tv.transform(Rotation=270) == {}
    code, _ = tv.process.stop()
    assert code == 0
    tv = television()
    assert (tv.get("Volume", "Master"), tv.get("Volume", "LF"), tv.get("Mute", "Master"), tv.get("Contrast")) == (
        "30", "80", "1", "61")
    assert '"Rotation"><value>270<' in tv.call("RenderingControl:3", "GetTransforms", InstanceID=0)[
        "CurrentTransformValues"]
    assert tv.call("RenderingControl:3", "SelectPreset", InstanceID=0, PresetName="FactoryDefaults") == {}
    assert (tv.get("Volume", "Master"), tv.get("Mute", "Master"), tv.get("Contrast")) == ("100", "0", "50")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_versions(television, version):
    tv = television("--upnp-version", version)
    description = tv.ask(["GET", "/description.xml", {}])[0]["text"]
    assert f"service:RenderingControl:{version}<" in description
    scpd = tv.ask(["GET", "/scpd/RenderingControl.xml", {}])[0]["text"]
    assert ("<name>GetStateVariables</name>" in scpd) == (version >= 2)
    assert ("<name>SetTransforms</name>" in scpd) == (version >= 3)
    assert ("TransformSettings" in scpd) == (version >= 3)
    channels = re.search(r"<name>A_ARG_TYPE_Channel</name>.*?</stateVariable>", scpd, re.S).group(0)
    assert re.findall(r"<allowedValue>(\w+)</allowedValue>", channels) == ["Master", "LF", "RF"]


def test_what_is_not_to_be_offered(television, origin):
    tv = television("--without-format", "image/*", "--without-format", "audio/x-ms-wma")
    sink = tv.call("ConnectionManager:3", "GetProtocolInfo")["Sink"]
    assert ":audio/flac:" in sink and ":video/mp4:" in sink and ":image/" not in sink and ":audio/x-ms-wma:" not in sink
    assert tv.call("ConnectionManager:3", "GetFeatureList")["FeatureList"].startswith("<Features ")
    info = tv.call("ConnectionManager:3", "GetCurrentConnectionInfo", ConnectionID=0)
    assert (info["RcsID"], info["AVTransportID"], info["Direction"], info["Status"]) == ("0", "0", "Input", "OK")
    metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/" '
                'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                '<dc:title>t</dc:title><upnp:class>object.item</upnp:class>'
                f'<res protocolInfo="http-get:*:image/png:*">{origin("quarters.png")}</res></item></DIDL-Lite>')
    assert tv.set_uri(origin("quarters.png"), metadata) == {"error": 714}
    verdicts = tv.call("ConnectionManager:3", "GetRendererItemInfo", ItemInfoFilter="*", ItemMetadataList=metadata.replace(
        "</item>", f'<res id="s" protocolInfo="http-get:*:audio/flac:*">{origin("s.flac")}</res></item>'))
    assert re.findall(r'resIndex="(.)" canPlay="(.)".*?Compatibility="(\w+)"', verdicts["ItemRenderingInfoList"]) == [
        ("0", "0", "MEDIA_FORMAT_NOT_SUPPORTED"), ("1", "1", "OK")]


def test_the_control_points_verbs(television, avcp):
    tv = television()
    assert avcp("-r", "Parlour", "volume", "20", "--ramp", "1s")["volume"] == 20
    assert tv.get("Volume", "Master") == "20"
    assert avcp("-r", "Parlour", "volume", "-30dB")["volume_db"] == -30
    assert abs(int(tv.get("VolumeDB", "Master")) + 30 * UNITS) <= UNITS / 2
    avcp("-r", "Parlour", "mute", "on")
    assert tv.get("Mute", "Master") == "1"
    assert avcp("-r", "Parlour", "picture", "contrast", "60")[0]["value"] == 60
    assert avcp("-r", "Parlour", "picture", "horizontal-keystone", "-20")[0]["value"] == -20
    assert (tv.get("Contrast"), tv.get("HorizontalKeystone")) == ("60", "-20")
    controls = avcp("-r", "Parlour", "picture")
    assert len(controls) == 12 and {entry["control"]: entry["value"] for entry in controls}["brightness"] == 50
    assert [entry["preset"] for entry in avcp("-r", "Parlour", "preset")] == ["FactoryDefaults", "InstallationDefaults"]
    avcp("-r", "Parlour", "preset", "FactoryDefaults")
    assert (tv.get("Volume", "Master"), tv.get("Mute", "Master"), tv.get("Contrast")) == ("100", "0", "50")
