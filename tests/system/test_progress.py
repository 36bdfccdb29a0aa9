# SPDX-License-Identifier: LGPL-2.1-or-later
"""How far a scan is: in status, in the log and in events, while a worker holds it up for as long as is looked."""

import json
import os
import re
import shutil
import threading
import time

import pytest

import media as media_maker
from conftest import BUILD, SERVER
from house import wait_until
from test_server import client, subscribe  # noqa: F401 (fixtures)
from test_watch import status

SHIM = BUILD / "tests/support/libworker-shim.so"
EACH = 300  # more than are under way at once


class Held:
    """A folder of many names for one sound, which the shim holds up until release()."""

    def __init__(self, folder):
        folder.mkdir()
        self.first = folder / "0.wav"
        media_maker.counter_wav(self.first, 4410)
        data = bytearray(self.first.read_bytes())
        data[12:16] = b"hold"
        self.first.write_bytes(data)
        self.first.chmod(0o644)
        for number in range(1, EACH):
            os.link(self.first, folder / f"{number}.wav")
        self.folder = folder

    def release(self):
        self.first.chmod(0o755)


class Writer(threading.Thread):
    """Seems to write to a file all the while."""

    def __init__(self, path):
        super().__init__()
        self.path, self.ended = path, threading.Event()

    def run(self):
        while not self.ended.wait(0.05):
            os.utime(self.path)

    def end(self):
        self.ended.set()
        self.join()


@pytest.fixture
def holding(house):
    """Environment of a server whose workers have the shim."""
    helpers = house.folder / "helpers"
    shutil.copytree(house.env["AV_UPNP_LIBEXECDIR"], helpers)
    (helpers / "worker").rename(helpers / "whole-worker")
    (helpers / "worker").write_text(
        f"#!/bin/sh\nexport LD_PRELOAD={SHIM} ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0\n"
        f'exec {helpers}/whole-worker "$@"\n')
    (helpers / "worker").chmod(0o755)
    return {"AV_UPNP_LIBEXECDIR": str(helpers)}


def test_a_scan_says_how_far_it_is(house, holding, start_server, client, subscribe):
    young, held = Held(house.folder / "young"), Held(house.folder / "held")
    os.utime(held.first, (1e9, 1e9))
    writer = Writer(young.first)
    writer.start()
    try:
        server = start_server(young.folder, held.folder, scanned=False, env=holding)
        readings = []

        def scan():
            reading = status(house)
            assert reading["scanning"] is (reading["scan"] is not None)
            if reading["scanning"]:
                readings.append(reading["scan"])
            return reading["scan"]

        # of the first folder each is still being written; of the second, not all are found yet
        wait_until("some are found", lambda: scan()["files"] > EACH)
    finally:
        writer.end()
    assert scan()["files"] < 2 * EACH and scan()["probed"] == 0 and scan()["fraction"] < 1
    assert wait_until("the time left", lambda: scan()["left_s"], 30) > 0 and scan()["files_per_s"] > 0
    said = server.wait_log("left", 30)
    assert re.search(r"scan: \d+ files, \d+ %, [\d,]+/s, \d+ (s|min|h) left", said), said
    events = subscribe(f"{client(server).url}/event/ContentDirectory", "phone", "living")
    wait_until("the first event", events)
    before = events()[-1]["variables"]["SystemUpdateID"]
    held.release()
    # those of the first folder are looked at once more, and are what they were
    wait_until("the second folder is whole", lambda: scan()["probed"] >= EACH, 60)
    wait_until("it is evented", lambda: events()[-1]["variables"].get("SystemUpdateID", before) != before)
    assert scan()["files"] == 2 * EACH and 0 < scan()["fraction"] <= 1
    young.release()
    wait_until("the scan ended", lambda: scan() is None, 60)
    wait_until("it says so", lambda: "scan finished" in server.log())
    print(f"# {len(readings)} readings, the last {json.dumps(readings[-1])}")
    for name in ("files", "probed", "fraction", "elapsed_s"):
        said = [reading[name] for reading in readings]
        assert said == sorted(said), (name, said)
    assert max(reading["files"] for reading in readings) == 2 * EACH
    assert all(reading["probed"] <= reading["files"] for reading in readings)
    assert f"scan finished: {2 * EACH} items" in server.log() and status(house)["items"] == 2 * EACH
