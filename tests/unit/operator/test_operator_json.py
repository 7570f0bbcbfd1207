# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON as Go reads it: Python's parser goes first, and must take nothing that Go refuses."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.operator.rules import gojson

PIECES = ["{", "}", "[", "]", ",", ":", '"', "\\", "\\u00e9", "\\x", "-", "0", "1", "1e5", "01", ".", "true", "null", "NaN",
          "-Infinity", " ", "\n", "\t", "\x01", "\ufeff", "a", "é", '"a":', "/"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(st.sampled_from(PIECES)).map("".join) | JSON.map(json.dumps))
@example("NaN")
@example('{"a": [Infinity]}')
@example('"a\tb"')
def test_both_parsers_take_the_same(text: str) -> None:
    try:
        gojson.check(text)
    except gojson.GoJSONError as refusal:
        with pytest.raises(gojson.GoJSONError) as refused:
            gojson.loads(text)
        assert str(refused.value) == str(refusal)
    else:
        assert gojson.loads(text) == json.loads(text)
