# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML files from strangers: bounded in size and depth, without aliases (whose expansion is unbounded), and data only."""

from __future__ import annotations

from typing import Any

from ..model.errors import InvalidInput, MissingLibrary
from ..model.objects import Json

LARGEST = 8 * 1024 * 1024
"""Bytes; the ConfigMaps of a namespace, the largest file that is read, have some hundred KiB."""
DEEPEST = 64
"""Levels; Kubernetes objects have some fifteen."""


def load(path: str) -> Json:
    """The mapping that a file holds.

    :raises InvalidInput: it cannot be read, is larger or deeper than the bounds, or is no YAML mapping. The message names the path.
    """
    try:
        import yaml
    except ImportError as error:
        raise MissingLibrary(f"The Python package pyyaml is not installed where this module runs: {error}.") from error
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read(LARGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
    if len(text) > LARGEST:
        raise InvalidInput(f"{path} has more than {LARGEST} bytes; it is not read.")
    fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check(path, text, yaml, fast)
        found = yaml.load(text, Loader=_without_timestamps(fast))  # a subclass of SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is no readable YAML: {' '.join(str(error).split())[:200]}.") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"{path} holds no object.")
    return found


def _check(path: str, text: str, yaml: Any, loader: Any) -> None:
    """Go through the file's events, which takes no memory, before anything is built from it."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            raise InvalidInput(f"{path} has YAML aliases, which no must-gather has; it is not read.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise InvalidInput(f"{path} is nested more than {DEEPEST} levels deep; it is not read.")


def _without_timestamps(loader: Any) -> Any:
    """JSON has no timestamps: what looks like one stays text, as the API server has it."""
    resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in loader.yaml_implicit_resolvers.items()
    }
    return type("JsonLoader", (loader,), {"yaml_implicit_resolvers": resolvers})
