"""A port that is taken is named, with who holds it and what to do."""

import os
import socket
from collections.abc import Iterator

import pytest

from services.one_machine.cannot_start import CannotStart
from services.one_machine.ports import free_ports, is_free, owner_of, require_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this very process listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_its_holder_and_the_cure(taken: int) -> None:
    with pytest.raises(CannotStart) as refusal:
        require_free({"intake": taken})
    for words in (refusal.value.zh, refusal.value.en):
        assert f"{taken} (intake" in words
        assert f"pid {os.getpid()}" in words
        assert "--port-base" in words


def test_a_service_on_every_address_of_the_machine_holds_the_port_too() -> None:
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))
        server.listen(1)
        assert not is_free(server.getsockname()[1])


def test_a_port_whose_last_connection_only_lingers_is_free(taken: int) -> None:
    (port,) = free_ports(1)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(1)
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # the server closes first, so its side lingers
            client.recv(1)
    assert is_free(port)


def test_free_ports_pass_and_have_no_owner() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    require_free({str(port): port for port in ports})
    assert owner_of(ports[0]) is None


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_base_that_leaves_the_range_of_ports_is_refused(port: int) -> None:
    with pytest.raises(CannotStart, match="--port-base"):
        require_free({"kafka": port})
