# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets planted where users have theirs, and a search for them in everything that a run prints, leaves or shows to others on the machine."""

from __future__ import annotations

import base64
import contextlib
import os
import stat
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.05
SECONDS = 180


def forms(secret: str) -> set[bytes]:
    """How a secret may stand in a text: as it is, quoted for a URL, or within base64 at any of three offsets."""
    raw = secret.encode()
    found = {raw, urllib.parse.quote(secret, safe="").encode()}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        # What the neighbours of the secret have a share in is left out: up to four characters before and after it.
        found.add(encoded[4 if offset else 0 : len(encoded) - 4])
    return found


@dataclass(frozen=True)
class Canaries:
    """Secrets by what they are; files and folders in which they stand rightly are not searched."""

    secrets: Mapping[str, str]
    _forms: dict[str, set[bytes]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        assert all(len(each) >= 12 for each in self.secrets.values()), "too short to be told from other text"
        self._forms.update({name: forms(secret) for name, secret in self.secrets.items()})

    def within(self, text: bytes) -> list[str]:
        """Which of them stand in a text."""
        return [name for name, found in self._forms.items() if any(each in text for each in found)]

    def below(self, folder: Path) -> list[str]:
        """Which stand in files of a folder, and where."""
        files = (Path(top, name) for top, _folders, names in os.walk(folder) for name in names)
        return [f"{name} in {file}" for file in sorted(files) for name in self.within(_read(file))]


@dataclass
class Watchman:
    """What others on the machine could see while a run lasted."""

    folders: Sequence[Path]
    arguments: set[bytes] = field(default_factory=set)
    """Command lines of all processes."""
    readable: set[str] = field(default_factory=set)
    """Files in temporary folders that others than their owner could have read, and folders they could have entered."""
    seen: set[str] = field(default_factory=set)

    @contextlib.contextmanager
    def on_duty(self) -> Iterator[None]:
        ended = threading.Event()
        rounds = threading.Thread(target=self._rounds, args=(ended,), daemon=True)
        rounds.start()
        try:
            yield
        finally:
            ended.set()
            rounds.join()
            for folder in self.folders:
                self._modes(folder)

    def _rounds(self, ended: threading.Event) -> None:
        while not ended.wait(LOOK_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                self.arguments.add(_read(process / "cmdline"))
            for folder in self.folders:
                self._modes(folder)

    def _modes(self, folder: Path) -> None:
        """What stands in a folder that nobody else may enter is safe whatever its own mode is."""
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    mode = entry.stat(follow_symlinks=False).st_mode
                    self.seen.add(entry.name)
                    if mode & 0o077:
                        self.readable.add(f"{entry.path} {stat.filemode(mode)}")
                        if entry.is_dir(follow_symlinks=False):
                            self._modes(Path(entry.path))


@dataclass(frozen=True)
class Ended:
    """A run, and everything of it that is to be searched."""

    code: int
    output: bytes
    watched: Watchman
    home: Path
    temporary: Path

    @property
    def text(self) -> str:
        """The output in one line, since Ansible wraps what it says."""
        return " ".join(self.output.decode(errors="replace").split())

    def leaks(self, canaries: Canaries, *folders: Path) -> list[str]:
        """Every place in which a secret stands: output, command lines, what is left in temporary folders, and these folders."""
        found = [f"{name} in the output" for name in canaries.within(self.output)]
        found += [f"{name} in a command line" for name in canaries.within(b"\n".join(self.watched.arguments))]
        for folder in (self.home, self.temporary, *folders):
            found += canaries.below(folder)
        return found

    def left(self) -> list[str]:
        """Files that outlived the run in the temporary folders."""
        return sorted(
            str(each) for top in (self.home / "tmp", self.temporary) for each in top.rglob("*") if each.is_file()
        )


def places(folder: Path) -> dict[str, str]:
    """The variables that bring Ansible's home, log and temporary files, and everybody's, into a folder."""
    home, temporary = folder / "home", folder / "tmp"
    for each in (home, temporary):
        each.mkdir(mode=0o755, exist_ok=True)
    return {
        "HOME": str(home),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_LOCAL_TEMP": str(home / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(home / "tmp"),
        "ANSIBLE_LOG_PATH": str(home / "ansible.log"),
        "TMPDIR": str(temporary),
    }


def observed(command: Sequence[str], env: Mapping[str, str], folder: Path, kill_at: bytes = b"") -> Ended:
    """Run a command whose env comes from C(places(folder)), to its end, or until its output says I(kill_at): then all that it has started is killed."""
    home, temporary = folder / "home", folder / "tmp"
    watched = Watchman((home / "tmp", temporary))
    output = folder / "output"
    with watched.on_duty(), output.open("wb") as stream:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        try:
            deadline = time.monotonic() + SECONDS
            while process.poll() is None and not (kill_at and kill_at in output.read_bytes()):
                assert time.monotonic() < deadline, output.read_text(errors="replace")
                time.sleep(0.1)
        finally:
            _kill_all_below(folder)
            process.wait()
    return Ended(process.returncode, output.read_bytes(), watched, home, temporary)


def _kill_all_below(folder: Path) -> None:
    """Every process whose temporary folder is ours; Ansible's workers have sessions of their own."""
    mark = f"TMPDIR={folder}/tmp".encode()
    for process in Path("/proc").glob("[0-9]*"):
        if mark in _read(process / "environ").split(b"\0"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process.name), 9)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes() if not file.is_fifo() else b""
    except OSError:
        return b""
