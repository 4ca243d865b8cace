"""Run the notebooks afresh and store their outputs in one normal form: `make notebooks`.

    python -m tools.notebooks                              all of notebooks/
    python -m tools.notebooks notebooks/04_backward.ipynb  these

Each notebook runs from top to bottom in a new kernel. It is stored only if no cell failed (apart from those
tagged raises-exception) and none wrote to stderr. The normal form holds nothing that differs from run to run,
so that running this twice changes nothing: no widget state, no widget ids, no times of execution, no version
of the interpreter. Outputs that differ only in what tests/nbval_sanitize.cfg lets differ (a measured
duration) stay as they were.
"""

import json
import re
import sys
from copy import deepcopy
from pathlib import Path

ROOT = Path(__file__).parent.parent

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
VOLATILE_CELL_METADATA = {"ExecuteTime", "collapsed", "execution", "scrolled", "trusted"}

# A stored view refers to a widget of a kernel that is gone: JupyterLab would show an error in its place.
# Without the view the output falls back on its text/html, the widget's static twin.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normalise(notebook):
    """Remove from a notebook (a dict, changed in place) everything that differs between two runs."""
    notebook["metadata"] = dict(METADATA)
    for cell in notebook["cells"]:
        for key in VOLATILE_CELL_METADATA & cell["metadata"].keys():
            del cell["metadata"][key]
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"].pop(WIDGET_VIEW, None)
                output["metadata"] = {}
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if output.get("data") != {}]
    return notebook


def complaints(notebook):
    """What must not be stored, a line each: unannounced errors, text on stderr, code that never ran."""
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        tags = cell["metadata"].get("tags", [])
        if cell["execution_count"] is None and "nbval-skip" not in tags:
            yield f"cell {number} never ran"
        for output in cell["outputs"]:
            if output["output_type"] == "error" and "raises-exception" not in tags:
                yield f"cell {number} fails: {output['ename']}: {output['evalue']}"
            if output.get("name") == "stderr":
                yield f"cell {number} writes to stderr: {''.join(output['text']).strip()}"


def sanitised(outputs):
    """The outputs as one string, without what nbval does not compare either."""
    text = json.dumps(outputs, ensure_ascii=False, sort_keys=True)
    rules = ROOT.joinpath("tests/nbval_sanitize.cfg").read_text("utf-8")
    for regex, replacement in re.findall("^regex: (.*)\nreplace: (.*)$", rules, re.MULTILINE):
        text = re.sub(regex, replacement, text)
    return text


def execute(path):
    """Run one notebook in a new kernel and return it in normal form."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    stored = deepcopy(notebook)
    NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": path.parent}},
        allow_errors=True,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
    ).execute()
    normalise(notebook)
    for cell, before in zip(notebook.cells, stored.cells, strict=True):
        if cell.cell_type == "code" and sanitised(cell.outputs) == sanitised(before.outputs):
            cell.outputs = before.outputs
    return notebook


def main(paths):
    """Run and store the notebooks; return 1 if one of them must not be stored."""
    import nbformat

    status = 0
    for path in [Path(path).resolve() for path in paths] or sorted(ROOT.glob("notebooks/*.ipynb")):
        before = path.read_text("utf-8")
        notebook = execute(path)
        if wrong := list(complaints(notebook)):
            status = 1
            print(f"{path.name}: not stored", *wrong, sep="\n    ")
            continue
        after = nbformat.writes(notebook) + "\n"
        path.write_text(after, "utf-8")
        print(f"{path.name}: {'as it was' if after == before else 'stored'}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
