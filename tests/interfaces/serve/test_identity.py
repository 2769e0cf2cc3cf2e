"""
Whose memory a request asks for: what clients say, whose word counts, and that nobody gets nothing.

The decision is tried on values, the promises over real sockets. Addresses of 127.0.0.0/8 other than 127.0.0.1 stand for
other machines: `trust` names 127.0.0.1 alone where a stranger is wanted.
"""

import base64
import hmac
import json
import socket
import stat
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

import ltml
from ltml.errors import ConfigError, NotFound, StoreUnavailable
from ltml.exchange import Request
from ltml.interfaces.serve.front_ends import SOURCES, encode_name, front_end_namespace, is_of_front_end
from ltml.interfaces.serve.identity import IdentityResolver, RequestIdentity, read_policy
from ltml.interfaces.serve.jwt import LEEWAY, verify_token
from ltml.interfaces.serve.keys import KeyFile, key_file
from ltml.settings import Serve
from tests.interfaces.serve.conftest import SPACE, client, ended, post_bytes, serving, standing
from tests.interfaces.serve.test_failing_open import ANSWER, HINT, asked, place, reference

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SECRET = "a secret that two servers share, and nobody else"  # noqa: S105 -- invented
HERE, THERE = "127.0.0.1", "10.1.2.3"
NOBODY = None


def identities(folder: Path, own: str = SPACE, keys: tuple[str, ...] = (), **serve: Any) -> IdentityResolver:
    file = key_file(str(folder / "m.db"))
    for user in keys:
        file.add(user, NOW)
    return IdentityResolver(read_policy(Serve(**serve), own), file, clock=NOW.timestamp)


def who(found: IdentityResolver, headers: Mapping[str, str], peer: str = HERE, path: str | None = None) -> str | None:
    """Return the namespace of a request, or nothing."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    asks = found.identify(raw, path, peer)
    asks = asks and found.identify_body(asks, Request())
    return asks.namespace if asks else None


def signed(claims: Mapping[str, Any], secret: str = SECRET, head: Mapping[str, Any] | None = None) -> str:
    parts = [json.dumps(part).encode() for part in (head or {"alg": "HS256", "typ": "JWT"}, claims)]
    words = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = base64.urlsafe_b64encode(hmac.digest(secret.encode(), words, "sha256")).rstrip(b"=")
    return (words + b"." + mark).decode()


def bob(**more: Any) -> dict[str, Any]:
    return {"sub": "u-2", "email": "bob@example.org", "exp": NOW.timestamp() + 300, **more}


# --- what clients say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "namespace", "session"),
    [
        ({}, SPACE, ""),
        ({"X-OpenWebUI-User-Id": "u-1", "X-OpenWebUI-Chat-Id": "c 1"}, "openwebui:u-1", "openwebui:c%201"),
        ({"X-OpenWebUI-User-Id": "u-1", "X-OpenWebUI-User-Email": "A@b.org"}, "openwebui:u-1", ""),
        ({"X-OpenWebUI-User-Email": "A@b.org"}, "openwebui:email:a@b.org", ""),
        ({"X-LibreChat-User-Id": "u-1", "X-LibreChat-Conversation-Id": "c"}, "librechat:u-1", "librechat:c"),
        ({"X-Claude-Code-Session-Id": "s"}, SPACE, "claude-code:s"),
        ({"X-Claude-Code-Session-Id": "s", "X-Claude-Code-Agent-Id": "a"}, SPACE, "claude-code:s/a"),
        ({"session_id": "s"}, SPACE, "codex:s"),
        ({"X-OpenWebUI-Chat-Id": "c", "X-LTML-Session": "tea time"}, SPACE, "tea time"),
        ({"X-OpenWebUI-Chat-Id": "{{CHAT_ID}}", "X-LTML-Session": "{{CHAT_ID}}"}, SPACE, ""),
        ({"X-OpenWebUI-User-Id": "Jürgen/../ada"}, "openwebui:J%C3%BCrgen%2F..%2Fada", ""),
    ],
)
def test_a_client_that_is_trusted_names_its_user_and_its_talk(tmp_path: Path, headers, namespace, session):
    found = identities(tmp_path)
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    asks = found.identify(raw, None, HERE)
    assert asks is not None
    assert (asks.namespace, asks.session) == (namespace, session)


@pytest.mark.parametrize(
    ("hints", "namespace", "session"),
    [
        ({"user": "anna"}, "openai:anna", ""),
        ({"safety_identifier": "5f"}, "openai:5f", ""),
        ({"metadata.user_id": "7", "user": "anna", "metadata.session_id": "s"}, "anthropic:7", "body:s"),
        ({"metadata.user_id": "user_1f_account_9-a_session_4-2"}, "anthropic:user_1f_account_9-a", "body:4-2"),
        ({"metadata.user_id": '{"device_id":"d","account_uuid":"a","session_id":"s"}'}, "anthropic:a", "body:s"),
        ({"metadata.user_id": '{"device_id":"d","account_uuid":"","session_id":"s"}'}, "anthropic:d", "body:s"),
        ({"prompt_cache_key": "every talk of this app"}, SPACE, ""),
        ({"user": "{{USER_ID}}"}, NOBODY, ""),
        ({"user": "undefined"}, NOBODY, ""),
    ],
)
def test_a_body_names_them_where_no_header_does(tmp_path: Path, hints, namespace, session):
    found = identities(tmp_path)
    asks = found.identify([], None, HERE)
    assert asks is not None
    heard = found.identify_body(asks, Request(hints=hints))
    assert (heard.namespace if heard else None) == namespace
    if heard:
        assert heard.session == session
    named = found.identify([(b"x-openwebui-user-id", b"u-1")], None, HERE)
    assert named is not None
    heard = found.identify_body(named, Request(hints=hints))
    assert heard is not None
    assert heard.namespace == "openwebui:u-1"


def test_a_body_of_a_stranger_names_nobody_and_no_talk(tmp_path: Path):
    found = identities(tmp_path)
    asks = found.identify([], None, THERE)
    assert asks is not None
    heard = found.identify_body(asks, Request(hints={"user": "anna", "metadata.session_id": "s"}))
    assert heard == RequestIdentity(namespace=SPACE, named=False)


@pytest.mark.parametrize(
    "value", ["{{USER_ID}}", "{{ user }}", "${USER}", "<user>", "%USERNAME%", "{{LIBRECHAT_USER_ID}}", "{USER_ID}",
              "a-{{CHAT_ID}}", "", "null", "None", "undefined", "[object Object]"],
)  # fmt: skip
@pytest.mark.parametrize("header", ["X-LTML-User", "X-OpenWebUI-User-Id", "X-OpenWebUI-User-Email"])
def test_a_name_that_nobody_filled_in_is_nobodys(tmp_path: Path, header: str, value: str):
    found = identities(tmp_path, users="*")
    assert who(found, {header: value}) is NOBODY
    assert who(found, {}, path=value) is NOBODY
    assert sum(found.counts.values()) == 2


def test_a_header_that_says_two_things_says_nothing(tmp_path: Path):
    found = identities(tmp_path)
    assert found.identify([(b"x-openwebui-user-id", b"u-1"), (b"x-openwebui-user-id", b"u-2")], None, HERE) is None
    assert found.identify([(b"x-openwebui-user-id", b"u-1"), (b"x-openwebui-user-id", b"u-1")], None, HERE) is not None


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(SOURCES), st.sampled_from(SOURCES))
def test_no_two_users_of_any_front_ends_share_a_namespace(one: str, other: str, here: str, there: str):
    first, second = front_end_namespace(here[:-1], one, ""), front_end_namespace(there[:-1], other, "")
    if first and second and (encode_name(one), here) != (encode_name(other), there):
        assert first != second
    for name in filter(None, (first, second)):
        assert is_of_front_end(name)
        assert name.isascii()
        assert len(name) < 200
        assert not set(name) & set(" /,=\r\n{}")


@given(st.text(alphabet="ab/é%!:", min_size=1, max_size=400), st.text(alphabet="ab/é%!:", min_size=1, max_size=400))
def test_ids_that_differ_stay_apart_however_long_they_are(one: str, other: str):
    assert (encode_name(one) == encode_name(other)) == (one == other)


# --- whose word counts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trust", "peer", "forwarded", "trusted"),
    [
        ("loopback", "127.0.0.1", "", True), ("loopback", "127.8.8.8", "", True), ("loopback", "::1", "", True),
        ("loopback", "::ffff:127.0.0.1", "", True), ("loopback", "10.1.2.3", "", False), ("loopback", "", "", False),
        ("", "127.0.0.1", "", False), ("jwt", "127.0.0.1", "", False), ("10.1.2.3", "127.0.0.1", "", False),
        ("10.1.2.3", "10.1.2.3", "", True), ("10.0.0.0/8, loopback", "10.9.9.9", "", True),
        ("fd00::/8", "fd00::1%eth0", "", True), ("10.0.0.0/8", "::ffff:10.1.1.1", "", True),
        ("loopback", "127.0.0.1", "203.0.113.9", False), ("loopback", "127.0.0.1", "203.0.113.9, 127.0.0.1", False),
        ("loopback, 10.0.0.0/8", "127.0.0.1", "10.1.1.1:4711", True), ("loopback", "127.0.0.1", "unknown", False),
        ("10.0.0.0/8", "127.0.0.1", "10.1.1.1", False), ("loopback", "127.0.0.1", "[::1]:80", True),
    ],
)  # fmt: skip
def test_a_front_ends_word_counts_from_trusted_addresses_only(tmp_path: Path, trust, peer, forwarded, trusted):
    found = identities(tmp_path, trust=trust, jwt_secret=SECRET)
    headers = {"X-OpenWebUI-User-Id": "u-1", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    assert who(found, headers, peer) == ("openwebui:u-1" if trusted else SPACE)
    assert ("trust" in found.notices) == (not trusted)


def test_an_untrusted_word_is_warned_of_once_with_what_to_set(tmp_path: Path):
    found = identities(tmp_path)
    with capture_logs() as logs:
        for user in ("u-1", "u-2", "u-3"):
            assert who(found, {"X-OpenWebUI-User-Id": user}, THERE) == SPACE
    assert len(logs) == 1
    assert f'serve.trust = "loopback, {THERE}"' in logs[0]["event"]
    assert "u-1" not in str(logs)


FAR = "203.0.113.9"


@pytest.mark.parametrize(
    ("header", "value", "trusted"),
    [
        ("X-Real-IP", HERE, True), ("X-Real-IP", FAR, False), ("X-Real-IP", "", False), ("X-Real-IP", "[::1]:80", True),
        ("X-Forwarded-For", "", False), ("X-Forwarded-For", f"{HERE},", False), ("X-Forwarded-For", "[::1]x", False),
        ("Forwarded", f"for={HERE}", True), ("Forwarded", f"For={HERE};proto=http; by={FAR}", True),
        ("Forwarded", 'for="[::1]:4711"', True), ("Forwarded", f'for="{HERE}:4711" , for=[::1]', True),
        ("Forwarded", f"for={FAR}, for={HERE}", False), ("Forwarded", f"for={HERE};for={FAR}", False),
        ("Forwarded", f'by="a, for={HERE}";for={FAR}', False), ("Forwarded", f"for={HERE}, proto=https", False),
        ("Forwarded", "for=unknown", False), ("Forwarded", "for=_hidden", False), ("Forwarded", "proto=https", False),
        ("Forwarded", "", False), ("Forwarded", f'for="{HERE}', False), ("Forwarded", f'for="{HERE};x"', False),
        ("Forwarded", HERE, False),
    ],
)  # fmt: skip
def test_whoever_came_through_a_proxy_is_as_trusted_as_the_farthest_it_tells_of(tmp_path: Path, header, value, trusted):
    found = identities(tmp_path)
    assert who(found, {"X-OpenWebUI-User-Id": "u-1", header: value}) == ("openwebui:u-1" if trusted else SPACE)


def test_of_proxies_that_tell_different_things_the_worst_counts(tmp_path: Path):
    found = identities(tmp_path)
    user = {"X-OpenWebUI-User-Id": "u-1"}
    assert who(found, user | {"X-Forwarded-For": HERE, "X-Real-IP": HERE, "Forwarded": f"for={HERE}"}) != SPACE
    for header, value in {"X-Real-IP": FAR, "Forwarded": f"for={FAR}", "X-Forwarded-For": FAR}.items():
        told = {"X-Forwarded-For": HERE, "X-Real-IP": HERE, header: value}
        assert who(found, user | told) == SPACE


@pytest.mark.parametrize(
    ("trust", "headers", "named", "cure"),
    [
        ("loopback", {"X-Forwarded-For": FAR}, FAR, f'"loopback, {FAR}"'),
        ("loopback", {"X-Forwarded-For": f"{FAR}, 10.1.1.1, {HERE}"}, FAR, f'"loopback, {FAR}, 10.1.1.1"'),
        ("loopback", {"Forwarded": f"for={FAR}"}, FAR, f'"loopback, {FAR}"'),
        ("loopback", {"X-Real-IP": FAR}, FAR, f'"loopback, {FAR}"'),
        ("10.9.9.0/24", {}, HERE, f'"10.9.9.0/24, {HERE}"'),
        ("", {"X-Forwarded-For": FAR}, FAR, f'"{FAR}, {HERE}"'),
    ],
)
def test_the_warning_names_who_is_not_trusted_and_not_the_proxy(tmp_path: Path, trust, headers, named, cure):
    found = identities(tmp_path, trust=trust)
    assert who(found, {"X-OpenWebUI-User-Id": "u-1", **headers}) == SPACE
    assert found.notices["trust"].startswith(f"{named} ")
    assert f"serve.trust = {cure}" in found.notices["trust"]


def test_the_warning_repeats_nothing_that_is_no_address(tmp_path: Path):
    found = identities(tmp_path)
    assert who(found, {"X-OpenWebUI-User-Id": "u-1", "X-Forwarded-For": "visit example.org"}) == SPACE
    assert "example" not in found.notices["trust"]
    assert "set serve.trust" not in found.notices["trust"]  # there is no address to trust
    assert "X-Forwarded-For" in found.notices["trust"]


@pytest.mark.parametrize("trust", ["home", "10.0.0.1/8", "10.0.0", "loopback 10.0.0.1", "jwt"])
def test_what_is_no_trust_is_told_before_anything_is_opened(tmp_path: Path, trust: str):
    refused = ended("serve", "--db", str(tmp_path / "m.db"), "--port", "0", "--upstream", "127.0.0.1:9",
                    LTML_SERVE__TRUST=trust)  # fmt: skip
    assert refused.code == 2
    assert "serve.trust" in refused.out + refused.err
    assert not (tmp_path / "m.db").exists()


def test_with_identity_off_everybody_has_the_one_memory(tmp_path: Path):
    found = identities(tmp_path, identity=False)
    assert who(found, {"X-OpenWebUI-User-Id": "u-1"}) == SPACE
    assert who(found, {"X-OpenWebUI-User-Jwt": "nonsense"}) == SPACE
    assert who(found, {"X-OpenWebUI-User-Id": "u-1"}, THERE) == SPACE
    assert not found.notices
    assert not found.counts


def test_an_alias_gives_a_front_ends_user_another_namespace(tmp_path: Path):
    found = identities(tmp_path, alias="openwebui:u-1 = default, librechat:u-1=openwebui:u-2")
    assert who(found, {"X-OpenWebUI-User-Id": "u-1"}) == SPACE
    assert who(found, {"X-LibreChat-User-Id": "u-1"}) == "openwebui:u-2"
    assert who(found, {"X-OpenWebUI-User-Id": "u-3"}) == "openwebui:u-3"
    for wrong in ("u-1=default", "openwebui:u-1", "openwebui:u-1="):
        with pytest.raises(ConfigError, match="USER=NAMESPACE"):
            read_policy(Serve(alias=wrong), SPACE)  # type: ignore[arg-type]  # with commas


def test_where_memory_is_older_than_the_forwarding_its_owner_is_told_how_to_keep_it(tmp_path: Path):
    found = identities(tmp_path)
    found.older = True
    with capture_logs() as logs:
        assert who(found, {}) == SPACE
        assert who(found, {"X-OpenWebUI-User-Id": "u-1"}) == "openwebui:u-1"
        assert who(found, {"X-OpenWebUI-User-Id": "u-2"}) == "openwebui:u-2"
    assert len(logs) == 1
    assert 'serve.alias = "openwebui:u-1=default"' in logs[0]["event"]
    assert "serve.identity" in logs[0]["event"]


# --- signatures ------------------------------------------------------------------------------------------------------


def test_a_signed_user_is_the_same_as_one_in_headers(tmp_path: Path):
    found = identities(tmp_path, trust="jwt", jwt_secret=SECRET)
    for peer in (HERE, THERE):
        assert who(found, {"X-OpenWebUI-User-Jwt": signed(bob())}, peer) == "openwebui:u-2"
        assert who(found, {"X-OpenWebUI-User-Id": "u-1"}, peer) == SPACE  # nobody signed that
    both = {"X-OpenWebUI-User-Jwt": signed(bob()), "X-OpenWebUI-User-Id": "u-1", "X-OpenWebUI-Chat-Id": "c"}
    assert who(found, both, THERE) == "openwebui:u-2"
    asks = found.identify([(name.lower().encode(), value.encode()) for name, value in both.items()], None, THERE)
    assert asks is not None
    assert asks.session == "openwebui:c"


BROKEN = {
    "another secret": signed(bob(), "another secret altogether, as long as that"),
    "over": signed(bob(exp=NOW.timestamp() - LEEWAY - 1)),
    "not yet": signed(bob(nbf=NOW.timestamp() + LEEWAY + 1)),
    "without an end": signed({"sub": "u-2"}),
    "an end that is no time": signed(bob(exp="9999999999")),
    "an end that is true": signed(bob(exp=True)),
    "an end after all time": signed(bob(exp=float("inf"))),
    "none": signed(bob(), head={"alg": "none"}),
    "none, unsigned": signed(bob(), head={"alg": "none"}).rpartition(".")[0] + ".",
    "HS512": signed(bob(), head={"alg": "HS512"}),
    "no algorithm": signed(bob(), head={"typ": "JWT"}),
    "an unknown demand": signed(bob(), head={"alg": "HS256", "crit": ["exp"], "exp": 1}),
    "no user": signed({"exp": NOW.timestamp() + 300}),
    "a template": signed(bob(sub="{{USER_ID}}", email="")),
    "claims that are a list": signed([bob()]),  # type: ignore[arg-type]
    "two parts": "a.b", "four parts": signed(bob()) + ".x", "empty": "", "dots": "..", "words": "no token at all",
    "other letters": signed(bob())[:-2] + "é*",
}  # fmt: skip


@pytest.mark.parametrize("token", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("trust", "peer"), [("loopback", HERE), ("jwt", THERE)])
def test_a_token_that_does_not_hold_is_nobodys(tmp_path: Path, trust: str, peer: str, token: str):
    found = identities(tmp_path, trust=trust, jwt_secret=SECRET)
    with capture_logs() as logs:
        assert who(found, {"X-OpenWebUI-User-Jwt": token, "X-OpenWebUI-User-Id": "u-1"}, peer) is NOBODY
    assert found.counts == {"unknown user: a signature that does not hold": 1}
    assert logs == []


def test_a_token_that_cannot_be_checked_is_nobodys_and_says_what_to_set(tmp_path: Path):
    found = identities(tmp_path)
    assert who(found, {"X-OpenWebUI-User-Jwt": signed(bob())}) is NOBODY
    assert "serve.jwt_secret" in found.notices["jwt"]
    assert who(found, {"X-OpenWebUI-User-Jwt": signed(bob())}, THERE) == SPACE  # ignored, as any stranger's word
    assert "serve.trust" in found.notices["trust"]


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")), st.data())
def test_no_token_but_a_signed_one_says_anything(words: str, data: st.DataObject):
    whole = signed(bob())
    place = data.draw(st.integers(0, len(whole)))
    assert verify_token(whole, SECRET, NOW.timestamp()) == bob()
    for token in (words, whole[:place] + words + whole[place:], whole[:place]):
        found = verify_token(token, SECRET, NOW.timestamp())
        assert found is None or found == bob()


# --- keys ------------------------------------------------------------------------------------------------------------


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def house(tmp_path: Path) -> tuple[IdentityResolver, dict[str, str]]:
    """Anna and Ben have keys, Carla and the owner have none."""
    found = identities(tmp_path, users="anna, ben, carla")
    return found, {user: found.keys.add(user, NOW)[1] for user in ("anna", "ben")}


def test_a_named_user_needs_the_own_key_and_the_key_alone_will_do(house):
    found, keys = house
    for peer in (HERE, THERE):
        for path, header in (("anna", None), (None, "anna"), (None, None)):
            headers = {"X-LTML-User": header} if header else {}
            assert who(found, headers | bearer(keys["anna"]), peer, path) == "anna"
            assert who(found, headers | bearer("any"), peer, path) is NOBODY
            assert who(found, headers, peer, path) is NOBODY
            assert who(found, headers | bearer(keys["anna"][:-1]), peer, path) is NOBODY
            if path or header:
                assert who(found, headers | bearer(keys["ben"]), peer, path) is NOBODY
    for name in ("carla", SPACE, "dora", "openwebui:u-1"):
        assert who(found, bearer(keys["anna"]), path=name) is NOBODY
        assert who(found, {}, path=name) is NOBODY
    assert who(found, {"X-OpenWebUI-User-Id": "u-1"}) == "openwebui:u-1"  # who is trusted needs none


def test_a_revoked_key_is_out_at_once_and_makes_nobody_the_only_user(tmp_path: Path):
    found = identities(tmp_path)
    assert who(found, {}) == SPACE
    key, given_key = KeyFile(found.keys.path).add("anna", NOW)
    assert who(found, bearer(given_key)) == "anna"
    assert who(found, {}) is NOBODY
    other = KeyFile(found.keys.path).add("anna", NOW)[1]
    assert KeyFile(found.keys.path).revoke("anna", NOW, only=key.id) == 1
    assert (who(found, bearer(given_key)), who(found, bearer(other))) == (NOBODY, "anna")
    assert KeyFile(found.keys.path).revoke("anna", NOW) == 1
    assert who(found, bearer(other)) is NOBODY
    assert who(found, {}) is NOBODY
    with pytest.raises(NotFound, match="anna"):
        KeyFile(found.keys.path).revoke("anna", NOW)


def test_one_user_alone_needs_no_key_unless_there_is_one(tmp_path: Path):
    for users in ("", SPACE):
        found = identities(tmp_path, users=users)
        assert (who(found, {}), who(found, {}, path=SPACE), who(found, bearer("any"))) == (SPACE, SPACE, SPACE)
        assert list(found.check_settings("127.0.0.1")) == []
    found = identities(tmp_path, keys=(SPACE,))
    assert who(found, {}) is NOBODY


def test_any_name_is_free_for_trusted_peers_but_not_one_that_has_a_key(tmp_path: Path):
    found = identities(tmp_path, users="*, anna", keys=("ben",))
    assert who(found, {"X-LTML-User": "torunn"}) == "torunn"
    assert who(found, {"X-LTML-User": "torunn"}, THERE) is NOBODY
    assert who(found, {"X-LTML-User": "openwebui:u-1"}) is NOBODY  # that would go round the signature
    for name in ("anna", "ben", SPACE):
        assert who(found, {"X-LTML-User": name}) is NOBODY
    alone = identities(tmp_path / "other", users="*")
    assert who(alone, {}) == SPACE
    assert who(alone, {}, THERE) is NOBODY


def test_keys_lie_beside_the_memory_for_the_owner_alone_and_cannot_be_read_from_there(tmp_path: Path):
    file = key_file(str(tmp_path / "m.db"))
    key, given_key = file.add("anna", NOW)
    assert file.path == tmp_path / "m.db.users"
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    text = file.path.read_text("utf-8")
    assert given_key not in text
    assert given_key.removeprefix("ltml_")[:12] not in text
    assert len(given_key) == len("ltml_") + 43
    assert file.load_ring().find_user(given_key) == "anna"
    assert file.load_ring().find_user("") == file.load_ring().find_user(key.digest) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["m.db.users"]


def test_keys_that_cannot_be_read_open_nothing(tmp_path: Path):
    found = identities(tmp_path, keys=("anna",))
    assert found.keys.path is not None
    found.keys.path.write_text("[{", "utf-8")
    assert who(found, {}) is NOBODY
    assert who(found, {"X-OpenWebUI-User-Id": "u-1"}) is NOBODY
    with pytest.raises(StoreUnavailable, match="ltml user add"):
        list(found.check_settings("127.0.0.1"))


def test_two_commands_at_once_do_not_lose_each_others_key(tmp_path: Path):
    file = key_file(str(tmp_path / "m.db"))
    (tmp_path / "m.db.users.new").write_text("", "utf-8")
    with pytest.raises(StoreUnavailable, match="another `ltml user`"):
        file.add("anna", NOW)
    (tmp_path / "m.db.users.new").unlink()
    file.add("anna", NOW)


@pytest.mark.parametrize("url", ["{}", "sqlite://{}", "sqlite:///{}"])
def test_keys_are_found_whatever_the_memory_is_called_by(tmp_path: Path, url: str):
    assert key_file(url.format(tmp_path / "m.db")).path == tmp_path / "m.db.users"
    (tmp_path / "link.db").symlink_to(tmp_path / "m.db")
    assert key_file(url.format(tmp_path / "link.db")).path == tmp_path / "m.db.users"


def test_names_without_keys_are_told_of_at_the_start(tmp_path: Path):
    found = identities(tmp_path, users="anna, ben", keys=("anna",))
    said = " ".join(found.check_settings("127.0.0.1"))
    assert "ben, default" in said
    assert "`ltml user add ben`" in said
    wide = identities(tmp_path / "wide", users="*", jwt_secret="short")  # noqa: S106 -- the case
    said = " ".join(wide.check_settings("0.0.0.0"))  # noqa: S104 -- a name, nothing is bound
    assert "serve.trust" in said
    assert "serve.jwt_secret" in said
    for name in ("openwebui:u-1", "openai:anna"):
        with pytest.raises(ConfigError, match=r"serve\.alias"):
            read_policy(Serve(), name)


def test_what_is_said_of_keys_is_what_holds_now(tmp_path: Path):
    found = identities(tmp_path, users="anna")
    assert "anna, default" in " ".join(found.check_settings("127.0.0.1"))
    assert "anna, default" in " ".join(found.current_notices())
    for user in ("anna", SPACE):
        found.keys.add(user, NOW)
    assert found.current_notices() == []
    found.keys.revoke("anna", NOW)
    [said] = found.current_notices()
    assert "have none: anna." in said


def test_a_key_that_is_made_while_a_server_runs_tells_who_now_needs_one(tmp_path: Path):
    found = identities(tmp_path)
    assert list(found.check_settings("127.0.0.1")) == []
    found.keys.add("anna", NOW)
    assert f"`ltml user add {SPACE}`" in " ".join(found.current_notices())


def test_that_keys_cannot_be_read_is_said_as_long_as_they_cannot(tmp_path: Path):
    found = identities(tmp_path, keys=(SPACE,))
    assert found.keys.path is not None
    sound = found.keys.path.read_text("utf-8")
    found.keys.path.write_text("[{", "utf-8")
    assert who(found, {}) is NOBODY
    assert "cannot be read" in " ".join(found.current_notices())
    found.keys.path.write_text(sound, "utf-8")
    assert found.current_notices() == []


# --- over real sockets -----------------------------------------------------------------------------------------------


def test_bob_is_not_shown_what_alice_said_behind_one_front_end(tmp_path: Path):
    with place(tmp_path) as where:
        alice, bobs = [("X-OpenWebUI-User-Id", "u-1")], [("X-OpenWebUI-User-Id", "u-2")]
        where.through.post("/api/chat", asked("chat", stream=True, words="My salary is 4711 crowns a month."), alice)
        where.through.post("/api/chat", asked("chat", stream=True, words="What is my salary a month?"), bobs)
        assert b"4711" not in where.forwarded
        where.through.post("/api/chat", asked("chat", stream=True, words="What is my salary in crowns a month?"), alice)
        assert b"4711" in where.forwarded
        assert b"Pim" not in where.forwarded  # which is what the owner's memory holds
        assert [turn.text for turn in where.ltml.turns()] == [HINT]


def test_two_users_with_the_same_chat_id_have_two_talks(tmp_path: Path):
    with place(tmp_path) as where:
        for user in ("u-1", "u-2"):
            headers = [("X-OpenWebUI-User-Id", user), ("X-OpenWebUI-Chat-Id", "c-1")]
            where.through.post("/api/chat", asked("chat", stream=True, words=f"I am {user} and I row."), headers)
        for user in ("u-1", "u-2"):
            turns = where.ltml.turns(f"openwebui:{user}", "openwebui:c-1")
            assert [turn.text for turn in turns] == [f"I am {user} and I row.", ANSWER]


def test_a_user_in_the_body_has_a_memory_too(tmp_path: Path):
    with place(tmp_path) as where:
        body = json.loads(asked("openai", stream=False))
        where.through.post("/v1/chat/completions", json.dumps(body | {"user": "anna"}).encode())
        assert b"Pim" not in where.forwarded
        assert [turn.text for turn in where.ltml.turns("openai:anna")][-1] == ANSWER


def test_a_key_opens_its_memory_and_goes_no_further(tmp_path: Path):
    keys = key_file(str(tmp_path / "memory.db"))
    key = keys.add("anna", NOW)[1]
    keys.add("ben", NOW)
    with place(tmp_path, users="anna,ben") as where:
        for number, (prefix, more) in enumerate([("/u/anna", []), ("", [("X-LTML-User", "anna")]), ("", [])]):
            headers = [("Authorization", f"Bearer {key}"), ("x-api-key", key), *more]
            words = f"Where is my boat number {number}?"
            where.through.post(f"{prefix}/api/chat", asked("chat", stream=True, words=words), headers)
            assert words in [turn.text for turn in where.ltml.turns("anna")]
            assert key not in str(where.upstream.server.talks()[-1].headers)
        assert where.through.ask("GET", "/api/tags", None, [("Authorization", f"Bearer {key}x")]).status == 200
        assert key not in str(where.upstream.server.requests[-1].headers)
        where.through.ask("GET", "/api/tags", None, [("Authorization", "Bearer the-upstreams-own")])
        assert "the-upstreams-own" in str(where.upstream.server.requests[-1].headers)
        assert where.ltml.turns("ben") == []
        assert [turn.text for turn in where.ltml.turns()] == [HINT]


@pytest.mark.parametrize(
    "headers",
    [
        [("X-LTML-User", "anna")], [("X-LTML-User", "{{USER_ID}}")], [("X-OpenWebUI-User-Jwt", "a.b.c")],
        [("Authorization", "Bearer ltml_wrong")], [("X-OpenWebUI-User-Id", "")], [],
    ],
)  # fmt: skip
def test_nobody_is_shown_nothing_leaves_nothing_and_chats_on(tmp_path: Path, headers):
    key_file(str(tmp_path / "memory.db")).add("anna", NOW)
    with place(tmp_path) as where, capture_logs() as logs:
        before = [(turn.session, turn.text) for turn in where.ltml.turns()]
        where.same("chat", stream=True, headers=headers)
        assert where.forwarded == asked("chat", stream=True)
        assert where.ltml.memory.layer.store.namespaces() == [SPACE]
        assert [(turn.session, turn.text) for turn in where.ltml.turns()] == before
        counts = where.through.ask("GET", "/ltml/status").json["counts"]
        assert sum(count for name, count in counts.items() if name.startswith("unknown user")) == 1
    assert "otter" not in str(logs)


def test_where_there_is_a_token_a_users_key_opens_the_door_as_well(tmp_path: Path):
    key = key_file(str(tmp_path / "memory.db")).add("anna", NOW)[1]
    with place(tmp_path, token="the-token-of-this-house") as where:  # noqa: S106 -- invented
        for given_key, status in ((key, 200), ("the-token-of-this-house", 200), (f"{key}x", 401), ("any", 401)):
            headers = [("Authorization", f"Bearer {given_key}")]
            assert where.through.post("/api/chat", asked("chat", stream=True), headers).status == status
        assert [turn.text for turn in where.ltml.turns("anna")][-1] == ANSWER
        assert "Authorization" not in str(where.upstream.server.talks()[-1].headers).title()


def test_what_its_client_calls_a_task_is_no_talk(tmp_path: Path):
    with place(tmp_path) as where:
        body = asked("chat", stream=True)
        where.through.post("/api/chat", body, [("X-LTML-Task", "title_generation")])
        assert where.forwarded == body
        assert [turn.text for turn in where.ltml.turns()] == [HINT]
        assert "x-ltml-task" not in str(where.upstream.server.talks()[-1].headers).lower()
        for nothing in ("", "{{TASK}}"):
            where.through.post("/api/chat", body, [("X-LTML-Task", nothing)])
            assert b"Pim" in where.forwarded


def test_a_peer_that_is_not_trusted_cannot_forward_itself_into_trust(tmp_path: Path):
    """A real socket from another address; the server must not take X-Forwarded-For for where it comes from."""
    with (
        standing(reference()) as url,
        serving(tmp_path / "m.db", url, trust="127.0.0.1") as running,
        client(running.url) as near,
    ):
        port = int(running.url.rpartition(":")[2])
        body = asked("chat", stream=False)
        headers = [("X-OpenWebUI-User-Id", "u-1"), ("X-Forwarded-For", "127.0.0.1"), ("Connection", "close")]
        with closing(socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.9", 0))) as far:
            far.sendall(post_bytes("/api/chat", body, headers))
            while far.recv(1 << 16):
                pass
        assert running.turns("openwebui:u-1") == []
        near.post("/api/chat", body, [("X-OpenWebUI-User-Id", "u-1"), ("X-Forwarded-For", "127.0.0.9")])
        assert running.turns("openwebui:u-1") == []
        near.post("/api/chat", body, [("X-OpenWebUI-User-Id", "u-1")])
        assert [turn.text for turn in running.turns("openwebui:u-1")][-1] == ANSWER
        notices = near.ask("GET", "/ltml/status").json["notices"]
        assert [notice for notice in notices if "127.0.0.9" in notice]


def test_memory_in_ones_own_program_needs_no_key(tmp_path: Path):
    key_file(str(tmp_path / "m.db")).add("anna", NOW)
    with ltml.open(tmp_path / "m.db", namespace="anna") as layer:
        layer.remember("I live by the lake.", now=NOW)
    said = ended("memories", "--db", str(tmp_path / "m.db"), "--namespace", "anna")
    assert "by the lake" in said.out
