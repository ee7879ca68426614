"""
A whole class on one machine: starts a kernel for each student, lets all of them run the same notebook at once,
and prints what it took. For who sizes a JupyterHub:

    .venv/bin/python lib/src/lab/python/classroom.py --students=30 --notebook=07 --heap=400m

The memory of a kernel is what the operating system holds in RAM for it alone and for its share of what kernels
have in common (proportional set size, from Linux). The notebook server of each student is not in it.
"""
import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from notebooks import KERNEL, NOTEBOOKS, code_cells, complaints

SECONDS_PER_CELL = 6 * 3600
SECONDS_BETWEEN_LOOKS = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--notebook", default="07", help="how its name starts")
    parser.add_argument("--heap", default="400m", help="the most that Java may take for its objects, in a kernel")
    options = parser.parse_args()
    path, = NOTEBOOKS.glob(options.notebook + "*.ipynb")
    with tempfile.TemporaryDirectory() as folder:
        kernels = kernelspec(Path(folder), options.heap)
        memory = psutil.virtual_memory()
        print(f"{path.name}, {options.students} students, heap {options.heap}, "
              f"{psutil.cpu_count()} cores, {memory.total / 2**30:.0f} GiB", flush=True)
        seconds, peaks, together, wrong = asyncio.run(everybody(path, options.students, kernels))
    print(f"seconds to the end: first {min(seconds):.0f}, median {statistics.median(seconds):.0f}, "
          f"last {max(seconds):.0f}")
    print(f"MB of a kernel at its peak: median {statistics.median(peaks):.0f}, most {max(peaks):.0f}; "
          f"all together at most {together:.0f}")
    print(f"{len(seconds) - len(wrong)} of {len(seconds)} ran without a complaint")
    for complaint in wrong[:5]:
        print(complaint)
    raise SystemExit(bool(wrong))


def kernelspec(folder, heap):
    """The lab's own kernel, with another limit for the heap."""
    spec = json.loads(KERNEL.read_text(encoding="utf-8"))
    spec["argv"] = [f"-Xmx{heap}" if word.startswith("-Xmx") else word for word in spec["argv"]]
    (folder / "java").mkdir()
    (folder / "java" / "kernel.json").write_text(json.dumps(spec))
    return KernelSpecManager(kernel_dirs=[str(folder)])


async def everybody(path, students, kernels):
    managers = [AsyncKernelManager(kernel_name="java", kernel_spec_manager=kernels) for _ in range(students)]
    peaks, together = [0.0] * students, [0.0]
    watch = asyncio.create_task(look(managers, peaks, together))
    results = await asyncio.gather(*(student(path, manager) for manager in managers))
    watch.cancel()
    return [seconds for seconds, _ in results], peaks, together[0], [w for _, wrong in results for w in wrong[:1]]


async def student(path, manager):
    """Seconds from opening the notebook to its last output, and what went wrong."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, km=manager, timeout=SECONDS_PER_CELL, startup_timeout=1800, allow_errors=True,
                            resources={"metadata": {"path": str(NOTEBOOKS)}})
    begin = time.monotonic()
    try:
        await client.async_execute()
    except Exception as error:  # a dead kernel is a finding about this student, not the end of the class
        return time.monotonic() - begin, [f"{path.name}: {type(error).__name__}: {error}"]
    finally:
        await manager.shutdown_kernel(now=True)
    return time.monotonic() - begin, [line for cell in code_cells(notebook) for line in complaints(cell)]


async def look(managers, peaks, together):
    while True:
        now = [megabytes(manager) for manager in managers]
        peaks[:] = [max(pair) for pair in zip(peaks, now)]
        together[0] = max(together[0], sum(now))
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def megabytes(manager):
    process = getattr(manager.provisioner, "process", None)
    try:
        return psutil.Process(process.pid).memory_full_info().pss / 1e6 if process else 0.0
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    main()
