#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `ninja install` leaves behind: every file and no other, man pages that know all options, units
that systemd takes, a library that a stranger can build with.

    test_install.py SOURCE-ROOT BUILD-ROOT

Installs below a temporary folder. Prints one TAP line per rule.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAMS = ["av-mediaserver", "av-renderer", "av-controlpoint"]
COMPLETIONS = ["bash-completion/completions/avcp", "zsh/site-functions/_avcp",
               "fish/vendor_completions.d/avcp.fish"]
UNITS = ["system/av-mediaserver.service", "system/av-renderer.service", "user/av-renderer.service",
         "user/avcp.service"]
MAN_SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "FILES", "EXIT STATUS", "EXAMPLES"]
# What a unit of a program that has helpers cannot do without, or with.
UNIT_NEEDS = {
    "Type": "notify",
    "NotifyAccess": "main",
    "KillMode": "mixed",  # otherwise the helper that says good-bye is ended first
}
FAMILIES = {"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}
SAMPLE = """#include <stdio.h>
{includes}
int main(void)
{{
	return puts(avu_version()) < 0;
}}
"""


class Tree:
    """The installed tree: options of the build, and where they put things."""

    def __init__(self, source, build, scratch):
        self.source = source
        self.build = build
        self.scratch = scratch
        self.dest = scratch / "root"
        info = json.loads((build / "meson-info/intro-buildoptions.json").read_text())
        self.options = {option["name"]: option["value"] for option in info}
        project = json.loads((build / "meson-info/intro-projectinfo.json").read_text())
        self.version = project["version"]
        self.prefix = pathlib.Path(self.options["prefix"])

    def path(self, option, *rest):
        """Where it will be on the machine."""
        return self.prefix.joinpath(self.options[option], *rest)

    def file(self, option, *rest):
        """Where it is now."""
        return self.dest / self.path(option, *rest).relative_to("/")

    def install(self):
        command = ["meson", "install", "-C", self.build, "--destdir", self.dest, "--no-rebuild"]
        subprocess.run(command, check=True, capture_output=True, text=True)

    def environment(self):
        """The run-time path in the programs is for where they will be."""
        home = {"HOME": str(self.scratch), "XDG_CONFIG_HOME": str(self.scratch / "none"),
                "AV_UPNP_DATADIR": str(self.file("datadir", "av-upnp"))}
        return {**os.environ, **home, "LD_LIBRARY_PATH": str(self.file("libdir"))}

    def run(self, program, *words):
        return subprocess.run([self.file("bindir", program), *words], capture_output=True, text=True,
                              env=self.environment(), timeout=60)


def expected(tree):
    so = "libav-upnp.so"
    major = tree.version.split(".")[0]
    yield from (tree.path("bindir", name) for name in [*PROGRAMS, "avcp"])
    yield from (tree.path("libexecdir", "av-upnp", name) for name in ("link", "worker", "media", "hook", "cec", "own-server", "avcp-ui"))
    yield from (tree.path("libdir", so + end) for end in ("", f".{major}", f".{tree.version}"))
    yield tree.path("libdir", "pkgconfig/av-upnp.pc")
    for header in (tree.source / "libav-upnp/include/av-upnp").glob("*.h"):
        yield tree.path("includedir", "av-upnp", header.name)
    yield from (tree.path("mandir", "man1", f"{name}.1") for name in [*PROGRAMS, "avcp"])
    yield from (tree.path("mandir", "man5", f"{name}.5") for name in ("av-mediaserver-views", "av-upnp-profiles"))
    yield from (tree.prefix / "lib/systemd" / unit for unit in UNITS)
    yield from (tree.path("datadir", "doc/av-upnp/examples", f"{name}.conf") for name in PROGRAMS)
    yield tree.path("datadir", "doc/av-upnp/examples", "av-renderer-cec.conf")
    yield from (tree.path("datadir", "av-upnp", name) for name in ("views.conf", "avcp.schema.json"))
    for folder, suffix in (("clients", "client"), ("formats", "profile")):
        yield from (tree.path("datadir", "av-upnp", folder, path.name)
                    for path in (tree.source / "profiles" / folder).glob(f"*.{suffix}"))
    yield from (tree.path("datadir", "av-upnp", f"icon-{size}.{form}") for size in (48, 120) for form in ("jpg", "png"))
    yield from (tree.path("datadir", path) for path in COMPLETIONS)


def files(tree):
    wanted = {str(path) for path in expected(tree)}
    found = {"/" + str(p.relative_to(tree.dest)) for p in tree.dest.rglob("*") if not p.is_dir()}
    yield from (f"{path}: is not installed" for path in sorted(wanted - found))
    yield from (f"{path}: is installed, which nobody expects" for path in sorted(found - wanted))
    for path in sorted(found):
        if not (tree.dest / path[1:]).exists():
            yield f"{path}: points to nothing"


def programs(tree):
    for name in [*PROGRAMS, "avcp"]:
        version, text = (tree.run(name, flag) for flag in ("--version", "--help"))
        if version.returncode != 0 or tree.version not in version.stdout:
            yield f"{name} --version: {version.returncode}, {version.stdout}{version.stderr}"
        if text.returncode != 0 or not text.stdout.startswith("Usage: ") or text.stderr:
            yield f"{name} --help: {text.returncode}, {text.stderr}"


def paths(tree):
    """A program outside /usr finds its library, and the library its helpers, without being told."""
    wanted = "" if str(tree.prefix) == "/usr" else str(tree.path("libdir"))
    for name in PROGRAMS:
        listing = subprocess.run(["readelf", "-d", tree.file("bindir", name)], check=True,
                                 capture_output=True, text=True).stdout
        runpath = "".join(re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", listing))
        if runpath != wanted:
            yield f"{name}: looks for libraries in '{runpath}', not in '{wanted}'"
    helpers = str(tree.path("libexecdir", "av-upnp")).encode() + b"\0"
    if helpers not in tree.file("libdir", "libav-upnp.so").read_bytes():
        yield f"libav-upnp.so does not know where the helpers are: {helpers[:-1].decode()}"


def flags_of(tree, name):
    options = tree.run(name, "--help").stdout.split("\nOptions:\n")[1]
    heads = re.findall(r"^  (-.*?)(?:  |$)", options, re.M)
    return sorted({flag for head in heads for flag in re.findall(r"--?[a-zA-Z][a-z0-9-]*", head)})


def plain(page):
    """A page without escapes, fonts and requests: enough to find words in."""
    text = re.sub(r"^\.\w+ ?", "", page, flags=re.M)
    return re.sub(r'\\f.|"', "", text).replace("\\-", "-")


def manual(tree):
    for name in PROGRAMS:
        page = tree.file("mandir", "man1", f"{name}.1").read_text()
        written = name.replace("-", r"\\?-")  # the hyphen with its escape or without
        if not re.search(rf"^\.TH {written.upper()} 1 ", page, re.M):
            yield f"{name}.1: no .TH line of its own"
        if not re.search(rf"^\.SH NAME\n{written}\b.* \\- \S", page, re.M):
            yield f"{name}.1: NAME is not 'name \\- what it is', which whatis reads"
        sections = re.findall(r'^\.SH "?([^"\n]+)"?$', page, re.M)
        yield from (f"{name}.1: no section {s}" for s in MAN_SECTIONS if s not in sections)
        yield from (f"{name}.1: {left} was not replaced" for left in re.findall(r"@[A-Z]+@", page))
        part = plain(page.split(".SH OPTIONS\n", 1)[-1].split("\n.SH ", 1)[0])
        for flag in flags_of(tree, name):
            if not re.search(rf"(?<![\w-]){flag}(?![\w-])", part):
                yield f"{name}.1: {flag} is in --help, but not under OPTIONS"


def completion(tree):
    path = tree.file("datadir", COMPLETIONS[0])
    result = subprocess.run(["bash", "-n", path], capture_output=True, text=True)
    if result.returncode != 0:
        yield f"completion of avcp: {result.stderr}"
    verbs = re.findall(r"^  ([a-z]+)\b", tree.run("avcp", "--help").stdout.split("\nOptions:")[0], re.M)
    for words, begun in ((verbs, ""), ([f for f in flags_of(tree, "avcp") if f.startswith("--")], "--")):
        answer = tree.run("avcp", "complete", "--", begun).stdout.splitlines()
        yield from (f"completion of avcp does not know {word}" for word in words if word not in answer)


def examples(tree):
    for name in PROGRAMS:
        path = tree.file("datadir", "doc/av-upnp/examples", f"{name}.conf")
        # Lines that are ready to be taken into use must be right, too.
        whole = re.sub(r"^#(?=\w+ = )", "", path.read_text(), flags=re.M)
        trial = tree.scratch / path.name
        trial.write_text(whole)
        for config in (path, trial):
            result = tree.run(name, "--config", config, "--check-config")
            if result.returncode != 0:
                yield f"{name}: {result.stderr.strip()}"


def settings_of(unit):
    values = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", unit, re.M):
        values.setdefault(key, []).append(value)
    return values


def units(tree):
    folder = tree.prefix / "lib/systemd"
    for name in UNITS:
        text = (tree.dest / (folder / name).relative_to("/")).read_text()
        values = settings_of(text)
        for key, wanted in UNIT_NEEDS.items():
            if values.get(key) != [wanted]:
                yield f"{name}: {key} is {values.get(key)}, not {wanted}"
        program = values["ExecStart"][0].split()[0]
        if program != str(tree.path("bindir", pathlib.Path(name).stem)):
            yield f"{name}: starts {program}"
        families = set(" ".join(values.get("RestrictAddressFamilies", [" ".join(FAMILIES)])).split())
        if not FAMILIES <= families:
            yield f"{name}: helpers and programs need {' '.join(sorted(FAMILIES - families))}"
        if name.startswith("system/") and values.get("DynamicUser") != ["yes"] and "User" not in values:
            yield f"{name}: runs as root"


def systemd(tree):
    """Verified where the programs are now: systemd looks for what ExecStart names."""
    for name in UNITS:
        installed = tree.dest / (tree.prefix / "lib/systemd" / name).relative_to("/")
        trial = tree.scratch / name.replace("/", "-") / installed.name
        trial.parent.mkdir()
        here = installed.read_text().replace(f"={tree.path('bindir')}/", f"={tree.file('bindir')}/")
        trial.write_text(here)
        command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", trial]
        result = subprocess.run(command, capture_output=True, text=True)
        told = [line for line in result.stderr.splitlines() if installed.name in line]
        if result.returncode != 0 or told:
            yield f"{name}: {' '.join(told) or result.stderr}"


def compiler(tree):
    """The one that built the library, with its sanitizers, which it cannot be linked without."""
    targets = json.loads((tree.build / "meson-info/intro-targets.json").read_text())
    words = next(source["compiler"] for target in targets for source in target["target_sources"]
                 if source.get("compiler"))
    value = tree.options["b_sanitize"]  # a word, since meson 1.8 a list
    sanitizers = value if isinstance(value, str) else ",".join(value)
    return words + ([] if sanitizers in ("", "none") else [f"-fsanitize={sanitizers}"])


def development(tree):
    """Headers, library and pkg-config file are enough to build and run a program."""
    packages = tree.scratch / "pkgconfig"
    packages.mkdir()
    pc = tree.file("libdir", "pkgconfig/av-upnp.pc").read_text()
    moved = f"prefix={tree.dest}{tree.prefix}"
    (packages / "av-upnp.pc").write_text(re.sub(r"^prefix=.*$", moved, pc, flags=re.M))
    environment = {**os.environ, "PKG_CONFIG_PATH": str(packages)}
    ask = subprocess.run(["pkg-config", "--cflags", "--libs", "av-upnp"], capture_output=True, text=True,
                         env=environment)
    if ask.returncode != 0:
        yield f"pkg-config: {ask.stderr}"
        return
    headers = sorted(path.name for path in tree.file("includedir", "av-upnp").glob("*.h"))
    source = tree.scratch / "sample.c"
    source.write_text(SAMPLE.format(includes="\n".join(f"#include <av-upnp/{h}>" for h in headers)))
    built = tree.scratch / "sample"
    result = subprocess.run([*compiler(tree), "-Wall", "-Werror", source, "-o", built, *ask.stdout.split()],
                            capture_output=True, text=True)
    if result.returncode != 0:
        yield f"sample does not build: {result.stderr[:500]}"
        return
    output = subprocess.run([built], capture_output=True, text=True, env=tree.environment())
    if output.stdout.strip() != tree.version:
        yield f"sample says {output.stdout!r} {output.stderr}, not {tree.version}"


def have(program):
    return any(os.access(pathlib.Path(folder) / program, os.X_OK)
               for folder in os.environ["PATH"].split(":"))


RULES = [
    ("files: all are there, and no others", files),
    ("programs: --version and --help", programs),
    ("paths: programs find the library, the library its helpers", paths),
    ("man pages: sections, and every option of --help", manual),
    ("completion: every verb and option of --help", completion),
    ("examples: accepted by their programs", examples),
    ("units: what helpers need", units),
    ("units: systemd takes them", systemd),
    ("development: a sample builds and runs", development),
]


def main():
    source, build = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="av-upnp-install-") as scratch:
        tree = Tree(source, build, pathlib.Path(scratch))
        tree.install()
        print(f"1..{len(RULES)}")
        for number, (rule, check) in enumerate(RULES, 1):
            if check is systemd and not have("systemd-analyze"):
                print(f"ok {number} - {rule} # SKIP no systemd-analyze")
                continue
            found = list(check(tree))
            print(f"{'not ok' if found else 'ok'} {number} - {rule}")
            for finding in found:
                print("# " + finding.replace("\n", "\n# "))


main()
