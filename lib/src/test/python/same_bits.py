"""A training in the notebooks' kernel leaves the same bits as one in plain Java. .ci/run runs it."""
import os
import subprocess

from notebooks import NOTEBOOKS, TARGET, java, kernel

LIBRARY, TESTS = TARGET / "realnvp.jar", TARGET / "test-classes"


def test_kernel_and_plain_java_give_the_same_bits():
    with kernel(next(NOTEBOOKS.glob("00-*.ipynb"))) as run:
        in_the_kernel = run.evaluate(f"%load setup.jshell\n%classpath {TESTS.as_posix()}\n"
                                     "realnvp.train.Fingerprint.main(new String[0]);")
    assert run.complaints == []
    plain = subprocess.run([java(), "-Drealnvp.plain=true", "-cp", f"{LIBRARY}{os.pathsep}{TESTS}",
                            "realnvp.train.Fingerprint"], check=True, capture_output=True, text=True).stdout
    assert in_the_kernel == plain != ""
