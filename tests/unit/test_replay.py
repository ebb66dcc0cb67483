"""What is to be replayed, and what is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from dosdk_temporal import DoError, InputError, NotFoundError, Trigger
from dosdk_temporal._worker.replaying.files import read_files
from dosdk_temporal._worker.replaying.recent import recent_histories
from dosdk_temporal.testing import TestDo


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("nowhere", NotFoundError, "there is no file or folder 'nowhere' in "),
        ("empty", NotFoundError, "the folder 'empty' holds no histories: their files end in .json"),
        (
            "words.json",
            InputError,
            "'words.json' is no recorded history (Expecting value: line 1 column 1 (char 0)): write one",
        ),
        (
            "none.json",
            InputError,
            "'none.json' is no recorded history: write one with 'dosdk replay --save DIR', the Web UI, or",
        ),
        ("number.json", InputError, "'number.json' is no recorded history: write one with"),
        ("middle.json", InputError, "'middle.json' is no recorded history: write one with"),
        ("odd.json", InputError, "'odd.json' is no recorded history: write one with"),
    ],
)
def test_what_is_no_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, kind: type[DoError], text: str
) -> None:
    """A path that is nothing and a file that is no history are told in one line, with what writes one."""
    (tmp_path / "empty").mkdir()
    for name, content in (
        ("words", "nonsense"),
        ("none", '{"events": []}'),
        ("number", "7"),
        ("middle", '{"events": [{"eventId": "2", "eventType": "EVENT_TYPE_WORKFLOW_TASK_SCHEDULED"}]}'),
        ("odd", '{"events": [{"workflowExecutionStartedEventAttributes": {"nothing": 1}}]}'),
    ):
        (tmp_path / f"{name}.json").write_text(content)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind) as refused:
        list(read_files([path]))
    assert str(refused.value).startswith(text)


def test_a_workflow_that_the_code_has_not() -> None:
    """A name that no module defines is told, with the nearest, before a server is asked."""
    do = TestDo("127.0.0.1:1")

    async def fulfil(trigger: Trigger) -> None:
        del trigger

    do.workflow.create(name="fulfil", handler=fulfil)

    async def first() -> object:
        return await anext(recent_histories(do, ["fulfill"], 1))

    with pytest.raises(NotFoundError, match=r"no module here has a workflow named 'fulfill': did you mean 'fulfil'\?"):
        asyncio.run(first())
