"""
Unpacks the bundle for a room without network, starts its lab's environment with no network to reach, and runs
its first notebook in it.

Not part of `mvn verify`, since it needs the bundle: `mvn -Pbundle`, then
`.venv/bin/python -m pytest lib/src/test/python/bundle.py`.
"""
import json
import os
import subprocess
import zipfile

from notebooks import TARGET, java

NOWHERE = "http://localhost:9"  # nothing listens there


def test_the_bundle_needs_no_network(tmp_path):
    with zipfile.ZipFile(TARGET / "realnvp-offline.zip") as bundle:
        bundle.extractall(tmp_path)
    folder = tmp_path / "realnvp"
    unreachable = {**os.environ, "http_proxy": NOWHERE, "https_proxy": NOWHERE, "PIP_CONFIG_FILE": os.devnull,
                   "PIP_INDEX_URL": NOWHERE}
    here = {"cwd": folder, "env": unreachable, "check": True, "stdin": subprocess.DEVNULL}
    subprocess.run([java(), "lib/src/lab/java/Lab.java", "environment"], **here)
    # A notebook that raises or writes to stderr ends this command with an error, or is found below.
    subprocess.run([java(), "lib/src/lab/java/Lab.java", "python", "-m", "jupyter", "execute", "--inplace",
                    "--kernel_name=java", "notebooks/00-start-here.ipynb"], **here)
    executed = json.loads((folder / "notebooks/00-start-here.ipynb").read_text())
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert "application/vnd.plotly.v1+json" in kinds, "the notebook drew no figure"
    assert not [output["text"] for output in outputs if output.get("name") == "stderr"]
