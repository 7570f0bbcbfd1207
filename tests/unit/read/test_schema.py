# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's capabilities from its schema, in the shapes that the releases' CRDs have."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.okd.boot_images.plugins.module_utils.read.schema import capabilities


def schema(modes: Any, resources: Any, status: Any = None, spec: Any = None) -> dict[str, Any]:
    """As controller-gen writes it; the validations (CEL) stand beside and say nothing here."""
    entry = {
        "properties": {
            "apiGroup": {"enum": ["machine.openshift.io"], "type": "string"},
            "resource": {"type": "string", **resources},
            "selection": {
                "properties": {"mode": {"type": "string", **modes}, "partial": {"type": "object"}},
                "required": ["mode"],
                "x-kubernetes-validations": [{"rule": "has(self.mode)"}],
            },
        }
    }
    managed = {"properties": {"machineManagers": {"items": entry, "maxItems": 5, "type": "array"}}, "type": "object"}
    return {
        "properties": {
            "spec": {"properties": {"managedBootImages": managed, **(spec or {})}},
            "status": {"properties": {"conditions": {}, **(status or {})}},
        }
    }


OLD_MODES, MODES = {"enum": ["All", "Partial"]}, {"enum": ["All", "Partial", "None"]}
WORKERS, BOTH = {"enum": ["machinesets"]}, {"enum": ["machinesets", "controlplanemachinesets"]}


@pytest.mark.parametrize(
    ("document", "modes", "resources", "mirror", "skew"),
    [
        (schema(OLD_MODES, WORKERS), {"All", "Partial"}, {"machinesets"}, False, False),
        (
            schema(MODES, WORKERS, {"managedBootImagesStatus": {}}),
            {"All", "Partial", "None"}, {"machinesets"}, True, False,
        ),
        (
            schema(MODES, BOTH, {"managedBootImagesStatus": {}}, {"bootImageSkewEnforcement": {}}),
            {"All", "Partial", "None"}, {"machinesets", "controlplanemachinesets"}, True, True,
        ),
        (
            schema({"allOf": [{"enum": ["All"]}, {"enum": ["None"]}]}, {"allOf": [WORKERS], "default": ""}),
            {"All", "None"}, {"machinesets"}, False, False,
        ),
        ({"properties": {"spec": {"properties": {"logLevel": {}}}}}, set(), set(), False, False),
        (None, set(), set(), False, False),
    ],
    ids=["4.18", "4.19", "4.22", "openapi", "4.15", "none"],
)  # fmt: skip
def test_capabilities(document: Any, modes: set[str], resources: set[str], mirror: bool, skew: bool) -> None:
    found = capabilities(document, "crd")
    assert (found.modes, found.resources, found.mirror, found.skew) == (modes, resources, mirror, skew)


def test_values_that_are_no_text_are_left_out() -> None:
    assert capabilities(schema({"enum": ["All", None, 3]}, {"enum": "machinesets"}), "crd").modes == {"All"}


@given(
    st.recursive(
        st.none() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
)
def test_any_document_can_be_read(document: Any) -> None:
    for made in (document, {"properties": document}, schema(MODES, {"allOf": document})):
        capabilities(made, "openapi")
