# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sound servers and sound cards that others use, too: a real PulseAudio and a real PipeWire whose volume somebody changes,
a card that is taken."""

import re
import shutil

import pytest

from conftest import BUILD, RENDERER
from house import wait_until
from test_renderer import PYTHON, SUPPORT, Ear, Remote, check_noticed, last_change  # noqa: F401
from test_rendering import make_wav


@pytest.fixture
def origin(house):
    folder = house.folder / "media"
    folder.mkdir()
    make_wav(folder / "level.wav", 2000, 2000, 2)
    server = house.hosts["server"]
    process = server.start([PYTHON, "-B", SUPPORT / "origin.py", server.addresses["living"], folder], name="origin")
    port = wait_until("port of the origin", lambda: process.output().split("\n")[0] if "\n" in process.output() else 0)
    return lambda name: f"http://{server.addresses['living']}:{port}/plain/{name}"


def start_pulseaudio(house):
    socket = house.folder / "pulse-socket"
    house.hosts["tv"].start(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
         f"--load=module-native-protocol-unix auth-anonymous=1 socket={socket}",
         "--load=module-null-sink sink_name=house"], name="pulseaudio")
    return socket


def start_pipewire(house):
    socket = house.folder / "pulse/native"
    house.hosts["tv"].start(["pipewire"], name="pipewire")
    wait_until("PipeWire", (house.folder / "pipewire-0").exists)
    house.hosts["tv"].start(["pipewire-pulse"], name="pipewire-pulse")
    wait_until("its socket", socket.exists)
    for path in (socket.parent, socket):
        path.chmod(0o777)  # for a renderer that gave up root
    house.hosts["tv"].run(["pactl", f"--server=unix:{socket}", "load-module", "module-null-sink", "sink_name=house"])
    return socket


@pytest.fixture(params=[start_pulseaudio, start_pipewire], ids=["pulseaudio", "pipewire"])
def desktop(house, request):
    """desktop("set-sink-volume", "house", "50%") → what pactl says, to a sound server without hardware."""
    program = {start_pulseaudio: "pulseaudio", start_pipewire: "pipewire-pulse"}[request.param]
    if shutil.which(program) is None or shutil.which("pactl") is None:
        pytest.skip(f"{program} is not installed")
    house.env.update(PULSE_COOKIE=str(house.folder / "cookie"))
    house.env.update(PULSE_SERVER=f"unix:{request.param(house)}")
    config = house.folder / "alsa.conf"
    config.write_text('</usr/share/alsa/alsa.conf>\nctl.desktop { type pulse sink "house" }\n')
    house.env["ALSA_CONFIG_PATH"] = str(config)

    def run(*words, check=True):
        return house.hosts["tv"].run(["pactl", *words], check=check)

    wait_until("the sink", lambda: "house" in run("list", "short", "sinks", check=False).stdout)
    return run


def test_volume_of_the_desktop(house, desktop, start_renderer):
    """The slider of the desktop and ours are one; who changes it, all are told."""
    tv = Remote(house, start_renderer(options=("--hardware-volume", "--mixer-card", "desktop", "--initial-volume", "80")))
    assert "has no volume" not in tv.process.log()
    wait_until("the sink is set", lambda: re.search(r" 80% ", desktop("get-sink-volume", "house").stdout))
    ear = Ear(house, "phone", f"{tv.url}/event/RenderingControl")
    wait_until("the first event", ear.events)
    check_noticed(ear, tv, [(lambda percent=percent: desktop("set-sink-volume", "house", f"{percent}%"), percent)
                            for percent in (30, 65, 100)],
                  is_set=lambda volume: re.search(rf" {volume}% ", desktop("get-sink-volume", "house").stdout))
    desktop("set-sink-mute", "house", "1")
    wait_until("mute is told", lambda: '<Mute channel="Master" val="1"/>' in last_change(ear.events()[-1]))
    assert tv.volume("SetMute", DesiredMute=0) == {} and tv.volume("SetVolume", DesiredVolume=40) == {}
    wait_until("ours is heard", lambda: re.search(r" 40% ", desktop("get-sink-volume", "house").stdout)
               and "no" in desktop("get-sink-mute", "house").stdout)
    ear.close()


def test_a_card_that_another_program_has(house, origin):
    """It says so, in words, and is STOPPED with an error; when the card is free, it plays."""
    def start():
        return house.hosts["tv"].start(
            [RENDERER, "--name", "Parlour", "--state-dir", house.folder / "state-Parlour", "--video-sink", "fakesink",
             "--audio-sink", "alsasink device=shared"], ready=True)

    start().stop()
    # in the home of the renderer's user: elsewhere the media process reads nothing
    home = house.folder / "state-Parlour/.config/pulse"
    home.mkdir(parents=True)
    plugin, taken = home / "libasound_module_pcm_avbusy.so", home / "taken"
    shutil.copy(BUILD / "tests/support/libasound_module_pcm_avbusy.so", plugin)
    taken.touch()
    config = house.folder / "alsa.conf"
    config.write_text(f"""</usr/share/alsa/alsa.conf>
pcm_type.avbusy {{ lib "{plugin}" }}
pcm.shared {{ type avbusy taken "{taken}" }}
""")
    house.env["ALSA_CONFIG_PATH"] = str(config)
    tv = Remote(house, start())
    tv.play(origin("level.wav"))
    tv.wait_error()
    assert "used by another" in tv.process.log()
    assert tv.set_uri(origin("level.wav")) == {}
    wait_until("it is known", lambda: tv.status() == "ERROR_OCCURRED")
    assert tv.transport("Play", Speed=1) == {"error": 501}  # with another format nothing would be better
    taken.unlink()
    tv.play()
    wait_until("it is played", lambda: (tv.state(), tv.status()) == ("STOPPED", "OK"), 30)
