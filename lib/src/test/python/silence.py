"""
After any cell, whatever its value holds, the next cell answers: values that cannot be shown are errors of their cell.
.ci/run runs it.
"""
import pytest

from stop import kernel, printed, until_idle  # noqa: F401: a fixture

CALLS_ITSELF = "class Loop { public String toString() { return 1 + toString(); } }\n"
CANNOT_BE_SHOWN = {
    "calls itself": CALLS_ITSELF + "new Loop()",
    "calls itself, in an array": CALLS_ITSELF + "new Object[] {1, new Loop()}",
    "is displayed": CALLS_ITSELF + "display(new Loop())",
    "a list that holds itself": "List<Object> own = new ArrayList<>(); own.add(List.of(own)); own",
    "a text of its own": """class Text implements CharSequence { public int length() { return length(); }
        public char charAt(int i) { return 'a'; } public CharSequence subSequence(int a, int b) { return this; }
        public String toString() { return charAt(0) + toString(); } }\nnew Text()""",
    "out of memory": "Object value = new Object() { public String toString() { return \"\" + new long[1 << 30].length; } };"
                     "\nvalue",
    "no class": "Object value = new Object() { public String toString() { throw new NoClassDefFoundError(); } };\nvalue",
    "a figure of 4,000,000 points": "double[] x = new double[4_000_000];\nnew Figure(ScatterTrace.builder(x, x).build())",
    "a figure of 600,000 points": "double[] x = new double[600_000];\nnew Figure(ScatterTrace.builder(x, x).build())",
}
LARGE = {
    "a text of 300,000,000 letters": '"x".repeat(300_000_000)',
    "a list of 5,000,000 numbers": "Collections.nCopies(5_000_000, 1)",
}
LONG = {
    "a sum of 20,000 terms": "int sum = " + " + ".join(["1"] * 20_000) + ";",
    "5,000 brackets": "int deep = " + "(" * 5000 + "1" + ")" * 5000 + ";",
    "a call of 2,000 methods": "new StringBuilder()" + ".append(1)" * 2000 + ".length()",
}


@pytest.mark.parametrize("cell", LONG.values(), ids=LONG.keys())
def test_a_long_formula_is_compiled_and_the_next_cell_answers(kernel, cell):  # noqa: F811
    _, client = kernel
    assert not [m["content"] for m in until_idle(client, client.execute(cell)) if m["msg_type"] == "error"]
    assert printed(client, "System.out.println(6 * 7);") == "42"


@pytest.mark.parametrize("cell", CANNOT_BE_SHOWN.values(), ids=CANNOT_BE_SHOWN.keys())
def test_a_value_that_cannot_be_shown_is_an_error_and_the_next_cell_answers(kernel, cell):  # noqa: F811
    _, client = kernel
    errors = [m["content"]["evalue"] for m in until_idle(client, client.execute(cell)) if m["msg_type"] == "error"]
    assert len(errors) == 1 and ("cannot be shown" in errors[0] or "at most 1,000,000" in errors[0]), errors
    assert printed(client, "System.out.println(6 * 7);") == "42"


@pytest.mark.parametrize("cell", LARGE.values(), ids=LARGE.keys())
def test_a_large_value_is_cut_and_the_next_cell_answers(kernel, cell):  # noqa: F811
    _, client = kernel
    shown = [m["content"]["data"] for m in until_idle(client, client.execute(cell)) if m["msg_type"] == "execute_result"]
    assert [len(text) < 25_000 for data in shown for text in data.values()] == [True]
    assert printed(client, "System.out.println(6 * 7);") == "42"
