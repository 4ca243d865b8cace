"""What GitHub runs is what the Makefile says, on every system and every Python that the course promises."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
MAKEFILE = ROOT.joinpath("Makefile").read_text("utf-8")
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


def read(path):
    return yaml.safe_load(ROOT.joinpath(path).read_text("utf-8"))


def jobs():
    """{(workflow, job): what YAML says of it}"""
    return {(path.stem, name): job for path in WORKFLOWS for name, job in read(path)["jobs"].items()}


def commands(job):
    return [" ".join(step["run"].split()) for step in job["steps"] if "run" in step]


def recipe(target):
    """The commands of a target of the Makefile, as one would type them."""
    lines = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE.replace("\\\n", " "), re.MULTILINE)[1]
    lines = lines.replace("$(VENV_PYTHON)", "python").replace("$(ARGS)", "")
    return [" ".join(line.split()) for line in lines.splitlines()]


def pythons():
    """The versions of Python that pyproject.toml names."""
    classifiers = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))["project"]["classifiers"]
    return re.findall(r"Programming Language :: Python :: (3\.\d+)", "\n".join(classifiers))


def test_every_system_runs_every_python():
    matrix = jobs()["tests", "check"]["strategy"]["matrix"]
    assert matrix == {
        "os": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": ["3.11", "3.12", "3.13", "3.14"],
    }
    assert matrix["python"] == pythons()


def test_the_matrix_runs_the_commands_of_make_check():
    """Windows has no make, so they are written out."""
    install, *checks = commands(jobs()["tests", "check"])
    assert install == "python -m pip install --editable '.[test]'"
    assert checks == recipe("check")
    assert len(checks) == 4


@pytest.mark.parametrize("place", jobs(), ids="-".join)
def test_every_make_command_has_a_target(place):
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    job = jobs()[place]
    called = [command.split()[1] for command in commands(job) if command.startswith("make ")]
    assert set(called) <= set(targets)
    assert called or place == ("tests", "check")


def test_what_runs_when():
    """YAML 1.1 reads the key `on` as true."""
    assert {"push", "pull_request"} <= read(".github/workflows/tests.yml")[True].keys()
    assert "schedule" in read(".github/workflows/nightly.yml")[True]
    assert commands(jobs()["tests", "prove"]) == ["make test"]
    nightly = [job for (workflow, _), job in jobs().items() if workflow == "nightly"]
    nightly_commands = [command for job in nightly for command in commands(job)]
    assert nightly_commands == ["make kill-matrix ARGS=--fresh", "make bench"]


@pytest.mark.parametrize("place", jobs(), ids="-".join)
def test_every_job_ends_may_only_read_and_says_its_python(place):
    job = jobs()[place]
    assert job["timeout-minutes"] <= 60
    assert read(f".github/workflows/{place[0]}.yml")["permissions"] == {"contents": "read"}
    (setup,) = [step for step in job["steps"] if "setup-python" in step.get("uses", "")]
    version = setup["with"]["python-version"]
    assert version in {*pythons(), "${{ matrix.python }}"}, "3.10 without quotes would be 3.1"


def test_dependencies_and_actions_are_looked_after_every_week():
    updates = read(".github/dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "github-actions"}
    assert all(update["schedule"] == {"interval": "weekly"} for update in updates)


def test_the_form_for_a_right_answer_asks_for_what_repeats_the_check():
    form = read(".github/ISSUE_TEMPLATE/right_answer_called_wrong.yml")
    assert form["name"] == "My right answer was called wrong"
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    required = [name for name, field in fields.items() if field["validations"]["required"]]
    assert required == ["task", "code", "said", "version"]
    assert fields.keys() - set(required) == {"student", "why"}
    assert all(field["attributes"]["label"] for field in fields.values())
