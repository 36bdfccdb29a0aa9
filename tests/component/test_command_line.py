# SPDX-License-Identifier: LGPL-2.1-or-later
"""Command line and configuration of the three programs: what is refused, where, and with which word
instead. Nothing here gets as far as a network or a state directory."""

import os
import pathlib
import re
import subprocess

import pytest

BUILD = pathlib.Path(os.environ["AV_UPNP_BUILD"])
PROGRAMS = {
    "av-mediaserver": BUILD / "mediaserver/av-mediaserver",
    "av-renderer": BUILD / "renderer/av-renderer",
    "avcp": BUILD / "controlpoint/avcp",
}
FILES = {"av-mediaserver": "av-mediaserver.conf", "av-renderer": "av-renderer.conf",
         "avcp": "av-controlpoint.conf"}
each_program = pytest.mark.parametrize("program", PROGRAMS)


@pytest.fixture
def run(tmp_path):
    """run(program, word…) with a home of its own; a configuration there is in tmp_path/av-upnp."""

    def run(program, *words):
        environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path),
                       "XDG_STATE_HOME": str(tmp_path / "state"),
                       "AV_UPNP_DATADIR": str(BUILD / "mediaserver/data")}
        return subprocess.run([PROGRAMS[program], *words], capture_output=True, text=True,
                              env=environment, timeout=30)

    return run


@pytest.fixture
def write(tmp_path):
    """write(program, text) → the program's usual configuration file, with that text."""

    def write(program, text):
        path = tmp_path / "av-upnp" / FILES[program]
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def refused(result, code, *words):
    """One line on standard error, nothing on standard output."""
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for word in words:
        assert word in result.stderr


@each_program
def test_version_and_help(run, program):
    version = run(program, "--version")
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.startswith(f"{program} ")
    text = run(program, "--help")
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.startswith(f"Usage: {program} ")
    for flag in ("--config", "--check-config", "--print-config", "--log-level", "--version"):
        assert flag in text.stdout


@each_program
@pytest.mark.parametrize("word, nearest", [
    ("--check-confg", "--check-config"),  # a letter missing
    ("--interfaces=lo", "--interface"),  # one too many, with a value
    ("--log-levle", "--log-level"),  # two in the wrong order
])
def test_unknown_option(run, program, word, nearest):
    refused(run(program, word), 2, f'unknown option "{word.split("=")[0]}"', f'did you mean "{nearest}"?')


@each_program
@pytest.mark.parametrize("words, told", [
    (["--frobnicate"], 'unknown option "--frobnicate"'),  # nothing near it
    (["-Z"], 'unknown option "-Z"'),
    (["--config"], '"--config" needs a value'),
    (["--log-target=printer", "--check-config"], '"printer" is not one of auto, stderr, journal'),
    (["--check-config=perhaps"], "perhaps"),
])
def test_refused_option(run, program, words, told):
    refused(run(program, *words), 2, told)


@each_program
@pytest.mark.parametrize("text, where, told", [
    ("[Network]\n\nInterfce = eth0\n", ":3:1:", 'unknown key "Interfce", did you mean "Interface"?'),
    ("[Netwrk]\nInterface = eth0\n", ":1:1:", 'unknown section "Netwrk", did you mean "Network"?'),
    ("[Network]\nFlavour = mint\n", ":2:1:", 'unknown key "Flavour"'),
    ("[Log]\nInterface = eth0\n", ":2:1:", 'key "Interface" belongs to section [Network]'),
    ("[Network]\nInterface\n", ":2:", ""),  # no equals sign
    ("Interface = eth0\n", ":1:", ""),  # before the first section
    ("[Network]\nInterface = \xff\n", "", ""),  # an octet that is not UTF-8
])
def test_mistakes_in_the_file(run, write, program, text, where, told):
    path = write(program, "")
    path.write_bytes(text.encode("latin-1"))
    refused(run(program, "--check-config"), 2, f"{path}{where}", told)
    refused(run(program, "--print-config"), 2, f"{path}{where}", told)


@pytest.mark.parametrize("program, text, where, told", [
    ("av-mediaserver", "[Network]\nPort = 70000\n", ":2:8:", '"70000" is not from 0 to 65535'),
    ("av-renderer", "[Network]\nPort = high\n", ":2:8:", '"high" is not a number'),
    ("av-renderer", "[Network]\nInternet = often\n", ":2:12:", '"often"'),
    ("avcp", "[Network]\nTimeout = soon\n", ":2:11:", '"soon"'),
    ("avcp", "[Output]\nLimit = -1\n", ":2:9:", '"-1"'),
])
def test_values_in_the_file(run, write, program, text, where, told):
    path = write(program, text)
    refused(run(program, "--check-config"), 2, f"{path}{where}", told)


@each_program
def test_good_file_is_silent(run, write, program):
    write(program, "# of this house\n[Network]\nInterface = eth0; wlan0\n")
    result = run(program, "--check-config")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@each_program
def test_no_file_is_no_mistake(run, program):
    assert run(program, "--check-config").returncode == 0


@each_program
def test_named_file(run, tmp_path, write, program):
    write(program, "[Network]\nInterfce = eth0\n")  # the usual one is not read then
    named = tmp_path / "other.conf"
    refused(run(program, "--config", named, "--check-config"), 2, str(named))
    named.write_text("[Network]\nInterface = eth7\n")
    result = run(program, "--config", named, "--print-config")
    assert result.returncode == 0
    assert "\nInterface = eth7\n" in result.stdout


@each_program
def test_help_with_a_broken_file(run, write, program):
    write(program, "[Network]\nInterfce = eth0\n")
    assert run(program, "--help").returncode == 0
    assert run(program, "--version").returncode == 0


@each_program
def test_flags_win(run, write, program):
    write(program, "[Network]\nInterface = eth0\n")
    text = run(program, "--interface", "eth1", "--print-config").stdout
    assert "\nInterface = eth1\n" in text
    assert "eth0" not in text


@each_program
def test_print_config_can_be_read_again(run, tmp_path, write, program):
    """Also with every default made explicit, and with characters that mean something."""
    write(program, "[Network]\nInterface = eth0; a\\;b\n")
    first = run(program, "--print-config").stdout
    again = tmp_path / "again.conf"
    again.write_text(first)
    second = run(program, "--config", again, "--print-config")
    assert (second.stdout, second.stderr) == (first, "")
    assert "Interface = eth0; a\\;b\n" in first
    # "#Key = value", unlike the help in "# words"
    again.write_text(re.sub(r"^#(?=\w+ = .)", "", first, flags=re.M))
    explicit = run(program, "--config", again, "--check-config")
    assert (explicit.returncode, explicit.stderr) == (0, "")


@pytest.mark.parametrize("text, where, told", [
    ("[own]\nTitle = X\nParnt = music\n", ":3:1:", 'unknown key "Parnt", did you mean "Parent"?'),
    ("[own]\nTitle = X\nParent = musik\n", ":1:1:", 'unknown parent "musik", did you mean "music"?'),
    ("[own]\nTitle = X\nItems = audio\nLevel1 = gnre\n", ":4:10:", 'did you mean "genre"?'),
    ("[music-folders]\nTitle = X\nItems = audio\n", "", "there must be one"),
])
def test_mistakes_in_views(run, tmp_path, text, where, told):
    path = tmp_path / "av-upnp/views.conf"
    path.parent.mkdir()
    path.write_text(text)
    for flag in ("--check-views", "--check-config"):
        refused(run("av-mediaserver", flag), 2, f"{path}{where}" if where else "", told)


def test_good_views_are_silent(run, tmp_path):
    path = tmp_path / "av-upnp/views.conf"
    path.parent.mkdir()
    path.write_text("[own]\nTitle = X\nParent = music\nItems = audio\nLevel1 = decade\n[music-years]\nTitle = Y\n"
                    "Show = no\n")
    result = run("av-mediaserver", "--check-views")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name, text, where, told", [
    ("formats/90-own.profile", "[HOUSE_ONE]\nContainer = flac\nMime = audio/x-house\nContainr = flac\n", ":4:1:",
     'did you mean "Container"?'),
    ("clients/90-own.client", "[Odd]\nMatch.User-Agent = odd/\nDate = month\n", ":3:8:",
     'unknown value "month"'),
])
def test_mistakes_in_profiles(run, tmp_path, name, text, where, told):
    """Of the user's own folder; what is right there is silent."""
    path = tmp_path / "av-upnp" / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    refused(run("av-mediaserver", "--check-profiles"), 2, f"{path}{where}", told)
    path.write_text("".join(text.splitlines(True)[:-1]))
    result = run("av-mediaserver", "--check-profiles")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
