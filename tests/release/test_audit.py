# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit fails upon what OSV knows, and is never taken for made where it was not: the real pip-audit on a stand-in of OSV."""

from __future__ import annotations

import socket

import audit
import pytest

pytestmark = pytest.mark.usefixtures("release_environment")


def test_every_locked_package_is_asked_about(osv, capsys):
    assert audit.main(osv.url) == 0
    told = capsys.readouterr().out
    assert told.endswith(" packages without a known vulnerability\n")
    assert int(told.split()[0]) == len(set(osv.asked)) > 100
    # "pip" is asked about once more, to see whether it is OSV that answers.
    assert {"ansible-core", "kubernetes", "galaxy-importer", "ansible"} <= set(osv.asked)


def test_what_osv_knows_fails_the_audit(osv, capsys):
    osv.known["jinja2"] = ("PYSEC-2099-1", "99.1")
    assert audit.main(osv.url) == 1
    told = capsys.readouterr().out
    assert told.startswith("jinja2 ") and told.endswith(": PYSEC-2099-1 (mended in 99.1)\n")


def test_an_answer_that_stays_away_half_way_fails_the_audit(osv, capsys):
    osv.broken.add("jinja2")
    assert audit.main(osv.url) == 1
    assert "packages without" not in capsys.readouterr().out


def test_without_osv_nothing_is_audited(capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert audit.main(f"http://127.0.0.1:{port}/v1/query") == 0
    assert capsys.readouterr().out.startswith("not audited: ")


def test_what_answers_in_osv_s_place_audits_nothing(osv, capsys):
    osv.known.clear()
    assert audit.main(osv.url) == 0
    assert capsys.readouterr().out.startswith("not audited: ")
    assert osv.asked == ["pip"]


def test_a_package_that_is_skipped_is_not_audited(osv, tmp_path, release_environment):
    lock_file = tmp_path / "empty.txt"
    lock_file.write_text("", encoding="utf-8")
    with pytest.raises(audit.AuditError, match="not every package"):
        audit.audited(release_environment / "bin" / "pip-audit", lock_file, osv.url)
