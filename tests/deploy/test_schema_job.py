"""The schema job prepares three databases in order, stops at the first fault, and can be repeated."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deploy.programs import Job, run

VERSIONS = "/etc/temporal/schema/postgresql/v12"
STEPS = [
    "temporal-sql-tool --db temporal create",
    "temporal-sql-tool --db temporal setup-schema -v 0.0",
    f"temporal-sql-tool --db temporal update-schema -d {VERSIONS}/temporal/versioned",
    "temporal-sql-tool --db temporal_visibility create",
    "temporal-sql-tool --db temporal_visibility setup-schema -v 0.0",
    f"temporal-sql-tool --db temporal_visibility update-schema -d {VERSIONS}/visibility/versioned",
    "temporal-sql-tool --db dosdk create",
]


@pytest.fixture
def schema(job: Callable[[str], Job]) -> Job:
    """The job in the environment that compose gives it."""
    made = job("schema")
    made.stand_in("temporal-sql-tool")
    return made


@pytest.mark.parametrize("name", ["schema.sh", "namespace.sh"])
def test_the_scripts_parse(root: Path, name: str) -> None:
    """A plain POSIX shell reads the script, which stops at errors and at unset variables."""
    script = root / "deploy" / name
    assert run("/bin/sh", "-n", str(script)) == (0, "", "")
    assert script.read_text().startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in script.read_text()


def test_the_databases_are_made_and_brought_up_to_date(schema: Job) -> None:
    """Temporal's two databases get their schema, the Datastore's is only made, and nothing is overwritten."""
    assert schema.run() == (0, "schema: up to date\n", "")
    assert schema.calls == STEPS


def test_a_repeat_is_the_same_again(schema: Job) -> None:
    """A second run asks for the same and remembers nothing of the first."""
    assert [schema.run()[0], schema.run()[0]] == [0, 0]
    assert schema.calls == STEPS * 2


@pytest.mark.parametrize("failing", range(len(STEPS)))
def test_the_first_fault_ends_the_job(schema: Job, failing: int) -> None:
    """A step that fails is the last one, its reason is shown, and the job fails, so that the server stays down."""
    schema.reply({STEPS[failing]: [(1, "", "no such luck\n")]})
    assert schema.run() == (1, "", "no such luck\n")
    assert schema.calls == STEPS[: failing + 1]


def test_a_job_that_failed_can_be_run_again(schema: Job) -> None:
    """After a fault that has passed the job begins from the top and succeeds."""
    schema.reply({STEPS[2]: [(1, "", ""), (0, "", "")]})
    assert [schema.run()[0], schema.run()[0]] == [1, 0]
    assert schema.calls == STEPS[:3] + STEPS


@pytest.mark.parametrize(
    "name", ["SQL_PLUGIN", "SQL_HOST", "SQL_PORT", "SQL_USER", "SQL_PASSWORD", "DATASTORE_DATABASE"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_refused_by_name(schema: Job, name: str, value: str | None) -> None:
    """Without one of its variables the job touches nothing and says which."""
    status, _, said = schema.run(**{name: value})
    assert status == 2
    assert f" {name}: " in said
    assert schema.calls == []
