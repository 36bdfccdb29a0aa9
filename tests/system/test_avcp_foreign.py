# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control point between a foreign server and a foreign renderer: minidlna and gmediarender."""

import signal

import pytest

from house import wait_until
from test_avcp import Watch
from test_peers import minidlna, need  # noqa: F401 (minidlna is a fixture)


@pytest.fixture
def gramophone(house):
    """gmediarender on the tv, in real time, so that there is something to control."""
    need("gmediarender")
    return house.hosts["tv"].start(
        ["gmediarender", "--friendly-name", "Gramophone", "--interface-name", "eth0", "--port", "49494",
         "--gstout-audiopipe", "audioconvert ! audio/x-raw,format=S16LE,channels=2 ! fakesink sync=true"])


def play(avcp, title="loose"):
    wait_until("the renderer answers searches", lambda: any(d["name"] == "Gramophone" for d in avcp("devices")))
    avcp("-r", "Gramophone", "play", f"Cellar:/Music/All Music/{title}")


def test_devices(minidlna, gramophone, avcp):
    wait_until("both answer", lambda: len(avcp("devices")) == 2)
    devices = {device["name"]: device["type"] for device in avcp("devices")}
    assert devices == {"Cellar": "server", "Gramophone": "renderer"}


def test_paths_ids_and_search_agree(minidlna, avcp):
    listed = {entry["title"]: entry for entry in avcp("ls", "Cellar:/Music/All Music")}
    assert {"Hidden Place", "Cocoon", "Pinch"} <= set(listed)
    (by_path,) = avcp("ls", "Cellar:/Music/All Music/Cocoon")
    (by_id,) = avcp("-s", "Cellar", "ls", listed["Cocoon"]["id"])
    assert by_path["id"] == by_id["id"] == listed["Cocoon"]["id"]
    found = avcp("-s", "Cellar", "search", "hidden")  # minidlna can search titles
    assert {entry["title"] for entry in found} == {"Hidden Place"}
    assert "701" in avcp("-s", "Cellar", "ls", "no-such-id", code=4, json=False).stderr


def test_transport(minidlna, gramophone, avcp):
    play(avcp)
    status = avcp("-r", "Gramophone", "status")
    assert status["state"] == "playing"
    assert status["title"] == "loose"
    assert status["uri"].startswith("http://10.71.0.")
    assert status["format"]["sample_hz"] == 44100 and status["buffer"] is None  # what no foreign renderer tells
    avcp("-r", "Gramophone", "pause")
    wait_until("paused", lambda: avcp("-r", "Gramophone", "status")["state"] == "paused")
    avcp("-r", "Gramophone", "seek", "5")
    wait_until("at 5 s", lambda: 4 <= (avcp("-r", "Gramophone", "status")["position_s"] or 0) <= 6)
    avcp("-r", "Gramophone", "play")
    assert avcp("-r", "Gramophone", "status")["state"] == "playing"
    refused = avcp("-r", "Gramophone", "next", code=4, json=False).stderr  # it has no next
    assert "Next" in refused and "501" in refused
    avcp("-r", "Gramophone", "stop")
    wait_until("stopped", lambda: avcp("-r", "Gramophone", "status")["state"] == "stopped")


def test_rendering(minidlna, gramophone, avcp):
    play(avcp)
    avcp("-r", "Gramophone", "volume", "40")
    assert avcp("-r", "Gramophone", "volume")["volume"] == 40
    assert avcp("-r", "Gramophone", "volume", "-10")["volume"] == 30
    assert avcp("-r", "Gramophone", "mute", "on")["mute"] is True
    status = avcp("-r", "Gramophone", "status")
    assert (status["volume"], status["mute"]) == (30, True)


def test_watch(house, minidlna, gramophone, avcp):
    wait_until("the renderer answers", lambda: any(d["name"] == "Gramophone" for d in avcp("devices")))
    # minidlna 1.3.0 connects to its subscribers and then sends nothing, to nobody: it must not matter.
    watch = Watch(house, "phone", "-r", "Gramophone", "-s", "Cellar")
    values = watch.values
    wait_until("first events of three services",
               lambda: values("TransportState") and values("Volume") and values("SinkProtocolInfo"))
    avcp("-r", "Gramophone", "volume", "33")
    wait_until("the change", lambda: "33" in values("Volume"))
    play(avcp)
    wait_until("it plays", lambda: "PLAYING" in values("TransportState"))
    code, _ = watch.process.stop(signal.SIGINT)
    assert code == 0
