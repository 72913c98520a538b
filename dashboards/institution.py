"""An institution's own sign-in by OpenID Connect: authorization code with PKCE, a nonce, and no request to anybody but the issuer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter

from warehouse.errors import ZhijianError

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signatures only the issuer can make
TIMEOUT_S = 5
KEPT_S = 600  # how long what the issuer says of itself is believed
LEEWAY_S = 60
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class InstitutionFailed(ZhijianError):
    """The institution's sign-in did not answer as it should."""

    def __init__(self, why: object) -> None:
        super().__init__(
            "外部登录没有成功，请重试，或改用账号和密码登录。",
            f"The institution's sign-in did not succeed ({why}). Try again, or sign in by account and password.",
        )


class Fence(HTTPAdapter):
    """Lets requests through to one origin only, wherever a document or a redirect points."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401
        **options: Any,  # noqa: ANN401
    ) -> requests.Response:
        if origin_of(request.url or "") != self.origin:
            raise InstitutionFailed("it points elsewhere")
        return super().send(request, *args, **{**options, "timeout": TIMEOUT_S})


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True, kw_only=True)
class Institution:
    """One issuer and what this system is to it. `name` is what readers call it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ZhijianError(
                f"ZHIJIAN_OIDC_ISSUER 应为 https 地址：{self.issuer}",
                f"ZHIJIAN_OIDC_ISSUER has to be an https address: {self.issuer}",
            )

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Institution | None:
        """The institution whose sign-in is taken beside ours, if the settings name one."""
        names = ("issuer", "client_id", "client_secret", "name")
        given: dict[str, Any] = {name: str(settings.get(f"oidc_{name}", "")) for name in names}
        return cls(**given) if given["issuer"] else None

    def away(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to sign in; it returns to `back`."""
        with self._session(back) as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
            )  # fmt: skip
        return str(address)

    def subject(self, back: str, code: str, nonce: str, verifier: str) -> str:
        """Who has come back with a code, as the issuer's signed word names them."""
        try:
            with self._session(back) as session:
                token = session.fetch_token(
                    self._endpoint("token_endpoint"), code=code, code_verifier=verifier,
                    grant_type="authorization_code",
                )  # fmt: skip
            return self._read(token, nonce)
        except (
            AuthlibBaseError,
            JoseError,
            requests.RequestException,
            KeyError,
            ValueError,
        ) as error:
            raise InstitutionFailed(type(error).__name__) from error

    def _read(self, token: Mapping[str, Any], nonce: str) -> str:
        """The subject of an ID token, after everything about it was checked."""
        keys = KeySet.import_key_set(self._document(self._endpoint("jwks_uri")))
        read = jwt.decode(token["id_token"], key=keys, algorithms=ALGORITHMS)
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        asked = {
            "nonce": nonce,
            "client_id": self.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(read.claims, read.header, wanted, asked)
        claims.validate(leeway=LEEWAY_S)
        return str(claims["sub"])

    def _endpoint(self, name: str) -> str:
        """An address the issuer names for itself; it has to be the issuer's own."""
        about = self._document(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        address = str(about.get(name, ""))
        if about.get("issuer") != self.issuer or origin_of(address) != origin_of(self.issuer):
            raise InstitutionFailed(name)
        return address

    def _document(self, address: str) -> Any:  # noqa: ANN401 - JSON
        """A document of the issuer's, fetched at most every ten minutes."""
        known = self._known.get(address)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            try:
                with self._session("") as session:
                    answer = session.request("GET", address, withhold_token=True)
                answer.raise_for_status()
                known = self._known[address] = (time.monotonic(), answer.json())
            except requests.RequestException as error:
                raise InstitutionFailed(type(error).__name__) from error
        return known[1]

    def _session(self, back: str) -> OAuth2Session:
        session = OAuth2Session(
            self.client_id, self.client_secret, redirect_uri=back, scope="openid", code_challenge_method="S256"
        )  # fmt: skip
        session.trust_env = False  # no proxy and no password of the environment's
        fence = Fence(origin_of(self.issuer))
        session.mount("https://", fence)
        session.mount("http://", fence)
        return session
