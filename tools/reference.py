"""Write docs/reference.md: every public name with its signature and docstring, ``python -m tools.reference``.

What is public, `backprop_lib` says. Rooms come in reading order, names in the order in which they are listed
there, and the operations as one table. A test fails when the page is out of date.
"""

import inspect
import itertools
import re
import textwrap
from importlib import import_module
from pathlib import Path

import backprop_lib as bp

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
HEAD = """# Reference

Written by `make reference` from the docstrings; do not edit. After `import backprop_lib as bp`,
`help(bp.grad)` shows the same in Python."""


def page():
    """The reference as Markdown."""
    lines = [HEAD]
    for room in bp._ROOMS:
        lines += ["", f"## {room}", "", sentence(about(room))]
        for name in public_names(room):
            lines += ["", *entry(f"bp.{name}", thing_called(name))]
    return "\n".join(lines) + "\n"


def about(room):
    """What the docstring of the library says about a room."""
    return re.search(rf"^ +{room}/? +(.+)$", bp.__doc__, re.MULTILINE)[1]


def public_names(room):
    """The public names of a room as they are written after ``bp.``.

    Of a room that is used by its own name, such as ``bp.datasets.digits``, they are what it offers itself.
    """
    listed = [names.split() for key, names in bp._PUBLIC.items() if key.split(".")[0] == room]
    if listed:
        return [name for names in listed for name in names]
    module = import_module(f"backprop_lib.{room}")
    return [f"{room}.{name}" for name in getattr(module, "__all__", None) or defined_in(module)]


def defined_in(module):
    """The public functions that a module defines, and does not import."""
    for name, thing in vars(module).items():
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_"):
            yield name


def thing_called(name):
    """What ``bp.name`` is."""
    thing = bp
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


def entry(title, thing, level=3):
    """The lines about one name; the public members of a class follow it, one level below."""
    if thing is bp.OPERATIONS:
        return [f"{'#' * level} `{title}`", "", *operations()]
    if not callable(thing) and not isinstance(thing, property):
        return [f"{'#' * level} `{title}`", "", f"A {type(thing).__name__}."]
    members = public_members(thing)
    labels = {*parameters(thing), *members, *getattr(thing, "__slots__", ())}
    lines = [f"{'#' * level} `{title}{signature(thing)}`", "", *markdown(documentation(thing), labels)]
    for name, member in members.items():
        if documentation(member) and name not in bp.OPERATIONS:
            lines += ["", *entry(f"{title.split('.')[-1]}.{name}", member, level + 1)]
    return lines


def public_members(thing):
    """{name: method or property} that a class itself defines; nothing for a function."""
    if not inspect.isclass(thing):
        return {}
    found = {}
    for name in vars(thing):
        member = inspect.getattr_static(thing, name)
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property)):
            found[name] = member
    return found


def documentation(thing):
    """The docstring without its indentation; empty if there is none, or only one that Python made up."""
    text = inspect.cleandoc(thing.__doc__ or "")
    is_made_up = text.startswith(f"{getattr(thing, '__name__', '')}(")
    return "" if is_made_up else text


def parameters(thing):
    """{name: parameter}, the way a call is written: without self, and without annotations."""
    if isinstance(thing, property):
        return {}
    found = dict(inspect.signature(thing).parameters)
    found.pop("self", None)
    return {name: parameter.replace(annotation=parameter.empty) for name, parameter in found.items()}


def signature(thing):
    """The parameters as text. A function among the defaults is called by its name, not by its address."""
    if isinstance(thing, property):
        return ""
    shown = []
    for parameter in parameters(thing).values():
        if callable(parameter.default) and parameter.default is not parameter.empty:
            parameter = parameter.replace(default=Verbatim(getattr(parameter.default, "__name__", "…")))
        shown.append(parameter)
    return str(inspect.Signature(shown))


class Verbatim(str):
    """A text whose repr is itself."""

    __repr__ = str.__str__


def operations():
    """The table of operations, as a table."""
    yield "Each is a function, such as `bp.exp(x)`; operators and methods of a node, `x.sum()`, do the same."
    yield "`out` is the value just computed. A derivative that holds `g`, the upstream gradient, is the whole"
    yield "contribution to the input; the others are multiplied by it, entry by entry."
    yield ""
    yield "| operation | value | derivative | in a picture |"
    yield "|---|---|---|---|"
    for row in [bp.OPERATIONS[name] for name in bp.graph.public_names()]:
        yield f"| {code(call(row))} | {code(row.value)} | {derivatives(row)} | {cell(row.gate)} |"


def call(row):
    """How an operation is called: ``leaky_relu(x, slope=0.01)``."""
    arguments = row.arguments.split(", ")
    first = len(arguments) - len(row.defaults)
    settings = [f"{name}={value}" for name, value in zip(arguments[first:], row.defaults)]
    settings += [f"{name}={value}" for name, value in row.params.items()]
    return f"{row.name}({', '.join(arguments[:first] + settings)})"


def derivatives(row):
    """Its derivatives by each of the arguments, in words if there is none."""
    found = []
    for argument, formula in zip(row.arguments.split(", "), row.local):
        if formula:
            found.append(f"by {argument}: {code(formula)}")
    return ", ".join(found) or "none"


def code(text):
    return f"`{cell(text)}`"


def cell(text):
    return text.replace("|", r"\|")


def sentence(text):
    return f"{text[0].upper()}{text[1:]}."


LABEL = re.compile(r"((?:\w+, )*\w+): ")
CODE_SPAN = re.compile(r"(``.+?``|`.+?`)")
SPECIAL = re.compile(r"[\\*$]|<(?=[\w/!])|(?<!\w)_|_(?!\w)")  # what Markdown would take for its own


def markdown(docstring, labels):
    """A docstring as lines of Markdown. Its parts are separated by blank lines.

    Where every line begins with one of `labels` and a colon, or is indented below such a line, the part
    becomes a list. Any other line that is indented is shown as it stands.
    """
    lines = []
    for part in re.split(r"\n\s*\n", docstring):
        written = part.splitlines()
        belongs = [line.startswith(" ") or label_of(line, labels) for line in written]
        is_list = label_of(part, labels) and all(belongs)
        lines += ["", *(items(written, labels) if is_list else text_and_code(written))]
    return lines[1:]


def label_of(line, labels):
    """The label with which a line begins; None without one."""
    found = LABEL.match(line)
    return found[1] if found and labels.issuperset(found[1].split(", ")) else None


def items(written, labels):
    for line in written:
        label = label_of(line, labels)
        if label:
            text = line.removeprefix(f"{label}: ")
            yield f"- *{label}*: {escaped(text)}"
        else:
            yield f"  {escaped(line.strip())}"


def text_and_code(written):
    for is_code, lines in itertools.groupby(written, key=lambda line: line.startswith(" ")):
        if is_code:
            yield from ["```text", *textwrap.dedent("\n".join(lines)).splitlines(), "```"]
        else:
            yield from map(escaped, lines)


def escaped(text):
    """Text that Markdown shows as it stands, apart from its `code`."""
    parts = CODE_SPAN.split(text)
    parts[::2] = [SPECIAL.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def main():
    PAGE.write_text(page(), "utf-8")
    print(f"docs/{PAGE.name} is written")


if __name__ == "__main__":
    main()
