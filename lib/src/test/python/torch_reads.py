"""
Files of flows that the library writes, read by Python with the ordinary reader of their format: the script log_prob.py
gets the library's log densities with PyTorch.

Not part of `mvn verify`, since PyTorch is large; after that, on Debian: `apt-get install python3-torch`,
`.venv/bin/python -m pip install --target lib/target/torch --no-deps safetensors==0.8.0`,
`.venv/bin/python -m pytest lib/src/test/python/torch_reads.py`.
"""
import json
import os
import subprocess
import zlib

import pytest

from notebooks import TARGET, TOP, java

FLOWS = ["two-features", "standardised", "eight-features", "unbounded", "standardised-between", "tanh",
         "standardised-only", "pixels"]
# Nats. Measured: 1.5e-6, and 8.6e-6 where eight features in units of thousands make log densities of about -65,
# of which float32 knows multiples of 7.6e-6; 4.7e-5 for images of 64 pixels, which is 1.1e-6 bits per dimension.
TOLERANCE = dict.fromkeys(FLOWS, 1e-5) | {"pixels": 1e-4}
DESCRIBE = """
import json, sys
from safetensors import safe_open
from safetensors.torch import load_file
with safe_open(sys.argv[1], "pt") as file:
    metadata = file.metadata()
print(json.dumps([metadata, {name: [str(t.dtype), *t.shape] for name, t in load_file(sys.argv[1]).items()}]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of each flow, points as .csv, and the library's log densities there as .txt."""
    folder = tmp_path_factory.mktemp("flows")
    path = os.pathsep.join(map(str, (TARGET / "realnvp.jar", TARGET / "test-classes")))
    subprocess.run([java(), "-cp", path, "realnvp.KeptFlows", "write", folder], check=True)
    assert sorted(path.stem for path in folder.glob("*.safetensors")) == sorted(FLOWS)
    return folder


@pytest.mark.parametrize("name", FLOWS)
def test_pytorch_gets_the_same_log_densities(folder, name):
    points = (folder / f"{name}.csv").read_text()
    script = TOP / "lib" / "src" / "main" / "python" / "log_prob.py"
    got = [float(line) for line in python(script, folder / f"{name}.safetensors", points=points).splitlines()]
    expected = [float(line) for line in (folder / f"{name}.txt").read_text().splitlines()]
    assert len(set(expected)) == len(expected) == 200
    assert got == pytest.approx(expected, rel=0, abs=TOLERANCE[name])


def test_names_shapes_and_notes_are_as_pytorch_has_them(folder):
    metadata, tensors = json.loads(python("-c", DESCRIBE, folder / "eight-features.safetensors"))
    assert metadata["name"] == "eight-features"
    assert metadata["realnvp.library"] == "1.0.0"
    assert metadata["realnvp.layers.3.s"] == "relu"
    assert tensors["layers.0.standard_deviation"] == ["torch.float64", 8]
    assert tensors["layers.3.mask"] == ["torch.float64", 8]
    kept = tensors["layers.3.s.0.weight"][2]
    assert kept != 4, "input and output of a network must differ, for the shapes to tell in from out"
    assert tensors["layers.3.s.0.weight"] == ["torch.float64", 10, kept]
    assert tensors["layers.3.t.2.weight"] == ["torch.float64", 8 - kept, 10]
    assert tensors["layers.3.t.2.bias"] == ["torch.float64", 8 - kept]


def test_the_last_tensor_is_the_checksum_of_all_bytes_before_it(folder):
    written = (folder / "tanh.safetensors").read_bytes()
    assert int.from_bytes(written[-8:], "little") == zlib.crc32(written[:-8])


def test_an_activation_that_does_not_exist_is_no_function_of_torch(folder):
    changed = folder / "changed"
    changed.write_bytes((folder / "tanh.safetensors").read_bytes().replace(b'"tanh"', b'"save"'))
    script = TOP / "lib" / "src" / "main" / "python" / "log_prob.py"
    assert "KeyError: 'save'" in python(script, changed, points="1,2", fails=True)


def python(*arguments, points="", fails=False):
    """What Debian's Python prints, which has Debian's PyTorch; the error if it fails as expected."""
    result = subprocess.run(["/usr/bin/python3", *arguments], input=points, text=True, capture_output=True,
                            env={**os.environ, "PYTHONPATH": str(TARGET / "torch")})
    assert (result.returncode != 0) == fails, result.stderr
    return result.stderr if fails else result.stdout
