"""Does the feedback engine name every mistake, and never accuse correct work? `make kill-matrix` answers for
every task.

    python -m tools.kill_matrix            all tasks, one after the other
    python -m tools.kill_matrix 09         those whose number begins with 09
    python -m tools.kill_matrix --cold     nothing is kept from one answer to the next: each one is judged as
                                           if it were the first that a student hands in

    blank      a stub must be "not attempted yet"
    single     each mistake of the task alone: rejected, and named (or listed in a tie)
    pair       two of them at once: rejected, and both named
    correct    right answers in several styles: full points
    by hand    wrong solutions as students write them (tools/answers/student_mistakes.py): rejected, and
               diagnosed as expected

"silent" is rejected without a name. "simpler" is a pair for which one of the two is a full description of the
numbers ("dX and dW are exactly N times too big"). A wrong accusation is a diagnosis with a mistake in it that
was not made.
"""

import argparse
import itertools
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

import backprop_lib as bp
from backprop_lib.feedback.diagnosis import Expected
from backprop_lib.feedback.judging import VISIBLE, expected_for
from backprop_lib.feedback.paper import personal_numbers
from backprop_lib.feedback.running import quiet_call
from backprop_lib.feedback.same import all_near
from tools.answers.correct_variants import VARIANTS
from tools.answers.student_mistakes import MISTAKES

STUDENT = "kill-matrix"
FACTS = {"raises", "wrong_number_of_results", "wrong_names", "not_computed"}  # true whatever the mistake is
HEAD = ("task", "blank", "single", "named", "tie", "pairs", "named", "tie", "correct", "by hand")
WIDTHS = (7, 6, 8, 7, 5, 7, 7, 5, 9, 9)


class Judge:
    """One task and the answers that are tried on it. seconds: what `check` took for each planted mistake."""

    def __init__(self, task, cold):
        self.task, self.cold = task, cold
        self.seconds = []
        self.expected = None  # of its own: what `check` keeps is thrown away when it is to be cold
        if task.kind == "function":
            self.expected = Expected(task, task.instances(VISIBLE))
        elif task.kind == "numbers":
            arguments, _ = personal_numbers(task, STUDENT)
            self.expected = Expected(task, [arguments])

    def check(self, answer):
        if self.cold:
            expected_for.cache_clear()
            personal_numbers.cache_clear()
        return bp.feedback.check(self.task.id, answer, STUDENT)

    def answer_of(self, function):
        """What a student hands in: the function, or its numbers where numbers are asked for."""
        if self.task.kind == "function":
            return function
        return function(**self.expected.instances[0])

    def verdict(self, answer, keys):
        """How a wrong answer with these mistakes fared: ACCEPTED, named, tie, simpler, silent or accused."""
        start = time.process_time()
        feedback = self.check(answer)
        self.seconds.append(time.process_time() - start)
        if feedback.passed:
            return "ACCEPTED"
        explanations = [set(explanation) for explanation in feedback.explanations]
        if set(keys) in explanations:
            return "named" if len(explanations) == 1 else "tie"
        if all(explanation <= FACTS for explanation in explanations):
            return "silent"
        return "simpler" if any(explanation < set(keys) for explanation in explanations) else "accused"

    def given_by(self, *mistakes):
        """What these mistakes give on each instance; None if they do not go together."""
        found = [self.expected.spoiled_by(mistakes, i) for i in range(len(self.expected.instances))]
        return None if None in found else found

    # ------------------------------------------------------------------------------------- wrong answers

    def singles(self):
        """(what was done, verdict) for each mistake; a formula task compares formulas."""
        task = self.task
        if task.kind == "formula":
            for key, formula in task.forms:
                yield key, self.verdict(formula, [key])
            return
        for mistake in task.mutants:
            function = task.mutant(mistake)
            if function is None:
                yield mistake.key, "does not apply"
            else:
                yield mistake.key, self.verdict(self.answer_of(function), [mistake.key])

    def pairs(self):
        task = self.task
        if (
            task.kind == "formula" or task.patient and task.id != "13.06"
        ):  # all patients have the same mistakes
            return
        known = [self.expected.right]
        for mistake in task.mutants:
            known.append(self.given_by(mistake))
        for a, b in itertools.combinations(task.mutants, 2):
            if a.key == b.key:
                continue
            found = self.given_by(a, b)
            if found is None or any(alike(found, other) for other in known):
                continue  # they do not go together, or one hides the other
            yield f"{a.key} + {b.key}", self.verdict(self.answer_of(task.mutant(a, b)), [a.key, b.key])

    def by_hand(self):
        """(what was done, verdict): "named" if it is diagnosed as it is due."""
        for task_id, code, due in MISTAKES:
            if task_id != self.task.id:
                continue
            feedback = self.check(answer_from(self.task, code))
            found = feedback.diagnosis or feedback.explanations or None
            if feedback.passed:
                found = "PASSED"
            yield f"by hand, due {due}:{code}", "named" if found == due else f"found {found}"

    # ------------------------------------------------------------------------- blank and right answers

    def blanks(self):
        def stub(*values):
            raise NotImplementedError

        def dots(*values): ...

        answers = [None, ..., "", dict.fromkeys(getattr(self.task, "returns", "x"))]
        if self.task.kind == "function":
            answers = [None, ..., stub, dots]
        for answer in answers:
            yield "blank", "recognised" if not self.check(answer).attempted else "NOT RECOGNISED"

    def correct(self):
        variants = VARIANTS.get(self.task.id, {})
        for style, answer in itertools.chain(STYLES[self.task.kind](self), variants.items()):
            feedback = self.check(answer)
            full = feedback.passed and feedback.points == feedback.possible
            yield f"correct, {style}", "accepted" if full else f"REFUSED\n{feedback}"


def alike(found, other):
    return all(all_near(a, b) for a, b in zip(found, other))


def answer_from(task, code):
    """The function that a piece of a student's code defines, the numbers, or the formula itself."""
    if task.kind == "formula":
        return code
    namespace = {"np": np}
    exec(compile(code, "<student>", "exec"), namespace)
    return next(x for name, x in namespace.items() if callable(x) and not name.startswith("_"))


# ------------------------------------------------------------- the reference in other forms, just as right


def styles_of_formula(judge):
    answer = judge.task.answer
    yield "as it is", answer
    yield "with spaces", f" {answer} "
    yield "doubled, halved", f"2*({answer})/2"
    yield "plus nothing", f"0 + ({answer})"


def styles_of_numbers(judge):
    names = judge.task.returns
    values = judge.answer_of(judge.task.reference)
    if len(names) == 1:
        values = (values,)
    yield "by name", dict(zip(names, values))
    yield "in order", values if len(names) > 1 else values[0]
    floats = [(name, x, isinstance(x, float)) for name, x in zip(names, values)]
    yield "numpy numbers", {name: np.asarray(x) if is_float else x for name, x, is_float in floats}
    yield "six digits", {name: float(f"{x:.6g}") if is_float else x for name, x, is_float in floats}


def styles_of_function(judge):
    task, f = judge.task, judge.task.reference

    def as_list(*values):
        results = f(*values)
        return list(results) if isinstance(results, tuple) else results

    def as_dict(*values):
        results = f(*values)
        return dict(zip(task.returns, results)) if isinstance(results, tuple) else results

    yield "the reference", f
    yield "any argument names", lambda *values: f(*values)
    yield "a list of results", as_list
    if len(task.returns) > 1 and not task.changes_input:
        yield "a dict of results", as_dict
    has_floats = any(is_floats(x) for x in judge.expected.instances[0].values())
    if has_floats and not task.once:
        yield "columns first in memory", lambda *values: f(*map(columns_first, values))
    if not task.once and well_conditioned(judge):
        yield "float32", lambda *values: f(*map(single_precision, values))
    names = ", ".join(task.parameters)
    yield "by name only", eval(f"lambda *, {names}: reference({names})", {"reference": f})


STYLES = {"formula": styles_of_formula, "numbers": styles_of_numbers, "function": styles_of_function}


def well_conditioned(judge):
    """Seven digits of the inputs are enough for the results. (For a difference quotient they are not.)"""

    def coarse(*values):
        return judge.task.reference(*(rounded_to_single(x) for x in values))

    for arguments, right in zip(judge.expected.instances, judge.expected.right):
        if not all_near(quiet_call(judge.task, coarse, arguments), right, 2e-5):
            return False
    return True


def is_floats(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def single_precision(x):
    return x.astype(np.float32) if is_floats(x) else x


def rounded_to_single(x):
    return x.astype(np.float32).astype(float) if is_floats(x) else x


def columns_first(x):
    return np.asfortranarray(x) if isinstance(x, np.ndarray) else x


# ---------------------------------------------------------------------------------------- the matrix


AS_IT_SHOULD_BE = {
    "blank": {"recognised"},
    "single": {"named"},
    "pair": {"named", "tie", "simpler", "silent"},
    "correct": {"accepted"},
    "hand": {"named"},
}


def report(task_id, cold=False):
    """(the task's line, what was counted, what is not as it should be, seconds of the checks) of one task."""
    task = bp.feedback.about(task_id)
    judge = Judge(task, cold)
    parts = {"blank": judge.blanks, "single": judge.singles, "pair": judge.pairs}
    parts |= {"correct": judge.correct, "hand": judge.by_hand}
    counts, worst = Counter(), []
    for part, verdicts in parts.items():
        for what, verdict in verdicts():
            counts[part] += 1
            counts[f"{part} {verdict}"] += 1
            if verdict not in AS_IT_SHOULD_BE[part]:
                worst.append(f"{task_id} {what}: {verdict}")
    of = counts.__getitem__
    cells = [task_id, f"{of('blank recognised')}/{of('blank')}"]
    cells += [
        of("single"),
        of("single named"),
        of("single tie"),
        of("pair"),
        of("pair named"),
        of("pair tie"),
    ]
    cells += [f"{of('correct accepted')}/{of('correct')}", f"{of('hand named')}/{of('hand')}"]
    sympy_apart = [] if task.kind == "formula" else judge.seconds
    return row(cells), counts, worst, sympy_apart


def row(cells):
    first, *rest = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS))
    return f"{first.strip():<{WIDTHS[0]}}{''.join(rest)}"


def main(wanted="", cold=False):
    """Print the matrix of the tasks whose id begins with `wanted`; return the counts and what is not as it
    should be.
    """
    start, total, wrong, seconds = time.perf_counter(), Counter(), [], []
    ids = [task.id for task in bp.feedback.tasks() if task.id.startswith(wanted)]
    print(row(HEAD))
    with ProcessPoolExecutor() as pool:
        for line, counts, worst, took in pool.map(partial(report, cold=cold), ids):
            print(line, flush=True)
            total += counts
            wrong += worst
            seconds += took
    if wrong:
        print("", "Not as it should be, or a tie:", *wrong, sep="\n")
    else:
        print("\nEverything as it should be.")
    print(in_words(total))
    middle, longest = 1000 * statistics.median(seconds), 1000 * max(seconds)
    print(f"check took                    {middle:.0f} ms (median), {longest:.0f} ms at most")
    print(f"{time.perf_counter() - start:.0f} s")
    return total, wrong


def in_words(total):
    one, two = total["single"], total["pair"]
    accused = total["single accused"] + total["pair accused"]
    return f"""
blank stubs recognised        {total["blank recognised"]} of {total["blank"]}
single mistakes rejected      {one - total["single ACCEPTED"]} of {one}
            named alone       {total["single named"]}
            in a listed tie   {total["single tie"]}, silent {total["single silent"]}
pairs rejected                {two - total["pair ACCEPTED"]} of {two}
            both named        {total["pair named"]}
            in a listed tie   {total["pair tie"]}, silent {total["pair silent"]}
            one says it all   {total["pair simpler"]}
wrong accusations             {accused}
correct variants accepted     {total["correct accepted"]} of {total["correct"]}
written by hand, as expected  {total["hand named"]} of {total["hand"]}"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.kill_matrix", description=__doc__.splitlines()[0])
    parser.add_argument("wanted", nargs="?", default="", metavar="NN", help="tasks whose number begins so")
    parser.add_argument("--cold", action="store_true", help="keep nothing from one answer to the next")
    chosen = parser.parse_args()
    main(chosen.wanted, chosen.cold)
