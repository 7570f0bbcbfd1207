# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that options name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.builders import stream_data

from ansible_collections.okd.boot_images.plugins.module_utils.inputs import stream_file
from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import (
    BootImageError,
    InvalidInput,
    InvalidStream,
)


def test_a_stream_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stream.json").write_text(json.dumps(stream_data()))
    found = stream_file(str(tmp_path / "stream.json"))
    assert found is not None and (found.name, found.release) == ("rhcos-4.19", None)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert stream_file("~/stream.json") == found


@pytest.mark.parametrize("path", [None, ""])
def test_none(path: str | None) -> None:
    assert stream_file(path) is None


@pytest.mark.parametrize(
    ("content", "error"), [(None, InvalidInput), (b"\xff", InvalidInput), (b"{", InvalidStream), (b"{}", InvalidStream)]
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, error: type[BootImageError]) -> None:
    path = tmp_path / "stream.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match="stream_file"):
        stream_file(str(path))


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_saved_config_map(tmp_path: Path, write: Callable[[Any], str]) -> None:
    data = {"stream": json.dumps(stream_data()), "releaseVersion": "4.20.0"}
    (tmp_path / "saved").write_text(write({"apiVersion": "v1", "kind": "ConfigMap", "data": data}))
    found = stream_file(str(tmp_path / "saved"))
    assert found is not None and (found.name, found.release) == ("rhcos-4.19", "4.20.0")
