"""What every moving output is made of: a static twin, which is all there is where scripts are off, its data,
and the scripts that bring the twin to life with no kernel.

A kind, such as the player, is two files in the room of widgets, ``player.js`` and ``player.css``. The runtime
``kit.js`` calls what ``player.js`` hands to ``backprop.kind``.
"""

import json
import re
from importlib.resources import files

from ...show.theme import css

ROOM = files(__package__.rpartition(".")[0])


def output(kind, twin, data, base=None):
    """HTML of one output: `twin`, which is HTML, and `data`, which JSON can carry, for the script of `kind`.

    base: a kind whose script and style come first, such as "panel" for all panels. Raises ValueError for data
    that JSON has no word for, such as infinity.
    """
    sent = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    sent = sent.replace("<", "\\u003c")  # or the text of a name could end the script
    kinds = [kind] if base is None else [base, kind]
    style = css() + _style("kit", "kit.css")
    script = _script("kit", "kit.js")
    for one in kinds:
        if ROOM.joinpath(f"{one}.css").is_file():
            style += _style(f"{one}.css")
        script += _script(f"{one}.js")
    classes = " ".join(["bp-kit", *(f"bp-{one}" for one in kinds)])
    return (
        f'<div class="{classes}" data-kind="{kind}">\n{twin}\n'
        f'<script type="application/json">{sent}</script>\n'
        f"<style>\n{style}</style>\n<script>\n{script}</script>\n</div>"
    )


def _script(*place):
    """The file without comments and spaces, which nobody reads in a page."""
    lines = [line.split(" // ")[0].strip() for line in _lines(*place)]
    lines = [_tight(line) for line in lines if line and not line.startswith("//")]
    return re.sub(r";?\n(?=})|(?<=[{(,;])\n", "", "\n".join(lines) + "\n")


QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|`[^`]*`)""")
UNSURE = re.compile(r"""[-+] [-+]|\$\{[^}]*`|/[^ ]|'""")  # a - -b, a text in a text, a pattern: left as it is


def _tight(line):
    """A line of a script without the spaces beside its signs, and with the shorter `let` for `const`, but for
    what stands in quotes.
    """
    parts = QUOTED.split(line)
    if UNSURE.search(line) or line.count("`") % 2:
        return line
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r" ?([-+*/%=<>?:,;{}()[\]&|^!]+) ?", r"\1", parts[i])
        parts[i] = re.sub(r"\bconst\b", "let", parts[i])
    return "".join(parts)


def _style(*place):
    lines = [line.strip() for line in _lines(*place)]
    text = "\n".join([line for line in lines if not line.startswith("/*")])
    return re.sub(r"\s*([{};])\s*|(?<=[:,])\s+", r"\1", text).replace(";}", "}") + "\n"


def _lines(*place):
    return ROOM.joinpath(*place).read_text(encoding="utf-8").splitlines()
