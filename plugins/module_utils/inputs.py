# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that options name, read where the module runs."""

from __future__ import annotations

import os

from .assess.stream import LARGEST, Stream, parse
from .model.errors import InvalidInput


def stream_file(path: str | None) -> Stream | None:
    """Stream metadata from a file, or None without one.

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
    return parse(text, "stream_file " + path, None)
