# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors: metav1.LabelSelector's meaning, and what of it the API server stores although nobody can use it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.okd.boot_images.plugins.module_utils.model.errors import InvalidInput
from ansible_collections.okd.boot_images.plugins.module_utils.model.selectors import fault, is_empty, matches, parse

KEYS = st.sampled_from(["a", "b", "example.com/c", "d.e-f_g"])
VALUES = st.sampled_from(["", "x", "y", "z-1"])
LABELS = st.dictionaries(KEYS, VALUES)
EXPRESSIONS = st.one_of(
    st.fixed_dictionaries(
        {"key": KEYS, "operator": st.sampled_from(["In", "NotIn"]), "values": st.lists(VALUES, min_size=1)}
    ),
    st.fixed_dictionaries({"key": KEYS, "operator": st.sampled_from(["Exists", "DoesNotExist"])}),
)
SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(EXPRESSIONS, max_size=4)}
)


def read_plainly(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """The API's documentation, sentence by sentence."""
    for key, value in selector.get("matchLabels", {}).items():
        if key not in labels or labels[key] != value:
            return False
    for expression in selector.get("matchExpressions", []):
        present = expression["key"] in labels
        value = labels.get(expression["key"])
        if expression["operator"] == "In" and not (present and value in expression["values"]):
            return False
        if expression["operator"] == "NotIn" and present and value in expression["values"]:
            return False
        if expression["operator"] == "Exists" and not present:
            return False
        if expression["operator"] == "DoesNotExist" and present:
            return False
    return True


@given(SELECTORS, LABELS)
def test_matches_as_the_api_documents_it(selector: dict[str, Any], labels: dict[str, str]) -> None:
    assert fault(selector) is None
    assert matches(selector, labels) is read_plainly(selector, labels)


@given(LABELS)
def test_an_empty_selector_matches_everything(labels: dict[str, str]) -> None:
    for selector in ({}, {"matchLabels": {}}, {"matchExpressions": []}, {"matchLabels": None}):
        assert is_empty(selector)
        assert matches(selector, labels)


@pytest.mark.parametrize(
    "selector",
    [{"matchLabels": {"a": ""}}, {"matchExpressions": [{"key": "a", "operator": "Exists"}]}],
)
def test_a_selector_with_a_requirement_is_not_empty(selector: dict[str, Any]) -> None:
    assert not is_empty(selector)
    assert not matches(selector, {})


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ([], "no mapping"),
        (None, "no mapping"),
        ({"matchlabels": {}}, "unknown field matchlabels"),
        ({"matchLabels": []}, None),  # null and empty are the same to the API
        ({"matchLabels": ["a"]}, "matchLabels is no mapping"),
        ({"matchExpressions": {"a": 1}}, "matchExpressions is no list"),
        ({"matchExpressions": ["a"]}, "None is not a valid label selector operator"),
        ({"matchExpressions": [{"key": "a", "operator": "Is", "values": ["x"]}]}, "'Is' is not a valid"),
        ({"matchExpressions": [{"key": "a", "operator": ["In"]}]}, "is not a valid"),
        ({"matchExpressions": [{"key": "a", "operator": "In"}]}, "the operator In on a needs values"),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": []}]}, "NotIn on a needs values"),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": "x"}]}, "needs values"),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": [1]}]}, "1 is no label value"),
        ({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]}, "takes no values"),
        ({"matchExpressions": [{"key": "", "operator": "Exists"}]}, "'' is no label key"),
        ({"matchExpressions": [{"key": ["a"], "operator": "Exists"}]}, "is no label key"),
        ({"matchExpressions": [{"operator": "In", "values": ["x"]}]}, "None is no label key"),
        ({"matchLabels": {"a b": "x"}}, "'a b' is no label key"),
        ({"matchLabels": {"a/b/c": "x"}}, "is no label key"),
        ({"matchLabels": {"/b": "x"}}, "is no label key"),
        ({"matchLabels": {"a/": "x"}}, "is no label key"),
        ({"matchLabels": {"Upper.com/b": "x"}}, "is no label key"),
        ({"matchLabels": {"a": "no spaces"}}, "'no spaces' is no label value (label a)"),
        ({"matchLabels": {"a": "-x"}}, "is no label value"),
        ({"matchLabels": {"a": "x" * 64}}, "is no label value"),
        ({"matchLabels": {"a" * 64: "x"}}, "is no label key"),
        ({"matchLabels": {"p." * 127 + "p/b": "x"}}, "is no label key"),
        ({"matchLabels": {"a": True}}, "True is no label value"),
        ({"matchLabels": {"a": None}}, "None is no label value"),
    ],
)
def test_a_selector_that_the_operator_cannot_use(selector: Any, says: str | None) -> None:
    found = fault(selector)
    assert (found is None) if says is None else (found is not None and says in found)


@pytest.mark.parametrize(
    "selector",
    [{"matchLabels": {"a": "x" * 63}}, {"matchLabels": {"a" * 63: ""}}, {"matchLabels": {"p" * 253 + "/b": "1.0_x"}}],
)
def test_the_longest_that_is_allowed(selector: dict[str, Any]) -> None:
    assert fault(selector) is None


@pytest.mark.parametrize("selector", [{"matchLabels": {"a": "x\n"}}, {"matchLabels": {"a\n": "x"}}])
def test_a_newline_at_the_end_is_no_part_of_a_label(selector: dict[str, Any]) -> None:
    assert fault(selector)


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("a=b", {"a": "b"}, True),
        ("a==b", {"a": "c"}, False),
        ("a!=b", {"a": "c"}, True),
        ("a!=b", {}, True),
        ("a", {"a": ""}, True),
        ("!a", {"a": ""}, False),
        ("! a", {}, True),
        ("a=", {"a": ""}, True),
        ("a in (x, y),b notin (z)", {"a": "y"}, True),
        ("a in (x,y),b notin (z)", {"a": "y", "b": "z"}, False),
        ("a=b,example.com/c", {"a": "b", "example.com/c": "x"}, True),
        ("a=b,example.com/c", {"a": "b"}, False),
        ("in", {"in": "x"}, True),
    ],
)
def test_a_selector_on_one_line(text: str, labels: dict[str, str], expected: bool) -> None:
    assert matches(parse(text), labels) is expected


@pytest.mark.parametrize(
    "text", ["", "a=b,", "a=b=c", "a in x", "a in ()x", "a b", "a>1", "=b", "a in (x", "a=-b", "(a)"]
)
def test_no_selector_on_one_line(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse(text)
