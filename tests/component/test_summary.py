# SPDX-License-Identifier: LGPL-2.1-or-later
"""The closing lines of tools/test: what passes only the second time is said, what fails twice fails."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

SUMMARY = pathlib.Path(__file__).parents[1] / "support" / "summary.py"
PASSED, FAILED = '<testcase name="a"/>', '<testcase name="b"><failure/></testcase>'
OUTPUT = "ok 1 - a\n# not of the failure\nok 2 - b\nnot ok 3 - b\n# what was missed\n"


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
    ({SYSTEM: "FAIL", UNIT: "FAIL"}, {SYSTEM: "OK", UNIT: "OK"}, "2 passed, 0 failed, 0 skipped, 2 flaky", 0),
    ({SYSTEM: "FAIL", UNIT: "FAIL"}, {SYSTEM: "OK", UNIT: "FAIL"}, "2 passed, 2 failed, 0 skipped", 1),
    ({SYSTEM: "FAIL", UNIT: "FAIL"}, {SYSTEM: "OK"}, "2 passed, 2 failed, 0 skipped", 1),
    ({SYSTEM: "FAIL", UNIT: "OK"}, {SYSTEM: "SKIP"}, "2 passed, 1 failed, 0 skipped", 1),
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
    for name in first:
        flaky = bool(second) and first[name] != "OK" and second.get(name) == "OK"
        assert (f"flaky, passed alone: {name}\n" in run.stdout) == flaky


def test_what_no_xml_may_have(tmp_path):
    """Meson writes what a test prints into its report as it is, which then is no XML."""
    log(tmp_path, "testlog", {UNIT: "OK"})
    report = tmp_path / "testlog.junit.xml"
    report.write_bytes(report.read_bytes().replace(b"</testsuite>", b"<system-out>\x1b[2J \xff</system-out></testsuite>"))
    run = summary(tmp_path)
    assert run.stdout == "1 passed, 0 failed, 0 skipped\n" and run.returncode == 0


def some(failed, of):
    return {f"p:system / system/{number}": "FAIL" if number < failed else "OK" for number in range(of)}


@pytest.mark.parametrize("tests, again", [
    ({SYSTEM: "OK"}, 0),
    ({SYSTEM: "FAIL", UNIT: "OK"}, 1),
    ({SYSTEM: "FAIL", UNIT: "FAIL"}, 2),
    (some(3, of=149), 0),
    (some(3, of=150), 3),
    (some(8, of=415), 8),
    (some(9, of=415), 0),
    ({**some(0, of=415), SYSTEM: "INTERRUPT"}, 0),
])
def test_what_is_run_once_more(tmp_path, tests, again):
    log(tmp_path, "testlog", tests)
    failed = [name.split()[-1] for name in tests if tests[name] != "OK"]
    assert summary(tmp_path, "--again").stdout.splitlines() == (failed if again else [])
    assert len(failed) == again or again == 0
    assert summary(tmp_path, "--done").stdout == "a\n" * again


CASES = """
import pytest

@pytest.mark.parametrize("name", ["a", "b #1", "c"])
def test_of(name):
    print("looked at", name)
"""

HANGS = """
import threading

def test_that_hangs():
    threading.Event().wait()

def test_behind_it():
    pass
"""


def run_cases(folder, text, **environment):
    (folder / "test_cases.py").write_text(text)
    return subprocess.run([sys.executable, "-B", "-m", "pytest", "-p", "tap", "-p", "no:terminal",
                           "-p", "no:cacheprovider", "--rootdir", folder, folder / "test_cases.py"],
                          env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("done, left", [
    ([], ["a", "b  1", "c"]),
    (["a", "b  1"], ["c"]),
    (["a", "b  1", "c"], ["a", "b  1", "c"]),  # none of them had failed
])
def test_only_what_did_not_pass(tmp_path, done, left):
    (tmp_path / "done").write_text("".join(f"test_cases.py::test_of[{name}]\n" for name in done))
    run = run_cases(tmp_path, CASES, AV_UPNP_DONE=str(tmp_path / "done"))
    assert run.returncode == 0
    assert run.stdout.splitlines() == [
        *(f"ok {number} - test_cases.py::test_of[{name}]" for number, name in enumerate(left, 1)), f"1..{len(left)}"]


def test_one_that_hangs_costs_only_itself(tmp_path):
    run = run_cases(tmp_path, HANGS, AV_UPNP_CASE_S="1")
    told = [line for line in run.stdout.splitlines() if not line.startswith("#")]
    assert told == ["not ok 1 - test_cases.py::test_that_hangs", "ok 2 - test_cases.py::test_behind_it", "1..2"]
    assert "threading.Event().wait()" in run.stdout and "longer than 1 s" in run.stdout and run.returncode == 1
