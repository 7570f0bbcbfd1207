# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What galaxy-importer only warns of ends the build."""

from __future__ import annotations

import subprocess

import galaxy_import
import pytest
import yaml

GALAXY = {
    "namespace": "okd",
    "name": "sample",
    "version": "1.0.0",
    "readme": "README.md",
    "authors": ["somebody"],
    "description": "A sample.",
    "license": ["GPL-3.0-or-later"],
    "tags": ["cloud"],
    "repository": "https://example.org/sample",
}
FILES = {
    "galaxy.yml": yaml.safe_dump(GALAXY),
    "README.md": "# A sample\n",
    "CHANGELOG.rst": "None yet\n========\n",
    "meta/runtime.yml": "---\nrequires_ansible: '>=2.17.0'\n",
    "roles/one/README.md": "# One\n",
    "roles/one/meta/main.yml": "---\ngalaxy_info:\n  author: somebody\n  description: One.\n  license: GPL-3.0-or-later\n  min_ansible_version: '2.17'\n",
    "roles/one/tasks/main.yml": "---\n- name: Say something\n  ansible.builtin.debug:\n    msg: something\n",
}


def built(folder, files):
    for name, text in files.items():
        path = folder / "okd" / "sample" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = ["ansible-galaxy", "collection", "build", "--output-path", str(folder), str(folder / "okd" / "sample")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "okd-sample-1.0.0.tar.gz"


def test_every_complaint_is_told(tmp_path, release_environment):
    files = {name: text for name, text in FILES.items() if name != "CHANGELOG.rst"}
    files["roles/one/tasks/main.yml"] = "---\n- name: say something\n  debug:\n    msg: something\n"
    tarball = built(tmp_path, files)
    assert galaxy_import.shipped(tarball) == {("role", "one")}
    with pytest.raises(galaxy_import.ImportingError) as told:
        galaxy_import.imported(release_environment, tarball, tmp_path / "imported")
    for complaint in ("No changelog found", "fqcn[action-core]", "name[casing]"):
        assert complaint in str(told.value)
