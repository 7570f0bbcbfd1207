# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends a wait at once, what only when it stands, and what never."""

from __future__ import annotations

import pytest

from ansible_collections.okd.boot_images.plugins.module_utils.kube import giving_up
from ansible_collections.okd.boot_images.plugins.module_utils.kube.giving_up import GivingUp
from ansible_collections.okd.boot_images.plugins.module_utils.model import errors as e


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    times = [0.0]
    monkeypatch.setattr(giving_up.time, "monotonic", lambda: times[0])
    return times


@pytest.mark.parametrize("trouble", [e.CertificateRefused("x"), e.ProxyRefused("x")])
def test_what_no_time_mends(trouble: e.BootImageError) -> None:
    with pytest.raises(type(trouble)):
        GivingUp().consider(trouble)


@pytest.mark.parametrize("trouble", [e.Unauthorized("x"), e.Forbidden("x")])
def test_rights_must_be_missing_for_a_while(trouble: e.BootImageError, now: list[float]) -> None:
    told: list[str] = []
    giving = GivingUp(told.append)
    for at, seen in [(0, trouble), (14, trouble), (16, None), (20, trouble), (34, trouble)]:
        now[0] = float(at)
        giving.consider(seen)
    assert told == ["x", "x"]  # once each time that it begins
    now[0] = 36.0
    with pytest.raises(type(trouble)):
        giving.consider(trouble)


@pytest.mark.parametrize(
    "trouble", [None, e.ConnectionFailed("x"), e.ServerFailed("x"), e.NotServed("x"), e.NotOpenShift("x"), e.Gone("x")]
)
def test_what_restarts_bring_is_borne(trouble: e.BootImageError | None, now: list[float]) -> None:
    giving = GivingUp()
    for at in (0.0, 3600.0):
        now[0] = at
        giving.consider(trouble)
