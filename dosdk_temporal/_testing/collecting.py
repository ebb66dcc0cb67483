"""Outside: pytest's hooks by which a definition's own tests are tests of the project.

The files and folders of the option ``dosdk_definitions`` are looked at, and files that are named on the command line; no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from dosdk_temporal._pure.definition_files import is_definition_file

if TYPE_CHECKING:
    from dosdk_temporal._pure.declarative.loading import Checked

__all__ = ["DefinitionFile", "DefinitionTest", "pytest_addoption", "pytest_collect_file", "pytest_configure"]

_OPTION: Final = "dosdk_definitions"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini(_OPTION, "files and folders of .do definitions whose tests are run", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest walk the option's paths where it walks the testpaths: they need not be named there too."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        walked = [config.rootpath / argument for argument in config.args]
        config.args.extend(str(path) for path in _chosen(config) if not _within(path, walked))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DefinitionFile | None:
    """Take the file if it is among those that are looked at; of one named on the command line alone, if it is a definition."""
    if not is_definition_file(file_path.name):
        return None
    is_chosen = _within(file_path, _chosen(parent.config))
    if not is_chosen and not parent.session.isinitpath(file_path):
        return None
    checked = _check(file_path)
    if not is_chosen and not _says_steps(checked):
        return None
    return DefinitionFile.from_parent(parent, path=file_path, checked=checked)


class DefinitionFile(pytest.File):
    """A file with a definition; its tests are collected under their names."""

    def __init__(self, *, checked: Checked, **options: Any) -> None:
        super().__init__(**options)
        self._checked = checked

    def collect(self) -> Iterable[pytest.Item]:
        """The definition's tests; a definition with faults is an error that tells them."""
        definition, document = self._checked.definition, self._checked.document
        if definition is None:
            faults = [problem for problem in self._checked.problems if problem.severity == "error"]
            raise self.CollectError("\n".join(f"{problem.place}: {problem}" for problem in faults))
        names = _different(str(case["name"]) for case in definition.tests)
        for index, name in enumerate(names):
            line, _ = document.place(("tests", index)) or (1, 1)
            yield DefinitionTest.from_parent(self, name=name, index=index, line=line, checked=self._checked)


class DefinitionTest(pytest.Item):
    """One test of a definition, run in memory."""

    def __init__(self, *, index: int, line: int, checked: Checked, **options: Any) -> None:
        super().__init__(**options)
        self._index, self._line, self._checked = index, line, checked

    def runtest(self) -> None:
        """Run it; what differs fails it."""
        from dosdk_temporal._pure.interpreter.cases import try_case  # noqa: PLC0415 - only where there are definitions

        definition = self._checked.definition
        assert definition is not None  # noqa: S101 - one with faults has no tests
        tried = try_case(definition, self._index)
        if not tried.passed:
            pytest.fail("\n".join(tried.differences), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, for the report's headings."""
        return self.path, self._line - 1, f"{self.path.name}: {self.name}"


def _check(file: Path) -> Checked:
    from dosdk_temporal._pure.declarative.loading import check_definition_file  # noqa: PLC0415 - YAML, when it is needed

    return check_definition_file(file)


def _says_steps(checked: Checked) -> bool:
    return isinstance(checked.document.value, dict) and "steps" in checked.document.value


def _chosen(config: pytest.Config) -> list[Path]:
    paths: list[Path] = config.getini(_OPTION)
    return paths


def _within(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _different(names: Iterable[str]) -> Iterator[str]:
    """The names, with a number behind those that come again."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = count = seen.get(name, 0) + 1
        yield name if count == 1 else f"{name} #{count}"
