# SPDX-License-Identifier: LGPL-2.1-or-later
"""Eight hours of music in as little time as decoding takes: 2,000 tracks follow each other, and nothing grows."""

import os
import pathlib

import pytest

import media
from house import wait_until
from test_renderer import (  # noqa: F401 (fixtures)
    PYTHON, SUPPORT, remote)

TRACKS = int(os.environ.get("AV_UPNP_TRACKS", "40"))
SECONDS = 14.4
LIST = 20
GROWTH = 2_000_000  # octets, between the first tenths and the last


def below(pid):
    """Every process that this one started, itself first."""
    found = [pid]
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found += below(int(path.parent.name))
        except OSError:
            continue
    return found


def size_of(tv):
    """(octets, descriptors, threads) of all processes of the renderer. Octets are those that are nobody else's: the
    share of libraries grows when another program ends that has them, too."""
    octets = descriptors = threads = 0
    for pid in below(tv.process.pid):
        folder = pathlib.Path(f"/proc/{pid}")
        octets += sum(int(line.split()[1]) * 1024 for line in (folder / "smaps_rollup").read_text().splitlines()
                      if line.startswith(("Anonymous:", "Pss_Shmem:")))
        descriptors += len(list((folder / "fd").iterdir()))
        threads += len(list((folder / "task").iterdir()))
    return octets, descriptors, threads


@pytest.fixture
def radio(house):
    """A list of short tracks of every kind, on the host `server`."""
    folder = house.folder / "tracks"
    folder.mkdir()
    for n, kind in enumerate(["flac", "wav", "mp3", "m4a", "ogg"]):
        media.ffmpeg("-f", "lavfi", "-i", f"sine=frequency={300 + 50 * n}:duration={SECONDS}", "-ac", "2",
                     folder / f"{n}.{kind}")
    names = sorted(path.name for path in folder.iterdir())
    (folder / "list.m3u").write_text("#EXTM3U\n" + "".join(f"{names[i % len(names)]}\n" for i in range(LIST)))
    process = house.hosts["server"].start(
        [PYTHON, "-B", SUPPORT / "origin.py", house.hosts["server"].addresses["living"], folder], name="tracks")
    port = wait_until("port", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    process.list = f"http://{house.hosts['server'].addresses['living']}:{port}/plain/list.m3u"
    process.count = lambda: sum(".m3u" not in line for line in process.output().splitlines()[1:])
    return process


def test_nothing_grows(remote, radio):
    tv = remote(options=["--audio-sink", "fakesink sync=false"])
    asan = "libasan" in pathlib.Path(f"/proc/{tv.process.pid}/maps").read_text()
    tv.play(radio.list)
    assert tv.transport("SetPlayMode", NewPlayMode="REPEAT_ALL") == {}
    sizes = []
    for part in range(1, 11):
        wait_until(f"{part * TRACKS // 10} tracks", lambda: radio.count() >= part * TRACKS // 10, TRACKS + 60, 1)
        assert tv.state() in ("PLAYING", "TRANSITIONING") and tv.status() == "OK"
        sizes.append(size_of(tv))
        print(part * TRACKS // 10, *sizes[-1], flush=True)
    # what is read ahead of this track or that comes and goes
    first, last = min(size[0] for size in sizes[:4]), min(size[0] for size in sizes[-4:])
    assert asan or last <= first + GROWTH, sizes
    # GStreamer's pool has many threads for a moment when tracks follow each other so fast
    for kind in (1, 2):
        assert min(size[kind] for size in sizes[-4:]) <= max(size[kind] for size in sizes[:4]) + 4, sizes
    assert tv.transport("Stop") == {}
    tv.wait_state("STOPPED")
    assert tv.process.stop()[0] == 0
