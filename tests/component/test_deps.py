# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/deps: one list, and one clear sentence where nothing can be installed.

The package manager is a fake of three shell scripts; nothing is installed or asked for.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

DEPS = pathlib.Path(__file__).parents[2] / "tools/deps"


@pytest.fixture
def fakes():
    """The folder of the fake package manager, where anybody can reach it."""
    with tempfile.TemporaryDirectory(prefix="av-upnp-deps-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def deps(fakes):
    """deps(words…, update=) → CompletedProcess, on a machine that has no package yet"""

    def fake(name, text):
        path = fakes / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(*words, update="true"):
        fake("dpkg-query", "exit 1")
        fake("apt-cache", 'echo "  Candidate: 1.0"')
        fake("apt-get", f'case "$*" in *update*) {update};; *install*) echo "$*" >>{fakes}/installed;; esac')
        fake("sudo", 'shift; exec "$@"')
        environment = dict(os.environ, PATH=f"{fakes}:/usr/bin:/bin")
        return subprocess.run([DEPS, *words], env=environment, capture_output=True, text=True)

    return run


def test_every_class_has_packages_named_once(deps):
    for word in ("run", "build", "test", "sample"):
        names = deps(word).stdout.split()
        assert names and len(names) == len(set(names)) and not any("|" in name for name in names)
    assert set(deps("build").stdout.split()) <= set(deps().stdout.split())


def test_an_unknown_class_is_named(deps):
    result = deps("--install", "everything")
    assert result.returncode == 1
    assert result.stderr == "tools/deps: unknown class 'everything', one of: run build test sample fuzz bench\n"


def test_offline_is_one_sentence(deps, fakes):
    for fault in ("exit 100", "echo 'W: Failed to fetch http://mirror.invalid/'"):
        result = deps("--install", "sample", update=fault)
        assert result.returncode == 1
        said = [line for line in result.stderr.splitlines() if "installing" not in line]
        assert len(said) == 1 and "cannot reach the package source" in said[0]
        assert not (fakes / "installed").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody who is not")
def test_without_rights_is_one_sentence(deps, fakes):
    deps("sample")  # makes the fakes
    (fakes / "sudo").unlink()
    bare = fakes / "bare"  # a path without the machine's own sudo
    bare.mkdir(mode=0o755)
    for program in ("sh", "id", "wc", "tr", "awk", "sort", "sed", "grep", "mktemp", "cat", "dirname", "rm"):
        target = next(p for p in (pathlib.Path("/usr/bin") / program, pathlib.Path("/bin") / program) if p.exists())
        (bare / program).symlink_to(target)
    script = fakes / "deps"
    script.write_bytes(DEPS.read_bytes())
    result = subprocess.run(
        [shutil.which("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", script, "--install", "sample"],
        env={"PATH": f"{fakes}:{bare}"}, capture_output=True, text=True)
    assert result.returncode == 1
    said = [line for line in result.stderr.splitlines() if "installing" not in line]
    assert len(said) == 1 and "needs root" in said[0] and "apt-get install ffmpeg" in said[0]
