# SPDX-License-Identifier: LGPL-2.1-or-later
"""av-renderer from its own host: verbs of the command line. What they change, control points are told."""

import json
import re

import pytest

from conftest import RENDERER
from house import wait_until
from test_renderer import COCOON, HIDDEN_PLACE, LOOSE, Ear, Remote, last_change, origin, plugin_list  # noqa: F401


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
    assert verb("status")["state"] == "NO_MEDIA_PRESENT"
    assert "No contents" in verb("play", code=1)
    tv.play(origin.url(LOOSE))
    tv.wait_state("PLAYING")
    status = verb("status")
    assert (status["name"], status["state"], status["status"]) == ("Parlour", "PLAYING", "OK")
    assert status["duration_s"] == pytest.approx(10, abs=0.1) and status["uri"] == origin.url(LOOSE)
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
        r'<Volume channel="Master" val="25"/>', r'<PresetNameList val="[^"]*Night"/>', r'<Contrast val="60"/>')))
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
