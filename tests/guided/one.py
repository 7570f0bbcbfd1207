# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One target under atheris, as a process of its own: libFuzzer ends the process itself."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]


def main() -> None:
    name, megabytes, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["ansible_collections.okd.boot_images"]):
        from guided.targets import TARGETS
    target, corpus = TARGETS[name], Path(options[-1])
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    atheris.Setup([sys.argv[0], f"-rss_limit_mb={used + int(megabytes)}", *options], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
