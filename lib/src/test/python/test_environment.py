"""The conda door leads to the versions that the two commands use."""
import json
import re
import runpy
from xml.etree import ElementTree

import yaml

from notebooks import KERNEL, NOTEBOOKS, TOP

CONDA = yaml.safe_load((TOP / "environment.yml").read_text())
VERSIONS = dict(d.split("=") for d in CONDA["dependencies"] if isinstance(d, str) and "=" in d)


def pom(path):
    found = ElementTree.parse(TOP / "pom.xml").find(path.replace("/", "/{*}").join(["./{*}", ""]))
    return found.text


def test_java_is_the_version_the_library_is_built_for():
    assert VERSIONS["openjdk"] == pom("properties/maven.compiler.target")


def test_maven_is_one_that_the_build_accepts():
    rules = "build/plugins/plugin/executions/execution/configuration/rules"
    assert number(VERSIONS["maven"]) >= number(pom(f"{rules}/requireMavenVersion/version"))


def test_python_is_one_that_the_launcher_accepts():
    launcher = (TOP / "lib/src/lab/java/Lab.java").read_text()
    oldest = re.search(r"sys\.version_info < \((\d+), (\d+)\)", launcher).groups()
    assert number(VERSIONS["python"]) >= tuple(map(int, oldest))


def test_python_packages_come_from_the_one_file():
    pip = [d["pip"] for d in CONDA["dependencies"] if isinstance(d, dict)]
    assert pip == [["-r notebooks/requirements.txt"]]


def test_binder_reads_the_same_file():
    # conda looks for the requirements beside the file that it was given, so Binder's folder has both.
    assert (TOP / ".binder/environment.yml").resolve() == TOP / "environment.yml"
    assert (TOP / ".binder/notebooks").resolve() == NOTEBOOKS


def test_the_kernel_gets_the_same_flags():
    flags = CONDA["variables"]["JJAVA_JVM_OPTS"].split()
    assert flags[1] == f"-Xmx{pom('properties/lab.heap')}"
    argv = json.loads(KERNEL.read_text(encoding="utf-8"))["argv"]
    assert [flag for flag in argv[1:len(flags) + 1] if not flag.startswith("-Xmx")] == [flags[0], *flags[2:]]


def test_requirements_are_all_pinned_and_made_from_what_is_used():
    pinned = (NOTEBOOKS / "requirements.txt").read_text().splitlines()
    used = [line.split("#")[0].strip() for line in (NOTEBOOKS / "requirements.in").read_text().splitlines()]
    assert all("==" in line or line.startswith("#") for line in pinned)
    assert set(filter(None, used)) <= set(pinned)


def test_the_bundle_for_students_holds_neither_the_book_nor_an_answer():
    files = runpy.run_path(str(TOP / "lib/src/lab/python/bundle.py"))["course"]()
    for_students = re.compile(r"notebooks/|lib/src/main/|lib/src/lab/|lib/target/(dependency/.*|realnvp)\.jar$|README|LICENSE")
    assert [name for name in files if not for_students.match(name)] == []
    assert {"notebooks/setup.jshell", "lib/src/lab/java/Lab.java", "lib/target/realnvp.jar"} <= set(files)


def number(version):
    return tuple(int(part) for part in re.findall(r"\d+", version))
