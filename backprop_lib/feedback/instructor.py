"""What only instructors have: the seed of the hidden tests, and the answers. The students' copy of the
library is packed without this file; there `check` says how many points remain to be given.
"""

from .calls import about
from .paper import personal_numbers

SEED = 20261122


def answer_key(task_id, student_id):
    """The right answer for this student's numbers, {name of the result: number}."""
    task = about(task_id)
    _, expected = personal_numbers(task, str(student_id))
    return {name: result.value for name, result in zip(task.returns, expected.right[0])}
