"""Task 10.8, a program with a wrong line: exactly one line is wrong, and its correction is judged by its
numbers.
"""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.feedback.sets import ps10

TASK = bp.feedback.about("10.8")


def spoils():
    """(activation, name, old, new) for each way to spoil a line."""
    for activation in ps10.ACTIVATIONS:
        for name in ("dA2", "dZ2", "db2", "dA1", "dW2", "dZ1", "db1", "dW1"):
            for old, new in ps10.SPOILT[activation if name == "dZ1" else name]:
                yield activation, name, old, new


@pytest.mark.parametrize("sizes", (*ps10.PROGRAM_SIZES, *ps10.HIDDEN_PROGRAM_SIZES))
@pytest.mark.parametrize("spoil", [*spoils()], ids=" ".join)
def test_a_spoilt_line_is_the_only_one_that_differs_and_gives_other_numbers(spoil, sizes):
    activation, name, old, new = spoil
    given = ps10.spoilt_program(np.random.default_rng(0), activation, sizes, name, old, new)
    forward, backward = ps10.program(activation, sizes[0])
    (line,) = [i for i in range(len(backward)) if given["backward"][i] != backward[i]]
    assert backward[line].startswith(f"{name} = ")
    sides = [text.split(" = ")[1] for text in (backward[line], given["backward"][line])]
    right, wrong = ps10.by_its_numbers(sides, given)
    assert isinstance(wrong, str) or wrong.shape != right.shape or not np.allclose(wrong, right)
    assert TASK.reference(**given)[0] == line


@pytest.mark.parametrize("seed", range(20))
def test_every_draw_asks_for_the_slope_of_each_activation_and_has_a_line_that_does_not_run(seed):
    programs = TASK.instances(seed)
    lines = [TASK.reference(**given)[0] for given in programs]
    slope = 5
    for activation in ps10.ACTIVATIONS:
        sizes = (*ps10.PROGRAM_SIZES, *ps10.HIDDEN_PROGRAM_SIZES)
        forward = [ps10.program(activation, N)[0] for N, *_ in sizes]
        assert any(p["forward"] in forward and line >= slope for p, line in zip(programs, lines))
    assert {5, 6, 7} <= set(lines)
    names = dict(programs[-1]["values"], np=np)
    with pytest.raises(ValueError, match="matmul"):
        exec("\n".join(programs[-1]["forward"] + programs[-1]["backward"]), names)


@pytest.mark.parametrize("text", ["dZ2@W2", "(W2.T @ dZ2.T).T", " dZ2  @  W2 ", "dZ2.dot(W2)"])
def test_a_correction_counts_whatever_its_spelling(text):
    given = TASK.instances()[-1]
    due = ps10.by_its_numbers([3, "dZ2 @ W2"], given)
    assert np.allclose(ps10.by_its_numbers([3, text], given)[1], due[1])


@pytest.mark.parametrize("text", ["", "dA1 =", "nobody", "dZ2 @ W1", "1 / 0", None, 3, (1, "a")])
def test_a_correction_that_is_none_is_refused_and_never_raises(text):
    feedback = bp.feedback.check("10.8", lambda forward, backward, values: (0, text))
    assert not feedback.passed and feedback.parts["right"][0] == 0
