# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that options name, read where the module runs."""

from __future__ import annotations

import json
import os

from .assess.stream import LARGEST, Stream, from_config_map, parse
from .model.errors import InvalidInput
from .model.objects import dig
from .read.yaml_file import load


def stream_file(path: str | None) -> Stream | None:
    """Stream metadata from a file (plain JSON, or a saved ConfigMap coreos-bootimages), or None without one.

    :raises InvalidInput: the file cannot be read.
    :raises InvalidStream: it holds no stream metadata.
    """
    if not path:
        return None
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as stream:
            text = stream.read(LARGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"stream_file: {path} cannot be read: {error}.") from error
    if text.lstrip()[:1] != "{":
        return from_config_map(load(os.path.expanduser(path)))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return from_config_map(found) if dig(found, "kind") == "ConfigMap" else parse(text, "stream_file " + path, None)
