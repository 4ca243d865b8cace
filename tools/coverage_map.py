"""Which cell covers which item of the lectures, and which displayed equation is checked: `make coverage-map`.

Each notebook cell says in its metadata, as `lecture_items`, what it covers of tools/lecture_items.csv:
concepts (C), worked examples (W), figures (F), questions (Q), pseudo-code (P), claims (K), errors (E) and
clashes of notation.

    covered         some cell names the item; an error needs a code cell that demonstrates it
    checked         after a markdown cell with a displayed equation, and before the next heading, a code cell
                    calls one of CHECKS or asserts something
    a definition    the cell's metadata says `"equation": "definition"`: it defines, or quotes an error

The report is printed, and written to docs/coverage.md for whoever teaches the course. The status is 1 if
anything is missing. Notebooks are read with json alone, in milliseconds.
"""

import ast
import csv
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from backprop_lib import __version__

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "coverage.md"
CHECKS = set(
    "check_derivation check_gradients simplify diff numerical_gradient allclose derivatives reveal".split()
)
LECTURES = {
    "000": "Backpropagation, INF721, Universidade Federal de Viçosa",
    "001": "Backpropagation, DL in Applied Mathematics, lecture 5",
    "002": "Neural Networks, Backpropagation, COMP 5212, HKUST",
    "003": "Backpropagation, day 11, Tufts University",
    "004": "Backpropagation, Deep Learning lecture 3, FHWS",
    "clash": "Clashes of notation between the lectures",
}
HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """One item of a lecture: `001-E2` is the second error of lecture 001."""

    id: str
    title: str

    @property
    def lecture(self):
        return self.id.split("-")[0]

    @property
    def is_error(self):
        return self.id.split("-")[1].startswith("E")


@dataclass(frozen=True)
class Place:
    """A cell that covers an item."""

    notebook: str
    section: str
    is_code: bool
    source: str
    output: str


@dataclass(frozen=True)
class Equation:
    """A displayed equation; `state` is "checked", "definition" or "unchecked"."""

    notebook: str
    section: str
    text: str
    state: str


def read_items(path=ROOT / "tools" / "lecture_items.csv"):
    with open(path, encoding="utf-8", newline="") as file:
        return [Item(**row) for row in csv.DictReader(file)]


def read_notebooks(folder=ROOT / "notebooks"):
    """{file name: list of cells}"""
    return {
        path.name: json.loads(path.read_text("utf-8"))["cells"]
        for path in sorted(Path(folder).glob("*.ipynb"))
    }


def places(notebooks):
    """{item id: the cells that name it, in the order of the course}"""
    found = {}
    for name, cells in notebooks.items():
        section = name
        for cell in cells:
            source = "".join(cell["source"])
            is_code = cell["cell_type"] == "code"
            headings = [] if is_code else HEADING.findall(source)
            section = headings[0] if headings else section
            for item in cell["metadata"].get("lecture_items", []):
                found.setdefault(item, []).append(Place(name, section, is_code, source, _printed(cell)))
            section = headings[-1] if headings else section
    return found


def equations(notebooks):
    """Every displayed equation with its state."""
    found = []
    for name, cells in notebooks.items():
        section = name
        for position, cell in enumerate(cells):
            if cell["cell_type"] != "markdown":
                continue
            source = "".join(cell["source"])
            is_definition = cell["metadata"].get("equation") == "definition"
            # Text before the first heading, then pairs of heading and text.
            parts = [section, *HEADING.split(source)]
            for heading, text in zip(parts[::2], parts[1::2]):
                last = text is parts[-1]
                state = "checked" if last and _checked_after(cells[position + 1 :]) else "unchecked"
                for formula in re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL):
                    formula = " ".join(formula.split())
                    found.append(Equation(name, heading, formula, "definition" if is_definition else state))
                section = heading
    return found


def _checked_after(cells):
    """Whether a code cell checks something before the next heading."""
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if checks(source):
                return True
        elif HEADING.search(source):
            return False
    return False


def checks(source):
    """Whether the code calls one of CHECKS, or asserts."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell that shows what Python refuses
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CHECKS:
                return True
    return False


def problems(items, notebooks):
    """What is missing, a line each."""
    found = places(notebooks)
    known = {item.id for item in items}
    for item in items:
        if item.id not in found:
            yield f"{item.id} is covered by no cell: {item.title}"
        elif item.is_error and not any(place.is_code for place in found[item.id]):
            yield f"{item.id} is demonstrated by no code cell: {item.title}"
    for unknown in sorted(found.keys() - known):
        yield f"{unknown} in {found[unknown][0].notebook} is no item of lecture_items.csv"
    for equation in equations(notebooks):
        if equation.state == "unchecked":
            yield f"{equation.notebook}, “{equation.section}”: no check follows {equation.text[:80]}"


def summary(items, notebooks):
    """The numbers, as lines of text."""
    found = places(notebooks)
    errors = [item for item in items if item.is_error]
    shown = [item for item in errors if any(place.is_code for place in found.get(item.id, []))]
    states = Counter(equation.state for equation in equations(notebooks))
    covered = sum(item.id in found for item in items)
    return [
        f"{len(notebooks)} notebooks cover {covered} of {len(items)} items of the lectures",
        f"{len(shown)} of {len(errors)} errors are demonstrated by a run",
        f"{states.total()} displayed equations: {states['checked']} checked, "
        f"{states['definition']} definitions or quotations, {states['unchecked']} unchecked",
    ]


def page(items, notebooks):
    """The report as Markdown, for whoever teaches the course."""
    found = places(notebooks)
    lines = [
        "# Where each item of the lectures is taught",
        "",
        f"Version {__version__}. "
        "Written by `make coverage-map` from the notebooks' cell metadata; do not edit. "
        "C is a concept, W a worked example, F a figure, Q a question, P pseudo-code, K a claim, E an error.",
        "",
        *(f"- {line}" for line in summary(items, notebooks)),
        *(f"- **{line}**" for line in problems(items, notebooks)),
    ]
    for lecture, title in LECTURES.items():
        lines += ["", f"## {lecture} · {title}" if lecture != "clash" else f"## {title}", ""]
        lines += ["| item | | taught in |", "|---|---|---|"]
        for item in items:
            if item.lecture == lecture:
                where = "; ".join(_links(found.get(item.id, []))) or "**nowhere**"
                lines.append(f"| {item.id} | {_cell(item.title)} | {where} |")
    lines += ["", "## Errors of the lectures, and the run that shows each", ""]
    lines += [
        "Each entry opens to the code of one section that demonstrates the error, with its stored output.",
        "",
    ]
    for item in items:
        shown = demonstration(found.get(item.id, [])) if item.is_error else []
        if shown:
            lines += [f"<details><summary><b>{item.id}</b> {_html(item.title)}</summary>", ""]
            lines += [f"In {_links(shown)[0]}:", ""]
        for place in shown:
            lines += ["```python", place.source, "```", ""]
            lines += ["```text", place.output, "```", ""] if place.output else []
        lines += ["</details>", ""] if shown else []
    lines += ["## Displayed equations without a check of their own", ""]
    lines += [
        "They define something or quote a lecture. Each of the others has a check after it, in its section.",
        "",
    ]
    for equation in equations(notebooks):
        if equation.state != "checked":
            mark = "" if equation.state == "definition" else "**unchecked** "
            lines.append(f"- {mark}{_link(equation.notebook)} {equation.section}: $`{equation.text}`$")
    return "\n".join(lines).rstrip() + "\n"


def demonstration(found):
    """The code cells of one section that show an error: the one that is called Erratum, or else the first."""
    code = [place for place in found if place.is_code]
    best = next((place for place in code if "errat" in place.section.lower()), code[0] if code else None)
    return [place for place in code if (place.notebook, place.section) == (best.notebook, best.section)]


def _links(found):
    """The sections of these places, each once, grouped by notebook."""
    sections = {}
    for place in found:
        sections.setdefault(place.notebook, {})[_cell(place.section)] = None
    return [f"{_link(name)} {', '.join(names)}" for name, names in sections.items()]


def _link(notebook):
    return f"[{notebook[:2]}](../notebooks/{notebook})"


def _cell(words):
    return words.replace("|", r"\|")


def _html(words):
    return words.replace("&", "&amp;").replace("<", "&lt;")


def _printed(cell):
    """What the cell shows, as text."""
    shown = []
    for output in cell.get("outputs", []):
        if output["output_type"] == "error":
            shown.append(f"{output['ename']}: {output['evalue']}")
        else:
            text = output.get("text") or output["data"].get("text/plain", "")
            shown.append("".join(text).rstrip())
    return "\n".join(filter(None, shown))


def main():
    """Print the report, write the page; return 1 if something is missing."""
    items, notebooks = read_items(), read_notebooks()
    missing = list(problems(items, notebooks))
    print(*summary(items, notebooks), *missing, sep="\n")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(items, notebooks), "utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
