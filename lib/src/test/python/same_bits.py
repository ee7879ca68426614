"""A training in the notebooks' kernel leaves the bits behind that one in plain Java does. .ci/run runs it."""
import re

from notebooks import NOTEBOOKS, TOP, kernel

TESTS = TOP / "lib" / "src" / "test" / "java" / "realnvp" / "train"


def test_kernel_and_plain_java_give_the_same_bits():
    fingerprint = re.search(r'FINGERPRINT = "(\w+)"', (TESTS / "SameBitsTest.java").read_text(encoding="utf-8"))[1]
    with kernel(next(NOTEBOOKS.glob("00-*.ipynb"))) as run:
        printed = run.evaluate("%load setup.jshell\n%classpath ../lib/target/test-classes\n"
                               "realnvp.train.Fingerprint.main(new String[0]);")
    assert run.complaints == []
    assert printed.strip() == fingerprint
