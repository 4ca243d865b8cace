"""The tasks of the problem sets, one module each. Importing a module registers its tasks."""

from importlib import import_module
from pkgutil import iter_modules


def load():
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
