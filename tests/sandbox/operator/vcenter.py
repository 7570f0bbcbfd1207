# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vCenters of a vSphere cluster: templates and their product versions, in a file that others may read and write."""

from __future__ import annotations

import json
from pathlib import Path


class Templates:
    """`file`: a JSON object, `server/datacenter/template` -> product version; read at every look, rewritten by a rebuild.

    Without one every template exists, of no known version until it is rebuilt, and a restart forgets.
    """

    def __init__(self, file: str = "") -> None:
        self._file = Path(file) if file else None
        self._rebuilt: dict[str, str] = {}

    def release_of(self, server: str, datacenter: str, template: str) -> str:
        key = _key(server, datacenter, template)
        return self._read()[key] if self._file else self._rebuilt.get(key, "")

    def rebuild(self, server: str, datacenter: str, template: str, release: str) -> None:
        """Import the release's OVA in place of the template."""
        key = _key(server, datacenter, template)
        if self._file is None:
            self._rebuilt[key] = release
            return
        text = json.dumps({**self._read(), key: release}, indent=1)
        scratch = self._file.with_name(f"{self._file.name}.new")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(self._file)

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8")) if self._file else {}
        return found


def _key(server: str, datacenter: str, template: str) -> str:
    return f"{server}/{datacenter}/{template.rsplit('/', 1)[-1]}"
