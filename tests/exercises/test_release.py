"""The students' archive: it works outside the clone, and nobody reads a solution in it by accident."""

import inspect
import re
import subprocess
import sys
import zipfile

import pytest

import backprop_lib as bp
from tests.exercises.notebook_runner import read, run
from tools.answers.correct_variants import VARIANTS
from tools.answers.student_mistakes import MISTAKES
from tools.exercises import EXERCISES, parts, questions, sets
from tools.release import FOLDER, INSTRUCTORS, ROOT, contents, main

TASKS = [task for tasks in sets().values() for task in tasks]


@pytest.fixture(scope="module")
def files():
    return contents()


@pytest.fixture(scope="module")
def texts(files):
    """All files of the archive that are text, {name: text}."""
    return {name: data.decode("utf-8") for name, data in files.items() if not name.endswith(".dat")}


def squeezed(text):
    return re.sub(r"\s+", " ", text)


def test_it_has_what_students_need_and_nothing_else(files):
    assert {
        "README.md",
        "environment.yml",
        "pyproject.toml",
        "Makefile",
        "LICENSE",
        "LICENSE-text.md",
    } < files.keys()
    assert {name.split("/")[0] for name in files if "/" in name} == {"backprop_lib", "notebooks", "exercises"}
    assert {path.name for path in ROOT.glob("notebooks/*.ipynb")} <= {
        name.removeprefix("notebooks/") for name in files
    }
    exercises = {name for name in files if name.startswith("exercises/")}
    assert exercises == {path.relative_to(ROOT).as_posix() for path in EXERCISES.glob("release/*.ipynb")}
    library = {
        p.relative_to(ROOT).as_posix()
        for p in ROOT.glob("backprop_lib/**/*.*")
        if "__pycache__" not in p.parts
    }
    missing = library - files.keys()
    assert missing == INSTRUCTORS | {name for name in library if re.search(r"/sets/ps\d\d\.py$", name)}


def test_no_file_holds_a_solution(texts):
    """The body of every reference, every formula that is an answer, every rubric."""
    library = squeezed(
        "\n".join(
            text for name, text in texts.items() if name.startswith(("exercises", "backprop_lib/feedback"))
        )
    )
    everything = squeezed("\n".join(texts.values()))
    for task in TASKS:
        if task.kind == "formula":
            assert f'"{task.answer}"' not in everything, task.id
        else:
            assert squeezed(parts(task)[1]).strip() not in library, task.id
    for question in questions().values():
        assert squeezed(question["answer"]).strip() not in everything
        assert not any(line in everything for line in question["rubric"])


def test_no_file_holds_a_hidden_test_or_its_seed(texts):
    from backprop_lib.feedback.instructor import SEED

    for name, text in texts.items():
        assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text), name
        assert str(SEED) not in text, name
        assert "def answer_key" not in text, name


def test_no_file_holds_an_answer_that_the_kill_matrix_tries(texts):
    """Neither the right ones nor the wrong ones. (The wheel is made of the same folder of the library.)"""
    archive = squeezed("\n".join(texts.values()))
    answers = [code for _, code, _ in MISTAKES if "def " in code]
    for variants in VARIANTS.values():
        answers += [inspect.getsource(f) for f in variants.values() if inspect.isfunction(f)]
    assert len(answers) > 300
    for answer in answers:
        assert squeezed(answer).strip() not in archive


def test_the_links_of_its_readme_and_the_targets_of_its_makefile_exist(files, texts):
    for link in re.findall(r"\]\(([^)#\s]+)\)", texts["README.md"]):
        assert link in files
    makefile = texts["Makefile"]
    assert set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == {"help", "lab"}
    assert set(re.findall(r"echo 'make ([a-z-]+)", makefile)) == {"lab"}
    assert "tools" not in makefile


def test_make_lab_is_that_of_the_course(texts):
    """The students' Makefile holds lines of the course's own, some of them."""
    ours = ROOT.joinpath("Makefile").read_text("utf-8").splitlines()
    for line in texts["Makefile"].splitlines():
        assert line in ours or line.startswith(("# make", ".PHONY: help"))


def test_the_folder_in_the_archive_has_the_version_in_its_name(unpacked):
    assert bp.__version__ in unpacked.name


def test_packing_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.zip", "b.zip"):
        main([str(tmp_path / name)])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


# ------------------------------------------------------------------------------------------ installed
# elsewhere

STUDENT = """
import sys; sys.path.insert(0, sys.argv[1])
import backprop_lib as bp

def affine_backward(upstream, X, W, b):
    return upstream @ W, upstream.T @ X, upstream.sum(axis=0)

def transposed(upstream, X, W, b):
    return upstream @ W, X.T @ upstream, upstream.sum(axis=0)

right, wrong = bp.feedback.check("09.1", affine_backward), bp.feedback.check("09.1", transposed)
print(bp.__file__, len(bp.feedback.tasks()), sep="|", end="|")
print(right.points, right.possible, right.hidden, wrong.points, wrong.diagnosis, sep="|")
print(bp.feedback.personal("09.6", "ada"))
print(str(bp.feedback.summary()).splitlines()[-1])
try:
    bp.feedback.answer_key("09.6", "ada")
except AttributeError as problem:
    print(problem)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    main([str(folder / "archive.zip")])
    zipfile.ZipFile(folder / "archive.zip").extractall(folder)
    return folder / FOLDER


@pytest.fixture(scope="module")
def site(unpacked):
    """A folder with the library as pip installs it out of the archive."""
    target = unpacked.parent / "site"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    done = subprocess.run(
        [*pip, "--no-build-isolation", "--target", target, unpacked], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.mark.slow
def test_only_the_library_is_installed(site):
    assert {path.name.split("-")[0] for path in site.iterdir()} == {"backprop_lib", "backprop_course"}


@pytest.mark.slow
def test_it_installs_and_judges_outside_the_clone(site, tmp_path):
    command = [sys.executable, "-c", STUDENT, str(site)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    judged, numbers, version, no_key = done.stdout.splitlines()
    file, *found = judged.split("|")
    assert file.startswith(str(site))
    assert found == [str(len(TASKS)), "6", "6", "2", "4", "transposed_weight_gradient"]
    assert numbers == str(bp.feedback.personal("09.6", "ada")), "a student's numbers are the same everywhere"
    assert version == f"backprop_lib {bp.__version__}"
    assert no_key == "answer_key is for instructors: the students' copy lacks it"


BLANK = """
import sys; sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from tests.exercises.notebook_runner import read, run

for path in sorted(Path(sys.argv[3]).glob("exercises/release/*.ipynb")):
    summary = run(read(path))["summary"]
    attempted = any(row.attempted for row in summary.rows)
    print(path.stem, summary.points, summary.possible, summary.hidden, attempted)
"""


@pytest.mark.slow
def test_every_fresh_exercise_runs_in_the_students_copy(site, unpacked, tmp_path):
    command = [sys.executable, "-c", BLANK, str(site), str(ROOT), str(unpacked)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    visible = {
        number: (sum(t.possible for t in tasks), sum(t.hidden for t in tasks))
        for number, tasks in sets().items()
    }
    assert done.stdout.splitlines() == [
        f"ps{n} 0 {seen} {hidden} False" for n, (seen, hidden) in sorted(visible.items())
    ]


def test_the_master_says_so_when_it_is_graded_with_the_students_copy(monkeypatch):
    monkeypatch.setitem(
        sys.modules, "backprop_lib.feedback.instructor", None
    )  # to import it is an ImportError now
    with pytest.raises(AssertionError, match="lacks the hidden tests"):
        run(read(EXERCISES / "source/ps09.ipynb"))
