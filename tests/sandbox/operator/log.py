# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line an action on stdout: time, who, what."""

from __future__ import annotations

import datetime as dt
import threading

_lock = threading.Lock()


def say(who: str, what: str) -> None:
    """`who` is cvo, operator, controller, pools or watch."""
    at = dt.datetime.now().strftime("%H:%M:%S.%f")[:-3]
    with _lock:
        print(f"{at} {who:<10} {what}", flush=True)
