"""Exercises are whole: text, gap, check and answer belong together, and the solutions differ in the gaps alone."""
import json

import minutes
import solutions

FEWEST, MOST, KINDS = 3, 5, 3


def test_text_gap_check_and_answer_have_the_same_ids(notebook):
    student = solutions.read(notebook)
    texts = [t for c in student["cells"] if c["cell_type"] == "markdown"
             for t in solutions.TEXT.findall(solutions.source(c))]
    ids = [id for id, title, kind in texts]
    assert ids == [f"{int(notebook.name[:2])}.{i + 1}" for i in range(len(ids))]
    assert ids == [g for g in map(solutions.gap, student["cells"]) if g]
    assert ids == [c for c in map(solutions.check, student["cells"]) if c]
    assert ids == list(solutions.answers(notebook))
    counted = solutions.SUMMARY.findall("".join(map(solutions.source, student["cells"])))
    assert counted == [", ".join(f'"{id}"' for id in ids)]
    assert FEWEST <= len(ids) <= MOST
    assert len({kind for id, title, kind in texts}) >= KINDS


def test_each_exercise_has_a_wrong_answer(notebook):
    right, wrong = solutions.answers(notebook), solutions.wrong_answers(notebook)
    same = [id for id in right if right[id] == wrong[id]]
    assert not same, "write a section `// 4.1 wrong: …` with an answer that must not pass"


def test_a_gap_comes_before_its_check_and_is_another_cell(notebook):
    cells = solutions.read(notebook)["cells"]
    places = {role: [i for i, c in enumerate(cells) if role(c)] for role in (solutions.gap, solutions.check)}
    assert all(g < c for g, c in zip(places[solutions.gap], places[solutions.check]))


def test_the_solution_differs_in_the_gaps_alone(notebook):
    student = solutions.read(notebook)
    solved = solutions.solved(student, solutions.answers(notebook))
    assert {**solved, "cells": []} == {**student, "cells": []}
    for before, after in zip(student["cells"], solved["cells"], strict=True):
        assert (before == after) == (solutions.gap(before) is None)
        assert solutions.gap(after) is None
        assert {**before, "source": []} == {**after, "source": []}


def test_metadata_for_nbgrader_is_up_to_date(notebook):
    student = solutions.read(notebook)
    again = solutions.marked(json.loads(json.dumps(student)))
    assert again == student, "run `python3 lib/src/solutions/solutions.py mark`"


def test_the_minutes_in_the_head_and_in_the_map_are_counted(notebook):
    student = solutions.read(notebook)
    again = minutes.timed(json.loads(json.dumps(student)), minutes.of_all())
    assert again == student, "run `python3 lib/src/lab/python/minutes.py`"
