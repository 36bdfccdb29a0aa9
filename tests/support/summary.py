# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells how a meson test run ended.

    summary.py FOLDER-OF-LOGS            what was missed by each failed case, then the closing line
    summary.py --again FOLDER-OF-LOGS    the tests that deserve a second run, one per line
    summary.py --done FOLDER-OF-LOGS     the cases of those that need none, for tap.py, one per line

A test that speaks TAP counts with each of its cases, any other test as one case. A test program that
ended badly although each of its cases passed (a sanitizer report at exit, a time-out) is one failure.

Many tests run real programs, threads and deadlines on a machine that others may use too. One that failed
is therefore run once more, alone; if it passes then, it is told as flaky, with what it missed: something to
be mended, but no reason to doubt the change that is being tested. More than one test in fifty is no accident:
then nothing is run again, nor when the run was broken off, since nobody knows what the others would have said.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

BAD = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}
ACCIDENTS, ONE_IN = 2, 50  # a run of few tests may have two
SHOWN_LINES = 60
# What tests print meson writes as it is; XML has no place for these.
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Run:
    """One run of meson test, by the base name of its logs."""

    def __init__(self, folder, base):
        lines = (folder / f"{base}.json").read_text().splitlines()
        self.results = {result["name"]: result for result in map(json.loads, lines)}
        report = NO_XML.sub("", (folder / f"{base}.junit.xml").read_text(errors="replace"))
        suites = ElementTree.fromstring(report.encode()).iter("testsuite")
        self.verdicts = [[verdict(case) for case in suite.iter("testcase")] for suite in suites]

    def failed(self):
        return {name: result for name, result in self.results.items() if result["result"] in BAD}

    def counts(self):
        counts = {word: sum(suite.count(word) for suite in self.verdicts)
                  for word in ("passed", "failed", "skipped")}
        told = sum("failed" in suite for suite in self.verdicts)
        counts["failed"] += max(0, len(self.failed()) - told)
        return counts


def short(name):
    """As meson test takes it."""
    return name.split()[-1]


def verdict(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def missed(output):
    """The lines of TAP under each case that failed."""
    lines, inside = [], False
    for line in output.splitlines():
        if not line.startswith("#"):
            inside = line.startswith("not ok")
        if inside:
            lines.append(line)
    return lines


def show(name, result):
    lines = missed(result.get("stdout", "")) or result.get("stdout", "").splitlines()
    lines += result.get("stderr", "").splitlines()
    print(f"---- {name}: {result['result']}")
    print("\n".join(lines[-SHOWN_LINES:]))


def again(run):
    """The tests that are run once more."""
    failed = run.failed()
    broken_off = any(result["result"] == "INTERRUPT" for result in failed.values())
    return failed if len(failed) <= max(ACCIDENTS, len(run.results) // ONE_IN) and not broken_off else {}


def done(run):
    """The cases that passed in the tests that are run once more, by what they said in TAP."""
    for result in again(run).values():
        told = re.findall(r"^(ok|not ok) \d+ - (.+)$", result.get("stdout", ""), re.MULTILINE)
        yield from (case for verdict, case in told if ("not ok", case) not in told)


def close(folder):
    first = Run(folder, "testlog")
    failed = first.failed()
    counts = first.counts()
    for name, result in failed.items():
        show(name, result)
    if (folder / "again.json").exists():
        second = Run(folder, "again")
        for name, result in second.failed().items():
            show(f"{name}, again", result)
        flaky = [name for name in failed if second.results.get(name, {}).get("result") == "OK"]
        for name in flaky:
            print(f"flaky, passed alone: {name}")
        if len(flaky) == len(failed):
            counts["flaky"], counts["failed"] = counts["failed"], 0
    print(", ".join(f"{number} {word}" for word, number in counts.items()))
    return 0 if counts["failed"] == 0 and counts["passed"] > 0 else 1


def main(folder, option=None):
    if option is None:
        return close(folder)
    run = Run(folder, "testlog")
    print("".join(f"{name}\n" for name in (done(run) if option == "--done" else map(short, again(run)))), end="")
    return 0


*options, logs = sys.argv[1:]
sys.exit(main(pathlib.Path(logs), *options))
