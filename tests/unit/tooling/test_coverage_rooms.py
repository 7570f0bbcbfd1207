# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of coverage counts each pure room's branches by themselves."""

from __future__ import annotations

import json

import pytest
from coverage_rooms import ROOMS, main, share


def summary(reached, every, lines=(10, 10)):
    return {
        "covered_lines": lines[0],
        "num_statements": lines[1],
        "covered_branches": reached,
        "num_branches": every,
        "percent_covered": 100.0,
    }


def checked(tmp_path, capsys, **changed):
    """The exit code and the lines for rooms in which everything is reached, but for some files."""
    files = {f"plugins/module_utils/{room}/one.py": summary(20, 20) for room in ROOMS}
    files |= {f"plugins/module_utils/{name.replace('__', '/')}.py": told for name, told in changed.items()}
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": {name: {"summary": told} for name, told in files.items() if told}}))
    code = main(str(path))
    return code, capsys.readouterr().out.splitlines()


def test_every_room_has_a_line(tmp_path, capsys):
    code, lines = checked(tmp_path, capsys)
    assert code == 0
    assert [line.split() for line in lines] == [
        [room, "lines", "100.0", "%", "branches", "100.0", "%", "(20", "of", "20)"] for room in ROOMS
    ]


@pytest.mark.parametrize(("reached", "code"), [(95, 0), (94, 1), (0, 1)])
def test_too_few_branches_fail_whatever_the_lines(tmp_path, capsys, reached, code):
    ended, lines = checked(tmp_path, capsys, plan__one=summary(reached, 100, lines=(9999, 10000)))
    assert ended == code
    (line,) = (line for line in lines if line.startswith("plan"))
    assert f"{reached}.0 %" in line and "99.9 %" in line
    assert [each.split()[0] for each in lines if each.endswith("too few")] == ["plan"] * code


def test_the_files_of_a_room_count_together_and_no_others(tmp_path, capsys):
    more = {"report__two": summary(18, 20), "flow__report": summary(0, 100), "clouds__aws": summary(0, 100)}
    code, lines = checked(tmp_path, capsys, **more)
    assert code == 0
    assert "(38 of 40)" in next(line for line in lines if line.startswith("report"))
    assert checked(tmp_path, capsys, report__two=summary(17, 20))[0] == 1


def test_a_room_that_was_not_measured_fails(tmp_path, capsys):
    code, lines = checked(tmp_path, capsys, settle__one=None)
    assert code == 1
    assert [line.split()[0] for line in lines if line.endswith("too few")] == ["settle"]


def test_nothing_is_rounded_up():
    assert [share(*each) for each in ((9499, 10000), (949, 999), (1, 3), (0, 5), (0, 0))] == [
        "94.9 %",
        "94.9 %",
        "33.3 %",
        "0.0 %",
        "0.0 %",
    ]
