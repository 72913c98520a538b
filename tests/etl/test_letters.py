"""Letters to a real mail server on this machine: what they say, a server that is down, one that refuses TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from etl.post import Post
from etl.task import Shop
from etl.tasks import letters as duty
from tests.conftest import Database
from tests.factories import CHANGSHA, opened, register
from tests.ports import free_port
from warehouse import letters, roles
from warehouse.letters import WrongAddress, letter, mailbox, set_mailbox
from warehouse.notices import tell
from warehouse.rights import Role
from warehouse.store import Warehouse
from warehouse.text import Text

SCHOOL, ADDRESS = "3643000001", "statistician@school.example"


class Catcher:
    """Keeps what it is handed; refuses one address."""

    def __init__(self) -> None:
        self.caught: list[Envelope] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 # fmt: skip
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.caught.append(envelope)
        return "250 OK"


@contextmanager
def catching(**options: Any) -> Iterator[tuple[Catcher, int]]:
    """A mail server on this machine."""
    catcher, port = Catcher(), free_port()
    controller = Controller(catcher, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield catcher, port
    finally:
        controller.stop()


@pytest.fixture
def worker(database: Database) -> Iterator[Warehouse]:
    with closing(Warehouse(database.worker_url, roles.WORKER)) as warehouse:
        register(warehouse, [opened(SCHOOL, CHANGSHA)])
        warehouse.keep_account(
            login="one", password_hash="", name_zh="", name_en="", role=Role.STATISTICIAN.value,
            place_id=warehouse.ladder.named(SCHOOL), depth="records",
        )  # fmt: skip
        yield warehouse


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop of all tests here, where one reader has a mailbox."""
    choose(shop, ADDRESS)
    return shop


def choose(shop: Shop, address: str) -> None:
    here = shop.web.ladder.named(SCHOOL)
    with shop.web.acting(shop.web.scope("one", here)) as writer:
        set_mailbox(writer, shop.suite, "one", address, datetime.now(UTC) - timedelta(seconds=1))


def post(port: int, **changes: Any) -> Post:
    plain = Post(host="127.0.0.1", port=port, tls="none", sender="zhijian@ministry.example", site="https://zhijian.example")  # fmt: skip
    return replace(plain, **changes)


def tell_of(shop: Shop, said: str = "甲校的报表被退回 42") -> None:
    with shop.worker.writing() as writer:
        tell(writer, Text(said, said), kind="returned", object="/fill?form=estate", login="one")


def round_of(shop: Shop, way: Post) -> None:
    duty.run(replace(shop, post=way), datetime.now(UTC))


def standing(shop: Shop) -> list[tuple[str, int, int]]:
    with shop.worker.writing() as writer:
        return [(r.state, r.tries, r.notices) for r in writer.rows(sa.select(letter).order_by(letter.c.letter_id))]  # fmt: skip


def make_due(shop: Shop) -> None:
    with shop.worker.writing() as writer:
        writer.run("UPDATE letter SET next_at = now() - interval '1 second'")


def test_a_letter_says_that_there_is_something_to_read_and_nothing_of_it(shop: Shop) -> None:
    tell_of(shop)
    tell_of(shop)
    with catching() as (catcher, port):
        round_of(shop, post(port))
        round_of(shop, post(port))

    (caught,) = catcher.caught
    assert caught.rcpt_tos == [ADDRESS]
    said = message_from_bytes(caught.original_content or b"", policy=policy.default)
    text = said.get_content()
    assert said["Subject"] == "职鉴：您有 2 条未读通知 / Zhijian: 2 unread"
    assert "https://zhijian.example/zh/notices" in text
    assert "https://zhijian.example/en/notices" in text
    assert "甲校" not in text
    assert "42" not in text
    assert standing(shop) == [("sent", 1, 2)]


def test_one_letter_in_a_quarter_of_an_hour(shop: Shop) -> None:
    with catching() as (catcher, port):
        tell_of(shop)
        round_of(shop, post(port))
        tell_of(shop)
        round_of(shop, post(port))
        assert len(catcher.caught) == 1
        with shop.worker.writing() as writer:
            writer.run("UPDATE letter SET made_at = made_at - interval '16 minutes'")
        round_of(shop, post(port))
        assert len(catcher.caught) == 2


def test_what_was_read_already_needs_no_letter(shop: Shop) -> None:
    tell_of(shop)
    with shop.worker.writing() as writer:
        writer.run("UPDATE notice SET read_at = now()")
    with catching() as (catcher, port):
        round_of(shop, post(port))
    assert catcher.caught == []


def test_a_server_that_is_down_is_asked_again_later(shop: Shop) -> None:
    tell_of(shop)
    port = free_port()
    round_of(shop, post(port))
    assert standing(shop) == [("waiting", 1, 1)]
    round_of(shop, post(port))  # not before its time
    assert standing(shop) == [("waiting", 1, 1)]

    make_due(shop)
    round_of(shop, post(port))
    with shop.worker.writing() as writer:
        (row,) = writer.rows(sa.select(letter))
    assert row.tries == 2
    assert timedelta(minutes=1) < row.next_at - datetime.now(UTC) <= timedelta(minutes=2)

    make_due(shop)
    with catching() as (catcher, there):
        round_of(shop, post(there))
    assert len(catcher.caught) == 1
    assert standing(shop) == [("sent", 3, 1)]


def test_a_letter_that_nobody_takes_is_given_up_in_the_end(shop: Shop) -> None:
    tell_of(shop)
    port = free_port()
    for _ in range(letters.MOST_TRIES):
        make_due(shop)
        round_of(shop, post(port))
    assert standing(shop) == [("failed", letters.MOST_TRIES, 1)]


def test_an_address_that_is_refused_is_given_up_and_holds_nobody_else_up(shop: Shop) -> None:
    choose(shop, "nobody@school.example")
    tell_of(shop)
    with catching() as (catcher, port):
        round_of(shop, post(port))
    assert catcher.caught == []
    assert standing(shop) == [("failed", 1, 1)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine's own, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )  # fmt: skip
    return files


@pytest.fixture
def serving_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_letters_travel_under_tls_with_a_login(
    shop: Shop, certificate: tuple[Path, Path], serving_tls: ssl.SSLContext
) -> None:
    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:  # fmt: skip
        return AuthResult(success=(data.login, data.password) == (b"us", b"word"))

    tell_of(shop)
    with catching(tls_context=serving_tls, require_starttls=True, auth_required=True, authenticator=knows) as (catcher, port):  # fmt: skip
        way = post(port, host="localhost", tls="starttls", user="us", password="word", context=trusting(certificate))  # noqa: S106 # fmt: skip
        round_of(shop, replace(way, password="wrong"))  # noqa: S106 - the wrong one
        assert (catcher.caught, standing(shop)) == ([], [("waiting", 1, 1)])
        make_due(shop)
        round_of(shop, way)
    assert len(catcher.caught) == 1


def test_a_server_without_tls_or_with_a_certificate_of_nobodys_is_handed_nothing(
    shop: Shop, serving_tls: ssl.SSLContext
) -> None:
    tell_of(shop)
    with catching() as (catcher, port):
        round_of(shop, post(port, tls="starttls"))
    assert (catcher.caught, standing(shop)) == ([], [("waiting", 1, 1)])
    make_due(shop)
    with catching(tls_context=serving_tls) as (catcher, port):
        round_of(shop, post(port, host="localhost", tls="starttls"))
    assert (catcher.caught, standing(shop)) == ([], [("waiting", 2, 1)])


def test_addresses_are_kept_sealed_and_only_ones_own(shop: Shop) -> None:
    with shop.worker.writing() as writer:
        (row,) = writer.rows(sa.select(mailbox))
        assert ADDRESS not in row.address
    for wrong in ("x", "a@b\nBcc: c@d", "a b@c", "@", "a@-b"):
        with pytest.raises(WrongAddress):
            choose(shop, wrong)
    other: Callable[[], Any] = lambda: shop.web.acting(shop.web.scope("two", shop.web.ladder.named(SCHOOL)))  # noqa: E731 # fmt: skip
    with other() as writer:
        assert writer.rows(sa.select(mailbox)) == []
    choose(shop, "")
    with shop.worker.writing() as writer:
        assert writer.rows(sa.select(mailbox)) == []
