# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fixtures of the system tests: the programs as built, media, a house with three hosts."""

import json
import os
import pathlib
import shutil
import tempfile

import pytest

import avcp_schema
import media as media_maker
import staging
from house import PATIENCE_S, House, wait_until

decode = json.loads  # `json` is also a name of an argument
BUILD = pathlib.Path(os.environ["AV_UPNP_BUILD"])
SERVER = BUILD / "mediaserver/av-mediaserver"
RENDERER = BUILD / "renderer/av-renderer"
SSDP = pathlib.Path(__file__).parent.parent / "support/ssdp.py"
PYTHON = "/usr/bin/python3"
AVCP = BUILD / "controlpoint/av-controlpoint"


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="needs root"))


@pytest.fixture(scope="session")
def library():
    """The folder that is shared; read only for tests."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-media-"))
    scratch.chmod(0o755)
    yield media_maker.copy_library(scratch / "library", BUILD / "tests")
    shutil.rmtree(scratch)


@pytest.fixture(scope="session", autouse=True)
def plugin_list():
    """One list of GStreamer's plug-ins for all renderers of a file: making it costs more than most of them do."""
    with tempfile.TemporaryDirectory(prefix="av-upnp-registry-") as folder, pytest.MonkeyPatch.context() as patch:
        pathlib.Path(folder).chmod(0o777)
        patch.setenv("GST_REGISTRY", f"{folder}/registry.bin")
        yield


@pytest.fixture(scope="session")
def helpers():
    with staging.staged(BUILD) as folder:
        yield folder


@pytest.fixture
def house(helpers):
    """Two networks; `server` is in both, `tv` and `phone` are in the first, `guest` in the second."""
    house = House(helpers)
    try:
        house.network("living", "10.71.0")
        house.network("attic", "10.72.0")
        house.host("server", "living", "attic")
        house.host("tv", "living")
        house.host("phone", "living")
        house.host("guest", "attic")
        yield house
    finally:
        house.close()


@pytest.fixture
def start_server(house):
    """start_server(folder, …, host=, name=) → Process that is ready and has finished its first scan."""

    def start(*folders, host="server", name="Attic", options=(), scanned=True, state=None, env=None):
        state = state or house.folder / f"state-{name}"
        process = house.hosts[host].start(
            [SERVER, "--name", name, "--state-dir", state, *options, *folders], env=env, ready=True)
        if scanned:
            process.wait_log("scan finished", 60)
        return process

    return start


@pytest.fixture
def start_renderer(house):
    """start_renderer(host=, name=, capture=) → Process; with capture the samples go to that file."""

    def start(host="tv", name="Parlour", options=(), capture=None, live=False):
        sink = "fakesink sync=true"
        if capture is not None:
            # Real time only where a test watches the position; else as fast as it decodes.
            sink = (f"audioconvert ! audio/x-raw,format=S16LE ! filesink location={capture}"
                    f" sync={'true' if live else 'false'}")
        return house.hosts[host].start(
            [RENDERER, "--name", name, "--state-dir", house.folder / f"state-{name}",
             "--audio-sink", sink, "--video-sink", "fakesink sync=true", *options], ready=True)

    return start


@pytest.fixture
def avcp(house):
    """avcp("ls", "Attic:/", host="phone", code=0) → what it printed, decoded when --json is given."""

    def run(*words, host="phone", code=0, json=True):
        # what succeeds may take its time on a busy machine
        patience = ["--timeout", f"{PATIENCE_S}s"] if code == 0 and "play" in words and "--timeout" not in words else []
        command = [AVCP, *(["--json"] if json else []), *patience, *words]
        result = house.hosts[host].run(command, check=False)
        assert result.returncode == code, f"{words}: {result.returncode}\n{result.stdout}{result.stderr}"
        if json and code == 0 and result.stdout.strip():
            output = decode(result.stdout)
            avcp_schema.check(words, output)
            return output
        return result

    return run


@pytest.fixture
def eventually():
    return wait_until


@pytest.fixture
def listen(house):
    """listen(host, network) → function that gives the datagrams heard so far."""

    def start(host, network):
        process = house.hosts[host].start(
            [PYTHON, SSDP, "listen", house.hosts[host].addresses[network]], name=f"listen-{host}-{network}")
        wait_until("the listener listens", lambda: "listening" in process.output())
        return lambda: [json.loads(line) for line in process.output().splitlines()[1:]]

    return start


@pytest.fixture
def search(house):
    """search(st, host=, network=, …) → answers"""

    def run(st, host="phone", network="living", mx=1, times=1, address=None):
        result = house.hosts[host].run(
            [PYTHON, SSDP, "search", address or house.hosts[host].addresses[network], st, mx, times])
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run
