"""The library is as short as the README promises, and what counts its lines can count."""

import re
from pathlib import Path

import pytest

from tools.lines import PROMISES, Count, count, main, read_library, rooms, table, total, verdicts

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(("what", "most", "names"), PROMISES, ids=[what for what, *_ in PROMISES])
def test_a_promise_about_length_is_kept(what, most, names):
    assert total(read_library(), names).lines <= most


def test_the_readme_makes_the_same_promises():
    readme = " ".join(ROOT.joinpath("README.md").read_text("utf-8").split())
    (_, path_lines, files), *rooms_promised = PROMISES
    modules = ", ".join(f"`{name}`" for name in files)
    assert f"{modules}, at most {path_lines} lines" in readme
    for _, room_lines, _ in rooms_promised:
        assert f"at most {room_lines:,} lines" in readme


SAMPLE = '''"""A module.

Its docstring has three lines and a blank one.
"""

import math  # counts

# a comment on its own line does not


def area(r):
    """π r², for r > 0."""
    sizes = [
        2 * x for x in (r, r)

    ]
    text = """not a docstring

    at all"""
    return math.pi * r**2 if r > 0 else {i: text for i in sizes}
'''


def test_docstrings_comments_and_blank_lines_are_no_code():
    found = count(SAMPLE)
    assert found.lines == 8, "import, def, three of the list, two of the text, return"
    assert found.comprehensions == 2
    assert found.conditionals == 1


def test_the_mean_length_is_that_of_the_lines_of_code():
    found = count('x = 1\n# a long comment about x\n\n\ndef f():\n    """Seven."""\n    return 7\n')
    assert found == Count(lines=3, characters=len("x = 1" + "def f():" + "    return 7"))


def test_an_empty_module_is_counted_too():
    assert count("") == Count()
    assert count('"""Only words."""\n') == Count()


def test_every_file_of_the_library_belongs_to_one_room():
    counts = read_library()
    paths = [path for files in rooms(counts).values() for path in files]
    assert sorted(paths) == sorted(counts)
    assert {"graph", "layers", "show", "check", "feedback", "feedback/sets", "widgets"} <= rooms(
        counts
    ).keys()
    assert total(counts, rooms(counts)["layers"]) == total(counts, ["layers"])


def library(folder, lines_of_node):
    """A library that holds the files of the promises, of one line each, except for graph/node.py."""
    for _, _, names in PROMISES:
        for name in names:
            path = folder / name if name.endswith(".py") else folder / name / "one.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text("x = 1\n")
    (folder / "graph/node.py").write_text("x = 1\n" * lines_of_node)
    return read_library(folder)


def test_a_broken_promise_says_by_how_much(tmp_path):
    assert all(kept for kept, _ in verdicts(library(tmp_path, 447)))
    (kept, line), *others = verdicts(library(tmp_path, 450))
    assert not kept and all(kept for kept, _ in others)
    assert "at most 450 lines promised, 453 counted: 3 TOO MANY" in line


@pytest.mark.parametrize(("lines_of_node", "code"), [(1, 0), (450, 1)])
def test_the_exit_code_tells_make(tmp_path, monkeypatch, capsys, lines_of_node, code):
    counts = library(tmp_path, lines_of_node)
    monkeypatch.setattr("tools.lines.read_library", lambda: counts)
    assert main() == code
    assert ("TOO MANY" in capsys.readouterr().out) == bool(code)


@pytest.mark.parametrize("gone", ["graph/table.py", "layers/"])
def test_a_promise_about_what_is_not_there_is_an_error(tmp_path, gone):
    counts = library(tmp_path, 1)
    kept = {path: found for path, found in counts.items() if not path.startswith(gone)}
    with pytest.raises(ValueError, match="the library has no"):
        list(verdicts(kept))


def test_the_table_names_every_room_and_tears_no_file_from_its_number():
    lines = list(table(read_library()))
    assert max(map(len, lines)) <= 110
    for line in lines:
        if line.startswith("    ") and "lines" not in line:
            assert re.fullmatch(r"    (\w+ \d+(, )?)+,?", line), line
