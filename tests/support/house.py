# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small house out of network namespaces: hosts, the networks between them, programs on the hosts.

Needs root. Everything has the test's process id in its name and goes away with House.close(), also after
a failed test. No test sleeps: programs say READY over NOTIFY_SOCKET, everything else is waited for with
wait_until() and a deadline.
"""

import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

READY_S = 60
STOP_S = 8
SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:",
                   "WARNING: ThreadSanitizer")


def wait_until(what, condition, seconds=10.0, interval=0.05):
    """Calls condition() until it gives something true, which is returned; fails naming what."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(interval)  # the interval of a poll, not a guess at a duration


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Process:
    """A program on a host; its stderr and stdout go to files."""

    def __init__(self, host, command, env, ready, name):
        self.name = name
        self.host = host
        self.out_path = host.house.folder / f"{name}.out"
        self.log_path = host.house.folder / f"{name}.log"
        self.notify = None
        if ready:
            path = str(host.house.folder / f"{name}.notify")
            self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.notify.bind(path)
            os.chmod(path, 0o666)
            env = dict(env, NOTIFY_SOCKET=path)
        with open(self.out_path, "wb") as out, open(self.log_path, "wb") as log:
            self.popen = subprocess.Popen(
                host.prefix + [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                stderr=log, env=env, start_new_session=True)

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def output(self):
        return self.out_path.read_text(errors="replace")

    def wait_notify(self, word, seconds):
        """Waits for a line that starts with word; returns that line."""
        deadline = time.monotonic() + seconds
        self.notify.settimeout(0.2)
        while time.monotonic() < deadline:
            with contextlib.suppress(socket.timeout):
                for line in self.notify.recv(4096).decode(errors="replace").splitlines():
                    if line.startswith(word):
                        return line
            if self.popen.poll() is not None:
                raise AssertionError(
                    f"{self.name} ended with {self.popen.returncode} before {word}:\n{self.log()}")
        raise AssertionError(f"{self.name} did not say {word} within {seconds} s:\n{self.log()}")

    def wait_log(self, text, seconds=10):
        """Waits until the log holds text; returns the log."""
        wait_until(f"'{text}' in the log of {self.name}", lambda: text in self.log(), seconds)
        return self.log()

    def wait(self, seconds=STOP_S):
        return self.popen.wait(seconds)

    def stop(self, signum=signal.SIGTERM):
        """Ends it; returns (exit code, seconds that took). Killed, and an error, after STOP_S."""
        start = time.monotonic()
        if self.popen.poll() is None:
            self.popen.send_signal(signum)
            try:
                self.popen.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
                raise AssertionError(f"{self.name} did not end within {STOP_S} s:\n{self.log()}") from None
        return self.popen.returncode, time.monotonic() - start

    def sanitizer_report(self):
        log = self.log()
        return log if any(mark in log for mark in SANITIZER_MARKS) else None


class Talk:
    """A program on a host that answers each line with one: it is started once, which takes longer than the answer."""

    def __init__(self, host, command):
        self.lock = threading.Lock()
        self.log = tempfile.TemporaryFile()
        self.popen = subprocess.Popen(host.prefix + [str(word) for word in command], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=self.log, start_new_session=True)

    def ask(self, line, seconds=60):
        """@return the answer; None: the program has ended, see trouble()"""
        with self.lock, contextlib.suppress(BrokenPipeError):
            self.popen.stdin.write(line.encode() + b"\n")
            self.popen.stdin.flush()
            answer, deadline = b"", time.monotonic() + seconds
            while not answer.endswith(b"\n"):
                left = max(deadline - time.monotonic(), 0)
                assert select.select([self.popen.stdout], [], [], left)[0], f"no answer within {seconds} s: {line}"
                part = os.read(self.popen.stdout.fileno(), 1 << 20)
                if not part:
                    break
                answer += part
            return answer.decode() if answer.endswith(b"\n") else None

    def trouble(self):
        self.close()
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.popen.stdin.close()
        self.popen.kill()
        self.popen.wait()
        self.popen.stdout.close()


class Host:
    """One namespace. `prefix` is what enters it."""

    def __init__(self, house, name):
        self.house = house
        self.name = name
        # Held open by a process of ours and named by its id: `ip netns` wants to remount "/", which
        # is no mount point in a chroot.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo here; exec cat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, start_new_session=True)
        assert self.holder.stdout.readline() == b"here\n", "no network namespace could be made"
        self.namespace = str(self.holder.pid)
        self.prefix = ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]
        self.addresses = {}  # network name → address
        self.talks, self.talking = {}, threading.Lock()  # command → Talk
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        subprocess.run(self.prefix + ["ip", *words], check=True, capture_output=True, text=True)

    def close(self):
        """The namespace goes with its last process."""
        for talk in self.talks.values():
            talk.close()
        self.holder.stdin.close()
        self.holder.wait()

    def start(self, command, env=None, ready=False, name=None):
        """Starts a program, with ready waits until it says READY."""
        name = name or f"{self.name}-{pathlib.Path(str(command[0])).name}-{len(self.house.processes)}"
        process = Process(self, command, dict(self.house.env, **(env or {})), ready, name)
        self.house.processes.append(process)  # before the wait: one that is not ready in time is ended, too
        if ready:
            process.wait_notify("READY=1", READY_S)
        return process

    def run(self, command, env=None, seconds=30, check=True):
        """Runs a program to its end; returns the CompletedProcess with text output."""
        result = subprocess.run(
            self.prefix + [str(word) for word in command], env=dict(self.house.env, **(env or {})),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)
        for mark in SANITIZER_MARKS:
            assert mark not in result.stderr, result.stderr
        if check:
            assert result.returncode == 0, f"{command}: {result.returncode}\n{result.stdout}{result.stderr}"
        return result

    def ask(self, command, line):
        """One line of a program that answers lines; it is started when it is asked first."""
        with self.talking:
            talk = self.talks.get(tuple(command))
            if talk is None:
                talk = self.talks[tuple(command)] = Talk(self, command)
        answer = talk.ask(line)
        if answer is None:
            self.talks.pop(tuple(command), None)
            raise AssertionError(talk.trouble())
        return answer

    def run_json(self, command, **kwargs):
        return json.loads(self.run(command, **kwargs).stdout)


class House:
    def __init__(self, libexec, env=None):
        """libexec: folder of the helper programs and of data files."""
        self.tag = f"avu{os.getpid()}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="av-upnp-house-"))
        # Programs that give up root still need their files.
        self.folder.chmod(0o777)
        self.env = dict(os.environ, AV_UPNP_LIBEXECDIR=str(libexec), AV_UPNP_DATADIR=str(libexec),
                        LC_ALL="C.UTF-8", HOME=str(self.folder), XDG_RUNTIME_DIR=str(self.folder), **(env or {}))
        self.hosts = {}
        self.networks = {}  # name → (bridge, IPv4 prefix "10.71.0", next host number)
        self.processes = []
        self.links = 0
        self.switch = Host(self, "switch")

    def network(self, name, prefix):
        """A segment: a bridge in the switch's namespace. prefix: the first three octets, private."""
        bridge = f"br{len(self.networks)}"
        self.switch.ip("link", "add", bridge, "type", "bridge", "mcast_snooping", "0")
        self.switch.ip("link", "set", bridge, "up")
        self.networks[name] = (bridge, prefix)

    def host(self, name, *networks, default_route=True):
        """A host with one interface (eth0, eth1 …) in each of the networks, in their order."""
        host = Host(self, name)
        self.hosts[name] = host
        for network in networks:
            self.plug(host, network)
        if default_route and networks:
            host.ip("route", "add", "default", "dev", "eth0")
        return host

    def plug(self, host, network):
        """A further interface for a host; returns its name."""
        bridge, prefix = self.networks[network]
        interface = f"eth{len(host.addresses)}"
        self.links += 1
        address = f"{prefix}.{10 + self.links}"
        ends = (f"v{os.getpid()}a{self.links}", f"v{os.getpid()}b{self.links}")
        ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        ip("link", "set", ends[0], "netns", self.switch.namespace, "name", f"port{self.links}")
        ip("link", "set", ends[1], "netns", host.namespace, "name", interface)
        self.switch.ip("link", "set", f"port{self.links}", "master", bridge, "up")
        # Duplicate address detection would only cost time here.
        host.ip("link", "set", interface, "addrgenmode", "none")
        host.ip("addr", "add", f"{address}/24", "dev", interface)
        host.ip("link", "set", interface, "up")
        host.addresses[network] = address
        return interface

    def close(self):
        """Ends all programs and namespaces; raises when a program had a sanitizer report."""
        reports = []
        for process in reversed(self.processes):
            with contextlib.suppress(AssertionError):
                process.stop()
            with contextlib.suppress(ProcessLookupError):  # what dbus-run-session, for one, left behind
                os.killpg(process.pid, signal.SIGKILL)
            report = process.sanitizer_report()
            if report:
                reports.append(f"{process.name}:\n{report}")
        for host in [*self.hosts.values(), self.switch]:
            host.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not reports, "\n".join(reports)
