# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the programs need beside themselves, where any user can read it, wherever the build tree is."""

import contextlib
import pathlib
import shutil
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FILES = ["libav-upnp/upnp/link/link", "mediaserver/worker/worker", "renderer/media/media", "renderer/hook/hook", "renderer/cec/cec",
         "controlpoint/own-server", "controlpoint/avcp-ui",
         "mediaserver/data/views.conf",
         *(f"mediaserver/data/icon-{size}.{form}" for size in (48, 120) for form in ("jpg", "png"))]
FOLDERS = ["profiles/clients", "profiles/formats"]


def fill(folder, build):
    """Makes it one for AV_UPNP_LIBEXECDIR and AV_UPNP_DATADIR; a build of one part is enough for what uses that."""
    folder.chmod(0o755)
    for path in FILES:
        if (build / path).exists():
            shutil.copy(build / path, folder)
    for path in FOLDERS:
        shutil.copytree(SOURCE / path, folder / pathlib.Path(path).name)


@contextlib.contextmanager
def staged(build):
    """Such a folder, for a while."""
    with tempfile.TemporaryDirectory(prefix="av-upnp-staged-") as name:
        folder = pathlib.Path(name)
        fill(folder, build)
        yield folder
