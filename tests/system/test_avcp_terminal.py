# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a person at a terminal sees of avcp: completion in each shell, progress, lines that move."""

import pathlib
import re
import shutil

import pytest

from conftest import AVCP, BUILD
from terminal import Terminal

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
