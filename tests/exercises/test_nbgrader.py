"""Release, grade, give feedback, export: nbgrader does it for three sets; its gradebook has our points."""

import csv
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import backprop_lib as bp
from backprop_lib.feedback.instructor import SEED
from tests.exercises.notebook_runner import grading, points_of, possible_of, read, run, source
from tools.exercises import EXERCISES, function_of, make_course, name_of, sets, stored

pytestmark = [
    pytest.mark.slow,
    pytest.mark.nbgrader,
    pytest.mark.skipif(
        not find_spec("nbgrader"), reason="nbgrader is missing: pip install backprop-course[nbgrader]"
    ),
]

NUMBERS = ("06", "09", "11")
STUDENTS = ("perfect", "blank", "wrong", "copycat")
SETS = sets()


# ------------------------------------------------------------------------------------------ what students
# hand in


def handed_in(number, student, answers):
    """The release with a name at the top, and `answers` {grade id: source} in place of the stubs."""
    notebook = read(EXERCISES / "release" / f"ps{number}.ipynb")
    for cell in notebook["cells"]:
        text = answers.get(cell["id"], source(cell))
        cell["source"] = text.replace('"your id"', f'"{student}"')
    return notebook


def solutions(number):
    master = read(EXERCISES / "source" / f"ps{number}.ipynb")
    return {cell["id"]: source(cell) for cell in master["cells"] if grading(cell).get("solution")}


def mistakes(number):
    """A wrong answer for each task: a known mistake, not the reference."""
    answers = {f"{number}-text-answer": "I do not know."}
    for task in SETS[number]:
        answers[f"{task.id.replace('.', '-')}-answer"] = MISTAKEN[task.kind](task)
    return answers


def mistaken_function(task):
    """The last mistake of the task that leaves something right, in most tasks."""
    text = next(text for mistake in reversed(task.mistakes) if (text := task.spoiled(mistake)))
    module = task.reference.__module__
    return f"from {module} import *\n{text}\n{function_of(task)} = {task.name}"


def mistaken_numbers(task):
    """The first number is right, the others are not."""
    first, *rest = bp.feedback.answer_key(task.id, "wrong").items()
    numbers = {first[0]: float(first[1])} | {name: 1000.0 for name, _ in rest}
    return f"answer_{name_of(task)} = {numbers!r}"


def mistaken_formula(task):
    return f"answer_{name_of(task)} = {next(iter(task.mistakes.values()))!r}"


MISTAKEN = {"function": mistaken_function, "numbers": mistaken_numbers, "formula": mistaken_formula}


def literal_numbers(number, student):
    """The right numbers of this student, written out, as one would copy them from a neighbour."""
    answers = solutions(number)
    for task in SETS[number]:
        if task.kind == "numbers":
            key = {name: float(value) for name, value in bp.feedback.answer_key(task.id, student).items()}
            answers[f"{task.id.replace('.', '-')}-answer"] = f"answer_{name_of(task)} = {key!r}"
    return answers


HANDED_IN = {"perfect": solutions, "blank": lambda number: {}, "wrong": mistakes}


def submission(number, student):
    if student == "copycat":  # hands in the neighbour's notebook, name at the top and all
        return handed_in(number, "perfect", literal_numbers(number, "perfect"))
    return handed_in(number, student, HANDED_IN[student](number))


# ------------------------------------------------------------------------------------------ the round trip


def commands():
    for number in NUMBERS:
        yield f"generate_assignment ps{number}"
    for number in NUMBERS:
        yield f"autograde ps{number}"
    for number in NUMBERS:
        yield f"generate_feedback ps{number}"
    yield "export --to=grades.csv"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of a course after all commands."""
    folder = tmp_path_factory.mktemp("course")
    make_course(folder, NUMBERS)
    for number in NUMBERS:
        for student in STUDENTS:
            path = folder / "submitted" / student / f"ps{number}" / f"ps{number}.ipynb"
            path.parent.mkdir(parents=True)
            notebook = submission(number, student)
            path.write_text(
                stored({**notebook, "cells": [as_one_text(cell) for cell in notebook["cells"]]}), "utf-8"
            )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic
    own = {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "PYTHONPATH": str(EXERCISES.parent), "PATH": path}
    environment = {**os.environ, **own}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("nbgrader_commands.py"))],
        cwd=folder,
        env=environment,
        input="\n".join(commands()),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def as_one_text(cell):
    return {**cell, "source": source(cell)}


def gradebook(course):
    """{(set, student): {grade id: (points given automatically, a person has to look)}}"""
    query = """
        SELECT assignment.name, submitted_assignment.student_id, base_cell.name,
               grade.auto_score, grade.needs_manual_grade
        FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN assignment ON submitted_assignment.assignment_id = assignment.id"""
    found = {}
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        for assignment, student, cell, score, manual in database.execute(query):
            found.setdefault((assignment[2:], student), {})[cell] = (score, bool(manual))
    return found


@cache
def our_points(number, student):
    """What `check` gives for the same notebook, in this process and for this student."""
    notebook = deepcopy(submission(number, student))
    bp.feedback.forget()
    for cell in notebook["cells"]:
        if cell["id"] == "start":
            cell["source"] = source(cell).replace('"perfect"', f'"{student}"')
    return points_of(notebook, run(notebook))


@pytest.mark.parametrize("number", NUMBERS)
def test_nbgrader_makes_the_release_that_we_ship(course, number):
    assert read(course / f"release/ps{number}/ps{number}.ipynb") == read(
        EXERCISES / f"release/ps{number}.ipynb"
    )


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_the_points_in_the_gradebook_are_ours(course, number, student):
    grades = gradebook(course)[number, student]
    text, manual = grades.pop(f"{number}-text-answer")
    assert {cell: score for cell, (score, _) in grades.items()} == our_points(number, student)
    assert not any(looks for _, looks in grades.values())
    assert (text, manual) == ((0, False) if student == "blank" else (None, True))


@pytest.mark.parametrize("number", NUMBERS)
def test_perfect_earns_all_blank_nothing_and_wrong_something_between(course, number):
    possible = possible_of(read(EXERCISES / f"source/ps{number}.ipynb"))
    totals = {student: sum(our_points(number, student).values()) for student in STUDENTS}
    assert totals["perfect"] == sum(possible.values())
    assert totals["blank"] == 0
    assert 0 < totals["wrong"] < totals["perfect"]


@pytest.mark.parametrize("number", NUMBERS)
def test_copied_numbers_earn_nothing_even_under_the_neighbours_name(course, number):
    grades = gradebook(course)[number, "copycat"]
    personal = [task.id.replace(".", "-") for task in SETS[number] if task.kind == "numbers"]
    assert personal
    for cell in personal:
        assert grades[f"{cell}-points"][0] < gradebook(course)[number, "perfect"][f"{cell}-points"][0]


def test_the_export_lists_every_student_with_the_total(course):
    rows = csv.DictReader((course / "grades.csv").read_text("utf-8").splitlines())
    totals = {(row["assignment"][2:], row["student_id"]): float(row["score"]) for row in rows}
    assert totals == {(n, s): sum(our_points(n, s).values()) for n in NUMBERS for s in STUDENTS}


@pytest.mark.parametrize("student", STUDENTS)
def test_the_feedback_names_the_mistake_and_hides_the_hidden(course, student):
    for number in NUMBERS:
        html = (course / f"feedback/{student}/ps{number}/ps{number}.html").read_text("utf-8")
        assert "Diagnosis" in html or student in ("perfect", "copycat")
        assert str(SEED) not in html
        assert "most recent call last" not in html
