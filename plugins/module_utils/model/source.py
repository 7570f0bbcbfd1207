# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where objects come from: the one thing a reader needs, whether an API server, a watch's cache or a folder stands behind it."""

from __future__ import annotations

from typing import Protocol

from .objects import Json, Kind, ObjectRef


class Source(Protocol):
    """Raises the errors of C(model.errors); a missing right is C(Forbidden)."""

    def get(self, ref: ObjectRef) -> Json:
        """The object; C(NotFound) where it does not exist, C(NotServed) where its kind does not."""

    def find(self, ref: ObjectRef) -> Json | None:
        """The object, or None where it, or its kind, does not exist."""

    def list_all(self, kind: Kind, namespace: str | None = None, selector: str = "") -> list[Json]:
        """Every object of the kind that a label selector matches; C(NotServed) where the kind does not exist."""

    def document(self, path: str) -> Json:
        """A document that is no object, such as the OpenAPI schema of a group."""
