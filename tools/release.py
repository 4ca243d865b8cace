"""Pack what students get: `make release` writes dist/backprop-course-student.zip.

    library      without hidden.py (the seed of the hidden tests) and without `answer_key`
    tasks        compressed into one file, backprop_lib/feedback/sets/tasks.dat
    notebooks    all of them, with their outputs
    exercises    exercises/release/ only
    README       exercises/README-students.md

A task is judged on the student's own computer, so its reference has to be there. Compression keeps anybody
from reading a solution by accident; it is no protection, and the students' README says so. What students do
not have are the hidden seed, the masters, the rubrics and the tests. Packing the same files twice gives the
same bytes.
"""

import ast
import io
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "dist/backprop-course-student.zip"
FOLDER = "backprop-course"

FILES = ["pyproject.toml", "environment.yml", "LICENSE", "LICENSE-text.md"]
GLOBS = ["backprop_lib/**/*", "notebooks/*.ipynb", "exercises/release/*.ipynb"]
SETS = "backprop_lib/feedback/sets"
HIDDEN = "backprop_lib/feedback/hidden.py"
STUDENTS_TARGETS = {"help", "lab"}

# Python imports modules from a zip file as from a folder, whatever the file is called; inspect finds their
# source in it.
SETS_INIT = """
__path__.append(__path__[0] + "/tasks.dat")
"""


def contents():
    """{name in the archive: bytes}."""
    found = {name: ROOT.joinpath(name).read_bytes() for name in FILES}
    for pattern in GLOBS:
        for path in ROOT.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                found[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    del found[HIDDEN]
    tasks = {
        name.removeprefix(f"{SETS}/"): found.pop(name)
        for name in list(found)
        if name.startswith(f"{SETS}/ps")
    }
    found[f"{SETS}/tasks.dat"] = zipped(tasks)
    found[f"{SETS}/__init__.py"] += SETS_INIT.encode()
    for name, data in found.items():
        if b"answer_key" in data and name.endswith(".py"):
            found[name] = without_answer_key(data.decode()).encode()
    found["Makefile"] = students_makefile(ROOT.joinpath("Makefile").read_text("utf-8")).encode()
    found["README.md"] = ROOT.joinpath("exercises/README-students.md").read_bytes()
    return found


def without_answer_key(text):
    """A module without the function that tells an instructor the answers, and without its name where it is
    offered.
    """
    lines = text.splitlines(keepends=True)
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "answer_key":
            del lines[statement.lineno - 1 : statement.end_lineno + 2]
    return re.sub(r"""(["']?)\banswer_key\b\1,\s*""", "", "".join(lines))


def students_makefile(text):
    """The Makefile without the targets for which students lack the tools."""
    targets = set(re.search(r"^\.PHONY: (help .*)$", text, re.MULTILINE)[1].split())
    others = "|".join(map(re.escape, targets - STUDENTS_TARGETS))
    blocks = [block for block in text.split("\n\n") if not re.search(rf"^(?:{others}):", block, re.MULTILINE)]
    kept = re.sub(rf"^\t@echo 'make (?:{others}) .*\n", "", "\n\n".join(blocks), flags=re.MULTILINE)
    return re.sub(
        r"^\.PHONY: help .*$", f".PHONY: {' '.join(sorted(STUDENTS_TARGETS))}", kept, flags=re.MULTILINE
    )


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def main(arguments):
    target = Path(arguments[0]) if arguments else TARGET
    files = contents()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(zipped({f"{FOLDER}/{name}": data for name, data in files.items()}))
    print(f"{target}: {len(files)} files, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
