# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small house out of network namespaces: hosts, the networks between them, programs on the hosts.

Needs root. Everything has the test's process id in its name and goes away with House.close(), also after
a failed test. No test sleeps: programs say READY over NOTIFY_SOCKET, everything else is waited for with
wait_until() and a deadline.

Programs of ours are looked after: one that dies of a signal, complains to a sanitizer or to GLib, does not end when
it is told to, or leaves a process behind, fails the test, whatever that looked at.
"""

import contextlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

READY_S = 60
STOP_S = 30  # of an idle machine: a fraction of a second
SOON_S = 6  # a program that ends without waiting for anybody, on a machine that does much else
PATIENCE_S = 45  # how long a busy machine may take for what an idle one does at once
SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:",
                   "WARNING: ThreadSanitizer")
SANITIZERS = re.compile("|".join(map(re.escape, SANITIZER_MARKS)))
# GLib's, but for those of the process that decodes, where plug-ins of others have them at broken files.
COMPLAINT = re.compile(SANITIZERS.pattern + r"|^(?!.* media: ).*: assertion '.*' failed", re.MULTILINE)
CRASHES = {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL, -signal.SIGTRAP, -signal.SIGSYS}
BUILD = os.environ.get("AV_UPNP_BUILD", "/nowhere")


def wait_until(what, condition, seconds=0.0, interval=0.05, exactly=False):
    """Calls condition() until it gives something true, which is returned; fails naming what. However few seconds are
    said, a busy machine is given PATIENCE_S, unless it is the time itself that is looked at (exactly)."""
    seconds = seconds if exactly else max(seconds, PATIENCE_S)
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(interval)  # the interval of a poll, not a guess at a duration


def ip(prefix, *lines):
    """Commands of ip(8), by one process: a house has many."""
    done = subprocess.run([*prefix, "ip", "-batch", "-"], input="\n".join(lines), capture_output=True, text=True)
    assert done.returncode == 0, f"{lines}: {done.stderr}"


class Process:
    """A program on a host; its stderr and stdout go to files."""

    def __init__(self, host, command, env, ready, name):
        self.name = name
        self.host = host
        self.ours = any(BUILD in str(word) for word in command)
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

    def wait_log(self, text, seconds=0):
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

    def close(self):
        """Ends it with all that it started; returns what is to be said against it, or None."""
        fault = None
        try:
            self.stop()
        except AssertionError as late:
            fault = str(late) if self.ours else None
        if not self.ours:
            with contextlib.suppress(ProcessLookupError):  # what dbus-run-session, for one, left behind
                os.killpg(self.pid, signal.SIGKILL)
        elif self.popen.returncode in CRASHES:
            fault = f"died of {signal.Signals(-self.popen.returncode).name}\n{self.log()}"
        complaint = COMPLAINT if self.ours else SANITIZERS  # which what foreign programs start may be of ours
        return fault or (self.log() if complaint.search(self.log()) else None)


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

    def ip(self, *words):
        subprocess.run(self.prefix + ["ip", *words], check=True, capture_output=True, text=True)

    def inside(self):
        """Process id → program of all in this namespace but the one that holds it."""
        namespace, found = os.readlink(f"/proc/{self.holder.pid}/ns/net"), {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if int(pid) != self.holder.pid and os.readlink(f"/proc/{pid}/ns/net") == namespace:
                    found[int(pid)] = os.readlink(f"/proc/{pid}/exe")
        return found

    def of_ours(self):
        """Those of inside() that are programs of ours, or helpers of theirs."""
        places = (BUILD, self.house.env["AV_UPNP_LIBEXECDIR"], str(self.house.folder))
        return {pid: path for pid, path in self.inside().items() if path.startswith(places)}

    def close(self):
        """The namespace goes with its last process. Returns programs of ours that others left behind."""
        for talk in self.talks.values():
            talk.close()
        with contextlib.suppress(AssertionError):
            wait_until("all have ended", lambda: not self.of_ours(), STOP_S, exactly=True)
        left = self.of_ours()
        for pid in self.inside():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.holder.stdin.close()
        self.holder.wait()
        return left

    def start(self, command, env=None, ready=False, name=None):
        """Starts a program, with ready waits until it says READY."""
        name = name or f"{self.name}-{pathlib.Path(str(command[0])).name}-{len(self.house.processes)}"
        process = Process(self, command, dict(self.house.env, **(env or {})), ready, name)
        self.house.processes.append(process)  # before the wait: one that is not ready in time is ended, too
        if ready:
            process.wait_notify("READY=1", READY_S)
        return process

    def run(self, command, env=None, seconds=120, check=True):
        """Runs a program to its end; returns the CompletedProcess with text output."""
        result = subprocess.run(
            self.prefix + [str(word) for word in command], env=dict(self.house.env, **(env or {})),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)
        if any(BUILD in str(word) for word in command):
            assert not COMPLAINT.search(result.stderr) and result.returncode not in CRASHES, (result.returncode, result.stderr)
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
        ip(self.switch.prefix, f"link add {bridge} type bridge mcast_snooping 0", f"link set {bridge} up")
        self.networks[name] = (bridge, prefix)

    def host(self, name, *networks, default_route=True):
        """A host with one interface (eth0, eth1 …) in each of the networks, in their order."""
        host = Host(self, name)
        self.hosts[name] = host
        self.wire(host, networks, ["link set lo up"], ["route add default dev eth0"] if default_route and networks else [])
        return host

    def plug(self, host, network):
        """A further interface for a host; returns its name."""
        return self.wire(host, [network])[0]

    def wire(self, host, networks, before=(), after=()):
        """Interfaces of the host in these networks, and their names; before and after are lines for its ip(8)."""
        names, cables, ports, lines = [], [], [], [*before]
        for network in networks:
            bridge, prefix = self.networks[network]
            names.append(f"eth{len(host.addresses)}")
            self.links += 1
            host.addresses[network] = f"{prefix}.{10 + self.links}"
            cables.append(f"link add name port{self.links} netns {self.switch.namespace} type veth "
                          f"peer name {names[-1]} netns {host.namespace}")
            ports.append(f"link set port{self.links} master {bridge} up")
            # Duplicate address detection would only cost time here.
            lines += [f"link set {names[-1]} addrgenmode none",
                      f"addr add {host.addresses[network]}/24 dev {names[-1]}", f"link set {names[-1]} up"]
        if networks:
            ip([], *cables)
            ip(self.switch.prefix, *ports)
        ip(host.prefix, *lines, *after)
        return names

    def close(self):
        """Ends all programs and namespaces; fails when there is something to be said against a program of ours."""
        faults = [f"{process.name}: {fault}" for process in reversed(self.processes) if (fault := process.close())]
        for host in [*self.hosts.values(), self.switch]:
            faults += [f"{host.name}: {path} was left behind" for path in host.close().values()]
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not faults, "\n".join(faults)
