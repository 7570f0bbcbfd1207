# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be known of a user-data secret without keeping a byte of it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import NoReturn

from .objects import Json, dig

MISSING, NOT_JSON, NOT_OBJECT, NO_VERSION, READ = "missing", "not_json", "not_object", "no_version", "read"


@dataclass(frozen=True)
class UserData:
    """A user-data secret reduced to facts when it is read, so that its content never travels further.

    Read as the operator reads it, which is Go: UTF-8 with any broken byte replaced.
    I(state) is C(read) when C(ignition.version) is known; C(missing), C(not_json), C(not_object) and C(no_version) tell why it is not.
    """

    state: str
    ignition: str | None = None

    @classmethod
    def of(cls, secret: Json | None) -> UserData:
        """Reduce a Secret as served; None stands for a secret that does not exist."""
        if secret is None:
            return cls(MISSING)
        encoded = dig(secret, "data", "userData")
        try:
            text = base64.b64decode(encoded if isinstance(encoded, str) else "", validate=True).decode(
                "utf-8", "replace"
            )
            parsed = json.loads(text, parse_constant=no_constant)
        except (binascii.Error, ValueError, RecursionError):
            return cls(NOT_JSON)
        if not isinstance(parsed, dict):
            return cls(NOT_OBJECT)
        version = dig(parsed, "ignition", "version")
        return cls(READ, version[:20]) if isinstance(version, str) and version else cls(NO_VERSION)


def no_constant(word: str) -> NoReturn:
    """NaN and Infinity, which Python reads in JSON and Go does not.

    :raises ValueError: always, as for any other text that is no JSON.
    """
    raise ValueError(f"{word} is no JSON")
