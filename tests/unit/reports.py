# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts of a run for tests of its report: those of a real one in a sandbox (4.17.12 to 4.18.0 on GCP), and hostile ones."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.okd.boot_images.plugins.module_utils.report.document import document
from ansible_collections.okd.boot_images.plugins.module_utils.report.facts import Facts, Times

BEGUN = datetime(2026, 11, 22, 1, 5, 0, tzinfo=timezone.utc)
ENDED = datetime(2026, 11, 22, 2, 50, 30, tzinfo=timezone.utc)
TIMES = Times(BEGUN, ENDED)
REGISTERED = json.loads((Path(__file__).parent / "report" / "upgraded.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script> \"'&amp; {{ 7*7 }} {% raw %} \x1b[31mred\x1b[0m \u202egpj.exe\u200f a|b `c` [x](javascript:y) *z* _w_ \\ \ud800\r\n# h\n"
"""Everything that a name or message might be made of to become markup, move the cursor, or turn the text around."""


def facts(**changes: Any) -> Facts:
    """The run as it was, with some of its results changed."""
    return replace(Facts(**copy.deepcopy(REGISTERED)), **changes)


def report(name: str = "prod", times: Times = TIMES, **changes: Any) -> dict[str, Any]:
    """The document of the run, with some of its results changed."""
    return document(name, facts(**changes), times)


def hostile(value: Any, keys: frozenset[str] = frozenset()) -> Any:
    """I(value) with every text replaced, but for words that are ours to choose."""
    if isinstance(value, dict):
        return {key: each if key in keys else hostile(each, keys) for key, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, keys) for each in value]
    return HOSTILE if isinstance(value, str) else value
