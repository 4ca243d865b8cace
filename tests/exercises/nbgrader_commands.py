"""Run nbgrader's commands one after the other in one process, as its command line would: `python
nbgrader_commands.py` in the folder of a course, one command per line on stdin. nbgrader takes four seconds to
import; this pays them once.
"""

import logging
import sys

from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp

for line in sys.stdin:
    app = NbGraderApp.instance()
    app.initialize(line.split())
    try:
        app.start()
    except NoStart:  # the command itself has run
        pass
    except SystemExit as end:
        if end.code:
            sys.exit(f"nbgrader {line.strip()} ended with {end.code}")
    finally:
        NbGraderApp.clear_instance()
        logging.getLogger("traitlets").handlers.clear()
