"""The problem sets as notebooks: current, complete for the instructor, blank and without any answer for the
student.
"""

import re

import pytest

import backprop_lib as bp
from tests.exercises.notebook_runner import grading, points_of, possible_of, read, run, source
from tools.exercises import (
    CODE_STUB,
    EXERCISES,
    TEXT_STUB,
    code,
    generated,
    make_course,
    questions,
    release_of,
    sets,
)
from tools.notebooks import complaints

SETS = sets()
each_set = pytest.mark.parametrize("number", SETS)
each_kind = pytest.mark.parametrize("kind", ["source", "release"])


def stored_notebook(kind, number):
    return read(EXERCISES / kind / f"ps{number}.ipynb")


@pytest.fixture(autouse=True)
def a_new_student():
    bp.feedback.forget()
    yield
    bp.feedback.forget()
    bp.feedback.student("")


def test_every_notebook_is_what_the_tasks_say_today():
    """If this fails, `make exercises` brings the notebooks up to date."""
    old = [
        path.name
        for path, text in generated().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert old == []
    assert {path.stem for path in EXERCISES.glob("*/ps*.ipynb")} == {f"ps{number}" for number in SETS}


def test_every_set_has_a_question_in_words_whose_points_add_up():
    for name, question in questions().items():
        points = [int(re.match(r"(\d+) points?: ", line)[1]) for line in question["rubric"]]
        assert sum(points) == question["points"], name
    assert {f"ps{number}" for number in SETS} <= questions().keys()


@each_kind
@each_set
def test_cells_have_the_metadata_of_nbgrader_and_ids_of_their_own(kind, number):
    notebook = stored_notebook(kind, number)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    graded = [cell for cell in notebook["cells"] if grading(cell)]
    assert all(
        grading(cell)["schema_version"] == 3 and grading(cell)["grade_id"] == cell["id"] for cell in graded
    )
    tests = [cell for cell in graded if grading(cell)["locked"]]
    assert [grading(cell)["points"] for cell in tests] == [
        task.possible + task.hidden for task in SETS[number]
    ]
    assert not any(cell.get("outputs") for cell in notebook["cells"])


@each_set
def test_the_source_earns_all_points(number):
    notebook = stored_notebook("source", number)
    points = points_of(notebook, run(notebook))
    assert points == possible_of(notebook)
    assert all(type(value) is int for value in points.values()), (
        "nbgrader takes a number only if it reads as one"
    )


@each_set
def test_a_fresh_release_runs_and_says_not_attempted_for_every_task(number):
    notebook = stored_notebook("release", number)
    values = run(notebook)
    assert set(points_of(notebook, values).values()) == {0}
    rows = values["summary"].rows
    assert [row.task for row in sorted(rows, key=lambda row: SETS[number].index(row.task))] == SETS[number]
    assert [row.task.id for row in rows if row.attempted] == []


@each_set
def test_the_release_holds_no_solution_no_hidden_test_and_no_rubric(number):
    release, master = stored_notebook("release", number), stored_notebook("source", number)
    text = "\n".join(map(source, release["cells"]))
    assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text)
    for cell in master["cells"]:
        for region in re.findall(r"BEGIN (?:SOLUTION|HIDDEN TESTS).*\n((?:.*\n)*?).*END ", source(cell)):
            assert region.strip() not in text
    for task in SETS[number]:
        assert task.kind != "formula" or f'"{task.answer}"' not in text
        if task.kind == "function" and not task.patient:
            assert f'"""\n    {CODE_STUB}' in text
    assert TEXT_STUB in text


def test_the_release_takes_out_whole_regions_and_leaves_the_rest():
    cell = code("a", "", solution=True)
    cell["source"] = (
        "def f():\n    ### BEGIN SOLUTION\n    return 1\n\ndef g():\n    pass\n    ### END SOLUTION\nf()"
    )
    (blank,) = release_of({"cells": [cell]})["cells"]
    assert blank["source"] == f"def f():\n    {CODE_STUB}\nf()"
    assert "return 1" in cell["source"]


@each_kind
@each_set
def test_links_lead_somewhere(kind, number):
    notebook = stored_notebook(kind, number)
    text = "\n".join(source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    links = re.findall(r"\]\(([\w./]+\.ipynb)\)", text)
    assert links
    for link in links:
        assert (EXERCISES / kind / link).exists(), link


@pytest.mark.notebook
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "number"), [("source", "09"), ("release", "09")])
def test_a_real_kernel_shows_feedback_and_points_and_no_traceback(kind, number, tmp_path):
    """nbval runs all of them; this looks at what a student sees."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(EXERCISES / kind / f"ps{number}.ipynb", as_version=4)
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert list(complaints(notebook)) == []
    for cell in notebook.cells:
        if grading(cell).get("locked"):
            shown, number_of_points = cell.outputs
            assert ("Not attempted yet" in shown.data["text/plain"]) == (kind == "release")
            assert number_of_points.data["text/plain"] == str(
                grading(cell)["points"] if kind == "source" else 0
            )


def test_stored_notebooks_are_in_the_form_in_which_jupyter_writes_them():
    nbformat = pytest.importorskip("nbformat")
    path = EXERCISES / "source/ps09.ipynb"
    assert nbformat.writes(nbformat.reads(path.read_text("utf-8"), as_version=4)) + "\n" == path.read_text(
        "utf-8"
    )


def test_a_course_folder_is_laid_out_as_nbgrader_wants_it(tmp_path):
    assert make_course(tmp_path, ["09"]) == ["ps09"]
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"nbgrader_config.py", "source/ps09/ps09.ipynb"}
