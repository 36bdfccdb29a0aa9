# SPDX-License-Identifier: LGPL-2.1-or-later
"""A television over HDMI-CEC: av-renderer with its helper, and a libcec that writes down what it is asked (fake-cec.c)."""

import re
import shutil
import time

import pytest

from conftest import BUILD
from house import wait_until
from test_renderer import COCOON, LOOSE, Ear, Remote, capture_of, last_change, origin  # noqa: F401

FAKE = BUILD / "tests/support/libfake-cec.so"

pytestmark = pytest.mark.skipif(not FAKE.exists(), reason="built without libcec's headers (libcec-dev)")


@pytest.fixture
def television(house, start_renderer):
    """television(port, *options) → Remote; with calls(): what libcec was asked since it was opened"""

    def start(port, *options, capture=None):
        shutil.copy(FAKE, house.folder)
        house.env["AV_UPNP_CEC_LIBRARY"] = str(house.folder / FAKE.name)
        tv = Remote(house, start_renderer(options=("--cec-port", port, *options) if port else options, capture=capture))
        all_calls = lambda: re.findall(r"fake-cec: (.*)", tv.process.log().partition("fake-cec: open /dev/fake")[2])  # noqa: E731
        tv.calls = lambda: [call for call in all_calls() if call != "volume?"]
        tv.looks = lambda: len(all_calls()) - len(tv.calls())
        return tv

    return start


def test_it_is_woken_and_goes_to_sleep(television, origin):  # noqa: F811
    tv = television("standby", "--cec", "yes", "--cec-standby", "1s")
    wait_until("the adapter", lambda: "HDMI-CEC by /dev/fake" in tv.process.log())
    assert tv.set_uri(origin.url(LOOSE)) == {} and tv.calls() == []
    tv.play()
    tv.wait_state("PLAYING")
    wait_until("it shows us", lambda: tv.calls() == ["power? 0", "power-on 0", "active-source 4"])
    assert tv.transport("Pause") == {}
    wait_until("it sleeps", lambda: tv.calls()[3:] == ["ours?", "standby 0"])
    tv.play()
    wait_until("it is woken again", lambda: tv.calls()[5:] == ["power? 0", "power-on 0", "active-source 4"])
    # volume stays ours
    assert tv.volume("SetVolume", DesiredVolume=40) == {} and tv.volume("GetVolume") == {"CurrentVolume": "40"}
    assert not {"louder", "quieter", "mute"} & set(tv.calls())


def test_somebody_looks_at_something_else(television, origin):  # noqa: F811
    tv = television("away", "--cec", "yes", "--cec-standby", "1s")
    tv.play(origin.url(LOOSE))
    wait_until("it is asked", lambda: tv.calls() == ["power? 0"])
    assert tv.transport("Stop") == {}
    wait_until("nothing plays, and it is not ours to turn off", lambda: tv.calls() == ["power? 0", "ours?"])
    tv.play()
    wait_until("it is asked again", lambda: tv.calls() == ["power? 0", "ours?", "power? 0"])


def test_volume_and_keys(house, television, origin):  # noqa: F811
    tv = television("volume=30,knob=55,keys=46", "--cec", "volume", "--initial-volume", "80")
    ear = Ear(house, "phone", f"{tv.url}/event/RenderingControl")
    volume = lambda: tv.volume("GetVolume")["CurrentVolume"]  # noqa: E731
    wait_until("the receiver is left as it was found", lambda: volume() == "30")
    assert tv.volume("SetVolume", DesiredVolume=33) == {}
    wait_until("three presses", lambda: tv.calls() == ["louder"] * 3)
    assert volume() == "33"
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    assert tv.volume("SetMute", DesiredMute=1) == {}
    wait_until("its key was pressed: Pause", lambda: tv.state() == "PAUSED_PLAYBACK")
    assert tv.calls()[3:] == ["power? 0", "mute"]
    tv.play()
    tv.wait_state("PLAYING")
    assert tv.volume("SetMute", DesiredMute=0) == {}
    wait_until("its knob was turned", lambda: volume() == "55")
    wait_until("that was told", lambda: any('<Volume channel="Master" val="55"/>' in last_change(event) for event in ear.events()))
    ear.close()


def test_a_receiver_is_asked_while_something_plays(television, origin):  # noqa: F811
    tv = television("volume=30", "--cec", "volume")
    wait_until("its volume", lambda: tv.volume("GetVolume") == {"CurrentVolume": "30"})
    before, later = tv.looks(), time.monotonic() + 3
    wait_until("some time", lambda: time.monotonic() > later)
    assert tv.looks() <= before + 1  # every half minute
    tv.play(origin.url(LOOSE))
    wait_until("it is asked every second", lambda: tv.looks() >= before + 4)


def test_the_adapter_comes_back(television, origin):  # noqa: F811
    tv = television("volume=30,lost", "--cec", "volume")
    wait_until("the receiver is heard", lambda: tv.volume("GetVolume") == {"CurrentVolume": "30"})
    assert tv.volume("SetMute", DesiredMute=1) == {}
    wait_until("it is mute", lambda: tv.calls() == ["mute"])  # what is unmuted before that never was
    assert tv.volume("SetMute", DesiredMute=0) == {}
    wait_until("it is opened anew", lambda: tv.calls() == ["mute", "unmute", "close", "open /dev/fake"])


def test_an_adapter_that_is_plugged_in_later(house, television):
    """What the helper may open was settled when it started: it is started anew."""
    tv = television(str(house.folder / "busy"), "--cec", "yes")
    starts = lambda: tv.process.log().count("fake-cec: initialise")  # noqa: E731
    wait_until("it does not open", lambda: "fake-cec: open" in tv.process.log())
    assert starts() == 1
    (house.folder / "busy").touch()
    wait_until("a helper that may open it", lambda: starts() == 2, 40)


def test_no_adapter_is_said_and_the_engine_is_mute(house, television, origin):  # noqa: F811
    tv = television(None, "--cec", "volume", capture=capture_of(house))
    wait_until("a sentence", lambda: "no HDMI-CEC adapter was found: a Raspberry Pi" in tv.process.log())
    assert tv.volume("SetMute", DesiredMute=1) == {}
    tv.play(origin.url(COCOON))
    wait_until("samples", lambda: capture_of(house).exists() and capture_of(house).stat().st_size > 0)
    tv.wait_state("STOPPED", seconds=60)
    assert not any(capture_of(house).read_bytes())
    assert tv.status() == "OK"
