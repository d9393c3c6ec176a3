"""Lessons as files: every experiment says what must be seen; a slip in the file is an error."""

from __future__ import annotations

import pytest

from visualize.page import lesson
from visualize.page.lesson import Expect, lesson_names, read_lesson


@pytest.mark.parametrize("name", lesson_names())
def test_every_experiment_says_what_must_be_seen(name: str) -> None:
    for experiment in read_lesson(name).tries:
        assert experiment.expects, f"{name}: “{experiment.label}” needs an `expect:` line below it"
        assert len(experiment.label) < 60
    assert "expect:" not in read_lesson(name).text


def test_an_expectation_is_an_element_and_what_stands_there(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lesson, "TABS", tmp_path)
    (tmp_path / "tab").mkdir()
    file = tmp_path / "tab" / "lesson.md"
    file.write_text("Text.\n\ntry: Go | x=1\nexpect: #bars a: 2 %\n", encoding="utf-8")
    read = read_lesson("tab")
    assert read.text == "Text." and read.tries[0].expects == (Expect("bars", "a: 2 %"),)
    for wrong in ("expect: bars a", "expect: #bars"):
        file.write_text(f"try: Go | x=1\n{wrong}\n", encoding="utf-8")
        with pytest.raises(ValueError, match="must be: expect: #element"):
            read_lesson("tab")
