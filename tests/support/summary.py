# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the cases of a meson test run and prints the closing line.

    summary.py FOLDER-OF-LOGS

A test that speaks TAP counts with each of its cases, any other test as one case. A test program that
ended badly although each of its cases passed (a sanitizer report at exit, a time-out) is one failure.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

BAD = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}


def verdict(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def main():
    logs = pathlib.Path(sys.argv[1])
    bad = 0
    for line in (logs / "testlog.json").read_text().splitlines():
        bad += json.loads(line)["result"] in BAD
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    suites_with_failures = 0
    for suite in ElementTree.parse(logs / "testlog.junit.xml").getroot().iter("testsuite"):
        verdicts = [verdict(case) for case in suite.iter("testcase")]
        for word in verdicts:
            counts[word] += 1
        suites_with_failures += "failed" in verdicts
    counts["failed"] += max(0, bad - suites_with_failures)
    print(", ".join(f"{number} {word}" for word, number in counts.items()))
    return 0 if counts["failed"] == 0 and counts["passed"] > 0 else 1


sys.exit(main())
