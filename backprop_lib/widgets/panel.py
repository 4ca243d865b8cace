"""What all panels share. A panel is facts and a picture; it names its controls as data, and this module makes
them live.
"""

import html
import math
from dataclasses import dataclass

WIDE = {"width": "420px"}


@dataclass(frozen=True)
class Control:
    """A control as data. kind: a class of ipywidgets. traits: its settings.

    name: the attribute of the panel that it sets; with an index it sets one entry of it.
    """

    kind: str
    name: str
    index: int | str | None
    traits: dict


def slider(name, description, tooltip, low=None, high=None, kind="FloatSlider", index=None, **traits):
    """A slider from low to high. A FloatSlider gets a step of the size that `step_of` gives."""
    usual = {"description": description, "tooltip": tooltip, "layout": WIDE}
    if kind != "SelectionSlider":
        usual |= {"min": low, "max": high}
    if kind == "FloatSlider":
        usual |= {"step": step_of(low, high), "readout_format": ".2f"}
    return Control(kind, name, index, usual | traits)


def step_of(low, high):
    """The step of a slider: a power of ten, so that it stands at short numbers; at most 1/50 of the way."""
    return 10.0 ** math.floor(math.log10((high - low) / 50))


def switch(name, description, options):
    """A row of buttons; options: {what is chosen: tooltip}."""
    traits = {"description": description, "options": list(options), "tooltips": list(options.values())}
    return Control("ToggleButtons", name, None, traits | {"style": {"button_width": "auto"}})


def menu(name, description, tooltip, options):
    """A list that opens."""
    traits = {"description": description, "tooltip": tooltip, "options": list(options)}
    return Control("Dropdown", name, None, traits | {"layout": {"width": "11em"}})


class Panel:
    """Shows `controls()` where widgets work and `static()` where they do not: on paper, in a stored notebook,
    in a test. A panel defines `parts`, `picture`, and `lines` or `words`.
    """

    view_kind = "HTML"  # the class of ipywidgets that shows a view

    def parts(self):
        """What stands below each other: controls, and views, which are methods that return HTML; in a list,
        what stands in a row.
        """
        return [self.view]

    def picture(self):
        """The picture as HTML."""
        raise NotImplementedError

    def lines(self):
        """Sentences below the picture."""
        return ()

    def words(self):
        """What there is to see, in words: all that a plain terminal shows."""
        return "\n".join(self.lines())

    def view(self):
        """Picture and sentences, as HTML."""
        return self.picture() + paragraphs(self.lines())

    def static(self):
        """The static twin, {MIME type: text}."""
        return {"text/html": self.view(), "text/plain": self.words()}

    def read(self, control):
        """Where a control stands."""
        value = getattr(self, control.name)
        return value if control.index is None else value[control.index]

    def write(self, control, value):
        """A control has moved: keep what it says. A panel with more to compute does it here."""
        if control.index is None:
            setattr(self, control.name, value)
        else:
            getattr(self, control.name)[control.index] = value

    def controls(self):
        """The ipywidgets of this panel. When one has moved, all views and all other controls follow."""
        import ipywidgets

        shown = []  # (part, its widget)

        def build(part):
            if isinstance(part, list):
                return ipywidgets.HBox([build(one) for one in part])
            if callable(part):
                widget = getattr(ipywidgets, self.view_kind)(part())
            else:
                widget = getattr(ipywidgets, part.kind)(value=self.read(part), **part.traits)
                widget.observe(lambda change: moved(part, change.new), "value")
            shown.append((part, widget))
            return widget

        def moved(control, value):
            if value == self.read(control):
                return  # it followed another one
            self.write(control, value)
            for part, (_, widget) in zip(_flat(self.parts()), shown):
                if callable(part):
                    widget.value = part()
                else:
                    if "max" in part.traits:
                        widget.max = part.traits["max"]
                    widget.value = self.read(part)

        return ipywidgets.VBox([build(part) for part in self.parts()])

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.static()
        try:
            live = self.controls()._repr_mimebundle_()
        except ImportError:  # no ipywidgets
            return bundle
        return live | bundle  # the twin's own text/plain: that of a widget would say which numbers are chosen


def _flat(parts):
    for part in parts:
        yield from part if isinstance(part, list) else [part]


def paragraphs(lines):
    """Sentences as HTML."""
    style = "line-height:1.4;margin:2px 0;font-variant-numeric:tabular-nums"
    return "".join(f'<p style="{style}">{html.escape(line, quote=False)}</p>' for line in lines)


def table(head, rows):
    """An HTML table; the first cell of a row is its head."""

    def row(cells, plain):
        style = 'style="padding:2px 10px;text-align:left"'
        tags = ["th", *[plain] * (len(cells) - 1)]
        return "".join(f"<{tag} {style}>{html.escape(str(cell))}</{tag}>" for tag, cell in zip(tags, cells))

    lines = [row(head, "th"), *(row(cells, "td") for cells in rows)]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
