"""Pack what students get: `make release` writes dist/backprop-course-student.zip.

    library      without instructor.py: the seed of the hidden tests, and the answers
    tasks        compressed into one file, backprop_lib/feedback/sets/tasks.dat
    notebooks    all of them, with their outputs
    exercises    exercises/release/ only
    Makefile     and README.md: those of tools/student/

It is unpacked as a folder with the version in its name. A task is judged on the student's own computer, so
its reference has to be there. Compression keeps anybody from reading a solution by accident; it is no
protection, and the students' README says so. What students do not have are the hidden seed, the masters, the
rubrics and the tests. Packing the same files twice gives the same bytes.
"""

import io
import sys
import zipfile
from pathlib import Path

from backprop_lib import __version__

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "dist/backprop-course-student.zip"
FOLDER = f"backprop-course-{__version__}"

FILES = ["pyproject.toml", "environment.yml", "LICENSE", "LICENSE-text.md"]
GLOBS = ["backprop_lib/**/*", "notebooks/*.ipynb", "exercises/release/*.ipynb"]
STUDENTS_OWN = {"Makefile": "tools/student/Makefile", "README.md": "tools/student/README.md"}
INSTRUCTORS = {"backprop_lib/feedback/instructor.py"}
TASKS = "backprop_lib/feedback/sets/ps*.py"
PACKED_TASKS = "backprop_lib/feedback/sets/tasks.dat"  # the package looks for its modules in here, too


def contents():
    """{name in the archive: bytes}."""
    paths = [ROOT / name for name in FILES]
    for pattern in GLOBS:
        paths += [path for path in ROOT.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]
    tasks = {path.name: path.read_bytes() for path in ROOT.glob(TASKS)}
    found = {PACKED_TASKS: zipped(tasks)}
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        if name not in INSTRUCTORS and path.name not in tasks:
            found[name] = path.read_bytes()
    for name, source in STUDENTS_OWN.items():
        found[name] = ROOT.joinpath(source).read_bytes()
    return found


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
    print(f"{target}: version {__version__}, {len(files)} files, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
