# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties hold however long an example takes: on a busy machine Hypothesis' 200 ms are over for any."""

from __future__ import annotations

from hypothesis import settings

# For runs that ask whether a Python understands the code: tools/run_oldest.py. What examples can find, the other runs look for.
settings.register_profile("few", deadline=None, max_examples=15)
if settings.get_current_profile_name() == "default":  # neither Hypothesis' own for CI nor tools/mutation.py's
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")
