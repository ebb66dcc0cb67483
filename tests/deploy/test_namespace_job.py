"""The namespace job waits for the server with patience that ends, and stops at the first fault."""

import json
from collections.abc import Callable

import pytest

from tests.deploy.programs import Job, Reply

HEALTH = "temporal operator cluster health"
DESCRIBE = "temporal operator namespace describe"
CREATE = "temporal operator namespace create"
UPDATE = "temporal operator namespace update"
LIST = "temporal operator search-attribute list"
NAMES = ["DoWaiting", "DoApprovers", "DoUntil"]
ATTRIBUTES = [
    f"temporal operator search-attribute create --name {name} --type {kind}"
    for name, kind in zip(NAMES, ["KeywordList", "KeywordList", "Datetime"], strict=True)
]
# Each attribute is made and then looked up.
PREPARED = [LIST, *(call for made in ATTRIBUTES for call in (made, LIST))]
NINETY_DAYS = 90 * 24 * 3600

SUCCESS: Reply = (0, "", "")
LISTED: Reply = (0, "".join(f"  {name}   KeywordList\n" for name in NAMES), "")
FAILURE: Reply = (1, "", "no such luck\n")


def _kept(seconds: int) -> Reply:
    return 0, json.dumps({"config": {"workflowExecutionRetentionTtl": f"{seconds}s"}}, indent=2), ""


def _bare(calls: list[str]) -> list[str]:
    """The calls without the options that all of them share; one that lacks these keeps its whole text."""
    return [call.removesuffix(" --namespace default --command-timeout 10s") for call in calls]


@pytest.fixture
def namespace(job: Callable[[str], Job]) -> Job:
    """The job in the environment that compose gives it, before a server that has nothing."""
    made = job("namespace")
    made.stand_in("temporal", "sleep")
    made.reply({DESCRIBE: [FAILURE], LIST: [LISTED]})
    return made


def test_a_missing_namespace_is_made(namespace: Job) -> None:
    """Where there is no namespace it is made with 90 days of retention, then given its attributes."""
    assert namespace.run() == (0, "namespace: 'default' is ready\n", "")
    assert _bare(namespace.calls) == [
        HEALTH,
        f"{DESCRIBE} --output json",
        f"{CREATE} --retention 2160h",
        *PREPARED,
    ]


def test_a_namespace_that_is_right_is_left_alone(namespace: Job) -> None:
    """A repeat neither makes nor updates the namespace."""
    namespace.reply({DESCRIBE: [_kept(NINETY_DAYS)], LIST: [LISTED]})
    assert namespace.run() == (0, "namespace: 'default' is ready\n", "")
    assert _bare(namespace.calls) == [HEALTH, f"{DESCRIBE} --output json", *PREPARED]


@pytest.mark.parametrize("waited_for", [HEALTH, LIST])
def test_it_waits_until_the_server_is_there(namespace: Job, waited_for: str) -> None:
    """A server, or its memory of a new namespace, that comes late is asked again each second and then used."""
    late = [FAILURE, FAILURE, LISTED]
    namespace.reply({DESCRIBE: [_kept(NINETY_DAYS)], LIST: [LISTED], waited_for: late})
    assert namespace.run() == (0, "namespace: 'default' is ready\n", "")
    calls = _bare(namespace.calls)
    first = calls.index(waited_for)
    assert calls[first : first + 5] == [waited_for, "sleep 1", waited_for, "sleep 1", waited_for]
    assert calls[-2:] == PREPARED[-2:]


def test_patience_ends(namespace: Job) -> None:
    """A server that never answers fails the job after 60 tries, with the client's own reason."""
    namespace.reply({HEALTH: [FAILURE]})
    assert namespace.run() == (
        1,
        "",
        "no such luck\nnamespace: gave up after 60 tries: cli operator cluster health\n",
    )
    assert _bare(namespace.calls) == [HEALTH, "sleep 1"] * 59 + [HEALTH] * 2


def test_an_attribute_that_does_not_appear_fails_the_job(namespace: Job) -> None:
    """An attribute reported as added and never listed is waited for, then named, and no further one is tried."""
    without = (0, LISTED[1].replace("  DoApprovers ", "  DoApproversOld "), "")
    namespace.reply({DESCRIBE: [_kept(NINETY_DAYS)], LIST: [without]})
    assert namespace.run() == (1, "", "namespace: gave up after 60 tries: listed DoApprovers\n")
    assert [call for call in _bare(namespace.calls) if call in ATTRIBUTES] == ATTRIBUTES[:2]


def test_an_answer_at_the_last_moment_counts(namespace: Job) -> None:
    """The try that speaks is a try: where it succeeds the job goes on."""
    namespace.reply({HEALTH: [FAILURE] * 60 + [SUCCESS], DESCRIBE: [_kept(NINETY_DAYS)], LIST: [LISTED]})
    assert namespace.run() == (0, "namespace: 'default' is ready\n", "")


@pytest.mark.parametrize(
    ("failing", "described"),
    [(CREATE, FAILURE), (UPDATE, _kept(3600)), *((call, _kept(NINETY_DAYS)) for call in ATTRIBUTES)],
    ids=["create", "update", *NAMES],
)
def test_the_first_fault_ends_the_job(namespace: Job, failing: str, described: Reply) -> None:
    """A step that fails is the last one and its reason is shown, so that no worker starts on half a namespace."""
    namespace.reply({failing: [FAILURE], DESCRIBE: [described], LIST: [LISTED]})
    assert namespace.run() == (1, "", "no such luck\n")
    assert namespace.calls[-1].startswith(failing)


def test_a_retention_that_cannot_be_read_is_not_guessed(namespace: Job) -> None:
    """An answer of another form ends the job before anything is changed."""
    namespace.reply({DESCRIBE: [(0, "{}", "")]})
    assert namespace.run() == (1, "", "namespace: cannot read the retention of 'default' from: {}\n")
    assert _bare(namespace.calls) == [HEALTH, f"{DESCRIBE} --output json"]


@pytest.mark.parametrize("hours", ["90d", "2160h", "02160", "0", "-1", "1.5", "1 2", "x"])
def test_only_whole_hours_are_a_retention(namespace: Job, hours: str) -> None:
    """Anything but a whole number of hours is refused before the first call."""
    assert namespace.run(RETENTION_HOURS=hours) == (
        2,
        "",
        f"namespace: RETENTION_HOURS is a whole number of hours such as 2160, not '{hours}'\n",
    )
    assert namespace.calls == []


@pytest.mark.parametrize("name", ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "RETENTION_HOURS"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_refused_by_name(namespace: Job, name: str, value: str | None) -> None:
    """Without one of its variables the job touches nothing and says which."""
    status, _, said = namespace.run(**{name: value})
    assert status == 2
    assert f" {name}: " in said
    assert namespace.calls == []
