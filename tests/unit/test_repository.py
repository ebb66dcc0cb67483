"""The repository keeps its own rules: sides, public names, tests that are claims, a lock that installs from anywhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "dosdk_temporal"
MODULES = sorted(LIBRARY.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))

SIDES = {
    "_pure": "Pure",
    "_wire": "Wire",
    "_inside": "Inside",
    "_outside": "Outside",
    "_server": "Outside",
    "_client": "Outside",
    "_worker": "Outside",
    "_cli": "Outside",
    "_templates": "Pure",
    "_testing": "Outside",
    "__init__.py": "Pure",
    "__main__.py": "Outside",
    "errors.py": "Pure",
    "expressions.py": "Pure",
    "plugin.py": "Outside",
    "testing.py": "Outside",
    "z.py": "Pure",
}


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_a_module_says_which_side_it_is_on() -> None:
    """The first word of each library module's docstring is its folder's side."""
    said = {_shown(module): (ast.get_docstring(_tree(module)) or "").partition(":")[0] for module in MODULES}
    assert said == {_shown(module): SIDES[module.relative_to(LIBRARY).parts[0]] for module in MODULES}


def test_a_modules_names_are_a_sorted_list_and_are_there() -> None:
    """Where a library module has __all__ it is sorted, without repeats, and each name is one of the module's."""
    lists = {_shown(module): _list(module) for module in MODULES}
    assert lists == {module: sorted(set(names), key=_isort) for module, names in lists.items()}
    assert [(_shown(m), name) for m in MODULES for name in set(_list(m)) - set(_defined(_tree(m)))] == []


def _list(module: Path) -> list[str]:
    lists = [node for node in _tree(module).body if isinstance(node, ast.Assign) and _targets(node) == ["__all__"]]
    return [name for node in lists for name in ast.literal_eval(node.value)]


def _isort(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _defined(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.Assign():
                yield from _targets(node)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom():
                yield from (alias.asname or alias.name for alias in node.names)


def test_a_test_is_a_claim() -> None:
    """Each test says in its docstring what it claims, in a sentence with an end."""
    claims = {
        f"{_shown(file)}::{name}": ast.get_docstring(node) for file in TESTS for name, node in _tests_in(file).items()
    }
    assert [name for name, claim in claims.items() if not (claim or "").endswith((".", "?"))] == []


def _tests_in(file: Path) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    found = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name: node for node in found if node.name.startswith("test_")}


def test_imports_point_one_way() -> None:
    """The import contracts hold."""
    ended = subprocess.run(  # noqa: S603 - the tool beside this Python
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout


PROMISES = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
PROMISED = [
    [cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\| \d+ \|.*$", PROMISES, re.M)
]


def test_every_promise_has_its_row() -> None:
    """The 162 promises of the documents are listed, each once and in order."""
    assert [int(row[0]) for row in PROMISED] == list(range(1, 163))


def test_a_promise_names_a_test_that_exists() -> None:
    """What a promise is shown by is a test of this repository, a section of the README, or nothing yet."""
    named = {(file, name) for row in PROMISED for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[3])}
    headings = {heading for row in PROMISED for heading in re.findall(r"README, “([^”]+)”", row[3])}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [f"{file}::{name}" for file, name in named if name not in _tests_in(ROOT / file)] == []
    assert headings <= set(re.findall(r"^#+ (.+)$", readme, re.M))
    assert [row for row in PROMISED if not re.search(r"`tests/|README, “|^not yet$", row[3])] == []


LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _pinned() -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}


def test_the_lock_is_pins_and_hashes_alone() -> None:
    """Each line of the lock is a pin, a hash or a comment: no index, no address, no path, no option."""
    allowed = re.compile(r"#.*|[\w.-]+==[\w.+-]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?|")
    assert [line for line in LOCK.splitlines() if not allowed.fullmatch(line)] == []
    assert [line for line in LOCK.splitlines() if re.search(r"://|/", line)] == []


def test_each_pin_has_hashes() -> None:
    """No package in the lock goes without a hash."""
    packages = re.findall(r"^[\w.-]+==\S+ \\\n((?:    --hash.*\n)*)", LOCK, re.M)
    assert (len(packages), [hashes for hashes in packages if not hashes]) == (len(_pinned()), [])


def test_the_lock_has_what_the_project_names() -> None:
    """Every requirement in pyproject.toml is pinned, to a version that fits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["build-system"]["requires"],
        project["project"]["dependencies"],
        project["dependency-groups"]["dev"],
    ]
    wanted = [
        Requirement(text)
        for group in [*groups, *project["project"]["optional-dependencies"].values()]
        for text in group
    ]
    pinned = _pinned()
    assert [str(r) for r in wanted if pinned.get(canonicalize_name(r.name), "") not in r.specifier] == []


def test_make_lists_every_target() -> None:
    """`make` alone shows each target with a sentence."""
    targets = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[0].split()
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    assert re.findall(r"^  make (\w+) +\S.+\.$", said, re.M) == targets
