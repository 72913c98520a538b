"""Where a pull may lead: the outside, and the inside only where the ministry said so; the connection goes to the very address that was judged."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from etl.errors import Unreachable
from etl.fusion import interface as asking
from etl.fusion.adapter import parse_adapter
from etl.fusion.gate import address_of, is_open, resolved
from etl.fusion.interface import Gate, Interface, NoAddress
from tests.etl.theirs import ADAPTER, TOKEN, YEAR, told
from warehouse.errors import FusionRefused
from warehouse.fusion_hosts import Site

pytestmark = pytest.mark.mlps("M19")

NAME = "data.example.cn"
PUBLIC = ("8.8.8.8", "2400:3200::1")
INSIDE = ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")  # fmt: skip
NEVER = ("169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe")  # noqa: S104  # fmt: skip


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [*((one, True, True) for one in PUBLIC), *((one, False, True) for one in INSIDE), *((one, False, False) for one in NEVER)],
)  # fmt: skip
def test_what_is_public_is_open_and_what_is_inside_only_if_it_is_said(address: str, outside: bool, inside: bool) -> None:  # fmt: skip
    one = ipaddress.ip_address(address)

    assert (is_open(one, is_internal=False), is_open(one, is_internal=True)) == (outside, inside)


def leads(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The name leads to these addresses."""
    real = socket.getaddrinfo

    def look(host: str, port: int, **options: int) -> list[object]:
        if host != NAME:
            return list(real(host, port, **options))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_one_inside_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    leads(monkeypatch, "8.8.8.8", "10.0.0.1")
    site = Site(host=NAME, port=443)

    with pytest.raises(FusionRefused, match=r"10\.0\.0\.1, which is no public address"):
        address_of(site, 0, is_internal=False)
    assert address_of(site, 0, is_internal=True) == "8.8.8.8"
    assert address_of(site, 1, is_internal=True) == "10.0.0.1"


def test_a_name_that_leads_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)

    with pytest.raises(NoAddress, match=NAME):
        resolved(Site(host=NAME, port=443))
    monkeypatch.setattr(asking, "TRIES", 2)
    with pytest.raises(Unreachable, match=f"no address of {NAME}"):
        over_tls(443, lambda site: address_of(site, 0, is_internal=False)).ask("training_q1", YEAR, "1")  # fmt: skip


# -- by TLS: the connection goes to an address, the certificate speaks of the name


@dataclass
class Secure:
    """A server with a certificate for one name, and what its requests said."""

    port: int
    hosts: list[str]


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / f"{name}.pem"
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # fmt: skip
    file.write_bytes(own + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(params=[NAME])
def secure(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Secure]:  # fmt: skip
    file, hosts = certificate(tmp_path, request.param), list[str]()
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(file))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            content = json.dumps({"data": {"list": [told(0)], "total": 1}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who refuses the certificate hangs up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Secure(server.server_port, hosts)
        server.shutdown()


def over_tls(port: int, gate: Gate | None) -> Interface:
    text = ADAPTER.format(address=f"https://{NAME}:{port}", path="training/list", paging="")
    return Interface(adapter=parse_adapter("own", text.encode()), token=TOKEN, wait=0.01, gate=gate)


def test_the_connection_goes_to_the_address_that_was_judged(secure: Secure) -> None:
    """The name itself leads nowhere here: whoever looked it up again would fail, and TLS is verified for the name all the same."""
    page = over_tls(secure.port, lambda _: "127.0.0.1").ask("training_q1", YEAR, "1")

    assert page.total == 1
    assert secure.hosts == [f"{NAME}:{secure.port}"]


@pytest.mark.parametrize("secure", ["other.example.cn"], indirect=True)
def test_a_certificate_of_another_name_is_refused_before_anything_is_said(secure: Secure) -> None:
    with pytest.raises(Unreachable, match="certificate cannot be verified"):
        over_tls(secure.port, lambda _: "127.0.0.1").ask("training_q1", YEAR, "1")
    assert secure.hosts == []
