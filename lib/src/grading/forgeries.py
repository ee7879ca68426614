"""
Finds submissions that answer for the library: nbgrader restores the checks, but a class Exercise or Math that a
student declares takes the place of the real one in them. A check that such a submission could have forged fails, and
says why. Not all forgeries can be found, since the answers are programs: see the teacher's page on safe grading.
"""
import re

from nbformat.v4 import new_output

WORD = re.compile(r"[^\W\d]\w*")
UNICODE = re.compile(r"\\u+([0-9a-fA-F]{4})")
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
TYPE = re.compile(r"\b(?:class|interface|enum|record)\s+(\w+)")
VARIABLE = re.compile(r"[\w>\]]\s+([A-Z]\w*)\s*(?:=(?!=)|[;,:])")  # a variable hides the class of its name
METHOD = re.compile(r"(?<!\bnew)(?<=[\w>\]])\s+(\w+)\s*\([^()]*\)\s*(?:throws\s[\w\s,.]+)?\{")
CALLED = re.compile(r"(?<![.\w])(\w+)\s*\(")
IMPORT = re.compile(r"\bimport\s+(?:static\s+)?([\w.]+(?:\.\*)?)\s*;")
OURS = ("java.", "realnvp.", "tech.tablesaw.", "org.apache.commons.math3.")
MAGIC = re.compile(r"^\s*(%%?\w+.*)", re.MULTILINE)
PASS = re.compile(r"\bPASS (\d+\.\d+)")


def code(source):
    """The source as the compiler takes it, without comments and texts."""
    return NOT_CODE.sub(" ", UNICODE.sub(lambda found: chr(int(found[1], 16)), source))


def is_check(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def is_locked(cell):
    return cell.metadata.get("nbgrader", {}).get("locked", False)


def declared_anew(notebook):
    """What the student's cells declare, import or load that could stand in a check for something else."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checks = "\n".join(code(cell.source) for cell in cells if is_check(cell))
    used, called = {"Exercise", "realnvp", *WORD.findall(checks)}, set(CALLED.findall(checks))
    found = []
    for cell in cells:
        if is_locked(cell):
            continue
        text = code(cell.source)
        found += [f"declares {name}" for name in TYPE.findall(text) + VARIABLE.findall(text) if name in used]
        found += [f"declares {name}" for name in METHOD.findall(text) if name in called]
        found += [f"imports {name}" for name in IMPORT.findall(text) if not name.startswith(OURS)]
        found += [f"loads {line}" for line in MAGIC.findall(cell.source) if line.strip() != "%load setup.jshell"]
    return list(dict.fromkeys(found))


def verdicts(cell):
    """The exercises that the outputs of this cell call passed."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return [id for text in texts for id in PASS.findall(text)]


def refuse_forgeries(notebook):
    """An error among the outputs of each check that may be forged: it is no point, and the feedback shows why."""
    found = declared_anew(notebook)
    for cell in notebook.cells:
        if is_check(cell):
            id = cell.metadata["nbgrader"]["grade_id"].removeprefix("check-").replace("-", ".")
            failed = any(output.output_type == "error" for output in cell.outputs)
            if found:
                refuse(cell, f"this submission {', '.join(found)}, so its checks say nothing: look at it yourself")
            elif not failed and verdicts(cell) != [id]:
                refuse(cell, f"the check of {id} must say PASS once, it said {verdicts(cell)}: look at it yourself")


def refuse(cell, sentence):
    cell.outputs.append(new_output("error", ename="Refused", evalue=sentence, traceback=[sentence]))
