"""``dosdk templates``: finding, showing and using templates, also those of other packages."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dosdk_temporal._cli.main import run
from dosdk_temporal._cli.templates.finding import GROUP
from dosdk_temporal._pure.declarative.loading import load_definition

Dosdk = Callable[..., tuple[int, str, str]]

OURS = ["approval-chain", "customer-onboarding", "incident-follow-up", "order-fulfilment", "quarterly-business-review"]
MANIFEST = """
summary: Greets
parameters:
  name: {type: string, default: greet}
  greeting: {type: string, description: what is said}
  people: {type: array, items: {type: string}, default: []}
  loud: {type: boolean, default: false}
functions: {say: says it}
"""
DEFINITION = """
name: __name__
vars: {greeting: __greeting__, people: __people__, loud: __loud__}
steps: [{id: said, function: say}]
"""


@pytest.fixture
def dosdk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dosdk:
    """``dosdk`` in a folder of the test's own, with nobody at the terminal: status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return called


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a package whose templates are these files: ``publish("acme", {"greet/template.yaml": …})``."""
    installed = tmp_path / "installed"
    installed.mkdir()
    monkeypatch.syspath_prepend(installed)

    def published(name: str, files: dict[str, str]) -> None:
        about = installed / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {name}_flows\n")
        for path, text in files.items():
            file = installed / f"{name}_flows" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    yield published
    for name in [name for name in sys.modules if name.endswith("_flows")]:
        del sys.modules[name]


@pytest.fixture
def greet(publish: Callable[..., None]) -> None:
    """A package with one template."""
    publish("acme", {"__init__.py": "", "greet/template.yaml": MANIFEST, "greet/definition.yaml": DEFINITION})


def test_a_list_for_people(dosdk: Dosdk) -> None:
    """Each template is a line with what it is for, and the list ends with what to do next."""
    status, said, errors = dosdk("templates", "list")
    assert (status, errors, [line.split("  ")[0] for line in said.splitlines()[:5]]) == (0, "", OURS)
    assert said.splitlines()[-1] == (
        "'dosdk templates show NAME' tells all of one, 'dosdk templates add NAME' puts it into your project"
    )


def test_a_list_for_programs(dosdk: Dosdk) -> None:
    """As JSON each template is there with its parameters' schema, its functions and its definition."""
    _, said, _ = dosdk("templates", "list", "--json")
    listed = json.loads(said)
    assert [one["name"] for one in listed] == OURS
    assert {key for one in listed for key in one} == {
        "name", "package", "summary", "description", "parameters", "functions", "definition",
    }  # fmt: skip
    assert listed == [json.loads(dosdk("templates", "show", name, "--json")[1]) for name in OURS]


def test_all_of_one(dosdk: Dosdk, greet: None) -> None:
    """One template is shown with its owner, its parameters, its functions and its definition."""
    status, said, errors = dosdk("templates", "show", "greet")
    assert (status, errors, said.splitlines()) == (0, "", [
        "greet  (of acme)",
        "Greets",
        "",
        "parameters",
        '  name      default "greet"',
        "  greeting  what is said; has to be given",
        "  people    default []",
        "  loud      default false",
        "",
        "functions that it calls",
        "  say  says it",
        "",
        "definition",
        *DEFINITION.rstrip().splitlines(),
    ])  # fmt: skip


def test_using_one(dosdk: Dosdk, tmp_path: Path) -> None:
    """A definition is written with what was set, and what to do next is told."""
    status, said, errors = dosdk(
        "templates",
        "add",
        "approval-chain",
        "--into",
        "flows",
        "--set",
        "name=travel",
        "-s",
        "limit=500",
        "-s",
        "lead=ann,bob",
    )
    assert (status, errors, said.splitlines()) == (0, "", [
        "flows/travel.yaml: workflow 'travel', of template 'approval-chain'",
        "",
        "parameters",
        '  name         "travel"',
        '  lead         ["ann", "bob"]',
        '  finance      ["finance@example.com"]',
        "  limit        500",
        '  timeout      "3d"',
        '  remindEvery  "1d"',
        "",
        "functions that it calls, to be actions of yours",
        "  send-notification  tells the requester; takes {to, subject, body, execution_id, kind}",
        "",
        "next",
        "  dosdk simulate flows/travel.yaml --tests",
        "  dosdk validate flows/travel.yaml --module your.actions",
        "  dosdk worker your.actions flows/travel.yaml",
    ])  # fmt: skip
    definition = load_definition(tmp_path / "flows/travel.yaml")
    assert (definition.name, definition.vars) == ("travel", {"limit": 500})
    assert dosdk("simulate", "flows/travel.yaml", "--tests")[1].endswith("4 of 4 passed\n")


def test_where_it_goes(dosdk: Dosdk, tmp_path: Path) -> None:
    """Without --into it goes where the project's definitions are, else into the folder itself; --json tells where."""
    here = json.loads(dosdk("templates", "add", "order-fulfilment", "--json")[1])
    (tmp_path / "workflows/definitions").mkdir(parents=True)
    there = json.loads(dosdk("templates", "add", "order-fulfilment", "-s", "name=ship it/now", "--json")[1])
    assert (here["path"], there["path"]) == ("fulfil-order.yaml", "workflows/definitions/ship-it-now.yaml")
    assert (there["workflow"], there["parameters"]["limit"], "charge-card" in there["functions"]) == (
        "ship it/now",
        10000,
        True,
    )


def test_what_is_there_stays(dosdk: Dosdk, tmp_path: Path) -> None:
    """A file that is there is not replaced, unless --force says so."""
    (tmp_path / "approval-chain.yaml").write_text("mine")
    status, said, errors = dosdk("templates", "add", "approval-chain")
    advice = "--force replaces it, --set name=… gives this one another name"
    assert (status, said) == (1, "")
    assert errors == f"dosdk: error: the file 'approval-chain.yaml' is there already: {advice}\n"
    assert (tmp_path / "approval-chain.yaml").read_text() == "mine"
    assert dosdk("templates", "add", "approval-chain", "--force")[0] == 0
    assert load_definition(tmp_path / "approval-chain.yaml").name == "approval-chain"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "aproval-chain"], "there is no template 'aproval-chain': did you mean 'approval-chain'?"),
        (["add", "zzz"], f"there is no template 'zzz': there are {', '.join([*OURS, 'greet'])}"),
        (["add", "approval-chain", "-s", "limits=5"], "has no parameter 'limits': did you mean 'limit'?"),
        (["add", "approval-chain", "-s", "x=5"], "has no parameter 'x': it has name, lead, finance, limit, timeout"),
        (["add", "approval-chain", "-s", "limit"], "'limit' is not key=value, as in limit=5000"),
        (["add", "approval-chain", "-s", "limit=5", "-s", "limit=6"], "'limit' is given twice"),
        (["add", "approval-chain", "-s", "limit=much"], "'approval-chain' does not fit: limit: must be a number, not 'much'"),
        (["add", "approval-chain", "-s", "lead=[]"], "lead: must have at least 1 item"),
        (["add", "approval-chain", "-s", "timeout=soon"], "with these parameters template 'approval-chain' is no definition: "),
        (["add", "greet"], "greeting: is required"),
        (["add", "greet", "-s", "greeting=hi", "--into", "installed/acme_flows/__init__.py/x"], "written: Not a directory"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(arguments: list[str], told: str, dosdk: Dosdk, greet: None, tmp_path: Path) -> None:
    """A wrong name or value is one line that says what there is, and nothing is written."""
    status, said, errors = dosdk("templates", *arguments)
    assert (status in {1, 2}, said, errors.count("\n")) == (True, "", 1)
    assert told in errors
    assert list(tmp_path.glob("*.yaml")) == []


def test_at_a_terminal_what_is_missing_is_asked_for(
    dosdk: Dosdk, greet: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody at a terminal is asked for a parameter that has no default, and for no other."""
    terminal = io.StringIO("good morning\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    status, _, errors = dosdk("templates", "add", "greet", "--set", "loud=true", "--set", "people=ann, bob")
    assert (status, "greeting (what is said)" in errors) == (0, True)
    assert load_definition(tmp_path / "greet.yaml").vars == {
        "greeting": "good morning",
        "people": ["ann", "bob"],
        "loud": True,
    }


def _warnings(errors: str) -> list[str]:
    return [line.removeprefix("dosdk: warning: ") for line in errors.splitlines()]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "the templates of 'bad' cannot be read: ModuleNotFoundError: No module named 'bad_flows'"),
        ({"__init__.py": "1 / 0"}, "the templates of 'bad' cannot be read: ZeroDivisionError: division by zero"),
        (
            {"__init__.py": "", "x/template.yaml": "sumary: a\n"},
            "template 'x' of 'bad' cannot be read: x/template.yaml:1:1: a template has no 'sumary' @ $.sumary (did you",
        ),
        (
            {"__init__.py": "", "x/template.yaml": "summary: a\n"},
            "template 'x' of 'bad' cannot be read: [Errno 2] No such file or directory: ",
        ),
        (
            {"__init__.py": "", "order-fulfilment/template.yaml": MANIFEST, "order-fulfilment/definition.yaml": DEFINITION},
            "template 'order-fulfilment' of 'bad' is left out: 'dosdk' has that name too",
        ),
    ],
)  # fmt: skip
def test_a_package_that_is_broken(
    files: dict[str, str], told: str, dosdk: Dosdk, greet: None, publish: Callable[..., None]
) -> None:
    """What another package does wrong is one line of warning; the other templates are there."""
    publish("bad", files)
    status, said, errors = dosdk("templates", "list", "--json")
    assert (status, [one["name"] for one in json.loads(said)]) == (0, [*OURS, "greet"])
    (warning,) = _warnings(errors)
    assert warning.startswith(told)


def test_a_place_that_nothing_fills(dosdk: Dosdk, publish: Callable[..., None]) -> None:
    """A definition with a place for no parameter is refused when it is used, naming the place."""
    files: dict[str, Any] = {
        "__init__.py": "",
        "x/template.yaml": "summary: a\n",
        "x/definition.yaml": "name: __who__\n",
    }
    publish("bad", files)
    assert dosdk("templates", "add", "x")[2] == "dosdk: error: template 'x' has a place __who__, which nothing fills\n"
