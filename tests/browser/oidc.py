"""An identity provider for the tests: OpenID Connect's code flow with PKCE on this machine.

It checks what a real one checks (client, secret, address to come back to, code used once, PKCE) and
signs with RS256. Its sign-in page lists people; whoever is clicked is signed in.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "symbiosis", "a secret of the tests"


@dataclass
class Provider:
    """A provider that runs; ``people`` maps a name to claims, and ``seen`` logs what was asked."""

    address: str
    callback: str
    people: Mapping[str, Mapping[str, object]]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def secrets_toml(self) -> str:
        """Return the file of secrets of an app that signs in here."""
        return f"""[auth]
redirect_uri = "{self.callback}"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{self.address}/.well-known/openid-configuration"
"""

    def metadata(self) -> dict[str, object]:
        paths = {"authorization": "authorize", "token": "token", "end_session": "end_session"}
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            **{f"{name}_endpoint": f"{self.address}/{path}" for name, path in paths.items()},
        }

    def code_for(self, person: str, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"person": person, **asked}
        return code

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, object] | None:
        """Return the tokens for a code, or None when anything is not as it must be."""
        expected = base64.b64encode(f"{CLIENT}:{quote(SECRET)}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        held = self.codes.pop(asked.get("code", ""), None)
        if held is None or authorization not in {f"Basic {expected}", f"Basic {plain}"}:
            return None
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != held["code_challenge"] or asked["redirect_uri"] != held["redirect_uri"]:
            return None
        now = int(time.time())
        told = {"iss": self.address, "aud": CLIENT, "sub": held["person"], "iat": now,
                "exp": now + 90_000, "nonce": held.get("nonce", "")}  # fmt: skip
        for name, value in self.people[held["person"]].items():
            told[name] = now + int(str(value)) if name == "iat" else value
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, told, self.key)
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer",
                "expires_in": 600, "id_token": signed}  # fmt: skip


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.seen.append(parts.path)
            if parts.path == "/.well-known/openid-configuration":
                self._json(provider.metadata())
            elif parts.path == "/jwks":
                self._json({"keys": [provider.key.as_dict(private=False, use="sig", alg="RS256")]})
            elif parts.path == "/authorize":
                self._authorize(asked)
            elif parts.path == "/end_session":
                self._go(asked["post_logout_redirect_uri"])
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            provider.seen.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            made = provider.token(asked, self.headers.get("Authorization", ""))
            self._json(made or {"error": "invalid_grant"}, 200 if made else 400)

        def _authorize(self, asked: dict[str, str]) -> None:
            right = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256",
                     "redirect_uri": provider.callback}  # fmt: skip
            if {name: asked.get(name) for name in right} != right or "person" not in asked:
                wrong = [name for name in right if asked.get(name) != right[name]]
                self._page(f"<p>{wrong}</p>" if wrong else self._people())
            elif asked["person"] == "nobody":
                self._go(f"{asked['redirect_uri']}?" + urlencode(
                    {"error": "access_denied", "state": asked["state"]}))  # fmt: skip
            else:
                code = provider.code_for(asked["person"], asked)
                back = urlencode({"code": code, "state": asked["state"]})
                self._go(f"{asked['redirect_uri']}?{back}")

        def _people(self) -> str:
            here = html.escape(self.path)
            names = [*provider.people, "nobody"]
            return "".join(f'<p><a href="{here}&amp;person={n}">{n}</a></p>' for n in names)

        def _page(self, body: str) -> None:
            self._send(200, f"<h1>Provider</h1>{body}".encode(), "text/html")

        def _json(self, value: object, status: int = 200) -> None:
            self._send(status, json.dumps(value).encode(), "application/json")

        def _go(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@contextmanager
def running(callback: str, people: Mapping[str, Mapping[str, object]]) -> Iterator[Provider]:
    """Run a provider that sends people back to this address.

    ``people`` maps each name to the claims of its token; ``iat`` is seconds from now.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", callback, people)
    server.RequestHandlerClass = _handler(provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
