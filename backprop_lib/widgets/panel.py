"""What all panels share. A panel is facts and a picture; it names its controls as data, and this module makes
them live.
"""

import contextlib
import html
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..show.notation import in_html
from ..show.theme import live
from . import kit

# JupyterLab shows a widget's output even when the widget is gone. So it is hidden unless it is alive, and
# then it hides the twin, the output before it.
ALIVE = (
    ".jp-OutputArea-child:has(.bp-twin)+.jp-OutputArea-child:not(:has(.widget-box)),"
    ".jp-OutputArea-child:has(.bp-twin):has(+.jp-OutputArea-child .widget-box){display:none}"
)
# The frame of what is alive by Python, as panel.css gives it to what is alive in the page.
FRAME = (
    ".bp-widgets{max-width:980px;padding:10px 12px;border:1px solid var(--bp-faint);border-radius:6px}"
    ".bp-widgets .noUi-connect,.bp-widgets .noUi-handle{background:var(--bp-chosen)}"
    ".bp-widgets .widget-toggle-button.mod-active{color:var(--bp-paper);background:var(--bp-chosen)}"
)
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
    script = None  # the name of the script that brings the panel to life with no kernel

    def data(self):
        """What this script needs, with the `state` of the controls; None where Python must compute."""
        return None

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

        frame = ipywidgets.VBox([build(part) for part in self.parts()])
        for name in ("bp-figure", "bp-widgets"):
            frame.add_class(name)
        return frame

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The twin alone, for where there is no notebook, or the panel that needs none."""
        twin, data = self.static(), self.data()
        if data is not None:
            data["controls"] = [_sent(part) for part in _flat(self.parts()) if isinstance(part, Control)]
            still = f'<div class="bp-still">{twin["text/html"]}</div>'
            return twin | {"text/html": kit.output(self.script, still, data, "panel")}
        asleep = '<p class="bp-small">If nothing moves here, run the cell to bring it to life.</p>'
        page = f'<div class="bp-twin">{twin["text/html"]}{asleep}</div>'
        return twin | {"text/html": f"{page}{live()}<style>{ALIVE}{FRAME}</style><script>{_keys()}</script>"}

    def _ipython_display_(self):
        """The twin, and where Python must compute as an output of its own the widgets: a notebook that is
        opened the next day, without them, shows the twin.
        """
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
        if self.data() is not None:
            return
        with contextlib.suppress(ImportError):  # no ipywidgets
            view = self.controls()._repr_mimebundle_()
            view.pop("text/plain", None)
            display(view, raw=True)


SENT_KINDS = {"ToggleButtons": "switch", "Dropdown": "menu", "FloatLogSlider": "log"}


def _sent(control):
    """A control as `panel.js` reads it."""
    traits = control.traits
    sent = {
        "kind": SENT_KINDS.get(control.kind, "slider"),
        "name": control.name,
        "index": control.index,
        "label": traits["description"],
        "title": traits.get("tooltip", traits["description"]),
    }
    if "tooltips" in traits:
        return sent | {"options": list(zip(traits["options"], traits["tooltips"]))}
    if control.kind == "SelectionSlider":
        values = [value for _, value in traits["options"]]
        return sent | {"min": values[0], "max": values[-1], "step": step_of(values[0], values[-1])}
    if "options" in traits:
        return sent | {"options": [[option] for option in traits["options"]]}
    return sent | {"min": traits["min"], "max": traits["max"], "step": traits.get("step", 1)}


def _flat(parts):
    for part in parts:
        yield from part if isinstance(part, list) else [part]


@cache
def _keys():
    return (files(__package__) / "keys.js").read_text(encoding="utf-8")


def paragraphs(lines):
    """Sentences as HTML."""
    style = "line-height:1.4;margin:2px 0;font-variant-numeric:tabular-nums"
    return "".join(f'<p style="{style}">{in_html(line)}</p>' for line in lines)


def table(head, rows):
    """An HTML table; the first cell of a row is its head."""

    def written(tag, cell):
        closing = tag.split()[0]
        return f'<{tag} style="padding:2px 10px;text-align:left">{html.escape(str(cell))}</{closing}>'

    lines = ["".join([written('th scope="col"', cell) for cell in head])]
    for first, *cells in rows:
        lines.append(written('th scope="row"', first) + "".join([written("td", cell) for cell in cells]))
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
