# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the renderer takes of its host: memory (PSS of all processes) while it plays, when it has nothing to do and
when the process that decodes was let go, and how much of a core with nothing to do. Sizes, no times: a busy machine
changes nothing. Wants a release build; a sanitizer has another size."""

import os
import pathlib
import time

import pytest

import media
from house import wait_until
from test_renderer import PYTHON, SUPPORT, remote  # noqa: F401 (fixtures)
from test_soak import below

MB = 1 << 20
PLAYING, WARM, LET_GO = 45 * MB, 30 * MB, 14 * MB
CORE = 0.005
LOOK_S = 30
SECONDS = 20


def pss_of(tv):
    lines = [line for pid in below(tv.process.pid)
             for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def processor_of(tv):
    """Seconds of processor that all have had."""
    ticks = 0
    for pid in below(tv.process.pid):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_memory_and_processor(house, remote):
    folder = house.folder / "tracks"
    folder.mkdir()
    server = house.hosts["server"]
    for kind in ("flac", "mp3", "m4a"):
        media.ffmpeg("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}", "-ac", "2", folder / f"a.{kind}")
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="tracks")
    port = wait_until("port", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    tv = remote(options=["--audio-sink", "fakesink sync=true", "--media-idle", "70s"])
    if "libasan" in pathlib.Path(f"/proc/{tv.process.pid}/maps").read_text():
        pytest.skip("a sanitizer has another size")
    for kind in ("flac", "mp3", "m4a"):
        tv.play(f"http://{server.addresses['living']}:{port}/plain/a.{kind}")
        tv.wait_state("PLAYING")
        playing = pss_of(tv)
        assert playing <= PLAYING, (kind, playing)
        assert tv.transport("Stop") == {}
        print(kind, playing, flush=True)
    # with what the last one needed, until the process is exchanged for one without it
    wait_until("no more than when it is warm", lambda: pss_of(tv) <= WARM, 65, 1)
    before = processor_of(tv)
    time.sleep(LOOK_S)
    assert processor_of(tv) - before <= CORE * LOOK_S
    wait_until("the process that decodes was let go", lambda: len(below(tv.process.pid)) < 4, 120, 1)
    wait_until("what is left then", lambda: pss_of(tv) <= LET_GO, 10, 1)
    print(pss_of(tv), flush=True)
