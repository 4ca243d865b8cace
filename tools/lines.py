"""Count the library's code, and hold what the README promises about its length: ``python -m tools.lines``.

A line of code is one that holds anything but a comment or a docstring. Beside the count stand three signs
of density: comprehensions and conditional expressions for each 100 lines, and the mean length of a line. The
exit code is 1 if a promise is broken.
"""

import ast
import io
import sys
import textwrap
import tokenize
from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).parent.parent / "backprop_lib"

PROMISES = [
    ("the reading path", 450, ["graph/node.py", "graph/table.py", "layers/dense.py", "layers/network.py"]),
    ("the engine and the layers", 2240, ["graph", "layers"]),  # 1,500 were aimed at, 1,750 with their program
    ("what computes", 3150, ["graph", "layers", "program"]),
]

SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Count:
    """What was counted in one file, or in several: lines of code, the characters in them, and two habits."""

    lines: int = 0
    characters: int = 0
    comprehensions: int = 0
    conditionals: int = 0

    def __add__(self, other):
        return Count(
            self.lines + other.lines,
            self.characters + other.characters,
            self.comprehensions + other.comprehensions,
            self.conditionals + other.conditionals,
        )


def count(text):
    """The Count of one module."""
    tree = ast.parse(text)
    numbers = code_lines(text, tree)
    lines = text.splitlines()
    nodes = list(ast.walk(tree))
    return Count(
        lines=len(numbers),
        characters=sum(len(lines[number - 1]) for number in numbers),
        comprehensions=sum(isinstance(node, COMPREHENSIONS) for node in nodes),
        conditionals=sum(isinstance(node, ast.IfExp) for node in nodes),
    )


def code_lines(text, tree):
    """The numbers of the lines that hold code, from 1."""
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            found.update(range(token.start[0], token.end[0] + 1))
    for docstring in docstrings(tree):
        found -= set(range(docstring.lineno, docstring.end_lineno + 1))
    blank = {number for number, line in enumerate(text.splitlines(), 1) if not line.strip()}
    return found - blank


def docstrings(tree):
    """The statements that are docstrings: of the module, its classes and its functions."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, owners) and ast.get_docstring(node, clean=False) is not None:
            yield node.body[0]


def read_library(folder=LIBRARY):
    """{path inside the library: Count}"""
    paths = sorted(Path(folder).rglob("*.py"))
    return {path.relative_to(folder).as_posix(): count(path.read_text("utf-8")) for path in paths}


def total(counts, names):
    """The Count of several files and folders together. Raises ValueError for one that is not there."""
    result = Count()
    for name in names:
        inside = [path for path in counts if path == name or path.startswith(f"{name}/")]
        if not inside:
            raise ValueError(f"the library has no {name}")
        for path in inside:
            result += counts[path]
    return result


def rooms(counts):
    """{room: its files}. A room is a folder; the modules beside the folders are one room as well."""
    found = {}
    for path in counts:
        found.setdefault(path.rpartition("/")[0] or "backprop_lib", []).append(path)
    return found


def table(counts):
    """What was counted, as lines of text: a row for each room, and below it its files, the longest first."""
    yield f"{'':15} {'lines of':>10} {'comprehensions':>16} {'conditionals':>14} {'characters':>12}"
    yield f"{'room':15} {'code':>10} {'per 100 lines':>16} {'per 100 lines':>14} {'per line':>12}"
    for room, paths in rooms(counts).items():
        yield row(room, total(counts, paths))
        paths.sort(key=lambda path: -counts[path].lines)
        files = [f"{Path(path).stem} {counts[path].lines}" for path in paths]
        yield from wrapped(files, 100)
    yield row("all", total(counts, counts))


def row(room, found):
    per_100 = 100 / max(found.lines, 1)
    comprehensions, conditionals = found.comprehensions * per_100, found.conditionals * per_100
    length = found.characters / max(found.lines, 1)
    return f"{room:15} {found.lines:10,} {comprehensions:16.1f} {conditionals:14.1f} {length:12.1f}"


def wrapped(words, width):
    """Words with a comma between them, indented, in lines of at most `width`; no word is torn apart."""
    glued = ", ".join(word.replace(" ", "~") for word in words)
    lines = textwrap.wrap(glued, width, initial_indent=" " * 4, subsequent_indent=" " * 4)
    return [line.replace("~", " ") for line in lines]


def verdicts(counts):
    """(whether it is kept, a line that says so) for each of the PROMISES."""
    for what, most, names in PROMISES:
        lines = total(counts, names).lines
        parts = ", ".join(name.removesuffix(".py") for name in names)
        said = f"at most {most:,} lines promised, {lines:,} counted"
        if lines > most:
            said += f": {lines - most:,} TOO MANY"
        yield lines <= most, f"{what} ({parts}): {said}"


def main():
    counts = read_library()
    print(*table(counts), sep="\n")
    print()
    kept = True
    for holds, line in verdicts(counts):
        print(line)
        kept = kept and holds
    return not kept


if __name__ == "__main__":
    sys.exit(main())
