"""docs/reference.md is current and complete, and what writes it loses nothing on the way."""

import re

import pytest

import backprop_lib as bp
from tools.reference import (
    PAGE,
    call,
    documentation,
    entry,
    escaped,
    markdown,
    page,
    public_names,
    signature,
    thing_called,
)

NAMES = [name for room in bp._ROOMS for name in public_names(room)]


def test_the_reference_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(), "run: make reference"


@pytest.mark.parametrize("name", NAMES)
def test_everything_public_has_an_entry_and_a_docstring(name):
    assert re.search(rf"^### `bp\.{re.escape(name)}[(`]", PAGE.read_text("utf-8"), re.MULTILINE)
    thing = thing_called(name)
    if callable(thing):
        assert documentation(thing), f"bp.{name} has no docstring"


def test_the_rooms_come_in_the_order_in_which_they_are_read():
    assert re.findall("^## (.+)$", page(), re.MULTILINE) == list(bp._ROOMS)


def test_every_operation_has_a_row():
    rows = re.findall(r"^\| `(\w+)\(", page(), re.MULTILINE)
    assert rows == bp.graph.public_names()


def test_nothing_in_it_differs_from_run_to_run():
    assert " at 0x" not in page()


def test_an_operation_is_called_with_its_settings():
    assert call(bp.OPERATIONS["leaky_relu"]) == "leaky_relu(x, slope=0.01)"
    assert call(bp.OPERATIONS["sum"]) == "sum(x, axis=None, keepdims=False)"
    assert call(bp.OPERATIONS["where"]) == "where(condition, x, y)"


# How a docstring becomes Markdown.


def weight(n_out: int, name: str = "W", rule=len, *, rng=None) -> list:
    """A weight, so _to_ say 2 * `x * y`: at <b>.

    n_out: how many rows.
    name, rule: what it is called,
        and how it begins.

    rng: a generator. Anything else: a seed,
    so that this is a sentence.

    It computes:
        z = W * x

    And that is all.
    """


EXPECTED = r"""### `bp.weight(n_out, name='W', rule=len, *, rng=None)`

A weight, so \_to\_ say 2 \* `x * y`: at \<b>.

- *n_out*: how many rows.
- *name, rule*: what it is called,
  and how it begins.

rng: a generator. Anything else: a seed,
so that this is a sentence.

It computes:
```text
z = W * x
```

And that is all."""


def test_parameters_become_a_list_and_formulas_stay_as_they_stand():
    assert "\n".join(entry("bp.weight", weight)) == EXPECTED


class Unit:
    """A unit."""

    __slots__ = ("value",)
    bias = 3.0

    def forward(self, x):
        """The output."""

    def backward(self, upstream):
        pass

    @property
    def shape(self):
        """Its shape."""

    def _quick(self):
        """Nobody's business."""


def test_a_class_is_followed_by_its_documented_methods_and_properties():
    lines = entry("bp.Unit", Unit)
    headings = [line for line in lines if line.startswith("#")]
    assert headings == ["### `bp.Unit()`", "#### `Unit.forward(x)`", "#### `Unit.shape`"]
    assert lines[-1] == "Its shape."


def test_a_docstring_that_python_made_up_is_none():
    from dataclasses import dataclass

    @dataclass
    class Point:
        x: float
        y: float = 0.0

    assert documentation(Point) == ""
    assert signature(Point) == "(x, y=0.0)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("n_out and W_1_2", "n_out and W_1_2"),
        ("Σ _k_ a", r"Σ \_k\_ a"),
        ("0 < x < 1", "0 < x < 1"),
        ("``a*b`` times c*d", r"``a*b`` times c\*d"),
        ("costs $5", r"costs \$5"),
    ],
)
def test_only_what_markdown_would_take_for_its_own_is_escaped(text, shown):
    assert escaped(text) == shown


def test_a_label_that_is_no_parameter_begins_no_list():
    assert markdown("Without matrices: a layer.", {"n_out"}) == ["Without matrices: a layer."]
