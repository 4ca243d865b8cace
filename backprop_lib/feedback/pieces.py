"""Spoiled references, run statement by statement.

To compile them takes most of the time of a search for two mistakes, and any two of them differ in one or two
lines. So each statement is compiled once, and a function is the list of its statements. What does not fit
into this form, such as a `return` within a loop, is compiled as a whole by the task.
"""

import re

STATEMENT = re.compile(r"\n    (?=\S)(?!elif\b|else\b|except\b|finally\b)")
# A body in which these occur means something else when it is taken apart.
WHOLE = re.compile(r'"""|\'\'\'|\bglobal\b|\blocals\b')
LOOP = re.compile(r"^( *(?:for|while) .*:)\n(?=( +))", re.MULTILINE)
MOST_ROUNDS = 20_000  # of all loops in one call of a spoiled reference


def counting(text):
    """Statements whose loops end with the iterator `rounds_`: two mistakes at once can make one that never
    ends.
    """
    return LOOP.sub(r"\1\n\2next(rounds_)\n", text)


def rounds():
    return iter(range(MOST_ROUNDS))


class Pieces:
    """The statements of the spoiled references of one task, compiled."""

    def __init__(self, task):
        own = task.reference.__code__
        local = {*own.co_varnames, *own.co_cellvars}
        self.task, self.codes = task, {}
        self.globals = {name: x for name, x in task.reference.__globals__.items() if name not in local}

    def function(self, text):
        """The function with this text; None if it cannot be taken apart."""
        head, *statements = STATEMENT.split(text)
        if WHOLE.search(text) or re.search(rf"\b{self.task.name}\b", text[len(head) :]):
            return None
        try:
            taking = self.taking(head)
            codes = []
            for statement in statements:
                codes.append(self.code(statement))
                if statement.startswith("return"):
                    break
        except SyntaxError:
            return None

        def in_pieces(*values, **named):
            state = self.globals | taking(*values, **named)
            state["rounds_"] = rounds()
            for code in codes:
                exec(code, state)
            return state.get("result_")

        return in_pieces

    def taking(self, head):
        """The function with this head that gives its arguments by name."""
        if head not in self.codes:
            namespace = dict(self.globals)
            exec(compile(f"{head} return locals()", self.where, "exec"), namespace)
            self.codes[head] = namespace[self.task.name]
        return self.codes[head]

    def code(self, statement):
        if statement not in self.codes:
            text = re.sub(r"^return\b *$", "return None", statement.replace("\n    ", "\n"))
            text = re.sub(r"^return\b", "result_ =", text)
            self.codes[statement] = compile(counting(text), self.where, "exec")
        return self.codes[statement]

    @property
    def where(self):
        return f"<{self.task.id} spoiled>"
