# SPDX-License-Identifier: LGPL-2.1-or-later
"""A person at a terminal: keys go in, what stands on the screen comes out. The terminal is tmux."""

import subprocess

from house import wait_until


class Terminal:
    """tmux on a host, with one shell in it. Give it to a `with`."""

    def __init__(self, host, command, env=None, columns=200, lines=40):
        self.host = host
        self.socket = host.house.folder / f"terminal-{len(host.house.processes)}"
        self.env = dict(host.house.env, LC_ALL="C.UTF-8", TERM="xterm-256color", **(env or {}))
        self.server = host.start(["tmux", "-f", "/dev/null", "-D", "-S", self.socket], env=self.env)
        wait_until("tmux is there", self.socket.exists)
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), *map(str, command))

    def tmux(self, *words):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *words], env=self.env, check=True,
                              capture_output=True, text=True, timeout=20).stdout

    def type(self, text):
        self.tmux("send-keys", "-l", "--", text)

    def press(self, *keys):
        """By tmux's names: Tab, Enter, C-c, Up …"""
        self.tmux("send-keys", *keys)

    def screen(self):
        """The lines that are not empty, without the blanks at their ends."""
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines() if line.strip()]

    def last(self):
        """The line that stands last."""
        return (self.screen() or [""])[-1]

    def wait(self, what, condition, seconds=15):
        """Until condition(screen) holds; its value."""
        try:
            return wait_until(what, lambda: condition(self.screen()), seconds)
        except AssertionError as late:
            raise AssertionError(f"{late}\n" + "\n".join(self.screen())) from None

    def resize(self, columns, lines):
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def alive(self):
        """Does what was started in it still run?"""
        return subprocess.run(["tmux", "-S", self.socket, "has-session"], env=self.env, check=False,
                              capture_output=True, timeout=20).returncode == 0

    def close(self):
        self.server.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
