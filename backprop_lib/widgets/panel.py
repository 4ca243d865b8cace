"""What all panels share: controls in a live notebook, and a static twin with the same facts everywhere else."""

import base64
import html
import io


class Panel:
    """Shows `controls()` where widgets work and `static()` where they do not: on paper, in a stored notebook,
    in a test.
    """

    def controls(self):
        """The ipywidgets of this panel."""
        raise NotImplementedError

    def static(self):
        """The static twin, {MIME type: text}; its text/plain is all that a plain terminal sees."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = self.static()
        try:
            live = self.controls()._repr_mimebundle_()
        except ImportError:  # no ipywidgets
            return bundle
        return live | bundle  # the twin's own text/plain: that of a widget would say which numbers are chosen


class Figure:
    """A matplotlib figure as a picture with alternative text. `alt` says what there is to see, not that it is
    a figure.
    """

    def __init__(self, figure, alt):
        self.figure, self.alt = figure, alt

    def _repr_html_(self):
        import matplotlib.pyplot as plt

        data = io.BytesIO()
        self.figure.savefig(data, format="png", dpi=100, facecolor="white")
        plt.close(self.figure)  # or the notebook would show it a second time
        source = base64.b64encode(data.getvalue()).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{source}" alt="{html.escape(self.alt)}" style="max-width:100%">'
        )

    def __repr__(self):
        return self.alt


def figure(figure, alt):
    """Show a matplotlib figure with alternative text: ``bp.figure(fig, alt="The loss falls to 0.02 in 40
    steps")``.
    """
    if not alt.strip():
        raise ValueError(
            "alt is what a reader who cannot see the figure gets: say in a sentence what it shows"
        )
    return Figure(figure, alt)
