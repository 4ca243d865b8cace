"""Does the feedback engine name every mistake, and never accuse correct work? `make kill-matrix` answers for
every task.

    python -m tools.kill_matrix            all tasks, on all processors
    python -m tools.kill_matrix 09         those whose number begins with 09
    python -m tools.kill_matrix --fresh    each task in a Python of its own, which has judged nothing before
    python -m tools.kill_matrix --cold     nothing is kept from one answer to the next: each one is judged as
                                           if it were the first that a student hands in

What is counted:

    blank      a stub must be "not attempted yet"
    single     each mistake of the task alone: rejected, and named, and nothing else with it
    pair       two of them at once, if they go together and neither hides the other: rejected, and both named
    form       right results in a form that nobody asked for, errors, things that are no numbers: what is said
               of them is read by the same rules
    correct    right answers in several styles: full points
    by hand    wrong solutions as students write them (tools/answers/student_mistakes.py): rejected, and
               diagnosed as expected
    rounded    work on paper that carries four significant digits from step to step: full points, for
               1,000 students
    messages   every text that `check` gave to all of these, read by the rules of tools/message_audit.py
    families   the pairs of a mistake and a task that feedback/families.txt names, and those that it leaves
               out with a reason (tests/feedback/test_families.py holds it to the sets)
    edges      the function tasks that have an instance of size 1 among those that are tried: one example, one
               unit, a list with one entry

A pair is "named" if the two mistakes are the only explanation, "in a tie" if they are one of at most three.
It is "simpler" if one of the two is a full description of the numbers ("dX and dW are exactly N times too
big"), or is named while the other is told as a fact. It is "silent" if it is rejected and no mistake is
named: nothing is said, or a fact. FACTS are true of such an answer whatever the mistakes behind it are, and
the engine has established them from the results: Python stopped, there is one element too many. They blame
nothing, so they are no accusation; and they name nothing, so they do not count as named. "accused" is a
diagnosis with a mistake in it that was not made.

The answers are the reference with mistakes in it, which the engine knows. How it fares with answers that
nobody here has written is another question, which this matrix cannot answer.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import SimpleNamespace

import numpy as np

import backprop_lib as bp
from backprop_lib.feedback.catalogue import families
from backprop_lib.feedback.diagnosis import Expected
from backprop_lib.feedback.judging import VISIBLE, expected_for
from backprop_lib.feedback.paper import alike as near_enough
from backprop_lib.feedback.paper import drawn_for, numbers_of, personal_numbers
from backprop_lib.feedback.rounding import carried_out
from backprop_lib.feedback.running import quiet_call
from backprop_lib.feedback.same import all_near
from tools.answers.correct_variants import VARIANTS
from tools.answers.student_mistakes import MISTAKES
from tools.message_audit import faults, spoiled_in_form

STUDENT = "kill-matrix"
FACTS = {
    "raises",
    "wrong_number_of_results",
    "wrong_names",
    "not_computed",
    "extra_elements",
    "size_one_axis",
}
STUDENTS = 1000  # whose work on paper is rounded
LEAST_NAMED = 0.945  # of all pairs; 11,284 of 11,933 when this was written
HIDDEN = 1  # a seed for hidden instances: the real ones are not needed to count sizes
HEAD = ("task", "blank", "single", "named", "tie", "pairs", "named", "tie", "correct", "by hand")
WIDTHS = (7, 6, 8, 7, 5, 7, 7, 5, 9, 9)


class Judge:
    """One task and the answers that are tried on it. seconds: what `check` took for each planted mistake;
    misworded: what is wrong with the messages.
    """

    def __init__(self, task, cold=False, most_pairs=None, students=STUDENTS):
        self.task, self.cold = task, cold
        self.most_pairs, self.students = most_pairs, students
        self.seconds, self.messages, self.misworded = [], 0, []
        self.expected = None  # of its own: what `check` keeps is thrown away when it is to be cold
        if task.kind == "function":
            self.expected = Expected(task, task.instances(VISIBLE))
        elif task.kind == "numbers":
            arguments, _ = personal_numbers(task, STUDENT)
            self.expected = Expected(task, [arguments])

    def check(self, answer):
        feedback = self.judged(answer)
        self.read(feedback)
        return feedback

    def judged(self, answer):
        if self.cold:
            expected_for.cache_clear()
            personal_numbers.cache_clear()
        return bp.feedback.check(self.task.id, answer, STUDENT)

    def read(self, feedback, mistakes=()):
        self.messages += 1
        self.misworded += faults(self.task, feedback, mistakes, self.expected)

    def answer_of(self, function):
        """What a student hands in: the function, or its numbers where numbers are asked for."""
        if self.task.kind == "function":
            return function
        return function(**self.expected.instances[0])

    def verdict(self, answer, mistakes):
        """How a wrong answer with these mistakes fared: ACCEPTED, named, tie, simpler, silent or accused."""
        start = time.process_time()
        feedback = self.judged(answer)
        self.seconds.append(time.process_time() - start)
        self.read(feedback, mistakes)
        if feedback.passed:
            return "ACCEPTED"
        keys = {mistake.key for mistake in mistakes}
        explanations = [set(explanation) for explanation in feedback.explanations]
        if keys in explanations:
            return "named" if len(explanations) == 1 else "tie"
        if all(explanation <= FACTS for explanation in explanations):
            return "silent"
        says_a_part = any(explanation - FACTS < keys for explanation in explanations)
        return "simpler" if says_a_part else "accused"

    def given_by(self, *mistakes):
        """What these mistakes give on each instance; None if they do not go together."""
        found = [self.expected.spoiled_by(mistakes, i) for i in range(len(self.expected.instances))]
        return None if None in found else found

    # ------------------------------------------------------------------------------------- wrong answers

    def planted(self):
        """(mistake, the answer with it): None for one that does not apply; a formula task has formulas."""
        task = self.task
        if task.kind == "formula":
            for key, formula in task.forms:
                yield SimpleNamespace(key=key, say=task.say.get(key)), formula
            return
        for mistake in task.mutants:
            function = task.mutant(mistake)
            yield mistake, None if function is None else self.answer_of(function)

    def singles(self):
        """(what was done, verdict) for each mistake."""
        for mistake, answer in self.planted():
            verdict = "does not apply" if answer is None else self.verdict(answer, [mistake])
            yield mistake.key, verdict

    def pairs(self):
        task = self.task
        if task.kind == "formula" or is_further_patient(task):
            return
        known = [self.expected.right]
        for mistake in task.mutants:
            known.append(self.given_by(mistake))
        for a, b in spread(list(itertools.combinations(task.mutants, 2)), self.most_pairs):
            if a.key == b.key:
                continue
            found = self.given_by(a, b)
            if found is None or any(alike(found, other) for other in known):
                continue  # they do not go together, or one hides the other
            yield f"{a.key} + {b.key}", self.verdict(self.answer_of(task.mutant(a, b)), [a, b])

    def expected_results(self):
        """What the reference returns on the first instance."""
        arguments = self.expected.instances[0]
        results = self.task.reference(*(arguments[name] for name in self.task.parameters))
        return results if isinstance(results, tuple) else (results,)

    def forms(self):
        """(what was done, "rejected" or "passed"): some forms are as good as the one that is asked for."""
        if not getattr(self.task, "once", False):
            for what, answer in spoiled_in_form(self):
                yield what, "passed" if self.check(answer).passed else "rejected"

    def rounded(self):
        """(the student, verdict) for work on paper in four significant digits."""
        if self.task.kind != "numbers":
            return
        for number in range(self.students):
            arguments = drawn_for(self.task, f"student-{number}")
            right = numbers_of(self.task.reference, arguments)
            for in_digits in carried_out(self.task):
                arrives = near_enough(numbers_of(in_digits, arguments), right, self.task.tolerance)
                yield f"student-{number}, rounded", "accepted" if arrives else "REFUSED"

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


def is_further_patient(task):
    """All patients have the same mistakes: the first of them stands for the others."""
    return task.patient and task.id != "13.06"


def spread(pairs, most):
    """At most so many of the pairs, taken evenly from all of them."""
    if most is None or len(pairs) <= most:
        return pairs
    return pairs[:: len(pairs) // most][:most]


def has_an_edge(x):
    """An array with an axis of length 1, a list or a dict with one entry; or one inside."""
    if isinstance(x, np.ndarray):
        return 1 in x.shape
    if isinstance(x, dict):
        x = list(x.values())
    return isinstance(x, list) and (len(x) == 1 or any(has_an_edge(entry) for entry in x))


def has_sizes(x):
    return isinstance(x, (np.ndarray, list, dict))


def edges(task):
    """(tasks with sizes, those of them that have an instance of size 1): 0 or 1 each."""
    if task.kind != "function":
        return 0, 0
    instances = [*task.instances(VISIBLE), *task.instances(HIDDEN)]
    values = [x for arguments in instances for x in arguments.values()]
    return int(any(map(has_sizes, values))), int(any(map(has_an_edge, values)))


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
    "form": {"rejected", "passed"},
    "correct": {"accepted"},
    "hand": {"named"},
    "rounded": {"accepted"},
}


def report(task_id, cold=False, most_pairs=None, students=STUDENTS):
    """(the task's line, what was counted, what is not as it should be, seconds of the checks) of one task."""
    task = bp.feedback.about(task_id)
    judge = Judge(task, cold, most_pairs, students)
    parts = {"blank": judge.blanks, "single": judge.singles, "pair": judge.pairs, "form": judge.forms}
    parts |= {"correct": judge.correct, "hand": judge.by_hand, "rounded": judge.rounded}
    counts, worst = Counter(), []
    for part, verdicts in parts.items():
        for what, verdict in verdicts():
            counts[part] += 1
            counts[f"{part} {verdict}"] += 1
            if verdict not in AS_IT_SHOULD_BE[part]:
                worst.append(f"{task_id} {what}: {verdict}")
    counts["messages"], counts["misworded"] = judge.messages, len(judge.misworded)
    counts["sizes"], counts["size 1"] = edges(task)
    worst += [f"{task_id} {fault}" for fault in judge.misworded]
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


def main(wanted="", cold=False, fresh=False, most_pairs=None, students=STUDENTS):
    """Print the matrix of the tasks whose id begins with `wanted`; return the counts and what is not as it
    should be. most_pairs: of each task; None tries all.
    """
    start, total, wrong, seconds = time.perf_counter(), Counter(), [], []
    ids = [task.id for task in bp.feedback.tasks() if task.id.startswith(wanted)]
    print(row(HEAD))
    one_task_each = dict(max_tasks_per_child=1, mp_context=get_context("spawn")) if fresh else {}
    with ProcessPoolExecutor(**one_task_each) as pool:
        # the longest first, so that no processor is idle at the end
        jobs = {}
        for task_id in sorted(ids, key=work, reverse=True):
            jobs[task_id] = pool.submit(report, task_id, cold, most_pairs, students)
        for task_id in ids:
            line, counts, worst, took = jobs[task_id].result()
            print(line, flush=True)
            total += counts
            wrong += worst
            seconds += took
    is_complete = not wanted and most_pairs is None
    if is_complete and total["pair named"] < LEAST_NAMED * total["pair"]:
        wrong.append(f"of the pairs, fewer than {LEAST_NAMED:.1%} are named")
    total["families"] = sum(len(family.tasks) for family in families())
    total["left out"] = sum(len(family.left_out) for family in families())
    if wrong:
        print("", "Not as it should be:", *wrong, sep="\n")
    else:
        print("\nEverything as it should be.")
    print(in_words(total))
    middle, longest = 1000 * statistics.median(seconds), 1000 * max(seconds)
    print(f"check took                    {middle:.0f} ms (median), {longest:.0f} ms at most")
    print(f"{time.perf_counter() - start:.0f} s")
    return total, wrong


def work(task_id):
    """How long a task takes, roughly: its number of mistakes, and of their pairs."""
    task = bp.feedback.about(task_id)
    if task.kind == "formula":
        return len(task.mistakes)
    return len(task.mutants) if is_further_patient(task) else len(task.mutants) ** 2


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
written by hand, as expected  {total["hand named"]} of {total["hand"]}
rounded to 4 digits, accepted {total["rounded accepted"]} of {total["rounded"]}
right numbers in other forms  {total["form"]}, of which as good {total["form passed"]}
messages read, faults found   {total["messages"]}, {total["misworded"]}
families: known, left out     {total["families"]}, {total["left out"]}
tasks with a size, with a 1   {total["sizes"]}, {total["size 1"]}"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.kill_matrix", description=__doc__.splitlines()[0])
    parser.add_argument("wanted", nargs="?", default="", metavar="NN", help="tasks whose number begins so")
    parser.add_argument("--cold", action="store_true", help="keep nothing from one answer to the next")
    parser.add_argument("--fresh", action="store_true", help="a new Python for each task")
    chosen = parser.parse_args()
    _, faults_found = main(chosen.wanted, chosen.cold, chosen.fresh)
    sys.exit(bool(faults_found))
