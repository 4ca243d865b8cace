"""Spoiled references, run statement by statement.

To compile them takes most of the time of a search for two mistakes, and any two of them differ in one or two
lines. So each statement is compiled once, and a function is the list of its statements; those within a loop
are as well. What does not fit into this form, such as a `return` within a loop, is compiled as a whole by the
task.
"""

import re

STATEMENT = re.compile(r"\n    (?=\S)(?!elif\b|else\b|except\b|finally\b)")
BLOCK = re.compile(r"(for|while|if|with)\b.*:$")
LEAVING = ("return", "break", "continue")
# A statement in which these occur means something else when it stands alone.
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
        taking, codes, steps = self.kept(self.taking, head), [], {}
        for i, statement in enumerate(statements):
            codes.append(self.code(statement, f"step_{i}_", steps))
            if statement.startswith("return"):
                break
        if taking is None or None in codes:
            return None

        def in_pieces(*values, **named):
            state = self.globals | taking(*values, **named) | steps
            state["rounds_"] = rounds()
            for code in codes:
                exec(code, state)
            return state.get("result_")

        return in_pieces

    def code(self, statement, place, steps):
        """The code of a statement. Of a loop, the statements within it go into `steps`, by their places."""
        if "\n" not in statement:
            return self.kept(self.compiled, statement)
        text = statement.replace("\n    ", "\n")
        head, *inside = STATEMENT.split(text)
        if BLOCK.match(head) and not re.search(r"\n\S", text):  # no `else`
            text = head
            for i, inner in enumerate(inside):
                name = f"{place}{i}_"
                code = None if inner.startswith(LEAVING) else self.code(inner, name, steps)
                if code is not None:
                    steps[name] = code
                    inner = f"exec({name})"
                text += f"\n    {inner}"
        return self.kept(self.compiled, text)

    def kept(self, make, text):
        """What `make` makes of a piece of text, made once; None if it cannot stand alone."""
        if text not in self.codes:
            try:
                self.codes[text] = make(text)
            except SyntaxError:
                self.codes[text] = None
        return self.codes[text]

    def taking(self, head):
        """The function with this head that gives its arguments by name."""
        namespace = dict(self.globals)
        exec(compile(f"{head} return locals()", self.where, "exec"), namespace)
        return namespace[self.task.name]

    def compiled(self, text):
        if WHOLE.search(text) or self.task.name in text:
            return None
        text = re.sub(r"^return\b *$", "return None", text)
        text = re.sub(r"^return\b", "result_ =", text)
        return compile(counting(text), self.where, "exec")

    @property
    def where(self):
        return f"<{self.task.id} spoiled>"
