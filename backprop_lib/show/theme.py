"""Colours, fonts and sizes of everything that is seen, light and dark, written down once.

A drawing names its colours as CSS variables. In a page they follow the theme; in an `<img>`, in a saved file
or in a notebook that is not trusted there are no variables, and the light values stand.
"""

import re
from functools import cache
from importlib.resources import files

# One colour, one meaning, in all pictures and plots.
LIGHT = {
    "value": "#116329",  # green: a value, written above its wire
    "gradient": "#b3261e",  # red: a gradient, or another slope, written below
    "warning": "#8a5a00",  # amber: what is wrong
    "chosen": "#1f5f99",  # blue: what the reader has chosen, or is told to look at
    "ink": "#1f2328",  # words, and the curve of a function
    "grey": "#59636e",  # what stands back: wires, axes, notes
    "kind-1": "#5b3a86",  # four that are told apart: classes of data, methods that are compared
    "kind-2": "#0b6b75",
    "kind-3": "#a3266f",
    "kind-4": "#6d4c41",
    "faint": "#c5cbd3",  # lines and fields, never words
    "rule": "#e3e6ea",
    "field": "#f6f8fa",
    "paper": "#ffffff",
}
DARK = {
    "value": "#6fce86",
    "gradient": "#ff9085",
    "warning": "#e3ae52",
    "chosen": "#82bdf5",
    "ink": "#e6e8eb",
    "grey": "#a7b0ba",
    "kind-1": "#c6a9f2",
    "kind-2": "#5fcbd6",
    "kind-3": "#f493c9",
    "kind-4": "#d0ab9d",
    "faint": "#5c646e",
    "rule": "#2f353c",
    "field": "#1c2126",
    "paper": "#111111",  # that of JupyterLab's dark theme
}
# The colours of a matplotlib figure that chose none: black, white, greys, and C0 to C3.
OF_MATPLOTLIB = {
    "#000000": "ink", "#ffffff": "paper", "#808080": "grey", "#b0b0b0": "rule", "#cccccc": "faint",
    "#1f77b4": "kind-1", "#ff7f0e": "kind-2", "#2ca02c": "kind-3", "#d62728": "kind-4",
}  # fmt: skip
WORDS = list(LIGHT)[:10]  # the colours that words may have

SANS = "Helvetica, Arial, sans-serif"
SERIF = "'STIX Two Text', 'STIX Two Math', Cambria, 'Times New Roman', Times, serif"  # letters of mathematics
MONO = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"
LABEL, SMALL = 14, 12  # px: a label; a number on an axis, a note
PAGE = 720  # px: a column of 70 characters, and a picture as wide as it


def colour(name):
    """A colour by its name, as CSS that follows the theme."""
    return f"var(--bp-{name}, {LIGHT[name]})"


VALUE, GRADIENT, WARNING, CHOSEN = map(colour, ("value", "gradient", "warning", "chosen"))
INK, GREY, PAPER = map(colour, ("ink", "grey", "paper"))
FAINT, RULE, FIELD = map(colour, ("faint", "rule", "field"))
KINDS = tuple(colour(f"kind-{k}") for k in (1, 2, 3, 4))


def tint(colour, share=0.15):
    """The colour thinned with paper: a field on which INK is legible, up to a share of 0.5."""
    return f"color-mix(in srgb, {colour} {round(100 * share)}%, {PAPER})"


ROOTS = ":is(.bp-kit, .bp-figure, .bp-card)"
DARK_PAGES = ':is([data-jp-theme-light="false"], .vscode-dark)'
PLAIN_PAGES = "body:not([data-jp-theme-light], .vscode-light)"


@cache
def css():
    """The rules that give the variables their values, in JupyterLab and Notebook 7, in VS Code, in plain
    pages; on paper the light ones.
    """
    light, dark = _declared(LIGHT, "light"), _declared(DARK, "dark")
    return (
        f"{ROOTS}{{{light}}}\n"
        f"@media screen{{{DARK_PAGES} {ROOTS}{{{dark}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{{PLAIN_PAGES} {ROOTS}{{{dark}}}}}\n"
        f".bp-figure{{color:var(--bp-ink);background:var(--bp-paper);overflow-x:auto}}\n"
        "@media (forced-colors:active){:is(.bp-kit,.bp-figure) :is(svg:not(.bp-icon),canvas){"
        "forced-color-adjust:none;background:var(--bp-paper)}}\n"
    )


def _declared(values, scheme):
    declared = "".join(f"--bp-{name}:{value};" for name, value in values.items())
    return f"{declared}color-scheme:{scheme}"


def plain(text):
    """A text in which colours are CSS variables, with the light values in their place."""
    mixed = re.compile(r"color-mix\(in srgb, (#\w{6}) (\d+)%, (#\w{6})\)")
    text = re.sub(r"var\(--bp-[\w-]+, (#\w{6})\)", r"\1", text)
    return mixed.sub(lambda found: mix(found[1], found[3], int(found[2]) / 100), text)


def mix(colour, other, share):
    """Two colours mixed, #rrggbb, with so much of the first."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


@cache
def live():
    """What an output with drawings ends in: the rules, and the script that puts each drawing into the page,
    where it follows the theme. Without scripts the images stay.
    """
    script = (files(__package__) / "inline.js").read_text(encoding="utf-8")
    return f"<style>{css()}</style><script>{script}</script>"
