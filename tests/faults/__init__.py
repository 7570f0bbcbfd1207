# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong between a module and a real API server, at each step of the work: the table of docs/reliability.md.

`make faults` runs every cell, `make faults ARGS="--fault 410 --phase wait"` some; `test_faults.py` runs a short selection.
"""
