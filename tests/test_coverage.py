"""The course covers every item of the lectures, demonstrates every error, and checks every equation that it
shows.
"""

import pytest

from tools.coverage_map import (
    PAGE,
    Item,
    checks,
    demonstration,
    equations,
    page,
    places,
    problems,
    read_items,
    read_notebooks,
    summary,
)

ITEMS, NOTEBOOKS = read_items(), read_notebooks()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_notebook_cell_covers_the_item(item):
    found = places(NOTEBOOKS).get(item.id, [])
    assert found, f"no cell has {item.id} among its lecture_items: {item.title}"
    if item.is_error:
        assert any(place.is_code for place in found), f"no code cell demonstrates {item.id}: {item.title}"


def test_cells_name_only_items_that_exist():
    assert places(NOTEBOOKS).keys() - {item.id for item in ITEMS} == set()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_displayed_equation_is_checked_or_a_definition(name):
    unchecked = [e for e in equations({name: NOTEBOOKS[name]}) if e.state == "unchecked"]
    assert unchecked == []


def test_the_instructors_page_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(ITEMS, NOTEBOOKS), "run: make coverage-map"


def test_the_list_of_items_is_sound():
    ids = [item.id for item in ITEMS]
    assert len(ids) == len(set(ids))
    assert {item.lecture for item in ITEMS} == {"000", "001", "002", "003", "004", "clash"}
    assert all(item.title.strip() == item.title != "" for item in ITEMS)


# The tool itself, on a course of two cells.

E1 = Item("000-E1", "parentheses are missing")


def cell(kind, source, **metadata):
    return {
        "cell_type": kind,
        "source": source.splitlines(keepends=True),
        "metadata": metadata,
        "outputs": [],
    }


def course(*cells):
    return {"01_x.ipynb": list(cells)}


def test_an_error_wants_a_code_cell_and_not_only_text():
    text = cell("markdown", "## 3 · Erratum", lecture_items=["000-E1"])
    code = cell("code", "assert wrong != right", lecture_items=["000-E1"])
    assert list(problems([E1], course())) == ["000-E1 is covered by no cell: parentheses are missing"]
    assert list(problems([E1], course(text))) == [
        "000-E1 is demonstrated by no code cell: parentheses are missing"
    ]
    assert list(problems([E1], course(text, code))) == []


def test_a_cell_belongs_to_the_last_heading_before_it():
    cells = course(cell("markdown", "# Title\n## 1 · First"), cell("code", "1 + 1", lecture_items=["000-E1"]))
    assert [place.section for place in places(cells)["000-E1"]] == ["1 · First"]


def test_an_unknown_item_is_reported():
    known = cell("code", "f()", lecture_items=["000-E1", "009-C1"])
    assert list(problems([E1], course(known))) == ["009-C1 in 01_x.ipynb is no item of lecture_items.csv"]


STATED = cell("markdown", "## 2 · Slope\n$$f'(x) = 2x$$")


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ([STATED, cell("code", "assert slope == 2 * x")], "checked"),
        (
            [STATED, cell("code", "print(slope)"), cell("code", "print(bp.check_derivation('2*x', f, x))")],
            "checked",
        ),
        ([STATED, cell("markdown", "More."), cell("code", "np.allclose(a, b)")], "checked"),
        ([STATED, cell("code", "print(slope)")], "unchecked"),
        ([STATED, cell("markdown", "## 3 · Next"), cell("code", "assert True")], "unchecked"),
        ([cell("markdown", "$$f'(x) = 2x$$\n## 3 · Next"), cell("code", "assert True")], "unchecked"),
        ([cell("markdown", "$$f(x) := x^2$$", equation="definition")], "definition"),
        ([STATED, cell("code", "assert = 1")], "unchecked"),
    ],
)
def test_an_equation_is_checked_before_the_next_heading(cells, state):
    assert [equation.state for equation in equations(course(*cells))] == [state]


def test_a_name_that_only_looks_like_a_check_is_none():
    assert not checks("print('assert'); difference(x); my.simplify = 3")
    assert checks("sympy.simplify(a - b)")


def test_the_summary_counts():
    cells = course(STATED, cell("code", "assert 1", lecture_items=["000-E1"]))
    assert summary([E1, Item("000-C1", "graphs")], cells) == [
        "1 notebooks cover 1 of 2 items of the lectures",
        "1 of 1 errors are demonstrated by a run",
        "1 displayed equations: 1 checked, 0 definitions or quotations, 0 unchecked",
    ]


def test_the_page_lists_the_equations_that_nothing_checks():
    text = page([], course(cell("markdown", "## 1 · Error\n$$a = b$$", equation="definition")))
    assert "- [01](../notebooks/01_x.ipynb) 1 · Error: $`a = b`$" in text


def test_the_section_called_erratum_demonstrates_best():
    early = cell("code", "early()", lecture_items=["000-E1"])
    late = [cell("code", source, lecture_items=["000-E1"]) for source in ("wrong()", "right()")]
    cells = course(cell("markdown", "## 1"), early, cell("markdown", "## 2 · Erratum: signs"), *late)
    assert [place.source for place in demonstration(places(cells)["000-E1"])] == ["wrong()", "right()"]
    assert [place.source for place in demonstration(places(course(early))["000-E1"])] == ["early()"]


def test_the_page_shows_the_run_that_demonstrates_an_error():
    code = cell("code", "print(2)", lecture_items=["000-E1"])
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}]
    text = page([E1], course(cell("markdown", "## 2 · Erratum"), code))
    assert "| 000-E1 | parentheses are missing | [01](../notebooks/01_x.ipynb) 2 · Erratum |" in text
    assert "```python\nprint(2)\n```\n\n```text\n2\n```" in text
