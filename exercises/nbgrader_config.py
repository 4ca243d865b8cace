"""nbgrader's settings for this course. `python -m tools.exercises --course FOLDER` copies them beside the
sets.
"""

c = get_config()  # noqa: F821  nbgrader defines it

c.CourseDirectory.course_id = "backprop"

# The stubs of tools/exercises.py: a fresh release runs without a traceback and says "not attempted yet".
c.ClearSolutions.code_stub = {"python": "# Your work goes here."}
c.ClearSolutions.text_stub = "*Your answer goes here.*"

# The capstone of set 13 may train for a minute. A cell that hangs costs one submission this long, not the
# night.
c.Execute.timeout = 120

# A test cell that a student deleted comes back. Without this the submission would wait for ever.
c.OverwriteCells.add_missing_cells = True
