# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which troubles a wait bears until its time is over, and which end it: what a person must mend does not mend itself."""

from __future__ import annotations

import time
from typing import Callable

from ..model.errors import (
    BootImageError,
    CertificateRefused,
    ConnectionFailed,
    Forbidden,
    NotOpenShift,
    NotServed,
    ProxyRefused,
    ServerFailed,
    Unauthorized,
)

BORNE = (ConnectionFailed, ServerFailed, NotServed, NotOpenShift)
"""During an upgrade API servers restart, and for a moment do not serve what they will."""
AT_ONCE = (CertificateRefused, ProxyRefused)
IF_THEY_STAND = (Unauthorized, Forbidden)
TROUBLES = (*BORNE, *AT_ONCE, *IF_THEY_STAND)
RIGHTS_SECONDS = 15.0
"""An API server that has just started may for a moment refuse what it allows."""


class GivingUp:
    """Told what goes wrong at every turn of a wait, and None when nothing does. Says at once which right is missing: without a watch news is
    late, but a short wait may well come to its end."""

    def __init__(self, tell: Callable[[str], None] = lambda line: None) -> None:
        self._since: float | None = None
        self._tell = tell

    def consider(self, trouble: BootImageError | None) -> None:
        """:raises BootImageError: the trouble, when waiting does not mend it."""
        if isinstance(trouble, AT_ONCE):
            raise trouble
        if not isinstance(trouble, IF_THEY_STAND):
            self._since = None
            return
        if self._since is None:
            self._since = time.monotonic()
            self._tell(str(trouble))
        if time.monotonic() - self._since > RIGHTS_SECONDS:
            raise trouble
