"""Pictures of definitions, as Mermaid's flowcharts."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosdk_temporal._pure.declarative.loading import load_definition
from dosdk_temporal._pure.drawing.definition import draw_definition
from dosdk_temporal._pure.drawing.mermaid import mermaid_text
from dosdk_temporal._pure.drawing.picture import Canvas, Exit, Mark
from tests.forked import DOSDK, completed
from tests.unit.flowchart import Flowchart, read_flowchart

EVERYTHING = Path(__file__).parent / "definitions" / "everything.yaml"


def chart(steps: list[dict[str, Any]], marks: dict[str, Mark] | None = None, **document: Any) -> Flowchart:
    """The picture of these steps, read again."""
    definition = load_definition({"name": "flow", "steps": steps, **document})
    return read_flowchart(mermaid_text(draw_definition(definition, marks)))


A, B = {"id": "a", "function": "charge"}, {"id": "b", "set": {"x": 1}}


@pytest.mark.parametrize(
    ("steps", "ways"),
    [
        ([A, B], ["flow -> a", "a -> b", "b -> end"]),
        ([{**A, "condition": "{{ input.x > 1 }}"}, B],
         ["flow -> input.x > 1", "input.x > 1 -yes-> a", "a -> b", "input.x > 1 -no-> b", "b -> end"]),
        ([{**A, "fallback": "cash"}, B], ["flow -> a", "a ~fails~> cash", "a -> b", "cash -> b", "b -> end"]),
        ([{**A, "onError": "continue"}, B], ["flow -> a", "a -> b", "a ~fails~> b", "b -> end"]),
        ([{**A, "fallback": "cash", "onError": "continue"}],
         ["flow -> a", "a ~fails~> cash", "a -> end", "cash -> end", "cash ~fails~> end"]),
        ([{**A, "compensation": "refund"}], ["flow -> a", "a ~undone by~> refund", "a -> end"]),
        ([{"id": "p", "parallel": [A, B]}], ["flow -> p", "p -> a", "p -> b", "a -> end", "b -> end"]),
        ([{"id": "l", "forEach": "{{ input.x }}", "steps": [A]}],
         ["flow -> l", "l -each-> a", "a -> l", "l -done-> end"]),
        ([{"id": "s", "switch": [{"condition": "input.x > 1", "steps": [A]}], "default": [B]}],
         ["flow -> s", "s -input.x > 1-> a", "s -else-> b", "a -> end", "b -> end"]),
        ([{"id": "s", "switch": [{"condition": "input.x > 1", "steps": [A]}]}],
         ["flow -> s", "s -input.x > 1-> a", "a -> end", "s -else-> end"]),
        ([{"id": "w", "wait": "90m"}], ["flow -> w", "w -> end"]),
        ([{"id": "e", "waitForEvent": {"event": "paid", "timeout": "3d"}, "onTimeout": "continue"}],
         ["flow -> e", "e -> end", "e ~after 3d~> end"]),
        ([{"id": "m", "approval": {"timeout": "3d"}}], ["flow -> m", "m -> end"]),
        ([{"id": "c", "workflow": "child", "detached": True}], ["flow -> c", "c -> end"]),
        ([{"id": "t", "try": [A], "catch": [{"errors": ["Declined"], "condition": "error.attempts > 1", "steps": [B]}],
           "finally": [{"id": "f", "function": "log"}]}],
         ["flow -> t", "t -> a", "t ~Declined, if error.attempts > 1~> b", "a -> f", "b -> f", "t ~in any case~> f", "f -> end"]),
        ([{"id": "r", "repeat": {"steps": [A], "until": "a.done", "maxIterations": 5, "delay": "10s"}}],
         ["flow -> r", "r -> a", "a -> until a.done", "until a.done -no-> r", "until a.done -yes-> end", "r -after 5-> end"]),
        ([{"id": "r", "repeat": {"steps": [A], "while": "input.x", "maxIterations": 5, "delay": "10s"}}],
         ["flow -> r", "r -> while input.x", "while input.x -yes-> a", "a -again after 10s-> r", "while input.x -no-> end",
          "r -after 5-> end"]),
        ([{"id": "x", "raise": {"type": "Lost", "message": "m"}, "condition": "input.x"}, {"id": "y", "return": 1}],
         ["flow -> input.x", "input.x -yes-> x", "input.x -no-> y"]),
    ],
    ids=["in order", "condition", "fallback", "goes on", "fallback and goes on", "compensation", "parallel", "forEach", "switch",
         "switch without default", "wait", "waitForEvent", "approval", "workflow", "try", "until", "while", "raise and return"],
)  # fmt: skip
def test_each_kind(steps: list[dict[str, Any]], ways: list[str]) -> None:
    """Each kind of step has its ways in and out; dashed ones are taken when something fails."""
    assert chart(steps).ways() == ways


def test_what_follows_the_end() -> None:
    """What is done when the run fails, and in any case, stands in boxes of its own, behind the ends."""
    errors = {"strategy": "compensate", "onFailure": [{"function": "alert"}], "finally": [{"function": "close"}]}
    drawn = chart([A], errorHandling=errors, trigger={"event": "order.placed"})
    assert (list(drawn.boxes.values()), drawn.nodes["n1"]) == (
        ["when it fails", "in any case"], ["flow", "on event order.placed"],
    )  # fmt: skip
    assert drawn.ways() == [
        "flow -> a", "a -> end", "fails -> undo what was done", "undo what was done -> alert", "end -> close", "alert -> close",
    ]  # fmt: skip


def test_everything_at_once() -> None:
    """A definition of all kinds has a node for each of its steps, named as people named it."""
    definition = load_definition(EVERYTHING)
    canvas = draw_definition(definition)
    assert {node.step for node in canvas.nodes()} - {None} == {
        "checkStock", "both", "charge", "told", "each", "pack", "way", "courier", "post", "wait", "wait2", "paid", "released",
        "set", "tries", "ship", "refund", "log", "polls", "poll", "raise", "returnStep", "alert", "close",
    }  # fmt: skip
    drawn = read_flowchart(mermaid_text(canvas))
    assert ["Check stock", "stock.check@2"] in drawn.nodes.values()
    assert ["released", "Release {{ input.orderId }}?", "manager"] in drawn.nodes.values()


HOSTILE = [
    '"', '"]-->', "end", "end\nend", "[x](y)", "`md`", "#35;", "#quot;", "&quot;", "<script>alert(1)</script>", "<br/>",
    '%%{init: {"theme": "dark"}}%%', "\n%% gone\n", "---", "|", "-->", "click n1 href x", "style n1 fill:#f00;",
    "classDef x:y#a;b", "direction LR", "a direction   TB b", "subgraph", "😀", "\u202e", "\x00\x1b[31m", "\\", "x" * 500, " ",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_picture(text: str) -> None:
    """Whatever steps, cases and errors are called, a label is a label: the shape of the picture stays."""
    quoted = json.dumps(text)
    steps: list[dict[str, Any]] = [
        {**A, "name": text, "condition": f"input.x === {quoted}"},
        {"id": "p", "name": text, "parallel": [{"id": "q", "name": text, "set": {"x": 1}}]},
    ]
    told = chart(steps, {"a": Mark("completed", text), "q": Mark(text, text)})
    usual = chart([{**A, "condition": "input.x"}, {"id": "p", "parallel": [{"id": "q", "set": {"x": 1}}]}])
    assert [told.nodes.keys(), told.boxes.keys(), [e[::2] for e in told.edges]] == [
        usual.nodes.keys(), usual.boxes.keys(), [e[::2] for e in usual.edges],
    ]  # fmt: skip


@settings(max_examples=150)
@given(st.text())
def test_a_label_reads_as_it_was_written(text: str) -> None:
    """A text is told as it is, but for blanks and what cannot be printed; a long one is cut."""
    canvas = Canvas()
    node = canvas.node("step", text)
    with canvas.box(text):
        canvas.node("end", "x", after=[Exit(node, text)])
    drawn = read_flowchart(mermaid_text(canvas))
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    line = line if len(line) <= 60 else f"{line[:59]}…"
    assert (drawn.nodes["n1"], drawn.boxes["b2"]) == ([line or " "], line or " ")


def _graph(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "TEMPORAL_ADDRESS": "127.0.0.1:9"}
    return completed([*DOSDK, "graph", *arguments], cwd=folder, env=environment)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a definition, and one with a module that loads it."""
    (tmp_path / "flow.yaml").write_text("name: flow\nsteps: [{id: a, function: charge}]\n")
    (tmp_path / "shop.py").write_text(
        "import dosdk_temporal\n"
        "dosdk_temporal.action.create(name='charge', handler=lambda: 1)\n"
        "dosdk_temporal.workflows.load('flow.yaml')\n"
        "@dosdk_temporal.workflow.create(name='by-hand')\n"
        "async def by_hand(trigger): ...\n"
    )
    return tmp_path


TEXT = 'flowchart TD\n  n1(["flow"])\n  n2["a<br/>charge"]\n  n3(["end"])\n  n1 --> n2\n  n2 --> n3\n'


def test_the_command(project: Path) -> None:
    """A file or a name gives the text on standard output, or in a file; with --json also its nodes and edges."""
    by_path, by_name = _graph(project, "flow.yaml"), _graph(project, "flow", "-m", "shop.py")
    assert [(done.stdout, done.stderr, done.returncode) for done in (by_path, by_name)] == [(TEXT, "", 0)] * 2
    written = _graph(project, "flow.yaml", "--output", "flow.mmd")
    assert (written.stdout, written.returncode, (project / "flow.mmd").read_text()) == ("", 0, TEXT)
    told = json.loads(_graph(project, "flow.yaml", "--json").stdout)
    assert told["mermaid"] == TEXT
    assert told["nodes"][1] == {"id": "n2", "shape": "step", "lines": ["a", "charge"], "step": "a", "state": None}
    assert told["edges"][0] == {"from": "n1", "to": "n2", "label": "", "dashed": False}


def test_svg_is_the_renderers(project: Path) -> None:
    """With --svg the text goes to the renderer on the PATH, and what that gives is the picture."""
    folder = project / "bin"
    folder.mkdir()
    renderer = folder / "mmdc"
    renderer.write_text(
        f"#!{sys.executable}\nimport sys\nprint('<svg>', *sys.argv[1:], sys.stdin.read()[:12], '</svg>')\n"
    )
    renderer.chmod(renderer.stat().st_mode | stat.S_IXUSR)
    done = _graph(project, "flow.yaml", "--svg", path=str(folder))
    assert (done.stdout, done.stderr, done.returncode) == (
        "<svg> --input - --output - --outputFormat svg --quiet flowchart TD </svg>\n", "", 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["flow.yaml", "--svg"], 1, "no renderer is on the PATH: install mermaid-cli"),
        (["gone.yaml"], 1, "there is no file 'gone.yaml' in "),
        (
            ["by-hand", "-m", "shop.py"],
            1,
            "workflow 'by-hand' is written in Python, and what it does is known when it runs",
        ),
        (
            ["nobody"],
            1,
            "'nobody' is no file and no workflow of the modules given, and as a run: no Temporal server answers",
        ),
        (
            ["flow.yaml", "--output", "no/such/folder"],
            2,
            "'no/such/folder' cannot be written: No such file or directory",
        ),
    ],
    ids=["no renderer", "no file", "a handler", "nothing", "not to be written"],
)
def test_mistakes(project: Path, arguments: list[str], status: int, words: str) -> None:
    """A mistake is one line that says what to do."""
    done = _graph(project, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert words in done.stderr
