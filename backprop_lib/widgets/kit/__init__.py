"""The kit: one small runtime in the page for everything that moves there, and the output that carries it."""

from .kit import output
