# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who reads the lines of a service leaves, or reads no more: the service goes on, and ends when it is told (FLT-16)."""

import fcntl
import os
import re
import signal
import subprocess
import urllib.request

import pytest

from conftest import SERVER
from house import wait_until

PIPE_OCTETS = 4096


@pytest.fixture
def service(house):
    """A server whose lines go into a pipe that is soon full. Gives it, the pipe's other end, and its address."""
    (house.folder / "media").mkdir()
    ends = os.pipe()
    process = subprocess.Popen(
        [SERVER, "--interface", "lo", "--state-dir", house.folder / "state", "--log-target", "stderr",
         "--log-level", "info", house.folder / "media"], env=house.env, stderr=ends[1], stdin=subprocess.DEVNULL)
    os.close(ends[1])
    said = ""
    while "scan finished" not in said:
        more = os.read(ends[0], PIPE_OCTETS).decode()
        assert more, said
        said += more
    fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, PIPE_OCTETS)
    yield process, ends[0], re.search(r"http://127\.0\.0\.1:\d+", said)[0]
    process.kill()
    process.wait()


def answers(address, path):
    with urllib.request.urlopen(address + path, timeout=30) as answer:
        return answer.status


def says_something(house):
    """The main thread does, too: of a scan."""
    subprocess.run([SERVER, "rescan", "--state-dir", house.folder / "state"], env=house.env, check=True, timeout=60)


def ends(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_reader_leaves(house, service):
    process, lines, address = service
    os.close(lines)
    says_something(house)
    # a second one has to wait for the first, so that its line was written
    wait_until("answers", lambda: answers(address, "/healthz") == 200)
    says_something(house)
    assert answers(address, "/description.xml") == 200
    ends(process)


def test_reader_stops(house, service):
    process, lines, address = service
    for _ in range(60):
        assert answers(address, "/description.xml") == 200
    says_something(house)
    for _ in range(60):
        assert answers(address, "/healthz") == 200
    ends(process)
    os.close(lines)
