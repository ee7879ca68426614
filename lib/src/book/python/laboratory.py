"""
The laboratory: the library as WebAssembly, in one script for all pages of the book that train something.

Maven compiles it from lib/src/laboratory/java; what the page itself does lies in lib/src/laboratory/page. A page that is
opened from a file can fetch nothing, so the script holds the WebAssembly, packed, as text.
"""
import base64
import gzip
import json
import os
import subprocess

from notebooks import TARGET, TOP, java

PAGE = TOP / "lib/src/laboratory/page"
COMPILED = TARGET / "laboratory"


def write_script(assets):
    packed = gzip.compress((COMPILED / "laboratory.wasm").read_bytes(), mtime=0)
    parts = {"wasm": base64.b64encode(packed).decode(),
             "runtime": next(COMPILED.glob("*runtime.js")).read_text(encoding="utf-8"),
             "worker": source("worker.js")}
    script = "\n".join(source(name) for name in ("draw.js", "laboratory.js", "stretch.js"))
    known = f"const laboratoryParts = {json.dumps(parts)};\nconst laboratoryFloors = {floors()};"
    (assets / "laboratory.js").write_text(f"(() => {{\n{known}\n{script}\n}})();\n", encoding="utf-8")
    (assets / "laboratory.css").write_text(source("laboratory.css"), encoding="utf-8")


def source(name):
    return (PAGE / name).read_text(encoding="utf-8")


def floors():
    """The losses that can be known before training, as JSON; the library computes them, here on the JVM."""
    path = os.pathsep.join([str(COMPILED / "classes"), str(TARGET / "dependency" / "*")])
    return subprocess.run([java(), "-cp", path, "realnvp.laboratory.Floors"], check=True, capture_output=True,
                          text=True).stdout.strip()
