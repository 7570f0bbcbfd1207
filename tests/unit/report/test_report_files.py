# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on disk: whole or not at all, and one page that has them all, whoever writes when."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.okd.boot_images.plugins.plugin_utils import report_files
from ansible_collections.okd.boot_images.plugins.plugin_utils.report_files import put, rebuild, stem

END = "the end"
WRITERS, EACH = 6, 8


def render(found: Mapping[str, Any]) -> str:
    return json.dumps({"found": found, "padding": "x" * 100_000, "end": END})


def page(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "index.html").read_text())["found"])


def test_a_clusters_files_have_its_name_where_that_does_no_harm() -> None:
    assert stem("prod-eu.example_1") == "prod-eu.example_1"
    strange = [
        "index",
        "",
        ".",
        "..",
        "../../etc/passwd",
        "a/b",
        "a b",
        "-rf",
        "\udc80",
        "<b>",
        "x" * 300,
        "a\nb",
        "ü",
        "ä",
    ]
    made = [stem(name) for name in strange]
    assert len(set(made)) == len(strange)
    for name in made:
        assert report_files._HARMLESS.fullmatch(name) and name != "index"


def test_a_file_is_readable_for_everybody_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        path = Path(put(str(tmp_path / "a" / "b"), "x.md", "text → \n"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.read_text(encoding="utf-8") == "text → \n"
    assert os.listdir(path.parent) == ["x.md"]


def _limited(folder: str, pipe: Any) -> None:
    """In a process of its own, because the limit cannot be raised again. The kernel refuses the write in the middle."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    try:
        put(folder, "x.json", "y" * 60_000)
        pipe.send("written")
    except OSError as error:
        pipe.send(type(error).__name__)


def test_a_disk_that_is_full_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    put(str(tmp_path), "x.json", "old")
    mine, theirs = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(target=_limited, args=(str(tmp_path), theirs))
    process.start()
    process.join(30)
    assert mine.recv() == "OSError"
    assert (tmp_path / "x.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["x.json"]


def test_a_link_in_the_files_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("theirs")
    (tmp_path / "x.md").symlink_to(tmp_path / "elsewhere")
    put(str(tmp_path), "x.md", "ours")
    assert (tmp_path / "elsewhere").read_text() == "theirs"
    assert (tmp_path / "x.md").read_text() == "ours"


def test_the_page_has_every_report_and_says_which_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_files, "LARGEST", 1000)
    put(str(tmp_path), "good.json", '{"a": 1}')
    put(str(tmp_path), "torn.json", '{"a": ')
    put(str(tmp_path), "deep.json", "[" * 900)
    put(str(tmp_path), "large.json", '"' + "x" * 2000 + '"')
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe")
    (tmp_path / ".hidden.json").write_text("{}")
    (tmp_path / "other.txt").write_text("{}")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "dangling.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")  # reading it would wait for ever
    rebuild(str(tmp_path), render)
    assert page(tmp_path) == {"good": {"a": 1}, "torn": None, "deep": None, "large": None, "binary": None}


def test_a_report_that_comes_while_the_page_is_made_is_on_it(tmp_path: Path) -> None:
    put(str(tmp_path), "first.json", "1")
    calls = []

    def slow(found: Mapping[str, Any]) -> str:
        calls.append(sorted(found))
        if len(calls) == 1:
            put(str(tmp_path), "second.json", "2")
        if len(calls) == 2:
            put(str(tmp_path), "first.json", "3")  # of the same name and size
        return render(found)

    rebuild(str(tmp_path), slow)
    assert page(tmp_path) == {"first": 3, "second": 2}
    assert len(calls) == 3


def _writer(folder: str, number: int) -> None:
    for turn in range(EACH):
        put(folder, f"cluster-{number}-{turn}.json", json.dumps({"number": number}))
        rebuild(folder, render)


def test_many_writers_at_once_leave_one_whole_page_with_all_of_them(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_writer, args=(str(tmp_path), number)) for number in range(WRITERS)]
    for process in writers:
        process.start()
    looked = 0
    while any(process.is_alive() for process in writers):
        if (tmp_path / "index.html").exists():
            assert json.loads((tmp_path / "index.html").read_text())["end"] == END
            looked += 1
    assert [process.exitcode for process in writers] == [0] * WRITERS
    assert len(page(tmp_path)) == WRITERS * EACH
    assert looked > 5
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]
