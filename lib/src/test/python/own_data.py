"""What a student does after the course: she puts a CSV file of her own into notebook 09. .ci/run runs it."""
import random

import pytest

from notebooks import NOTEBOOKS, QUICK, kernel

NOTEBOOK = NOTEBOOKS / "09-your-own-data.ipynb"
ROWS = 300


@pytest.fixture
def table(tmp_path):
    """As a spreadsheet in Europe saves it: a byte-order mark, semicolons, decimal commas, words, a missing value."""
    chance = random.Random(1)
    lines = ["Sorte;Länge (cm);Breite (cm);Zahl"]
    for i in range(ROWS):
        length = chance.gauss(10, 2)
        width = f"{chance.gauss(length / 2, 0.5):.2f}" if i != 7 else ""
        lines.append(f"{'ab'[i % 2]};{length:.2f};{width};{chance.randint(1, 50)}".replace(".", ","))
    path = tmp_path / "blätter.csv"
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    return path


def test_her_own_table_goes_through_the_last_section(table):
    with kernel(NOTEBOOK, **QUICK) as run:
        cells = run.cells
        own = next(i for i, cell in enumerate(cells) if cell.source.startswith("String myFile"))
        for cell in cells[:own]:
            run.cell(cell)
        cells[own].source = (f'String myFile = "{table.as_posix()}";\n'
                             'String[] myColumns = {"Länge (cm)", "Breite (cm)", "Zahl"};\ndouble blur = 0.1;')
        judged, pairs = cells[own + 1:own + 3]
        for cell in (cells[own], judged, pairs):
            run.cell(cell)
        assert run.complaints == []
        printed = "".join(output.text for output in judged.outputs)
        assert printed.startswith(f"{ROWS - 1} rows × 3 columns: Länge (cm), Breite (cm), Zahl; 1 row of the table left out:")
        assert [line.split()[-1] for line in printed.splitlines()[1:]] == ["nats"] * 2
        assert "application/vnd.plotly.v1+json" in pairs.outputs[0].data

        cells[own].source = cells[own].source.replace('"Zahl"', '"Sorte"')
        run.cell(cells[own])
        assert not run.cell(judged)
        assert 'column Sorte is not numeric, row 1 is "a": leave the column out or write NA' in run.complaints[0]
