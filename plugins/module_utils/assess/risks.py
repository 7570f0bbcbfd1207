# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator's management would do to a set besides bringing it up to date: said before anybody enables it."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import reasons
from ..model.image_name import parse
from ..model.objects import MACHINE_SET
from ..model.verdict import UNKNOWN, UPDATE, Risk
from ..platforms.base import Target
from .operator import DEFAULT_USER_DATA, MANAGED_USER_DATA, OPERATORS_OS_STREAM, OS_STREAM, Case, once_enrolled
from .provider_types import unknown_fields


def risks(case: Case) -> tuple[Risk, ...]:
    """Of a set that is, or could be, managed: everything but the release's image that enrolling it would bring."""
    if case.platform is None or case.management.mode == "unsupported" or not isinstance(case.spec, dict):
        return ()
    if once_enrolled(case).will not in (UPDATE, UNKNOWN):
        return ()
    return tuple(risk for find in (_own_image, _downgrade, _wrong_stream, _user_data, _fields) for risk in find(case))


def _own_image(case: Case) -> Iterator[Risk]:
    own = case.platform.custom(case.spec, case.site) if case.platform else None
    if own:
        yield Risk(reasons.RISK_OWN_IMAGES, own)


def _downgrade(case: Case) -> Iterator[Risk]:
    """The operator replaces any image that is not the target, also a newer one (observed)."""
    current = case.platform.current(case.spec) if case.platform else None
    if not isinstance(current, str) or not isinstance(case.offer, Target):
        return
    mine, theirs = parse(current), parse(case.offer.text)
    if mine and theirs and mine.built and theirs.built and mine.built > theirs.built:
        message = f"{current} was built on {mine.built}, the release's image on {theirs.built}: it would be set back."
        yield Risk(reasons.RISK_DOWNGRADES, message)


def _wrong_stream(case: Case) -> Iterator[Risk]:
    stream = case.machine_set.labels.get(OS_STREAM)
    if stream is not None and stream != OPERATORS_OS_STREAM:
        message = (
            f"The set asks for the stream {stream!r}; the operator would write the image of {OPERATORS_OS_STREAM}."
        )
        yield Risk(reasons.RISK_WRONG_STREAM, message)


def _user_data(case: Case) -> Iterator[Risk]:
    secret = case.machine_set.user_data_secret
    # Releases that re-point user data manage no control plane machine sets.
    repointed = "repoints_user_data" in case.behaves and case.machine_set.kind == MACHINE_SET
    if repointed and secret not in (None, DEFAULT_USER_DATA, MANAGED_USER_DATA):
        message = f"userDataSecret {secret} would be replaced by {MANAGED_USER_DATA}."
        yield Risk(reasons.RISK_CUSTOM_USER_DATA, message)


def _fields(case: Case) -> Iterator[Risk]:
    release = case.snapshot.release.release
    dropped = unknown_fields(case.snapshot.platform, release, case.spec)
    if dropped:
        message = "The operator's types do not know {}: a patch drops it.".format(", ".join(dropped))
        yield Risk(reasons.RISK_DROPPED_FIELDS, message)
