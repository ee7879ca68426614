"""
Packs the course for a room without network: lib/target/realnvp-offline.zip.

Inside are the notebooks, the built library, its sources, and every Python package as a wheel for each system and
Python version asked for. A laptop then needs a JDK and Python, and no network. `mvn -Pbundle` runs this. The book
is not inside: it has the answers and the teacher's pages, and the bundle is for students.
"""
import argparse
import subprocess
import sys
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

TOP = Path(__file__).resolve().parents[4]
TARGET = TOP / "lib" / "target"
WHEELS = TARGET / "wheels"
ZIP = TARGET / "realnvp-offline.zip"
FOLDER = "realnvp"

# Only the tests need these, and a browser driver is larger than all the rest.
TESTS_ONLY = {"greenlet", "iniconfig", "playwright", "pluggy", "pyee", "pytest"}

# The wheel platforms that pip accepts on a system, and what the markers in requirements.txt call it.
SYSTEMS = {
    "linux": (["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_12_x86_64",
               "manylinux2010_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"],
              {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"}),
    "windows": (["win_amd64"],
                {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows",
                 "platform_machine": "AMD64"}),
    "macos": ([f"macosx_{major}_0_{chip}" for major in range(15, 10, -1) for chip in ("arm64", "universal2")]
              + ["macosx_10_9_universal2"],
              {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin",
               "platform_machine": "arm64"}),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--systems", default="linux,windows,macos", help="some of " + ", ".join(SYSTEMS))
    parser.add_argument("--pythons", default="3.11,3.12,3.13,3.14", help="Python versions of the laptops")
    options = parser.parse_args()
    needed = requirements()
    WHEELS.mkdir(parents=True, exist_ok=True)
    for system in options.systems.split(","):
        for python in options.pythons.split(","):
            download(needed, system, python)
    pack(needed, options)


def requirements():
    """What the lab needs, each at its one version, with its marker."""
    lines = (TOP / "notebooks" / "requirements.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [requirement for requirement in found if requirement.name.lower() not in TESTS_ONLY]


def download(needed, system, python):
    if system not in SYSTEMS:
        sys.exit(f"the system must be one of {', '.join(SYSTEMS)}, got {system}")
    platforms, names = SYSTEMS[system]
    print(f"Python {python} on {system}", flush=True)
    for release in (python + ".0", python + ".9"):  # some markers tell early releases from later ones
        # pip evaluates markers for the Python that runs it, so they are evaluated here, for the laptop's.
        there = {**names, "python_version": python, "python_full_version": release,
                 "implementation_name": "cpython", "platform_python_implementation": "CPython"}
        chosen = [f"{r.name}{r.specifier}" for r in needed if r.marker is None or r.marker.evaluate(there)]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--implementation=cp", f"--python-version={release}",
                   *(f"--platform={platform}" for platform in platforms), f"--dest={WHEELS}",
                   f"--find-links={WHEELS}", *chosen]
        if subprocess.run(command).returncode:
            sys.exit(f"pip could not fetch the wheels for Python {release} on {system}: see its lines above")


def course():
    """From its name in the zip to the file: what git holds of the course for students, and what Maven built of it."""
    shared = ["notebooks", "lib/src/main", "lib/src/lab/java", "lib/src/lab/export", "README.md", "LICENSE"]
    tracked = subprocess.run(["git", "ls-files", *shared], cwd=TOP, check=True, capture_output=True,
                             text=True).stdout.splitlines()
    files = {name: TOP / name for name in tracked if (TOP / name).is_file()}
    files |= {path.relative_to(TOP).as_posix(): path for path in sorted((TARGET / "dependency").glob("*.jar"))}
    return files | {"lib/target/realnvp.jar": TARGET / "realnvp.jar"}


def pack(needed, options):
    """The zip: the course and the wheels."""
    files = course() | {f"wheels/{wheel.name}": wheel for wheel in sorted(WHEELS.glob("*.whl"))}
    texts = {"notebooks/requirements.txt": "".join(f"{requirement}\n" for requirement in needed),
             "START.txt": start(options)}
    with zipfile.ZipFile(ZIP, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, path in files.items():
            if name not in texts:
                packed = name.endswith((".whl", ".jar"))
                bundle.write(path, f"{FOLDER}/{name}", zipfile.ZIP_STORED if packed else None)
        for name, text in texts.items():
            bundle.writestr(f"{FOLDER}/{name}", text)
    print(f"{ZIP.relative_to(TOP)}: {ZIP.stat().st_size / 1e6:.0f} MB, {len(files) + 1} files")


def start(options):
    return f"""Real NVP in Java, for a room without network

This laptop needs a JDK 17 or newer, and Python {options.pythons.replace(",", ", ")} ({options.systems.replace(",", ", ")}).
In this folder, on a command line:

    java lib/src/lab/java/Lab.java lab

The first start installs the packages from the folder wheels: about a minute. Ctrl-C ends JupyterLab.
"""


if __name__ == "__main__":
    main()
