"""The same wrong answer gets the same diagnosis: in a fresh process and a warm one, on a quick computer and
on a slow one.
"""

import inspect
import itertools
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import backprop_lib as bp
from backprop_lib.feedback import diagnosis
from backprop_lib.feedback.judging import VISIBLE, expected_for
from backprop_lib.feedback.paper import personal_numbers
from tools.kill_matrix import report

ROOT = Path(__file__).parent.parent.parent

# Tasks and the mistakes in them. 10.3 and 09.4 take longest: most pairs have to be tried.
CASES = [
    ("10.3", "updated_weights_in_backward learning_rate_missing"),
    ("10.3", "last_example_only factor_two"),
    ("10.3", "output_derivative_twice"),
    ("09.4", "batch_mean_twice activation_derivative_omitted"),
    ("09.4", "relu_for_its_derivative class_factor_included"),
    ("10.2", "last_layer_derivative factor_half"),
    ("07.1", "log_of_zero exp_overflow"),
    ("12.8", "wrong_layer_index sum_for_mean"),
    ("02.2", "missing_mean_in_bias"),
    ("08.5", "weights_ignored sign_flipped"),
]


def judged(task_id, keys):
    """What is said about the reference with these mistakes in it."""
    task = bp.feedback.about(task_id)
    known = {mistake.key: mistake for mistake in task.mutants}
    answer = task.mutant(*(known[key] for key in keys.split()))
    if task.kind == "numbers":
        answer = answer(**bp.feedback.personal(task_id, "ada"))
    feedback = bp.feedback.check(task_id, answer, "ada")
    return feedback.explanations, feedback.points, str(feedback)


FRESH = f"""
import sys
import backprop_lib as bp

{inspect.getsource(judged)}

for _ in "12":
    print(repr(judged(*sys.argv[1:])))
"""


@pytest.mark.parametrize("task_id, keys", CASES)
def test_a_fresh_process_says_what_a_warm_one_says(task_id, keys):
    command = [sys.executable, "-c", FRESH, task_id, keys]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == second == repr(judged(task_id, keys))
    explanations, _, _ = judged(task_id, keys)
    assert sorted(keys.split()) in [sorted(named) for named in explanations]


@pytest.fixture
def cold():
    """Nothing is kept of earlier answers."""
    expected_for.cache_clear()
    personal_numbers.cache_clear()


@pytest.mark.parametrize("task_id, keys", CASES[:3])
def test_no_clock_decides(task_id, keys, cold, monkeypatch):
    """Every look at the clock finds that an hour has gone by."""
    hours = itertools.count(0, 3600)
    for clock in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        monkeypatch.setattr(time, clock, lambda: next(hours))
    in_no_hurry = judged(task_id, keys)
    monkeypatch.undo()
    assert in_no_hurry == judged(task_id, keys)
    assert in_no_hurry[0]


def test_pairs_are_tried_all_or_not_at_all(cold, monkeypatch):
    """Of the pairs that were tried only one may fit; the next one might fit as well."""
    answer = ("10.3", "last_example_only factor_two")
    assert judged(*answer)[0] == (("last_example_only", "factor_two"),)
    monkeypatch.setattr(diagnosis, "MOST_PAIRS", 3)
    assert judged(*answer)[0] == ()


def test_no_task_has_more_pairs_to_try_than_are_tried():
    """What fits a first instance that is right, or spoiled by one mistake, leaves few pairs."""
    for task in bp.feedback.tasks():
        if task.kind == "function":
            expected = expected_for(task, VISIBLE)
            spoiled = [expected.spoiled_by((mistake,), 0) for mistake in task.mutants]
            for found in (expected.right[0], *spoiled):
                assert len(expected.candidates(found)) <= diagnosis.MOST_PAIRS, task.id


def test_the_order_of_earlier_answers_does_not_matter(cold):
    forward = [judged(*case) for case in CASES[:6]]
    expected_for.cache_clear()
    assert [judged(*case) for case in CASES[5::-1]] == forward[::-1]


def test_the_kill_matrix_finds_the_same_when_it_is_cold():
    line, counts, worst, _ = report("02.2", cold=True)
    assert (line, counts, worst) == report("02.2")[:3]
    assert counts["pair named"] > 50 and not worst


def test_a_factor_is_a_number_that_the_task_knows():
    task = bp.feedback.about("09.1")
    keys = {mistake.key: mistake.factor for mistake in task.mutants if mistake.factor}
    given = task.instances(VISIBLE)[0]
    assert {key: factor(given) for key, factor in keys.items()} == {
        "sign_flipped": -1,
        "factor_two": 2,
        "factor_half": 0.5,
        "missing_batch_mean": 5,
        "batch_mean_twice": 0.2,
    }


def test_gradients_as_a_dict_that_pile_up_are_noticed():
    memory = {}

    def piling(upstream, X, W, b):
        now = {"dX": upstream @ W, "dW": upstream.T @ X, "db": upstream.sum(axis=0)}
        old = memory.get(X.shape, dict.fromkeys(now, 0))
        memory[X.shape] = {name: now[name] + old[name] for name in now}
        return memory[X.shape]

    assert bp.feedback.check("09.1", piling).diagnosis == "gradients_not_reset"


# -------------------------------------------------------------------------------------- the files of the room

FILES = re.findall(r"^(\w+)\.py ", bp.feedback.__doc__, re.MULTILINE)


def imported(name):
    """The files of the room that a file uses, at its top or inside a function."""
    text = (ROOT / "backprop_lib/feedback" / f"{name}.py").read_text("utf-8")
    return set(re.findall(r"^ *from \.(\w+) import", text, re.MULTILINE))


@pytest.mark.parametrize("name", FILES)
def test_a_file_uses_only_those_that_stand_below_it(name):
    below = set(FILES[FILES.index(name) + 1 :])
    if name == "judging":
        below.add("instructor")  # for the seed, if it is there
    assert imported(name) <= below


def test_the_room_says_what_all_of_its_files_are():
    files = {path.stem for path in (ROOT / "backprop_lib/feedback").glob("*.py")}
    assert set(FILES) == files - {"__init__"}
