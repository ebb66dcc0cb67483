"""A peer that takes OpenTelemetry traces over HTTP, as a collector does."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """One span as it came over the wire."""

    name: str
    id: bytes
    parent: bytes
    trace: bytes
    service: str


@dataclass
class Peer:
    """What has come so far.

    Attributes:
        url: where it takes traces, as ``OTEL_EXPORTER_OTLP_ENDPOINT`` wants it.
        spans: in the order of their coming.
    """

    url: str = ""
    spans: list[Span] = field(default_factory=list)

    def tree(self) -> list[tuple[str, str]]:
        """Each span's name and that of its parent, sorted; ``-`` for a parent that is not here."""
        names = {span.id: span.name for span in self.spans}
        return sorted((span.name, names.get(span.parent, "-")) for span in self.spans)

    @property
    def traces(self) -> int:
        """How many traces the spans belong to."""
        return len({span.trace for span in self.spans})

    def of(self, service: str) -> set[str]:
        """The names of the spans that one service sent."""
        return {span.name for span in self.spans if span.service == service}

    def take(self, body: bytes) -> None:
        """Read one request."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            attributes = {item.key: item.value.string_value for item in resource.resource.attributes}
            service = attributes["service.name"]
            self.spans.extend(
                Span(span.name, span.span_id, span.parent_span_id, span.trace_id, service)
                for scope in resource.scope_spans
                for span in scope.spans
            )


@contextmanager
def otlp_peer() -> Iterator[Peer]:
    """A peer on a port of the system's choosing."""
    peer = Peer()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            peer.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Take) as server:
        peer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            thread.join()
