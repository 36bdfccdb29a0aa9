# SPDX-License-Identifier: LGPL-2.1-or-later
"""The closing line of tools/test: what passes only the second time is said, what fails twice fails."""

import json
import pathlib
import subprocess
import sys

import pytest

SUMMARY = pathlib.Path(__file__).parents[1] / "support" / "summary.py"
PASSED, FAILED = '<testcase name="a"/>', '<testcase name="b"><failure/></testcase>'
OUTPUT = "ok 1 - a\n# not of the failure\nnot ok 2 - b\n# what was missed\n"


def log(folder, base, tests):
    """tests: name → what meson says of it; each has one good case and, unless it is OK, a bad one"""
    (folder / f"{base}.json").write_text("".join(
        json.dumps({"name": name, "result": result, "stdout": OUTPUT if result == "FAIL" else ""}) + "\n"
        for name, result in tests.items()))
    suites = "".join(f'<testsuite name="{name}">{PASSED}{FAILED if result == "FAIL" else ""}</testsuite>'
                     for name, result in tests.items())
    (folder / f"{base}.junit.xml").write_text(f"<testsuites>{suites}</testsuites>")


def summary(folder, *options):
    return subprocess.run([sys.executable, SUMMARY, *options, folder], capture_output=True, text=True, check=False)


SYSTEM, UNIT = "p:system / system/house", "p:unit / xml/reader"


@pytest.mark.parametrize("first, second, line, status", [
    ({SYSTEM: "OK", UNIT: "OK"}, None, "2 passed, 0 failed, 0 skipped", 0),
    ({SYSTEM: "FAIL", UNIT: "OK"}, {SYSTEM: "OK"}, "2 passed, 0 failed, 0 skipped, 1 flaky", 0),
    ({SYSTEM: "FAIL", UNIT: "OK"}, {SYSTEM: "FAIL"}, "2 passed, 1 failed, 0 skipped", 1),
    ({SYSTEM: "TIMEOUT", UNIT: "OK"}, {SYSTEM: "TIMEOUT"}, "2 passed, 1 failed, 0 skipped", 1),
    ({SYSTEM: "OK", UNIT: "FAIL"}, None, "2 passed, 1 failed, 0 skipped", 1),
    ({}, None, "0 passed, 0 failed, 0 skipped", 1),
])
def test_the_closing_line(tmp_path, first, second, line, status):
    log(tmp_path, "testlog", first)
    if second:
        log(tmp_path, "again", second)
    run = summary(tmp_path)
    assert run.stdout.splitlines()[-1] == line and run.returncode == status
    assert ("# what was missed" in run.stdout) == ("FAIL" in first.values())
    assert "not of the failure" not in run.stdout


@pytest.mark.parametrize("tests, again", [
    ({SYSTEM: "OK"}, ""),
    ({SYSTEM: "FAIL", UNIT: "OK"}, "system/house\n"),
    ({SYSTEM: "FAIL", UNIT: "FAIL"}, "system/house\nxml/reader\n"),
    ({f"p:system / system/{number}": "FAIL" for number in range(3)}, ""),
])
def test_what_is_run_once_more(tmp_path, tests, again):
    log(tmp_path, "testlog", tests)
    assert summary(tmp_path, "--again").stdout == again
