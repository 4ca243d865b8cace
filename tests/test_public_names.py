"""What `backprop_lib` offers by name: always the same thing, whatever was used before."""

import builtins
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import backprop_lib as bp

ROOT = Path(__file__).parent.parent
PUBLIC = [*bp._ROOM_OF, *bp._ROOMS]


def fresh(code):
    """What Python prints that has imported nothing before."""
    command = [sys.executable, "-c", f"import sys\nimport backprop_lib as bp\n{code}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_leads_to_something(name):
    assert getattr(bp, name) is not None


def test_no_name_is_public_twice():
    assert len(PUBLIC) == len(set(PUBLIC))
    assert not set(PUBLIC) & set(bp.OPERATIONS)


def test_dir_names_everything_that_is_public_and_the_operations():
    assert set(dir(bp)) == {*PUBLIC, *bp.graph.public_names()}
    assert {"Node", "layers", "exp", "sum"} <= set(dir(bp))


def test_star_offers_everything_public_that_python_does_not_have():
    assert set(bp.__all__) == set(PUBLIC) - set(dir(builtins))


def test_star_imports_what_is_public_and_leaves_pythons_own_functions_alone():
    assert fresh(
        "from backprop_lib import *\nprint(sum([1, 2]), Node(3.0).value, layers.Dense is Dense)"
    ) == ("3 3.0 True")


def test_the_import_itself_loads_no_room():
    assert fresh("print([name for name in sys.modules if name.startswith('backprop_lib.')])") == "[]"


ROOMS = """
for room in bp._ROOMS:
    print(room, type(getattr(bp, room)).__name__)
"""


def test_a_room_is_a_module_before_and_after_it_was_used():
    """`bp.layers` failed until some layer had been used."""
    expected = "\n".join(f"{room} module" for room in bp._ROOMS)
    assert fresh(ROOMS) == expected
    assert fresh(f"bp.Dense, bp.trace, bp.draw, bp.check_gradients, bp.play\n{ROOMS}") == expected


def test_the_rooms_are_those_that_the_docstring_describes():
    folders = {path.parent.name for path in ROOT.glob("backprop_lib/*/__init__.py")}
    assert folders <= set(bp._ROOMS)
    for room in bp._ROOMS:
        assert f"\n    {room}" in bp.__doc__


def test_a_public_name_is_never_a_module_by_accident():
    modules = [name for name in PUBLIC if inspect.ismodule(getattr(bp, name))]
    assert modules == list(bp._ROOMS)


@pytest.mark.parametrize("name", ["node", "Constant", "function_of", "np"])
def test_what_a_room_merely_holds_is_not_public(name):
    assert not hasattr(bp, name)


def test_a_misspelt_name_is_answered_with_the_right_one():
    with pytest.raises(AttributeError, match=r"no 'sigmoyd'; did you mean: sigmoid"):
        _ = bp.sigmoyd
    with pytest.raises(AttributeError, match="no 'zzzzzz'"):
        _ = bp.zzzzzz
