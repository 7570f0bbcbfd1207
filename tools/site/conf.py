# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site that tools/docs_site.py builds."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes

project = "okd.boot_images"
author = "the okd.boot_images contributors"
copyright = "2026, the okd.boot_images contributors"
html_title = html_short_title = "okd.boot_images"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
# The rest of the checkout is there only for the links to its files.
include_patterns = [
    "index.md",
    "README.md",
    "docs/*.md",
    "docs/**/*.md",
    "roles/*/README.md",
    "tests/sandbox/**/README.md",
    "tests/sandbox/README.md",
    "collection/**",
]

# Anchors as GitHub makes them, so that one link serves both.
myst_heading_anchors = 4
# --check is an option and no dash.
smartquotes = False

html_theme = "sphinx_rtd_theme"
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_show_sphinx = False
html_use_index = False
html_use_modindex = False
html_copy_source = False

default_role = "any"

# Labels of Ansible's own documentation that antsibull-docs refers to. Sphinx would fetch a list of all of them at every build.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
ELSEWHERE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
}
BUILTIN = re.compile(r"ansible_collections\.ansible\.builtin\.(\w+?_(?:module|filter|test|lookup))(?:__|$)")


def link_to_ansible(_app: Any, _environment: Any, node: Any, text: nodes.Node) -> nodes.Node | None:
    """A link for a label of Ansible's documentation, None for any other, which Sphinx then warns of."""
    builtin = BUILTIN.match(node["reftarget"])
    target = f"collections/ansible/builtin/{builtin[1]}.html" if builtin else ELSEWHERE.get(node["reftarget"])
    return nodes.reference("", "", text, internal=False, refuri=ANSIBLE + target) if target else None


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", link_to_ansible)
