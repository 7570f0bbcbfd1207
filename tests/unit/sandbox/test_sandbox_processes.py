# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks, keys and processes: what must hold when somebody is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import SandboxError, binaries, golang, paths, processes, registry

TESTS = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OKD_BOOT_IMAGES_CACHE", str(tmp_path))
    return tmp_path


def _python(code: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def test_killed_holder_leaves_no_lock() -> None:
    code = "import time\nfrom sandbox.paths import locked\nwith locked('x', ''):\n print('held', flush=True)\n time.sleep(60)"
    with _python(code) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    started = time.monotonic()
    with paths.locked("x", "nobody"):
        assert time.monotonic() - started < 5


def test_waiting_for_a_lock_says_so(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(paths, "PROGRESS_SECONDS", 0.2)
    code = "import time\nfrom sandbox.paths import locked\nwith locked('x', ''):\n print('held', flush=True)\n time.sleep(1)"
    with _python(code) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with paths.locked("x", "it does something long"):
            pass
    assert "waiting for another process: it does something long" in capfd.readouterr().err


def test_tied_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    code = (
        "import time\nfrom pathlib import Path\nfrom sandbox.processes import spawn\n"
        f"print(spawn(['sleep', '60'], Path({str(tmp_path)!r}) / 'log', True).pid, flush=True)\ntime.sleep(60)"
    )
    with _python(code) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert processes._started(child) is not None
        parent.kill()
    deadline = time.monotonic() + 5
    while processes._started(child) is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes._started(child) is None


def test_free_child_outlives_its_parent_and_is_recognised(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom sandbox.processes import spawn\n"
        f"p = spawn(['sleep', '60'], Path({str(tmp_path)!r}) / 'log', False)\nprint(p.pid, p.started)"
    )
    with _python(code) as parent:
        answer, _ignored = parent.communicate(timeout=10)
    child = processes.Process(*map(int, answer.split()))
    assert child.alive()
    assert not processes.Process(child.pid, child.started + 1).alive()
    processes.Process(child.pid, child.started + 1).end()  # somebody else's pid now: not ours to kill
    assert child.alive()
    child.end()
    assert not child.alive()


def test_end_waits_out_the_grace(tmp_path: Path) -> None:
    stubborn = processes.spawn(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], tmp_path / "log", True)
    time.sleep(0.3)
    started = time.monotonic()
    stubborn.end(grace=0.5)
    assert time.monotonic() - started >= 0.5
    assert not stubborn.alive()


def test_name_can_be_taken_again_after_its_owner_was_killed() -> None:
    code = "import time\nfrom sandbox import registry\nregistry.claim('mine')\nprint('claimed', flush=True)\ntime.sleep(60)"
    with _python(code) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        with pytest.raises(SandboxError, match="up already"):
            registry.claim("mine")
        owner.send_signal(signal.SIGKILL)
    assert registry.claim("mine").owner == processes.myself()
    assert registry.names() == ["mine"]


@pytest.mark.parametrize("name", ["", "../etc", "Upper", "-x", "a" * 41])
def test_unusable_names_are_refused(name: str) -> None:
    with pytest.raises(SandboxError, match="is no name"):
        registry.claim(name)


def test_key_follows_every_input_of_the_build(tmp_path: Path) -> None:
    for file in ("go.mod", "go.sum", "etcd/main.go", "kube-apiserver/main.go"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(file)
    keys = {binaries.key(tmp_path, ("-a",)), binaries.key(tmp_path, ("-b",))}
    for file in ("go.mod", "go.sum", "etcd/main.go", "kube-apiserver/main.go"):
        (tmp_path / file).write_text(f"{file} changed")
        keys.add(binaries.key(tmp_path, ("-a",)))
    assert len(keys) == 6


def test_kubebuilder_assets_are_used_or_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    (tmp_path / "etcd").touch(mode=0o755)
    with pytest.raises(SandboxError, match="no executable kube-apiserver"):
        binaries.find_or_build()
    (tmp_path / "kube-apiserver").touch(mode=0o755)
    assert binaries.find_or_build().kube_apiserver == tmp_path / "kube-apiserver"


def test_failing_command_says_what_failed_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        golang.run([sys.executable, "-c", "import sys; sys.exit('boom')"], tmp_path, "building")
    assert "building failed" in str(caught.value)
    assert "boom" in str(caught.value)
    assert "KUBEBUILDER_ASSETS" in str(caught.value)
