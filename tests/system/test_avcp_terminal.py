# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a person at a terminal sees of avcp: completion in each shell, progress, lines that move."""

import hashlib
import json
import pathlib
import re
import shutil
import signal

import pytest

from conftest import AVCP, BUILD
from house import SOON_S, wait_until
from lying_server import SHELL
from terminal import Terminal

SUPPORT = pathlib.Path(__file__).parents[1] / "support"
DATA = pathlib.Path(__file__).parents[2] / "controlpoint/data"
PROMPT = "ready> "

# how each shell is started without the user's files, and told of the completion
SHELLS = {
    "bash": (["bash", "--noprofile", "--norc"],
             [f"PS1='{PROMPT}'", "bind 'set bell-style none'", f"source {DATA}/avcp.bash"]),
    "zsh": (["zsh", "-f"],
            [f"PS1='{PROMPT}'", "fpath=($FUNCTIONS $fpath)", "autoload -U compinit", "compinit -u -D"]),
    "fish": (["fish", "--no-config"],
             [f"function fish_prompt; echo -n '{PROMPT}'; end", "set -g fish_autosuggestion_enabled 0",
              f"source {DATA}/avcp.fish"]),
}

# what is typed, what stands there after Tab
COMPLETED = [
    ("avcp doc", "avcp doctor", "a verb"),
    ("avcp devices --fol", "avcp devices --follow", "an option"),
    ("avcp mute tog", "avcp mute toggle", "one of a list"),
    ("avcp call avt", "avcp call AVTransport", "in any case"),
    ("avcp --server=At", "avcp --server=Attic", "the value of an option"),
    ("avcp ls Att", "avcp ls Attic:/", "a server"),
    ("avcp ls Attic:/Mus", "avcp ls Attic:/Music/", "a folder of its"),
    ("avcp ls /Mus", "avcp ls /Music/", "a path on the only server there is"),
]


@pytest.fixture
def shell(house, request):
    """shell(name) → a terminal with that shell, which knows avcp."""
    terminals = []

    def start(name):
        if shutil.which(name) is None:
            pytest.skip(f"needs {name}")
        command, setup = SHELLS[name]
        functions = house.folder / "functions"
        functions.mkdir()
        shutil.copy(DATA / "avcp.zsh", functions / "_avcp")
        path = f"{BUILD / 'controlpoint'}:{house.env['PATH']}"
        terminal = Terminal(house.hosts["phone"], command, {"PATH": path, "FUNCTIONS": str(functions)})
        terminals.append(terminal)
        for line in setup:
            terminal.type(line)
            terminal.press("Enter")
        clear(terminal)
        return terminal

    yield start
    for terminal in terminals:
        terminal.close()


def clear(terminal):
    """Asked again until it is done: a shell that is still busy with the line before draws after us."""

    def is_clear(screen):
        terminal.press("C-u", "C-l")
        return screen == [PROMPT.rstrip()]

    terminal.wait("an empty line", is_clear)


@pytest.mark.parametrize("name", SHELLS)
def test_completion(library, start_server, avcp, shell, name):
    start_server(library)
    avcp("devices")  # whose names are remembered
    terminal = shell(name)
    for typed, wanted, why in COMPLETED:
        terminal.type(typed)
        terminal.wait(typed, lambda screen, typed=typed: screen[-1:] == [PROMPT + typed])
        terminal.press("Tab")
        terminal.wait(f"{why}: {wanted}",
                      lambda screen, wanted=wanted: screen and screen[0].rstrip() == PROMPT + wanted)
        terminal.press("C-c")
        clear(terminal)


@pytest.mark.parametrize("name", SHELLS)
def test_completion_of_a_hostile_title(library, start_server, avcp, shell, name):
    """Blanks, signs of the shell: the word that was completed means the object."""
    start_server(library)
    avcp("devices")
    terminal = shell(name)
    for typed in ("avcp --json ls Attic:/Music/Albums", "Ege", "Spo"):
        terminal.type(typed)
        terminal.press("Tab")
        terminal.wait("a title", lambda screen, typed=typed: screen and typed in screen[0] and not screen[0].endswith(typed))
    terminal.press("Enter")
    terminal.wait("the item is listed", lambda screen: any(
        re.search(r'"title": "Spoon & Fork <live>"', line) for line in screen))


@pytest.mark.parametrize("name,quote", [*((name, "") for name in SHELLS), ("bash", '"'), ("bash", "'")])
def test_completion_executes_nothing(house, shell, name, quote):
    """SEC-205: what a server calls its item is a word of the command line, whatever it looks like."""
    _, url = helper(house, "lying_server.py")
    terminal = shell(name)
    for line in (f"cd {house.folder}", f"avcp -s {url}/shell/0 info >/dev/null"):
        terminal.type(line)
        terminal.press("Enter")
    clear(terminal)
    terminal.type(f"avcp --json -s {url}/shell/0 ls {quote}/")
    terminal.wait("it is typed", lambda screen: screen[-1:] and screen[-1].endswith(f"ls {quote}/"))
    terminal.press("Tab")
    terminal.wait("the title", lambda screen: any("touch" in line for line in screen))
    terminal.press("Enter")
    terminal.wait("the item is listed", lambda screen: any(f'"title": {json.dumps(SHELL)}' in line for line in screen))
    assert not (house.folder / "owned").exists()


def helper(house, name, *words, where="server"):
    """(process, URL) of a server that waits for /go, or /r/go"""
    host = house.hosts[where]
    address = host.addresses["living"]
    process = host.start(["/usr/bin/python3", SUPPORT / name, address, 7200, *words])
    wait_until("it listens", lambda: "READY" in process.output())
    return process, f"http://{address}:7200"


def test_progress_of_get(house):
    """A line that is written over, with name, part, size and rate, and gone when all is there."""
    _, url = helper(house, "lying_server.py")
    file = house.folder / "song.mp3"
    with Terminal(house.hosts["phone"], ["sh", "-c", f"{AVCP} -s {url}/drip/0 get -- 1 {file}; echo over; sleep 1000"],
                  columns=100, lines=10) as terminal:
        bar = re.compile(r"Song  7\d %  2\.\d MiB  [\d.]+ \S?i?B/s  \d+:\d\d left$")
        terminal.wait("the bar", lambda screen: len(screen) == 1 and bar.match(screen[0]), 30)
        rate = terminal.last().split()[5]
        terminal.wait("it moves", lambda screen: len(screen) == 1 and screen[0].split()[5:6] != [rate], 30)
        house.hosts["phone"].run(["curl", "-sS", f"{url}/r/go"])
        screen = terminal.wait("it is over", lambda screen: screen[-1:] == ["over"] and screen, 30)
        assert not [line for line in screen if "%" in line], screen
        assert str(file) in screen[1] and "3.8 MiB" in screen[1], screen
    assert file.read_bytes() == b"o" * 4000000


def test_progress_of_put(house):
    server, url = helper(house, "breaking_server.py", "drips")
    track = house.folder / "New.mp3"
    track.write_bytes(bytes(number % 251 for number in range(20_000_000)))
    with Terminal(house.hosts["phone"], ["sh", "-c", f"{AVCP} -s {url}/0 put {track} 0; echo over; sleep 1000"],
                  columns=100, lines=10) as terminal:
        bar = re.compile(r"New\S*  \d+ %  [\d.]+ \S?i?B  [\d.]+ \S?i?B/s")
        terminal.wait("the bar", lambda screen: len(screen) == 1 and bar.match(screen[0]), 30)
        house.hosts["phone"].run(["curl", "-sS", "-o", "/dev/null", f"{url}/go"])
        screen = terminal.wait("it is over", lambda screen: screen[-1:] == ["over"] and screen, 60)
        assert not [line for line in screen if "%" in line], screen
    assert f"GOT {hashlib.sha256(track.read_bytes()).hexdigest()}" in server.output()


def test_status_that_follows(library, start_server, start_renderer, avcp, house):
    """One line that is written over: position, what was read ahead, format; Ctrl-C ends it."""
    start_server(library)
    start_renderer()
    avcp("-r", "Parlour", "mode", "repeat-one")  # however late we look
    avcp("-r", "Parlour", "play", "Attic:/Music/Albums/Vespertine/Cocoon")
    command = f"trap : INT; {AVCP} -r Parlour status --follow; echo over $?; sleep 1000"
    with Terminal(house.hosts["phone"], ["sh", "-c", command], columns=140, lines=10) as terminal:
        bar = re.compile(r"playing  \d:\d\d / \d:\d\d  (█*)▒+  Cocoon  FLAC, 44\.1 kHz, .*  buffer all that is left$")

        def played(screen):
            found = len(screen) == 1 and bar.match(screen[0])
            return len(found[1]) + 1 if found else 0

        before = terminal.wait("the bar", played, 30)
        terminal.wait("it moves, on one line", lambda screen: played(screen) not in (0, before), 30)
        terminal.press("C-c")
        terminal.wait("it ends", lambda screen: screen[-1:] == ["over 0"], 30)


def test_ctrl_c_ends_at_once(house, start_renderer, avcp):
    """0.2 s, which tests/bench/bench-avcp measures; here the machine may be busy with other things."""
    _, slow = helper(house, "lying_server.py")
    _, patient = helper(house, "breaking_server.py", "drips", where="tv")
    renderer = start_renderer()
    part = house.folder / "song.mp3.part"
    track = house.folder / "New.mp3"
    track.write_bytes(bytes(20_000_000))
    watched = "TransportState"
    rows = {  # what is run: (shell's line, shows that it is under way, how it ends)
        "get": (f"exec {AVCP} -s {slow}/drip/0 get -- 1 {house.folder}/song.mp3", lambda _: part.exists(), -signal.SIGINT),
        "put": (f"exec {AVCP} -s {patient}/0 put {track} 0", None, -signal.SIGINT),
        "watch": (f"exec {AVCP} -r Parlour watch", lambda told: watched in told, 0),
        "devices": (f"exec {AVCP} devices --follow", lambda told: "Parlour" in told, 0),
        "play": (f"exec {AVCP} -r Parlour play - <{house.folder}/sine", lambda _: avcp("status")["state"] == "playing", 0),
    }
    house.hosts["phone"].run(["mkfifo", str(house.folder / "sine")])
    house.hosts["phone"].start(["sh", "-c", f"ffmpeg -v error -re -f lavfi -i sine -f wav - >{house.folder}/sine"])
    verbs = {name: house.hosts["phone"].start(["sh", "-c", row[0]], name=f"verb-{name}") for name, row in rows.items()}

    def is_sending():
        return house.hosts["tv"].run(["ss", "-Htn", "state", "established", "sport", "=", ":7200"]).stdout.count("\n") > 0

    for name, (_, is_under_way, code) in rows.items():
        wait_until(f"{name} is under way",
                   lambda: is_under_way(verbs[name].output()) if is_under_way else is_sending(), 30)
        if name == "play":
            renderer.popen.send_signal(signal.SIGSTOP)  # it does not answer Stop
        try:
            assert verbs[name].popen.poll() is None, verbs[name].log()
            got, seconds = verbs[name].stop(signal.SIGINT)
        finally:
            renderer.popen.send_signal(signal.SIGCONT)
        assert (got, verbs[name].log()) == (code, ""), name
        assert seconds < SOON_S, f"{name}: {seconds} s"
