# Copyright (c) 2026, the okd.boot_images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pages look: on a wide screen, on a phone, in the dark, on paper. One text, because a page must need no other file."""

from __future__ import annotations

LIGHT = {
    "page": "#ffffff", "card": "#f5f6f8", "line": "#d5d9e0", "text": "#1b1f27", "soft": "#555d6b", "link": "#0b57d0",
    "ok": "#0f6b35", "ok-back": "#ddf3e4", "warn": "#7a4a00", "warn-back": "#fdeecb", "bad": "#a3161b", "bad-back": "#fde3e3",
    "rest": "#454c59", "rest-back": "#e6e9ee",
}  # fmt: skip
DARK = {
    "page": "#14171c", "card": "#1d2129", "line": "#363c48", "text": "#e7eaf0", "soft": "#a5adbb", "link": "#8ab8ff",
    "ok": "#86e0a6", "ok-back": "#123b22", "warn": "#ffd27a", "warn-back": "#43300b", "bad": "#ffb0ae", "bad-back": "#511a1c",
    "rest": "#c5ccd8", "rest-back": "#2d333e",
}  # fmt: skip


def _variables(colours: dict[str, str]) -> str:
    return ":root{" + "".join(f"--{name}:{value};" for name, value in colours.items()) + "}"


_RULES = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1.25rem 3rem;max-width:76rem;background:var(--page);color:var(--text);
 font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.2rem;line-height:1.3;margin:2.25rem 0 .6rem}
h3{font-size:1rem;margin:0 0 .35rem}
p{margin:.5rem 0;max-width:48rem}
a{color:var(--link)}
a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
ul{margin:.4rem 0;padding-left:1.2rem}
li{margin:.25rem 0}
code{font:.88em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.soft{color:var(--soft)}
.small{font-size:.875rem}
.block{display:block}
.pill{display:inline-block;padding:.05em .65em;border-radius:1em;font-size:.875rem;font-weight:600;white-space:nowrap;
 color:var(--rest);background:var(--rest-back);vertical-align:middle}
h1 .pill{font-size:1rem}
.pill.ok,.pill.updated,.pill.current{color:var(--ok);background:var(--ok-back)}
.pill.attention,.pill.running,.pill.warning,.pill.old{color:var(--warn);background:var(--warn-back)}
.pill.failed,.pill.unreadable,.pill.blocker{color:var(--bad);background:var(--bad-back)}
dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.9rem 1.5rem;margin:1rem 0;padding:1rem 1.1rem;
 background:var(--card);border:1px solid var(--line);border-radius:.6rem}
dt{font-size:.875rem;color:var(--soft)}
dd{margin:0;font-weight:600}
.box{margin:.75rem 0;padding:.8rem 1rem;background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--rest);
 border-radius:.4rem}
.box.blocker,.box.failed{border-left-color:var(--bad)}
.box.warning,.box.running{border-left-color:var(--warn)}
.box.ok{border-left-color:var(--ok)}
.box,.box p{max-width:none}
.box p{margin:.3rem 0}
td a{white-space:nowrap}
table{width:100%;border-collapse:collapse;margin:.5rem 0}
caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
thead th{font-size:.875rem;color:var(--soft);font-weight:600;border-bottom-width:2px;overflow-wrap:normal}
tbody th{font-weight:600}
.soft,.small{font-weight:400}
table.short{width:auto;min-width:24rem}
td.number{font-variant-numeric:tabular-nums}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
nav{margin:0 0 1rem;font-size:.875rem}
@media print,(min-width:44.01rem){
 table.sets tbody th,table.fleet tbody th{min-width:11rem}
 table.sets td,table.fleet td{min-width:7rem}
}
@media screen and (max-width:44rem){
 body{padding:1rem 1rem 2rem}
 h1{font-size:1.4rem}
 dl.facts{grid-template-columns:1fr 1fr}
 table,table.short{display:block;min-width:0}
 tbody,caption{display:block}
 thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
 tr{display:block;margin:.6rem 0;padding:.7rem .9rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
 tbody th{display:block;padding:0 0 .3rem;border:0}
 td{display:grid;grid-template-columns:6.5rem 1fr;gap:.6rem;padding:.2rem 0;border:0}
 td::before{content:attr(data-title);color:var(--soft);font-size:.875rem}
}
@media print{
 html{font-size:9.5pt}
 body{max-width:none;padding:0}
 dl.facts{grid-template-columns:repeat(4,1fr)}
 a{color:inherit;text-decoration:none}
 nav{display:none}
 h2{break-after:avoid}
 tr,.box{break-inside:avoid}
 thead{display:table-header-group}
 tbody tr:first-child{break-before:avoid}
 .pill{border:1px solid var(--line)}
 .pill,.box,dl.facts{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
@page{margin:15mm}
"""
CSS = (
    _variables(LIGHT)
    + "@media screen and (prefers-color-scheme:dark){"
    + _variables(DARK)
    + "}"
    + _RULES.replace("\n ", "").replace("\n", "")
)
