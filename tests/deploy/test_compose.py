"""The compose file holds together: what it names exists, what it opens is closed to others, what it keeps secret is."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.deploy.programs import run

Compose = dict[str, Any]

JOBS = {"schema", "namespace"}


def _environment(compose: Compose) -> Iterator[tuple[str, str, str | None]]:
    for service, definition in compose["services"].items():
        for name, value in definition.get("environment", {}).items():
            yield service, name, value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


def _mounts(compose: Compose) -> list[tuple[str, ...]]:
    return [
        tuple(mount.split(":"))
        for definition in compose["services"].values()
        for mount in definition.get("volumes", [])
    ]


def test_the_file_follows_the_compose_specification(root: Path) -> None:
    """The compose file is valid by the specification's own schema."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    assert run(*check, "docker-compose.yml", folder=root) == (0, "ok -- validation done\n", "")


def test_the_services_are_these(compose: Compose) -> None:
    """The deployment is a database, its two jobs, the server, the Web UI and the worker."""
    assert set(compose["services"]) == {"postgresql", "schema", "temporal", "namespace", "ui", "worker"}


def test_every_image_is_pinned_to_an_exact_tag(compose: Compose) -> None:
    """Images are named by a full version, and the worker's is built here."""
    images = {name: service.get("image") for name, service in compose["services"].items()}
    pinned = re.compile(r"(temporalio/)?[a-z-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?")
    assert [name for name, image in images.items() if image is None] == ["worker"]
    assert [image for image in images.values() if image is not None and not pinned.fullmatch(image)] == []
    assert compose["services"]["worker"]["build"] == "."


def test_the_tools_and_the_server_are_of_one_version(compose: Compose) -> None:
    """The schema that the jobs' image carries is the one that the server expects."""
    tags = {name: compose["services"][name]["image"].split(":")[1] for name in ("schema", "temporal", "namespace")}
    assert set(tags.values()) == {"1.32.0"}


def test_every_published_port_is_on_the_loopback(compose: Compose) -> None:
    """Nothing that compose publishes can be reached from another host."""
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {
        "postgresql": ["127.0.0.1:${POSTGRES_HOST_PORT:-5433}:5432"],
        "temporal": ["127.0.0.1:${TEMPORAL_HOST_PORT:-7233}:7233"],
        "ui": ["127.0.0.1:${TEMPORAL_UI_HOST_PORT:-8080}:8080"],
    }
    assert [name for name, service in compose["services"].items() if "network_mode" in service] == []


def test_services_wait_for_what_they_need(compose: Compose) -> None:
    """A service waits for another one's health, and for a job's success, never for a mere start."""
    waits = {
        name: {needed: how["condition"] for needed, how in service.get("depends_on", {}).items()}
        for name, service in compose["services"].items()
    }
    healthy, done = "service_healthy", "service_completed_successfully"
    assert waits == {
        "postgresql": {},
        "schema": {"postgresql": healthy},
        "temporal": {"postgresql": healthy, "schema": done},
        "namespace": {"temporal": healthy},
        "ui": {"temporal": healthy},
        "worker": {"postgresql": healthy, "temporal": healthy, "namespace": done},
    }


def test_what_is_waited_for_by_its_health_has_a_check(compose: Compose, root: Path) -> None:
    """Every service that stays up has a health check, the worker's in its image."""
    checked = {name for name, service in compose["services"].items() if "healthcheck" in service}
    assert checked == set(compose["services"]) - JOBS - {"worker"}
    assert "\nHEALTHCHECK " in (root / "Dockerfile").read_text()


def test_jobs_run_once_and_services_come_back(compose: Compose) -> None:
    """A job that failed stays failed and is seen; a service that died is started again."""
    policies = {name: service["restart"] for name, service in compose["services"].items()}
    assert policies == {name: "no" if name in JOBS else "unless-stopped" for name in compose["services"]}


def test_every_log_is_bounded(compose: Compose) -> None:
    """No container's log can fill the disk."""
    logging = {name: service["logging"] for name, service in compose["services"].items()}
    bounded = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}}
    assert logging == dict.fromkeys(compose["services"], bounded)


def test_every_volume_and_mounted_file_exists(compose: Compose, root: Path) -> None:
    """A mount is a declared volume, or a file of the checkout that the container cannot write."""
    named = {mount[0] for mount in _mounts(compose) if not mount[0].startswith(".")}
    files = [mount for mount in _mounts(compose) if mount[0].startswith(".")]
    assert named == set(compose["volumes"])
    assert [source for source, *_ in files if not (root / source).is_file()] == []
    assert [mount for mount in files if mount[2:] != ("ro",)] == []


def test_what_a_container_reads_is_mounted_where_it_looks(compose: Compose) -> None:
    """The jobs' scripts and the server's dynamic configuration are where the commands and variables name them."""
    services = compose["services"]
    looked_for = [
        services["schema"]["entrypoint"][1],
        services["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"],
        services["namespace"]["entrypoint"][1],
    ]
    assert looked_for == [mount[1] for mount in _mounts(compose) if mount[0].startswith(".")]


def test_no_secret_is_written_down(compose: Compose) -> None:
    """Passwords and keys come from the environment alone, and no URL carries one."""
    secret = re.compile(r"PASSWORD|PWD|SECRET|TOKEN|_KEY$")
    required = "${POSTGRES_PASSWORD:?copy deploy/env.example to .env and set it}"
    found = {(service, name): value for service, name, value in _environment(compose) if secret.search(name)}
    assert found == {
        ("postgresql", "POSTGRES_PASSWORD"): required,
        ("schema", "SQL_PASSWORD"): required,
        ("temporal", "POSTGRES_PWD"): required,
        ("worker", "PGPASSWORD"): required,
        ("worker", "DO_ENCRYPTION_KEY"): None,
    }
    assert [text for text in _strings(compose) if re.search(r"://[^/@\s]*:[^/@\s]*@", text)] == []


def test_every_variable_is_documented(compose: Compose, root: Path) -> None:
    """The example lists the variables that compose reads, all of them and no other, and gives no secret."""
    interpolated = {name for text in _strings(compose) for name in re.findall(r"\$\{(\w+)", text)}
    passed_on = {name for _, name, value in _environment(compose) if value is None}
    example = dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$", (root / "deploy/env.example").read_text(), re.M))
    assert set(example) == interpolated | passed_on
    assert [name for name in ("POSTGRES_PASSWORD", "DO_ENCRYPTION_KEY") if example[name]] == []


def test_documented_defaults_are_the_true_ones(compose: Compose, root: Path) -> None:
    """Where the example shows a value it is the one that compose takes by itself."""
    defaults = {
        name: default for text in _strings(compose) for name, default in re.findall(r"\$\{(\w+):-([^}]*)\}", text)
    }
    example = dict(re.findall(r"^# ([A-Z][A-Z0-9_]*)=(.+)$", (root / "deploy/env.example").read_text(), re.M))
    assert example == defaults


def test_the_worker_gets_what_it_and_its_actions_read(compose: Compose) -> None:
    """The worker is told where the server is, what to serve and what its actions speak to."""
    worker = compose["services"]["worker"]["environment"]
    fixed = {name: value for name, value in worker.items() if value is not None and "${" not in value}
    assert fixed == {"TEMPORAL_ADDRESS": "temporal:7233", "TEMPORAL_NAMESPACE": "default", "DO_HEALTH_PORT": "8081"}
    assert {name for name, value in worker.items() if value is None} == {
        "DO_TASK_QUEUE",
        "DO_ENCRYPTION_KEY",
        "DO_BUSINESS_DATABASE_URL",
        "DO_SMTP_URL",
        "DO_MAIL_FROM",
        "DO_SLACK_WEBHOOK_URL",
        "DO_CRM_URL",
        "DO_ALERT_URL",
        "DO_ENRICH_URL",
        "DO_ACCOUNTS_URL",
        "DO_ACCOUNT_MANAGERS",
        "DO_CALENDAR_URL",
        "DO_METRICS_URL",
        "DO_SCHEDULING_URL",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    }


def test_all_services_mean_the_same_server_database_and_namespace(compose: Compose) -> None:
    """Addresses, roles, databases and the namespace agree wherever two services name them."""
    of = {name: service.get("environment", {}) for name, service in compose["services"].items()}
    role, datastore = of["postgresql"]["POSTGRES_USER"], of["schema"]["DATASTORE_DATABASE"]
    assert [(of["schema"]["SQL_USER"], of["schema"]["SQL_HOST"], of["schema"]["SQL_PORT"])] == [
        (of["temporal"]["POSTGRES_USER"], of["temporal"]["POSTGRES_SEEDS"], of["temporal"]["DB_PORT"])
    ]
    assert of["schema"]["SQL_PLUGIN"] == of["temporal"]["DB"]
    assert of["worker"]["DO_DATASTORE_URL"].endswith(f":-postgresql://{role}@postgresql:5432/{datastore}}}")
    assert {of[name]["TEMPORAL_ADDRESS"] for name in ("namespace", "ui", "worker")} == {"temporal:7233"}
    assert {of[name]["TEMPORAL_NAMESPACE"] for name in ("namespace", "worker")} == {"default"}
    assert of["namespace"]["RETENTION_HOURS"] == str(90 * 24)
