"""The course installs and works outside its clone, and what its files say twice they say alike."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import backprop_lib as bp

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]


def run(*command, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def tracked_files():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git clone")
    names = run("git", "ls-files", "-z").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_conda_and_pip_install_the_same_dependencies():
    conda = re.findall(r"^  - ([^\s:]+)$", ROOT.joinpath("environment.yml").read_text("utf-8"), re.MULTILINE)
    channels, python = {"conda-forge"}, f"python{PROJECT['requires-python']}"
    assert set(conda) - channels == {*PROJECT["dependencies"], python, "pip"}


def test_readme_and_makefile_ask_for_the_same_python():
    oldest = PROJECT["requires-python"].removeprefix(">=")
    readme, makefile = (ROOT.joinpath(name).read_text("utf-8") for name in ["README.md", "Makefile"])
    assert set(re.findall(r"Python (3\.\d+)", readme + makefile)) == {oldest}
    assert set(re.findall(r"version_info < \((3, \d+)\)", makefile)) == {oldest.replace(".", ", ")}


@pytest.mark.parametrize("name", PROJECT["license-files"])
def test_license_files_exist(name):
    assert ROOT.joinpath(name).read_text("utf-8").strip()


PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/teaching.md"]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        assert "://" in target or page.parent.joinpath(target).exists(), target


@pytest.mark.parametrize("name", PAGES)
def test_files_of_the_course_are_called_what_they_are_called(name):
    tops = "backprop_lib|benchmarks|docs|notebooks|tests|tools"
    for path in re.findall(rf"`((?:{tops})/[\w./-]*)`", ROOT.joinpath(name).read_text("utf-8")):
        assert ROOT.joinpath(path).exists(), path


def test_readme_and_help_list_every_command():
    makefile, readme = (ROOT.joinpath(name).read_text("utf-8") for name in ["Makefile", "README.md"])
    phony = re.search(r"^\.PHONY: help (.+)$", makefile, re.MULTILINE)[1].split()
    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    assert sorted(targets) == sorted(["help", *phony])
    assert re.findall(r"^\t@echo 'make ([a-z-]+) ", makefile, re.MULTILINE) == phony
    assert re.findall(r"^\| `make ([a-z-]+)`", readme, re.MULTILINE) == phony


def test_every_page_names_the_version_that_is_here():
    """A version under way ends in .dev0, and the changelog says unreleased."""
    version, is_under_way = re.fullmatch(r"(\d+\.\d+\.\d+)(\.dev0)?", bp.__version__).groups()
    changelog = ROOT.joinpath("CHANGELOG.md").read_text("utf-8")
    newest, date = re.search(r"^## (\S+) - (\S+)$", changelog, re.MULTILINE).groups()
    assert newest == version
    assert (date == "unreleased") == bool(is_under_way)
    assert yaml.safe_load(ROOT.joinpath("CITATION.cff").read_text("utf-8"))["version"] == bp.__version__


def test_the_citation_says_what_the_format_requires():
    citation = yaml.safe_load(ROOT.joinpath("CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert citation["authors"] == PROJECT["authors"] == [{"name": "The backprop-course authors"}]
    assert citation["license"] == PROJECT["license"].split(" AND ")


def test_every_dependency_has_its_reason():
    lists = re.findall(
        r"^\w+ = \[\n((?: +\"[^\n]+\n)+)\]", ROOT.joinpath("pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    lines = [line.strip() for text in lists for line in text.splitlines() if ">=" in line or "==" in line]
    named = [*PROJECT["dependencies"], *sum(PROJECT["optional-dependencies"].values(), [])]
    assert len(lines) == len([name for name in named if ">=" in name or "==" in name])
    for line in lines:
        assert re.fullmatch(r'"[\w.=>*-]+", +# \S.+', line), line


def test_the_readme_lists_every_notebook():
    readme = ROOT.joinpath("README.md").read_text("utf-8")
    for notebook in ROOT.glob("notebooks/*.ipynb"):
        assert f"(notebooks/{notebook.name})" in readme


# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|farm|root|home|tmp|Users)/[\w.-]+")
REGISTRY = re.compile("pypi[.](?:org|python)|python[h]osted|registry[.]npm|index[-_]url|deb[.]debian")
LOCK_FILES = re.compile(r"(?:^|/)(?:[\w-]*lock(?:\.json|\.yaml|\.toml)?|.*\.lock|.*-lock\.\w+|pip-freeze.*)$")


def test_no_tracked_file_holds_a_path_of_a_machine_a_registry_or_a_lock():
    found = []
    for file in tracked_files():
        name = file.relative_to(ROOT).as_posix()
        if LOCK_FILES.search(name):
            found.append(f"{name} is a lock file")
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}: {match[0]}" for pattern in (MACHINE_PATH, REGISTRY) if (match := pattern.search(text))
        ]
    assert found == []


@pytest.fixture(scope="module")
def installed_wheel(tmp_path_factory):
    """A folder with the wheel's contents and nothing of the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", "--target", target, wheel)
    return target


OUTSIDE = """
import sys; sys.path.insert(0, sys.argv[1])
import backprop_lib as bp
x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
f = (x + y) * z
f.backward()
print(bp.__file__, bp.__version__, f.value, x.grad, y.grad, z.grad, sep="|")
"""


@pytest.mark.slow
def test_the_wheel_computes_outside_the_clone(installed_wheel, tmp_path):
    printed = run(sys.executable, "-c", OUTSIDE, installed_wheel, cwd=tmp_path).strip().split("|")
    file, version, *numbers = printed
    assert Path(file).is_relative_to(installed_wheel)
    assert (installed_wheel / f"backprop_course-{version}.dist-info").is_dir()
    assert [float(number) for number in numbers] == [-12, -4, -4, 3]


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_licenses_and_nothing_else(installed_wheel):
    assert {path.name.split("-")[0] for path in installed_wheel.iterdir()} == {
        "backprop_lib",
        "backprop_course",
    }
    assert {path.name for path in installed_wheel.glob("*.dist-info/licenses/*")} == set(
        PROJECT["license-files"]
    )
