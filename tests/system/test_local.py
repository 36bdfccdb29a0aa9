# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-renderer from its own host: verbs of the command line. What they change, control points are told."""

import json
import math
import re
import shutil
import socket
import time

import pytest

from conftest import BUILD, RENDERER
from house import SOON_S, wait_until
from test_renderer import COCOON, HIDDEN_PLACE, LOOSE, Ear, Remote, check_noticed, check_samples, last_change, origin  # noqa: F401


@pytest.fixture
def verb(house):
    """verb("volume", "+5", code=0) → what it answered, decoded."""

    def run(*words, code=0, json_answer=True):
        state = house.folder / "state-Parlour"
        result = house.hosts["tv"].run(
            [RENDERER, "--state-dir", state, *(["--json"] if json_answer else []), *words], check=False)
        assert result.returncode == code, f"{words}: {result.stdout}{result.stderr}"
        if code != 0:
            return result.stderr
        return json.loads(result.stdout) if json_answer else result.stdout

    return run


@pytest.fixture
def tv(house, start_renderer):
    return Remote(house, start_renderer())


def test_transport(tv, verb, origin):  # noqa: F811
    assert (verb("status")["state"], verb("status")["buffer"]) == ("NO_MEDIA_PRESENT", None)
    assert "No contents" in verb("play", code=1)
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    status = verb("status")
    assert (status["name"], status["state"], status["status"]) == ("Parlour", "PLAYING", "OK")
    assert status["duration_s"] == pytest.approx(10, abs=0.1) and status["uri"] == origin.url(LOOSE)
    buffer = status["buffer"]
    assert buffer["target_s"] > 0 and buffer["rate_bps"] > 0 and buffer["underruns"] == buffer["reconnects"] == 0
    wait_until("all of it is there", lambda: verb("status")["buffer"]["complete"])
    verb("pause")
    tv.wait_state("PAUSED_PLAYBACK")
    verb("seek", "0:00:05")
    wait_until("there", lambda: verb("status")["position_s"] == pytest.approx(5, abs=0.1))
    verb("seek", "-2")
    wait_until("two seconds back", lambda: verb("status")["position_s"] == pytest.approx(3, abs=0.1))
    assert "PAUSED_PLAYBACK" in verb("status", json_answer=False)
    verb("toggle")
    tv.wait_state("PLAYING")
    assert tv.transport("SetNextAVTransportURI", NextURI=origin.url(COCOON), NextURIMetaData="") == {}
    verb("stop")
    tv.wait_state("STOPPED")
    assert (verb("status")["status"], verb("status")["reason"]) == ("OK", None)
    tv.play(origin.url("Music/notes.txt"))
    tv.wait_error()
    assert "page of text" in verb("status")["reason"] and "page of text" in tv.process.log()
    assert ": STOPPED, ERROR_OCCURRED: The server sent a page of text" in verb("status", json_answer=False)
    assert "usage" in verb("seek", code=1) and "unexpected" in verb("dance", code=2)


def test_sound_and_picture(house, tv, verb):
    ear = Ear(house, "phone", f"{tv.url}/event/RenderingControl")
    wait_until("the first event", ear.events)
    assert verb("volume", "40") == {"volume": 40}
    assert verb("volume", "-15") == {"volume": 25}
    assert verb("volume", "+900") == {"volume": 100}
    assert verb("volume", "30", json_answer=False) == "volume 30\n"
    assert verb("mute") == {"mute": True} and verb("mute", "off") == {"mute": False}
    assert verb("picture", "contrast", "60") == {"Contrast": 60}
    assert verb("picture", "HorizontalKeystone", "-20") == {"HorizontalKeystone": -20}
    assert verb("picture")["Contrast"] == 60
    verb("preset", "save", "Night")
    assert verb("preset", json_answer=False).splitlines() == ["FactoryDefaults", "InstallationDefaults", "Night"]
    verb("preset", "FactoryDefaults")
    assert verb("volume") == {"volume": 100}
    assert tv.call("RenderingControl", "SelectPreset", InstanceID=0, PresetName="Night") == {}
    assert verb("volume") == {"volume": 30} and verb("picture", "Contrast") == {"Contrast": 60}
    wait_until("all of it was told", lambda: all(re.search(pattern, " ".join(map(last_change, ear.events()[1:]))) for pattern in (
        r'<Volume channel="Master" val="30"/>', r'<PresetNameList val="[^"]*Night"/>', r'<Contrast val="60"/>')))
    ear.close()
    verb("preset", "delete", "Night")
    assert tv.call("RenderingControl", "SelectPreset", InstanceID=0, PresetName="Night") == {"error": 701}
    assert "on, off" in verb("mute", "perhaps", code=1) and "number" in verb("volume", "loud", code=1)
    assert "no preset" in verb("preset", "delete", "Night", code=1)


def test_presets_are_there_after_a_restart(house, start_renderer, tv, verb):
    verb("volume", "20")
    assert "comma" in verb("preset", "save", "Late, not", code=1)
    verb("preset", "save", "Late")
    verb("volume", "70")
    tv.process.stop()
    assert "no renderer is running" in verb("status", code=1)
    start_renderer()
    assert verb("volume") == {"volume": 70}
    verb("preset", "Late")
    assert verb("volume") == {"volume": 20}


BUS_CONFIG = """<busconfig><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/></policy></busconfig>"""
PLAYER = "org.mpris.MediaPlayer2.Player"
NAME = "org.mpris.MediaPlayer2.avrenderer"


class Desktop:
    """A program of the session: calls, properties, and what it was told."""

    def __init__(self, address):
        from gi.repository import Gio, GLib
        self.gio, self.glib, self.told, self.seeks = Gio, GLib, {}, []
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)
        self.bus.signal_subscribe(None, None, None, "/org/mpris/MediaPlayer2", None, 0, self.on_signal)

    def on_signal(self, bus, sender, path, interface, name, arguments):
        if name == "PropertiesChanged":
            self.told.update(arguments.unpack()[1])
        elif name == "Seeked":
            self.seeks.append(arguments.unpack()[0] / 1e6)

    def look(self):
        while self.glib.MainContext.default().iteration(False):
            pass
        return self.told

    def call(self, interface, method, arguments=None, name=NAME):
        answer = self.bus.call_sync(name, "/org/mpris/MediaPlayer2", interface, method, arguments, None, 0, 5000, None)
        return answer.unpack()

    def player(self, method, form=None, *values):
        return self.call(PLAYER, method, self.glib.Variant(form, values) if form else None)

    def get(self, name, interface=PLAYER, bus_name=NAME):
        return self.call("org.freedesktop.DBus.Properties", "Get",
                         self.glib.Variant("(ss)", (interface, name)), bus_name)[0]

    def set(self, name, form, value):
        self.call("org.freedesktop.DBus.Properties", "Set",
                  self.glib.Variant("(ssv)", (PLAYER, name, self.glib.Variant(form, value))))

    def names(self):
        return self.bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames", None, None, 0, 5000,
                                  None).unpack()[0]


def takes_calls(path):
    """A socket is there some time before anybody listens at it."""
    with socket.socket(socket.AF_UNIX) as caller:
        return path.exists() and caller.connect_ex(str(path)) == 0


@pytest.fixture
def desktop(house):
    # who gives up the rights of root gives up root's session, too: the address has to be said
    house.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={house.folder}/bus"
    config = house.folder / "bus.conf"
    config.write_text(BUS_CONFIG.format(path=house.folder / "bus"))
    house.hosts["tv"].start(["dbus-daemon", "--nofork", f"--config-file={config}"], name="bus")
    wait_until("the bus", lambda: takes_calls(house.folder / "bus"))
    return Desktop(f"unix:path={house.folder}/bus")


def test_mpris_and_events_agree(house, desktop, tv, verb, origin):  # noqa: F811
    wait_until("the name", lambda: NAME in desktop.names())
    assert desktop.get("Identity", "org.mpris.MediaPlayer2") == "Parlour"
    ear = Ear(house, "phone", f"{tv.url}/event/RenderingControl")
    wait_until("the first event", ear.events)
    # told there what is done here
    assert tv.volume("SetVolume", DesiredVolume=40) == {}
    wait_until("the volume", lambda: desktop.look().get("Volume") == 0.4)
    metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/" '
                'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                '<dc:title>Long &amp; loose</dc:title><upnp:artist>Nobody</upnp:artist>'
                '<upnp:class>object.item.audioItem</upnp:class>'
                f'<res protocolInfo="http-get:*:audio/wav:*">{origin.url(LOOSE)}</res></item></DIDL-Lite>')
    assert tv.set_uri(origin.url(LOOSE), metadata) == {}
    tv.play()
    wait_until("it plays", lambda: desktop.look().get("PlaybackStatus") == "Playing")
    told = wait_until("its length", lambda: "mpris:length" in desktop.look()["Metadata"] and desktop.look()["Metadata"])
    assert (told["xesam:title"], told["xesam:artist"], told["mpris:length"]) == ("Long & loose", ["Nobody"], 10_000_000)
    assert desktop.get("CanSeek") and desktop.get("CanPause") and not desktop.get("CanGoNext")
    # and the other way round
    tv.wait_state("PLAYING")
    desktop.player("Pause")
    tv.wait_state("PAUSED_PLAYBACK")
    wait_until("Paused", lambda: desktop.look()["PlaybackStatus"] == "Paused")
    desktop.player("SetPosition", "(ox)", told["mpris:trackid"], 7_000_000)
    wait_until("Seeked", lambda: desktop.look() and desktop.seeks and abs(desktop.seeks[-1] - 7) < 0.2)
    assert tv.position_s() == 7 and desktop.get("Position") == pytest.approx(7_000_000, abs=200_000)
    desktop.player("Seek", "(x)", -2_000_000)
    wait_until("two seconds back", lambda: tv.position_s() == 5)
    desktop.set("Volume", "d", 0.255)
    wait_until("the event", lambda: '<Volume channel="Master" val="26"/>' in last_change(ear.events()[-1]))
    assert verb("volume") == {"volume": 26}
    desktop.set("LoopStatus", "s", "Track")
    assert tv.transport("GetTransportSettings")["PlayMode"] == "REPEAT_ONE"
    desktop.player("Stop")
    tv.wait_state("STOPPED")
    ear.close()
    tv.process.stop()
    wait_until("the name is free", lambda: NAME not in desktop.names())


def test_two_renderers_of_a_session(house, desktop, start_renderer):
    start_renderer()
    wait_until("the name", lambda: NAME in desktop.names())
    start_renderer(name="Kitchen")
    other = wait_until("the other name", lambda: next(
        (name for name in desktop.names() if name.startswith(f"{NAME}.instance")), None))
    assert desktop.get("Identity", "org.mpris.MediaPlayer2", other) == "Kitchen"


HOOK = """#!/bin/sh
printf '%s\\n' "$# $1 $AV_STATE $AV_VOLUME $AV_MUTE [$AV_TITLE]$AV_REASON" >> {log}
{then}
"""


@pytest.fixture
def hooked(house, start_renderer):
    """hooked(then) → renderer whose hook writes lines to a file, and the function that reads them."""

    def start(then=""):
        log, script = house.folder / "hook.log", house.folder / "hook.sh"
        log.touch()
        log.chmod(0o666)
        script.write_text(HOOK.format(log=log, then=then))
        script.chmod(0o755)
        return Remote(house, start_renderer(options=("--hook", script))), lambda: log.read_text().splitlines()

    return start


def test_hooks(house, hooked, origin):  # noqa: F811
    tv, lines = hooked()
    assert tv.volume("SetVolume", DesiredVolume=40) == {}
    wait_until("the volume", lambda: lines() == ["1 volume NO_MEDIA_PRESENT 40 0 []"])
    hostile = "a; touch /tmp/x `id` $(id) \\n"
    metadata = ('<DIDL-Lite xmlns="urn:schemas-upnp-org:metadata-1-0/DIDL-Lite/" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/" '
                'xmlns:upnp="urn:schemas-upnp-org:metadata-1-0/upnp/"><item id="1" parentID="0" restricted="1">'
                f'<dc:title>{hostile}</dc:title><upnp:class>object.item.audioItem</upnp:class></item></DIDL-Lite>')
    assert tv.set_uri(origin.url(LOOSE), metadata) == {}
    tv.play()
    wait_until("it plays", lambda: any(line.startswith("1 state PLAYING 40 0 [a; ") for line in lines()))
    wait_until("the track", lambda: any(line.startswith("1 track ") and "`id` $(id)" in line for line in lines()))
    # a storm costs some runs, and the last word is told
    before, began = len(lines()), time.monotonic()
    answers = tv.ask(*[["RenderingControl", "SetVolume", {"InstanceID": 0, "Channel": "Master", "DesiredVolume": n % 100}]
                       for n in range(300)])
    assert answers == [{}] * 300
    wait_until("the last one", lambda: lines()[-1].startswith("1 volume PLAYING 99 "))
    assert len(lines()) - before < 20 + 5 * (time.monotonic() - began), "a run has at least a fifth of a second"
    tv.play(origin.url("Music/notes.txt"))
    wait_until("and why it stopped", lambda: any(line.startswith("1 state STOPPED ") and "page of text" in line for line in lines()))


def test_a_hook_that_hangs_is_ended(house, hooked):
    tv, lines = hooked("sleep 60 & sleep 60")
    assert tv.volume("SetVolume", DesiredVolume=40) == {}
    wait_until("the first", lambda: len(lines()) == 1)
    assert tv.volume("SetVolume", DesiredVolume=41) == {}
    assert tv.volume("GetVolume")["CurrentVolume"] == "41"  # nobody waits for it
    wait_until("the next", lambda: len(lines()) == 2, 15)
    assert "ended after 10 s" in tv.process.log()
    code, seconds = tv.process.stop()
    assert code == 0 and seconds < SOON_S


ALSA = """</usr/share/alsa/alsa.conf>
pcm.kitchen { type null hint { show on description "Speakers in the kitchen" } }
pcm.cellar { type null hint { show on description "Cellar" } }
pcm.attic { type hw card 31 hint { show on description "A card that is not there" } }
"""


@pytest.fixture
def alsa(house):
    """Three outputs of ALSA, one of which cannot be opened."""
    path = house.folder / "alsa.conf"
    path.write_text(ALSA)
    house.env["ALSA_CONFIG_PATH"] = str(path)


def renderer_on(house, *options, ready=True):
    """A renderer without --audio-sink."""
    return house.hosts["tv"].start(
        [RENDERER, "--name", "Parlour", "--state-dir", house.folder / "state-Parlour", "--video-sink", "fakesink sync=true",
         *options], ready=ready)


def test_sound_devices_by_name(house, alsa, origin):  # noqa: F811
    listed = house.hosts["tv"].run([RENDERER, "--list-devices"]).stdout
    assert "kitchen\tSpeakers in the kitchen\n" in listed and "cellar\t" in listed
    tv = Remote(house, renderer_on(house, "--audio-device", "KITCH"))
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    assert tv.status() == "OK"
    tv.process.stop()


def test_a_sound_device_that_is_not_there(house, alsa, origin):  # noqa: F811
    tv = Remote(house, renderer_on(house, "--audio-device", "attic"))
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_error()
    assert re.search("cannot be played: .*(audio|sound|device)", tv.process.log())
    tv.process.stop()
    # it is looked for again and again: it may be plugged in later
    process = renderer_on(house, "--audio-device", "Balcony", ready=False)
    process.wait_log("no sound device is called 'Balcony'; av-renderer --list-devices names all")


def test_without_the_mixer_of_a_card(house, tv, start_renderer):
    tv.process.stop()
    tv = Remote(house, start_renderer(options=("--hardware-volume", "--mixer-card", "hw:31")))
    tv.process.wait_log("the mixer of the sound card 'hw:31': ")
    assert tv.volume("SetVolume", DesiredVolume=40) == {}  # in software, then
    tv.process.stop()
    tv = Remote(house, start_renderer(options=("--hardware-volume", "--bit-perfect")))
    assert tv.volume("GetVolume")["CurrentVolume"] == "40"
    assert tv.call("RenderingControl:3", "GetVolume", InstanceID=0, Channel="LF") == {"error": 703}
    assert tv.call("RenderingControl:3", "GetLoudness", InstanceID=0, Channel="Master") == {"error": 602}


@pytest.fixture
def knob(house):
    """A card whose knob is a file; knob(level, on) turns it, knob() tells (level, on)."""
    state, path = house.folder / "card", house.folder / "alsa.conf"
    state.write_text("010 1\n")
    state.chmod(0o666)
    plugin = house.folder / "libasound_module_ctl_avcard.so"
    shutil.copy(BUILD / "tests/support/libasound_module_ctl_avcard.so", plugin)
    path.write_text(f"""</usr/share/alsa/alsa.conf>
ctl_type.avcard {{ lib "{plugin}" }}
ctl.card {{ type avcard file "{state}" }}
""")
    house.env["ALSA_CONFIG_PATH"] = str(path)

    def turn(level=None, on=1):
        if level is None:
            return tuple(map(int, state.read_text().split()))
        with state.open("r+") as file:
            file.write(f"{level:03} {on}\n")
        return None

    return turn


def test_the_knob_of_the_card(house, knob, start_renderer, verb, library, origin):  # noqa: F811
    tv = Remote(house, start_renderer(
        options=("--hardware-volume", "--mixer-card", "card", "--bit-perfect", "--initial-volume", "50"),
        capture=house.folder / "samples"))
    # -18.06 dB below +4 dB is -14.06 dB; the nearest step is the 24th, -14 dB
    wait_until("the card is set", lambda: knob() == (24, 1))
    assert verb("volume") == {"volume": 50}
    ear = Ear(house, "phone", f"{tv.url}/event/RenderingControl")
    wait_until("the first event", ear.events)
    # 6, 2 and 8 steps of 1.5 dB below the top: 10^(-9 / 60), 10^(-3 / 60), 10^(-12 / 60) of our hundred
    check_noticed(ear, tv, [(lambda step=step: knob(step), volume) for step, volume in ((30, 71), (34, 89), (28, 63))],
                  is_set=lambda volume: knob()[0] == round(36 + 40 * math.log10(volume / 100)))
    knob(30, 0)
    wait_until("mute, too", lambda: '<Mute channel="Master" val="1"/>' in last_change(ear.events()[-1]))
    # and the other way round; what was set here is told once, as it was set
    assert tv.volume("SetMute", DesiredMute=0) == {} and tv.volume("SetVolume", DesiredVolume=100) == {}
    wait_until("as loud as it can", lambda: knob() == (36, 1))
    assert tv.volume("SetVolume", DesiredVolume=0) == {}
    wait_until("silent", lambda: knob()[0] == 0)
    time.sleep(0.5)
    assert verb("volume") == {"volume": 0}
    assert tv.volume("SetVolume", DesiredVolume=97) == {}
    time.sleep(0.5)
    assert verb("volume") == {"volume": 97}
    ear.close()
    # the samples are those of the file all the same
    tv.play(origin.url(HIDDEN_PLACE))
    tv.wait_state("PLAYING", "STOPPED")
    tv.wait_state("STOPPED", seconds=30)
    check_samples(house, HIDDEN_PLACE, library=library)
