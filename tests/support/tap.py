# SPDX-License-Identifier: LGPL-2.1-or-later
"""pytest plugin: tells each test case to meson in TAP, details of failures as comments.

Use with `-p tap -p no:terminal`. With a file of their names in AV_UPNP_DONE, one per line, cases that passed
before are left out. A case that takes longer than AV_UPNP_CASE_S seconds (300; 0 is for ever) has failed, and is told
with the place where it hung, so that the others still have their turn.
"""

import io
import os
import pathlib
import signal
import sys

import pytest
from _pytest._io import TerminalWriter

CASE_S = int(os.environ.get("AV_UPNP_CASE_S", "300"))


class NoTerminal:
    """pytest 8 asks the reporter we go without how to colour the explanation of a failed assert."""

    _tw = TerminalWriter(io.StringIO())


def hang(signum, frame):
    raise AssertionError(f"this hung: it took longer than {CASE_S} s")


def told(nodeid):
    return nodeid.replace("#", " ")


class Tap:
    def __init__(self):
        self.cases = 0

    def line(self, text):
        print(text, file=sys.__stdout__, flush=True)

    def comment(self, text):
        for line in text.splitlines():
            self.line(f"# {line}")

    def case(self, report, verdict, note=""):
        self.cases += 1
        name = told(report.nodeid)
        self.line(f"{verdict} {self.cases} - {name}{note}")

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected"
            self.case(report, "ok", f" # SKIP {reason}")
        elif report.failed:
            self.case(report, "not ok")
            self.comment(report.longreprtext)
            for title, content in report.sections:
                self.comment(f"---- {title}\n{content}")
        elif report.when == "call":
            self.case(report, "ok")

    def pytest_collection_modifyitems(self, items):
        if "AV_UPNP_DONE" in os.environ:
            done = pathlib.Path(os.environ["AV_UPNP_DONE"]).read_text().splitlines()
            # When none is left, it was the program that ended badly.
            items[:] = [item for item in items if told(item.nodeid) not in done] or items

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self):
        signal.signal(signal.SIGALRM, hang)
        signal.alarm(CASE_S)
        yield
        signal.alarm(0)

    def pytest_collectreport(self, report):
        if report.failed:
            self.case(report, "not ok")
            self.comment(report.longreprtext)

    def pytest_sessionfinish(self, session, exitstatus):
        self.line(f"1..{self.cases}")


def pytest_addoption(parser):
    # The explanation of a failed assert asks for it, and it comes with the terminal plugin we go without.
    parser.addoption("--tap-verbose", dest="verbose", type=int, default=0)


def pytest_configure(config):
    config.pluginmanager.register(NoTerminal(), "terminalreporter")
    config.pluginmanager.register(Tap(), "tap-reporter")
