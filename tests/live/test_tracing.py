"""OpenTelemetry: spans from the client through the workflow to each attempt, by the standard variables alone."""

from __future__ import annotations

import signal
from uuid import uuid4

import pytest

from tests.live.worker_programs.launch import HERE, Program, worker_with
from tests.live.worker_programs.otlp_peer import Peer, otlp_peer

ON_THE_CLIENT = {"StartWorkflow:traced"}

TREE = [
    ("RunActivity:echo", "StartActivity:echo"),
    ("RunActivity:echo", "StartActivity:echo"),
    ("RunActivity:echo", "StartActivity:echo"),
    ("RunActivity:fail-once", "StartActivity:fail-once"),
    ("RunActivity:fail-once", "StartActivity:fail-once"),
    ("RunWorkflow:child", "StartChildWorkflow:child"),
    ("RunWorkflow:traced", "StartWorkflow:traced"),
    ("StartActivity:echo", "RunWorkflow:child"),
    ("StartActivity:echo", "RunWorkflow:traced"),
    ("StartActivity:echo", "RunWorkflow:traced"),
    ("StartActivity:fail-once", "RunWorkflow:traced"),
    ("StartChildWorkflow:child", "RunWorkflow:traced"),
    ("StartWorkflow:traced", "-"),
    ("in a thread", "RunActivity:echo"),
    ("in a thread", "RunActivity:echo"),
    ("in a thread", "RunActivity:echo"),
    ("the team's own", "RunActivity:fail-once"),
]
"""Two attempts of one step, one of each other; every workflow task is replayed from the top, and yet each span is there once."""


def _variables(peer: Peer, address: str, queue: str, service: str) -> dict[str, str]:
    return {
        "TEMPORAL_ADDRESS": address,
        "DO_TASK_QUEUE": queue,
        "OTEL_EXPORTER_OTLP_ENDPOINT": peer.url,
        "OTEL_SERVICE_NAME": service,
    }


async def test_one_process_traces_each_span_once(dosdk_server: str) -> None:
    """A program that serves and calls makes one trace whose spans hang together, and has sent it all when it ends."""
    with otlp_peer() as peer:
        given = _variables(peer, dosdk_server, str(uuid4()), "both")
        async with Program(str(HERE / "traced.py"), "serve", **given) as program:
            assert (await program.ends(), program.printed) == (0, ["['hello', 'hello', 'hello', 'hello']"])
    assert (peer.tree(), peer.traces) == (TREE, 1)


async def test_a_trace_crosses_processes(dosdk_server: str) -> None:
    """The worker's spans hang on the client's; each process sends its own, the worker all of them after SIGTERM."""
    queue = str(uuid4())
    with otlp_peer() as peer:
        given = _variables(peer, dosdk_server, queue, "worker")
        async with worker_with({"max_cached_workflows": 0}, dosdk_server, queue, "spans.py", **given) as served:
            async with Program(str(HERE / "traced.py"), **_variables(peer, dosdk_server, queue, "client")) as client:
                assert await client.ends() == 0
            served.send(signal.SIGTERM)
            assert (await served.ends(), served.errors) == (0, [])
    assert (peer.tree(), peer.traces) == (TREE, 1)
    assert (peer.of("client"), peer.of("worker")) == (ON_THE_CLIENT, {name for name, _ in TREE} - ON_THE_CLIENT)


@pytest.mark.parametrize(
    "off", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}]
)
async def test_the_variables_turn_it_off(dosdk_server: str, off: dict[str, str]) -> None:
    """Where the standard variables say no, nothing is sent and nothing is said."""
    with otlp_peer() as peer:
        given = {**_variables(peer, dosdk_server, str(uuid4()), "both"), **off}
        async with Program(str(HERE / "traced.py"), "serve", **given) as program:
            assert (await program.ends(), program.printed) == (0, ["['hello', 'hello', 'hello', 'hello']"])
    assert peer.spans == []


async def test_an_exporter_that_is_not_there_is_told_once(dosdk_server: str) -> None:
    """An exporter that is not installed costs one line, never the work."""
    given = {"TEMPORAL_ADDRESS": dosdk_server, "DO_TASK_QUEUE": str(uuid4()), "OTEL_TRACES_EXPORTER": "zipkin"}
    async with Program(str(HERE / "traced.py"), "serve", **given) as program:
        assert await program.ends() == 0
    told = [line for line in program.errors if "OTEL" in line]
    why = "no exporter 'zipkin' is installed; 'otlp' over http/protobuf and 'console' are"
    assert told == [f"an OTEL_* variable asks for traces, and there are none: {why}"]


async def test_a_provider_that_is_not_safe_under_replay_is_left_alone(dosdk_server: str) -> None:
    """A program with a tracer provider of OpenTelemetry's own runs untraced, and is told what to use."""
    program_text = (
        "import runpy, sys\n"
        "from opentelemetry import trace\n"
        "from opentelemetry.sdk.trace import TracerProvider\n"
        "trace.set_tracer_provider(TracerProvider())\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0])\n"
    )
    with otlp_peer() as peer:
        given = _variables(peer, dosdk_server, str(uuid4()), "both")
        async with Program("-c", program_text, str(HERE / "traced.py"), "serve", **given) as program:
            assert await program.ends() == 0
    told = [line for line in program.errors if "OTEL" in line]
    why = "the program's tracer provider is not safe under replay: take temporalio's create_tracer_provider"
    assert (peer.spans, told) == ([], [f"an OTEL_* variable asks for traces, and there are none: {why}"])
