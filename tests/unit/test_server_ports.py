"""Free ports, taken ports, and who has them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from dosdk_temporal._server.holder import Holder, Listener, find_holder, holds, listeners
from dosdk_temporal._server.ports import free_near, free_ports, is_free
from dosdk_temporal._server.taken import explain
from dosdk_temporal.errors import ServerUnavailableError

linux_only = pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")

TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10401 2 0 100 0 0 10 0
   1: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1603 1 0 100 0 0 10 0
   2: 0100007F:1C41 0100007F:9579 01 00000000:00000000 00:00000000 00000000     0        0 10399 2 0 100 0 0 10 0
"""
TCP6 = """\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
   0: 00000000000000000000000001000000:1C41 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 \
00000000  1000        0 77 1 0 100 0 0 10 0
"""


def test_chosen_ports_are_free_and_differ() -> None:
    """Ports chosen together are all different, and a server can listen on each."""
    chosen = free_ports(20)
    assert (len(set(chosen)), [is_free(port) for port in chosen]) == (20, [True] * 20)


def test_a_chosen_port_is_not_given_to_the_next() -> None:
    """The system gives a chosen port to nobody who asks for any, though nothing listens on it yet."""
    assert set(free_ports(50)) & set(free_ports(50)) == set()


def test_a_listener_makes_a_port_taken() -> None:
    """A port is taken while something listens, on this address or on all, and free again right after."""
    for host in ("127.0.0.1", ""):
        with socket.create_server((host, 0)) as listener:
            port = listener.getsockname()[1]
            taken = is_free(port)
        assert (taken, is_free(port)) == (False, True)


def test_a_port_out_of_range_is_refused() -> None:
    """A number that is no port is an error and not a taken port."""
    with pytest.raises(ServerUnavailableError) as refused:
        is_free(70_000)
    assert str(refused.value) == "70000 is not a port: give one from 1 to 65535"


def test_the_port_that_is_offered_is_near() -> None:
    """Beside a taken port the next one is offered, or the one after where that is taken too; at the end, any."""
    first = _two_free_neighbours()
    assert free_near(first - 1) == first
    with socket.create_server(("127.0.0.1", first)):
        assert free_near(first - 1) == first + 1
    assert is_free(free_near(65_535))


def test_listeners_are_read_from_the_kernels_table() -> None:
    """Listening sockets are read with address, port and inode, for both families; connections are left out."""
    assert [listeners(TCP), listeners(TCP6)] == [
        [Listener("127.0.0.1", 7233, 10401), Listener("0.0.0.0", 2024, 1603)],  # noqa: S104 - it is read, not bound
        [Listener("::1", 7233, 77)],
    ]


@linux_only
def test_the_holder_of_a_port_is_found() -> None:
    """The process that listens is found with its name, and nobody is once it has stopped."""
    me = Holder(os.getpid(), Path("/proc/self/comm").read_text().strip())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        while_listening = (find_holder(port), holds(os.getpid(), port), holds(os.getppid(), port))
    assert (while_listening, find_holder(port)) == ((me, True, False), None)


@pytest.mark.parametrize(
    ("holder", "version", "message"),
    [
        (
            Holder(812, "temporal"),
            "1.32.0",
            (
                "port 7233 is taken by process 812 (temporal), a Temporal server 1.32.0: "
                "connect to it at 127.0.0.1:7233, or go on with port=7234, which is free"
            ),
        ),
        (
            None,
            "1.32.0",
            (
                "port 7233 is taken by another process, a Temporal server 1.32.0: "
                "connect to it at 127.0.0.1:7233, or go on with port=7234, which is free"
            ),
        ),
        (
            Holder(99, "node"),
            None,
            "port 7233 is taken by process 99 (node): stop that process, or go on with port=7234, which is free",
        ),
        (
            None,
            None,
            "port 7233 is taken by another process: stop that process, or go on with port=7234, which is free",
        ),
    ],
)
def test_a_taken_port_is_explained(holder: Holder | None, version: str | None, message: str) -> None:
    """The message has the port, what is known of its holder, whether that can be used, and a way on."""
    assert explain(7233, purpose="port", holder=holder, version=version, free=7234) == message


def _two_free_neighbours() -> int:
    return next(port for port in free_ports(50) if port < 65_000 and is_free(port + 1))
