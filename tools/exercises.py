"""Write the problem sets as notebooks, out of the tasks' own data: `make exercises`.

    python -m tools.exercises                     all sets, exercises/source/ and exercises/release/
    python -m tools.exercises 09 10               these sets
    python -m tools.exercises --course FOLDER 09  an nbgrader course in FOLDER with these sets as its source

backprop_lib/feedback/sets/ holds the tasks, exercises/questions.toml the one question per set that a person
reads. Both kinds of notebook follow from them, so nobody edits a notebook by hand:

    source     nbgrader's master (schema 3), with solutions, hidden tests and rubrics
    release    what students get: exactly what `nbgrader generate_assignment` makes of the source, made
    without nbgrader
"""

import argparse
import ast
import hashlib
import inspect
import json
import re
import shutil
import sys
import textwrap
import tomllib
from copy import deepcopy
from importlib import import_module
from pathlib import Path

import backprop_lib as bp
from backprop_lib.feedback.task import RULES
from tools.notebooks import METADATA

ROOT = Path(__file__).parent.parent
EXERCISES = ROOT / "exercises"

# What stands in the release where the source has a solution; exercises/nbgrader_config.py tells nbgrader the
# same.
CODE_STUB = "# Your work goes here."
TEXT_STUB = "*Your answer goes here.*"


def sets():
    """{"09": its tasks in order}, for all sets that exist."""
    found = {}
    for task in sorted(bp.feedback.tasks(), key=lambda task: [int(part) for part in task.id.split(".")]):
        found.setdefault(task.id.split(".")[0], []).append(task)
    return found


def questions():
    return tomllib.loads((EXERCISES / "questions.toml").read_text("utf-8"))


# ------------------------------------------------------------------------------------------ cells


def markdown(id, text, **grading):
    return cell("markdown", id, text, grading)


def code(id, text, **grading):
    return cell("code", id, text, grading) | {"execution_count": None, "outputs": []}


def cell(kind, id, text, grading):
    metadata = {"nbgrader": nbgrader(id, **grading)} if grading else {}
    if kind == "code":  # nothing is stored, so nbval has nothing to compare
        metadata["tags"] = ["nbval-ignore-output"]
    return {"cell_type": kind, "id": id, "metadata": metadata, "source": text.strip("\n")}


def nbgrader(id, grade=False, solution=False, points=None):
    row = {
        "grade": grade,
        "grade_id": id,
        "locked": grade and not solution,
        "schema_version": 3,
        "solution": solution,
    }
    return row | {"task": False} | ({"points": points} if grade else {})


def solution(text, comment="### {}"):
    return f"{comment.format('BEGIN SOLUTION')}\n{text}\n{comment.format('END SOLUTION')}"


# ------------------------------------------------------------------------------------------ a notebook


def source_notebook(number, tasks, question):
    """The master of one problem set."""
    cells = [markdown("title", title(number, tasks, question)), code("start", START)]
    for task in tasks:
        cells += task_cells(task)
    cells += question_cells(number, question)
    cells += [markdown("end", END), code("summary", f'bp.feedback.summary("{number}")')]
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


START = """\
import backprop_lib as bp
import numpy as np

bp.feedback.student("your id")  # the name under which you hand in
"""

HOW = """\
**How points work.** Below each task `bp.feedback.check` tells you the points you have, and what is wrong, as often as
you like; `feedback.hint(2)` and `feedback.hint(3)` say more. Points for hidden tests are given when the work is graded:
your answer then runs on inputs that you have not seen. Before you start, put the name under which you hand in into the
cell below: the numbers of the pen-and-paper tasks are drawn from it.

**What holds for every function**, unless its task says otherwise. {rules}
"""  # noqa: E501

END = """\
## Your points

Restart the kernel and run all cells before you hand in: what counts is what the notebook computes from top to bottom.
"""  # noqa: E501


def title(number, tasks, question):
    notebook = next(ROOT.glob(f"notebooks/{number}_*.ipynb"))
    first = json.loads(notebook.read_text("utf-8"))["cells"][0]
    name = re.match(r"# \d\d · (.*)", "".join(first["source"]))[1]
    about = import_module(f"backprop_lib.feedback.sets.ps{number}").__doc__
    sentence = about.splitlines()[0].partition(": ")[2]
    rows = [
        (task.id, task.title, points_in_words(task), task.minutes, "●" * task.difficulty) for task in tasks
    ]
    by_a_person = f"{question['points']}, read by a person"
    rows.append((f"{number}.text", question["title"], by_a_person, question["minutes"], "●●"))
    table = "\n".join(f"| {' | '.join(str(entry).replace('|', '&#124;') for entry in row)} |" for row in rows)
    visible, hidden = sum(task.possible for task in tasks), sum(task.hidden for task in tasks)
    total = f"{visible + hidden + question['points']} points: {visible} that you see at once"
    total += f", {hidden} for hidden tests, {question['points']} for the question in words"
    return f"""\
# Problem set {number} · {name}

{sentence[0].upper() + sentence[1:]} Read first: [{number} · {name}](../../notebooks/{notebook.name}).

| task | | points | minutes | difficulty |
|---|---|---|---|---|
{table}

{total}. About {sum(row[3] for row in rows)} minutes.

{HOW.format(rules=RULES)}"""


def points_in_words(task):
    return f"{task.possible} + {task.hidden} hidden" if task.hidden else f"{task.possible}"


def task_cells(task):
    id = task.id.replace(".", "-")
    worth = f"{task.possible} points" + (f" and {task.hidden} for hidden tests" if task.hidden else "")
    head = f"## {task.id} · {task.title}\n\n"
    head += f"*{worth} · about {task.minutes} minutes · difficulty {'●' * task.difficulty}*"
    yield markdown(id, f"{head}\n\n{in_markdown(task.statement)}")
    if task.kind == "numbers":
        numbers = f"numbers_{name_of(task)}"
        yield code(f"{id}-numbers", f'{numbers} = bp.feedback.personal("{task.id}")\n{numbers}')
    yield code(f"{id}-answer", ANSWERS[task.kind](task), solution=True)
    yield code(f"{id}-points", test(task), grade=True, points=task.possible + task.hidden)


def question_cells(number, question):
    rubric = "\n".join(f"- {line}" for line in question["rubric"])
    rubric += f"\n\nA good answer: {question['answer'].strip()}"
    head = f"## {number}.text · {question['title']}\n\n*{question['points']} points, read by a person"
    yield markdown(
        f"{number}-text", f"{head} · about {question['minutes']} minutes*\n\n{question['question'].strip()}"
    )
    rubric = solution(rubric, "<!-- {} -->")
    yield markdown(f"{number}-text-answer", rubric, grade=True, solution=True, points=question["points"])


MARKUP = re.compile(r"[*$]|<(?=[a-zA-Z/!])")


def in_markdown(text):
    """A docstring as Markdown: its formulas keep their stars, its indented lines stay code."""
    lines = text.splitlines()
    return "\n".join(line if line.startswith("    ") else MARKUP.sub(r"\\\g<0>", line) for line in lines)


# ------------------------------------------------------------------------------------------ answers


def name_of(task):
    return task.id.replace(".", "_")


def function_of(task):
    """The name of the function in the notebook. Each patient has its own: they all broke the same one."""
    return f"repaired_{name_of(task)}" if patient_of(task) else task.name


def patient_of(task):
    return getattr(task, "patient", None)


def function_answer(task):
    """The function: its head for the student, its body for the instructor, and before it the patient, if it
    is one.
    """
    head, body, helpers = parts(task)
    answer = [f"{head}\n    ### BEGIN SOLUTION\n{body}", *helpers]
    indent = "" if helpers else "    "
    if patient_of(task):
        broken = bp.feedback.patient(task.id).replace(f"def {task.name}(", f"def patient_{name_of(task)}(", 1)
        answer.insert(0, broken)
    return "\n\n\n".join(answer) + f"\n{indent}### END SOLUTION"


def numbers_answer(task):
    names = "".join(f"    {name}=...,\n" for name in task.returns)
    variable, (head, body, helpers) = f"answer_{name_of(task)}", parts(task)
    blank = (
        f"{variable} = dict(\n{names})" if len(task.returns) > 1 else f"{variable} = ...  # {task.returns[0]}"
    )
    answer = [*helpers, f"{head}\n{body}", f"{variable} = {task.name}(**numbers_{name_of(task)})"]
    return f"{blank}\n" + solution("\n\n\n".join(answer))


def formula_answer(task):
    variable = f"answer_{name_of(task)}"
    answer = f'{variable} = "{task.answer}"'
    if len(answer) > 120:
        answer = f"{variable} = (\n" + "\n".join(f'    "{line}"' for line in folded(task.answer)) + "\n)"
    return f'{variable} = ""  # a formula, as text: "2*x + 1"\n' + solution(answer)


def folded(text, width=100):
    """A long formula in pieces that give it back when they are joined."""
    pieces = re.findall(r"\S+\s*", text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines[-1]) + len(piece) > width:
            lines.append("")
        lines[-1] += piece
    return lines


ANSWERS = {"function": function_answer, "numbers": numbers_answer, "formula": formula_answer}


def test(task):
    answer = function_of(task) if task.kind == "function" else f"answer_{name_of(task)}"
    hidden = HIDDEN_NUMBERS if task.kind == "numbers" else HIDDEN_INSTANCES if task.hidden else ""
    return f"""\
feedback = bp.feedback.check("{task.id}", {answer})
display(feedback)
{hidden.format(id=task.id, answer=answer)}feedback.points  # the number that is entered in the gradebook"""


# The hidden inputs themselves stay in the library, so that neither this cell nor nbgrader's feedback can show
# them.
HIDDEN_INSTANCES = """\
### BEGIN HIDDEN TESTS
assert feedback.hidden == 0, "graded with the students' copy of the library, which lacks the hidden tests"
### END HIDDEN TESTS
"""

# nbgrader runs a submission in autograded/<student>/<assignment>/.
HIDDEN_NUMBERS = """\
### BEGIN HIDDEN TESTS
import os
from pathlib import Path

if os.environ.get("NBGRADER_EXECUTION") == "autograde":
    submitter = Path.cwd().parent.name
    print("Graded with the numbers of", submitter)
    feedback = bp.feedback.check("{id}", {answer}, submitter)
    display(feedback)
### END HIDDEN TESTS
"""


# ------------------------------------------------------------------------------------------ the reference as
# text


def source_of(function):
    """The text of a function without its decorator."""
    text = textwrap.dedent(inspect.getsource(function))
    first = ast.parse(text).body[0].lineno
    return "\n".join(text.splitlines()[first - 1 :])


def parts(task):
    """The head of the reference with a short docstring, its body, and what it needs besides."""
    text = source_of(task.reference)
    docstring = ast.parse(text).body[0].body[0]
    lines = text.splitlines()
    head = "\n".join(lines[: docstring.lineno - 1]).replace(
        f"def {task.name}(", f"def {function_of(task)}(", 1
    )
    quoted = f'    """{short(task.id, task.statement)}"""'
    return f"{head}\n{quoted}", "\n".join(lines[docstring.end_lineno :]), helpers_of(task.reference)


def short(task_id, docstring):
    """The first sentence if it fits on a line; the cell above says the rest."""
    sentence = re.match(r"(?s).{,100}?[.](?=\s|$)", docstring)
    return " ".join(sentence[0].split()) if sentence else f"Task {task_id}, stated above."


def helpers_of(function):
    """What the reference uses of its module and the notebook does not have: definitions, in their order, as
    text.
    """
    module = inspect.getmodule(function)
    text = inspect.getsource(module)
    tree = ast.parse(text).body
    found, waiting = set(), [ast.parse(source_of(function))]
    while waiting:
        for name in (node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)):
            for position, statement in enumerate(tree):
                if (
                    name in defined_by(statement)
                    and position not in found
                    and name not in ("np", function.__name__)
                ):
                    found.add(position)
                    waiting.append(statement)
    blocks = [(tree[position], as_text(tree[position], text, module)) for position in sorted(found)]
    functions = [
        block for statement, block in blocks if isinstance(statement, ast.FunctionDef | ast.ClassDef)
    ]
    before = [block for _, block in blocks if block not in functions]
    return (["\n".join(before)] if before else []) + functions


def as_text(statement, text, module):
    """A statement as it stands in its module; what it imports from there, it imports from anywhere."""
    if isinstance(statement, ast.ImportFrom) and statement.level:
        package = module.__name__.split(".")[: -statement.level]
        statement.module, statement.level = ".".join([*package, *filter(None, [statement.module])]), 0
        return ast.unparse(statement)
    return "\n".join(text.splitlines()[statement.lineno - 1 : statement.end_lineno])


def defined_by(statement):
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return {target.id for target in targets if isinstance(target, ast.Name)}


# ------------------------------------------------------------------------------------------ the release


def release_of(source):
    """What students get: the steps of `nbgrader generate_assignment`, in its order."""
    notebook = deepcopy(source)
    for cell in notebook["cells"]:
        row = cell["metadata"].get("nbgrader")
        if row is None:
            continue
        cell["metadata"]["deletable"] = False
        if row["locked"]:
            cell["metadata"]["editable"] = False
        stub = CODE_STUB if cell["cell_type"] == "code" else TEXT_STUB
        text = without_region(cell["source"], "SOLUTION", stub)
        cell["source"] = without_region(text, "HIDDEN TESTS")
        row["cell_type"] = cell["cell_type"]
        row["checksum"] = checksum(cell)
    return notebook


def without_region(text, name, stub=None):
    lines, inside = [], False
    for line in text.split("\n"):
        if f"BEGIN {name}" in line:
            inside = True
            lines += [line[: len(line) - len(line.lstrip())] + stub] if stub else []
        elif f"END {name}" in line:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def checksum(cell):
    """nbgrader's own: it tells an answer that was changed from one that was not."""
    row = cell["metadata"]["nbgrader"]
    words = [cell["source"], cell["cell_type"], row["grade"], row["solution"], row["locked"], row["grade_id"]]
    words += [float(row["points"])] if row["grade"] else []
    return hashlib.md5("".join(map(str, words)).encode()).hexdigest()


# ------------------------------------------------------------------------------------------ files


def stored(notebook):
    """The notebook as text, in the form in which nbformat writes it."""
    notebook = deepcopy(notebook)
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def generated(numbers=None):
    """{path: text} of the notebooks of these sets."""
    asked, texts = questions(), {}
    for number, tasks in sets().items():
        if not numbers or number in numbers:
            source = source_notebook(number, tasks, asked[f"ps{number}"])
            texts[EXERCISES / f"source/ps{number}.ipynb"] = stored(source)
            texts[EXERCISES / f"release/ps{number}.ipynb"] = stored(release_of(source))
    return texts


def make_course(folder, numbers=None):
    """An nbgrader course: its settings and the masters, a folder for each assignment. Returns their names."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXERCISES / "nbgrader_config.py", folder)
    masters = [
        path for path in sorted(EXERCISES.glob("source/ps*.ipynb")) if not numbers or path.stem[2:] in numbers
    ]
    for path in masters:
        (folder / "source" / path.stem).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / "source" / path.stem)
    return [path.stem for path in masters]


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tools.exercises", description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", metavar="NN", help="numbers of problem sets; without them, all")
    parser.add_argument("--course", metavar="FOLDER", help="set up an nbgrader course there instead")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.sets) - sets().keys():
        parser.error(f"there is no problem set {', '.join(sorted(unknown))}; there are {', '.join(sets())}")
    if chosen.course:
        print(f"{chosen.course}: {', '.join(make_course(chosen.course, chosen.sets))}")
        return
    for path, text in generated(chosen.sets).items():
        before = path.read_text("utf-8") if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(f"{path.relative_to(ROOT).as_posix()}: {'as it was' if text == before else 'written'}")


if __name__ == "__main__":
    main(sys.argv[1:])
