"""
Settings for nbgrader, on the teacher's machine only. Copy this file and forgeries.py into the folder of the course, and
notebooks/ into its source/realnvp/; then `nbgrader generate_assignment realnvp`, and so on. The Java kernel
of this project must be known: JUPYTER_PATH=…/.venv/share/jupyter.
"""
import os
import sys
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor

sys.path.insert(0, str(Path(__file__).parent))
from forgeries import refuse_forgeries  # noqa: E402

c = get_config()
c.CourseDirectory.course_id = "realnvp"

# The kernels inherit both. Without the first, an exercise that is wrong or not done raises no error, and
# nbgrader would give full points for it.
os.environ["REALNVP_GRADED"] = "1"
os.environ["REALNVP_QUICK"] = "1"

# The gaps are open already. Else nbgrader would put its stub there, `// YOUR CODE HERE`, and the student
# would not see the names and types that the check asks for.
c.ClearSolutions.enabled = False

c.Execute.startup_timeout = 300  # seconds, on a busy machine
c.Execute.timeout = 600  # for a cell: some train a flow


class RefuseForgeries(NbGraderPreprocessor):
    """Runs after the cells and before the points are counted."""

    def preprocess(self, notebook, resources):
        refuse_forgeries(notebook)
        return notebook, resources


execute, *count = Autograde.autograde_preprocessors.default()
c.Autograde.autograde_preprocessors = [execute, RefuseForgeries, *count]
