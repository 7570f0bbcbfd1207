# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a user-data Secret as served to the steps that bring its stub to spec 3, and back: the old content is kept in a Secret beside it.

No step, error or message shows a byte of the content; steps show Ignition's versions only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from ..model import reasons
from ..model.objects import SECRET, Json, ObjectRef, dig, mapping
from ..model.steps import Create, JsonPatch, Step
from ..model.user_data import no_constant
from ..model.verdict import Failed
from .ignition import TARGET, convert, is_spec_3
from .ignition_fields import NotConvertible
from .machine_sets import pointer

UPGRADED_TO = "machineconfiguration.openshift.io/stub-ignition-upgraded-to"
UPGRADED_AT = "machineconfiguration.openshift.io/stub-ignition-upgraded-at"
BACKUP_OF = "okd-boot-images.io/backup-of"
"""Label of a backup, or its annotation where the name is too long for a label."""
BACKED_UP_AT = "okd-boot-images.io/backed-up-at"
_LONGEST_LABEL, _LONGEST_NAME = 63, 253


def upgrade(secret: Json, at: str, spec: str = TARGET) -> tuple[Step, ...] | Failed:
    """Keep the old content, then write the converted one; no step where the stub is in spec 3 already.

    The backup's name follows from the content: where a run was killed between the two steps, creating it again is a Conflict that means C(kept) already.

    :param at: the moment, RFC 3339.
    :param spec: what the image reads (C(ignition.target)).
    """
    name = dig(secret, "metadata", "name")
    stub = _stub(secret)
    if isinstance(stub, str):
        return Failed(reasons.USER_DATA_NOT_CONVERTIBLE, f"The user data in Secret {name} {stub}.")
    if is_spec_3(stub):
        return ()
    try:
        converted = convert(stub, spec)
    except NotConvertible as error:
        message = f"The user data in Secret {name} cannot become Ignition {spec} without loss: {error}."
        return Failed(reasons.USER_DATA_NOT_CONVERTIBLE, message)
    marks = {UPGRADED_TO: spec, UPGRADED_AT: at}
    operations = [*_replaced(secret, _encoded(converted)), *_annotated(secret, marks)]
    return (
        backup_of(secret, at),
        Step(
            _ref(secret),
            JsonPatch(operations),
            before={"ignition": dig(stub, "ignition", "version")},
            after={"ignition": spec},
        ),
    )


def restore(secret: Json, backup: Json) -> tuple[Step, ...] | Failed:
    """Put the content of a backup back, in whichever direction; no step where it stands there already.

    Refused where the backup is of another Secret, or somebody has changed the stub since it was upgraded: that change would be lost.
    """
    ref, old = _ref(secret), dig(backup, "data", "userData")
    kept = dig(backup, "metadata", "name")
    if kept != backup_name(secret, mapping(backup.get("data"))) or not isinstance(old, str):
        return Failed(reasons.USER_DATA_CHANGED, f"Secret {kept} is no backup of Secret {ref.name} as it is now.")
    marks = _marked_as(secret, backup)
    before, after = _version(_stub(secret)), _version(_stub(backup))
    if dig(secret, "data", "userData") == old:
        operations = [_same("metadata", "uid", of=secret), *marks] if marks else []
    elif _is_upgraded(secret, backup) or _is_upgraded(backup, secret):
        operations = [*_replaced(secret, old), *marks]
    else:
        message = f"The user data in Secret {ref.name} was changed after its upgrade; restoring {kept} would lose that."
        return Failed(reasons.USER_DATA_CHANGED, message)
    shown = {"before": {"ignition": before}, "after": {"ignition": after}}
    return (Step(ref, JsonPatch(operations), **shown),) if operations else ()


def backup_name(secret: Json, data: Json) -> str:
    """The name of the backup that keeps I(data) of this Secret.

    Its end is keyed by the Secret's uid, so that nobody who sees the name and may not read the Secret can try contents against it.
    """
    key, content = (json.dumps(each, sort_keys=True).encode() for each in (dig(secret, "metadata", "uid"), data))
    end = "-before-" + hmac.new(key, content, hashlib.sha256).hexdigest()[:10]
    name = str(dig(secret, "metadata", "name"))
    return name[: _LONGEST_NAME - len(end)].rstrip("-.") + end


def keeps(backup: Json, secret: Json) -> bool:
    """Whether what stands under the backup's name is the content of I(secret); to be asked after a Conflict."""
    return mapping(backup.get("data")) == mapping(secret.get("data"))


def backup_of(secret: Json, at: str) -> Step:
    """What keeps the content, and the marks of its upgrade. Immutable: nobody needs to write it, and a restore must find what was there."""
    original = _ref(secret)
    ref = ObjectRef(SECRET, original.namespace, backup_name(secret, mapping(secret.get("data"))))
    mark = {BACKUP_OF: original.name}
    fits = len(original.name) <= _LONGEST_LABEL
    metadata = {
        "name": ref.name,
        "namespace": ref.namespace,
        "labels": mark if fits else {},
        "annotations": {BACKED_UP_AT: at, **({} if fits else mark), **_marks(secret)},
    }
    data = dict(mapping(secret.get("data")))
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "immutable": True,
        "data": data,
    }
    return Step(ref, Create(body), after={"backup of": original.name})


def _replaced(secret: Json, encoded: str) -> list[Json]:
    replace = {"op": "replace", "path": pointer("data", "userData"), "value": encoded}
    return [_same("metadata", "uid", of=secret), _same("data", "userData", of=secret), replace]


def _annotated(secret: Json, marks: Json) -> list[Json]:
    """Where there is no map of annotations, one that somebody adds meanwhile must not be lost: nothing may have changed at all."""
    if isinstance(dig(secret, "metadata", "annotations"), dict):
        return [
            {"op": "add", "path": pointer("metadata", "annotations", key), "value": value}
            for key, value in marks.items()
        ]
    add = {"op": "add", "path": pointer("metadata", "annotations"), "value": dict(marks)}
    return [_same("metadata", "resourceVersion", of=secret), add]


def _marks(secret: Json) -> Json:
    annotations = mapping(dig(secret, "metadata", "annotations"))
    return {key: annotations[key] for key in (UPGRADED_TO, UPGRADED_AT) if key in annotations}


def _marked_as(secret: Json, backup: Json) -> list[Json]:
    """Operations that give the Secret the marks that it had when it was kept."""
    now, then = _marks(secret), _marks(backup)
    removed = [{"op": "remove", "path": pointer("metadata", "annotations", key)} for key in now if key not in then]
    added = {key: value for key, value in then.items() if now.get(key) != value}
    return [*removed, *(_annotated(secret, added) if added else ())]


def _same(*path: str, of: Json) -> Json:
    return {"op": "test", "path": pointer(*path), "value": dig(of, *path)}


def _ref(secret: Json) -> ObjectRef:
    return ObjectRef(SECRET, str(dig(secret, "metadata", "namespace")), str(dig(secret, "metadata", "name")))


def _stub(secret: Json) -> Json | str:
    """The configuration, or why there is none.

    Read more strictly than the operator does: broken UTF-8 and a field that stands there twice are refused, because writing anew would lose them.
    """
    encoded = dig(secret, "data", "userData")
    if not isinstance(encoded, str):
        return "is missing"
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
        document = json.loads(text, parse_constant=no_constant, object_pairs_hook=_fields)
    except _FieldTwice:
        return "has a field twice"
    except (binascii.Error, ValueError, RecursionError):
        return "is no JSON"
    return document if isinstance(document, dict) else "is no JSON object"


class _FieldTwice(Exception):
    """Go and Python would take the last one."""


def _fields(pairs: list[tuple[str, Any]]) -> Json:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _FieldTwice
    return fields


def _encoded(document: Json) -> str:
    return base64.b64encode(json.dumps(document, separators=(",", ":")).encode()).decode()


def _version(stub: Json | str) -> str | None:
    """Ignition's version for the diff, where it is one: anything else that stands there is content."""
    version = dig(stub, "ignition", "version")
    plain = isinstance(version, str) and len(version) < 8 and version.replace(".", "").isdecimal()
    return version if plain else None


def _is_upgraded(new: Json, before: Json) -> bool:
    """Whether one Secret holds what the other's content became, by the operator's hand (which adds empty sections) or by ours."""
    stub, old = _stub(new), _stub(before)
    spec = dig(new, "metadata", "annotations", UPGRADED_TO)
    if isinstance(stub, str) or isinstance(old, str) or not isinstance(spec, str):
        return False
    try:
        return bool(_without_empty(convert(old, spec)) == _without_empty(stub))
    except (NotConvertible, RecursionError):
        return False


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ({}, [])}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value
