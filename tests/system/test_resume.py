# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where playing stopped, of players that never say it: from what they fetched."""

import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

from house import wait_until
from test_server import DC, UPNP, url_of
from test_writing import Writer, res_of

SECONDS = 400


@pytest.fixture(scope="module")
def film():
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-resume-"))
    scratch.chmod(0o755)
    folder = scratch / "films"
    folder.mkdir(mode=0o755)
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc=s=160x120:r=5:d={SECONDS}", "-c:v", "mpeg4",
                    "-b:v", "80k", str(folder / "Film.mp4")], check=True)
    yield folder / "Film.mp4"
    shutil.rmtree(scratch)


def seconds_of(element):
    hours, minutes, seconds = element.findtext(f"{UPNP}lastPlaybackPosition", "P00:00:00").lstrip("P").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def fetch(house, url, first, last):
    got = house.hosts["phone"].run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", "-r",
                                    f"{first}-{last}", url]).stdout
    assert got == f"206 {last - first + 1}", got


def test_films_are_resumed_from_ranges(house, start_server, film):
    server = start_server(film.parent, options=["--resume-after", "2s", "--pace", "0"])
    ask = Writer(house, url_of(house, server))
    item = ask.browse(ask.find("Video", "Folders", "films"))[0]
    url, own = res_of(item).text, item.get("id")
    size = film.stat().st_size
    # its index, its middle and its end are looked at: nobody played it
    for first in (0, size // 2, size - 5000):
        fetch(house, url, first, first + 4999)
    assert seconds_of(ask.metadata(own)) == 0
    # from 60 % on, in short ranges one after the other, with a look at the end in between
    at, piece, began = size * 6 // 10, size // 100, time.monotonic()
    while time.monotonic() - began < 3:
        fetch(house, url, at, at + piece - 1)
        fetch(house, url, size - 5000, size - 1)
        at += piece
        time.sleep(0.2)
    played = time.monotonic() - began
    wait_until("the position is there", lambda: seconds_of(ask.metadata(own)) > 0)
    position = seconds_of(ask.metadata(own))
    assert SECONDS * 0.6 + 1.5 <= position <= SECONDS * 0.6 + played + 1, (position, played)
    going_on = ask.browse(ask.find("Video", "Continue watching"))
    assert [e.findtext(f"{DC}title") for e in going_on] == ["Film"]
    assert going_on[0].get("refID") == own and seconds_of(going_on[0]) == position
    # to the end: it was watched, and is not gone on with
    at, began = size * 97 // 100, time.monotonic()
    while time.monotonic() - began < 3:
        fetch(house, url, at, size - 1)
        time.sleep(0.2)
    wait_until("it was watched", lambda: seconds_of(ask.metadata(own)) == 0)
    assert ask.metadata(own).findtext(f"{UPNP}playbackCount") == "1"


def test_films_are_resumed_from_times(house, start_server, film):
    """Of a player that asks for one piece of time after the other."""
    server = start_server(film.parent, options=["--resume-after", "1s", "--pace", "0"])
    ask = Writer(house, url_of(house, server))
    item = ask.browse(ask.find("Video", "Folders", "films"))[0]
    at, began = 200, time.monotonic()
    while time.monotonic() - began < 1.5:
        got = house.hosts["phone"].run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H",
                                        f"TimeSeekRange.dlna.org: npt={at}-{at + 4}", res_of(item).text]).stdout
        assert got in ("200", "206"), got
        at += 4
        time.sleep(0.2)
    played = time.monotonic() - began
    wait_until("the position is there", lambda: seconds_of(ask.metadata(item.get("id"))) > 0)
    position = seconds_of(ask.metadata(item.get("id")))
    assert 201 <= position <= 200 + played + 1, (position, played)


def test_nothing_is_remembered_when_switched_off(house, start_server, film):
    server = start_server(film.parent, options=["--resume=no", "--resume-after", "1s", "--pace", "0"])
    ask = Writer(house, url_of(house, server))
    item = ask.browse(ask.find("Video", "Folders", "films"))[0]
    size = film.stat().st_size
    for n in range(8):
        fetch(house, res_of(item).text, size * (60 + n) // 100, size * (61 + n) // 100 - 1)
        time.sleep(0.2)
    assert seconds_of(ask.metadata(item.get("id"))) == 0
