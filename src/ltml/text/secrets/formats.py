"""
Secrets that are known by their format: the marks that providers give their keys, and the frames of private keys.

A provider that is not in the table is met by the general form, in which most keys of today are written: short parts
that say what it is (`sk`, `pat`, `token`, `live`), joined by `_` or `-`, and a long random part behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ltml.text.secrets.looks import SecretSpan, is_code, is_placeholder, is_random

SURE = 3
W = r"[A-Za-z0-9_-]"


@dataclass(frozen=True, slots=True)
class KeyFormat:
    """A format of keys: searched for only where the `mark` occurs; group 1, if there is one, is the secret."""

    kind: str
    mark: str
    pattern: re.Pattern[str]
    #: Whether the secret must also look like chance: the mark alone is a word.
    random: bool = False


def _define(kind: str, mark: str, pattern: str, *, random: bool = False, flags: int = 0) -> KeyFormat:
    return KeyFormat(kind, mark, re.compile(pattern, flags), random)


_FORMS = (
    _define("AWS key", "AKIA", r"AKIA[A-Z0-9]{16}(?![A-Z0-9])"),
    *(
        _define("AWS key", m, rf"{m}[A-Z0-9]{{16}}(?![A-Za-z0-9])", random=True)
        for m in ("ASIA", "AGPA", "AIDA", "AROA", "AIPA", "ANPA", "ANVA", "ABIA", "ACCA")
    ),
    _define("AWS key", "A3T", r"A3T[A-Z0-9]{17}(?![A-Za-z0-9])"),
    _define("AWS key", "bedrock-api-key-", r"bedrock-api-key-[A-Za-z0-9+/=]{20,}"),
    _define("Azure key", "AccountKey=", r"AccountKey=([A-Za-z0-9+/]{20,}={0,2})"),
    _define("Azure key", "AccessKey=", r"AccessKey=([A-Za-z0-9+/]{20,}={0,2})"),
    _define("Azure key", "8Q~", r"[A-Za-z0-9_.~-]{3}8Q~[A-Za-z0-9_.~-]{31,34}"),
    _define(
        "signature",
        "ig",
        r"[?&;](?:sig|signature|X-Amz-Signature|X-Goog-Signature|X-Amz-Security-Token)=([A-Za-z0-9%+/=_-]{20,})",
    ),
    _define("Google key", "AIza", r"AIza[A-Za-z0-9_-]{30,}"),
    _define("Google key", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    _define("Google token", "ya29.", r"ya29\.[A-Za-z0-9_-]{20,}"),
    _define("Google token", "1//0", r"1//0[A-Za-z0-9_-]{30,}"),
    *(_define("GitHub token", f"gh{c}_", rf"gh{c}_[A-Za-z0-9_]{{30,}}") for c in "pousr"),
    _define("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{30,}"),
    _define("GitLab token", "gl", r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_.-]{18,}"),
    _define("GitLab token", "GR1348941", r"GR1348941[A-Za-z0-9_-]{20,}"),
    _define("Slack token", "xox", r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}", random=True),
    _define("Slack token", "xapp-", r"xapp-\d-[A-Za-z0-9-]{10,}"),
    _define(
        "Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/]{20,})"
    ),
    _define("webhook", "webhook", r"/(?:api/)?webhooks?/([A-Za-z0-9@-]{6,}/[A-Za-z0-9_/@-]{20,})"),
    _define("Discord token", ".", r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    _define("Discord token", "mfa.", r"mfa\.[A-Za-z0-9_-]{60,}"),
    _define("Telegram token", ":", r"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", random=True),
    _define("Stripe key", "k_", r"[rs]k_(?:live|test|prod)_[A-Za-z0-9]{16,}"),
    _define("Stripe key", "whsec_", r"whsec_[A-Za-z0-9+/=]{20,}"),
    _define("Square key", "sq0", r"sq0[a-z]{3}-[A-Za-z0-9_-]{20,}"),
    _define("Square key", "EAAA", r"EAAA[A-Za-z0-9_-]{58,}", random=True),
    _define("Facebook token", "EAA", r"EAA[A-Za-z0-9]{80,}", random=True),
    _define("PayPal token", "access_token$", r"access_token\$\w+\$[a-z0-9]+\$[a-f0-9]{20,}"),
    _define("Twilio key", "AC", r"AC[a-f0-9]{32}(?![A-Za-z0-9])"),
    _define("Twilio key", "AC", r"AC[a-z0-9]{32}(?![A-Za-z0-9])", random=True),
    _define("Twilio key", "SK", r"SK[a-z0-9]{32}(?![A-Za-z0-9])", random=True),
    _define("SendGrid key", "SG.", rf"SG\.{W}{{16,}}\.{W}{{16,}}"),
    _define("Mailchimp key", "-us", r"[0-9a-z]{32}-us\d{1,2}(?![A-Za-z0-9])", random=True),
    _define("Mailgun key", "key-", r"key-[0-9a-f]{32}(?![A-Za-z0-9-])"),
    _define("Brevo key", "xkeysib-", r"xkeysib-[a-f0-9]{32,}-\w+"),
    _define("npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    _define("npm token", "_authToken", r"_authToken\s?=\s?[\"']?([A-Za-z0-9_-]{20,})"),
    _define("PyPI token", "pypi-", r"pypi-[A-Za-z0-9_-]{16,}", random=True),
    _define("RubyGems token", "rubygems_", r"rubygems_[a-f0-9]{30,}"),
    _define("Docker token", "dckr_", r"dckr_[a-z]+_[A-Za-z0-9_-]{20,}"),
    _define("Anthropic key", "sk-ant-", rf"sk-ant-{W}{{12,}}"),
    _define("OpenAI key", "T3BlbkFJ", rf"sk-{W}*T3BlbkFJ{W}+"),
    _define("OpenAI key", "sk-", rf"sk-(?:proj|svcacct|admin|None)-{W}{{12,}}", random=True),
    _define("Hugging Face token", "hf_", r"(?:api_org|hf)_[A-Za-z]{30,}"),
    _define("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{20,}", random=True),
    _define("Groq key", "gsk_", r"gsk_[A-Za-z0-9]{30,}"),
    _define("xAI key", "xai-", r"xai-[A-Za-z0-9]{30,}"),
    _define("Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{30,}"),
    _define("Replicate token", "r8_", r"r8_[A-Za-z0-9]{30,}"),
    _define("LangSmith key", "lsv2_", r"lsv2_\w{2}_[a-f0-9_]{30,}"),
    _define("DigitalOcean token", "_v1_", r"do[opr]_v1_[a-f0-9]{40,}"),
    _define("Doppler token", "dp.", r"dp\.[a-z]{2,7}\.[A-Za-z0-9_.-]{30,}"),
    _define("Linear key", "lin_", r"lin_[a-z]+_[A-Za-z0-9]{30,}"),
    _define("Notion key", "ntn_", r"ntn_[A-Za-z0-9]{30,}"),
    _define("Notion key", "secret_", r"secret_[A-Za-z0-9]{30,}", random=True),
    _define("Databricks token", "dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),
    _define("Shopify token", "shp", r"shp(?:at|ca|pa|ss|ua|tka)_[A-Fa-f0-9]{30,}"),
    _define("Vault token", "hv", r"hv[sbr]\.[A-Za-z0-9_-]{20,}"),
    _define("Vault token", "s.", r"(?<![A-Za-z0-9.])s\.[A-Za-z0-9]{24}(?![A-Za-z0-9])", random=True),
    _define("Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{50,}"),
    _define("Atlassian token", "ATATT3", r"ATATT3[A-Za-z0-9_=-]{40,}"),
    _define("Bitbucket token", "ATBB", r"ATBB[A-Za-z0-9]{28,}"),
    _define("Postman key", "PMAK-", r"PMAK-[a-f0-9]{20,}-[a-f0-9]{30,}"),
    _define("Pulumi token", "pul-", r"pul-[a-f0-9]{40}(?![a-f0-9])"),
    _define("PlanetScale token", "pscale_", r"pscale_\w{2,6}_[A-Za-z0-9_=.-]{30,}"),
    _define("Grafana token", "gl", r"gl(?:c|sa)_[A-Za-z0-9+/=_]{30,}"),
    _define("Grafana token", "eyJrIjoi", r"eyJrIjoi[A-Za-z0-9+/=]{40,}"),
    _define("New Relic key", "NR", r"NR(?:AK|JS|AA|II)-[A-Za-z0-9]{19,}"),
    _define("Sentry token", "sntry", r"sntry[su]_[A-Za-z0-9+/=_]{40,}"),
    _define("Figma token", "fig", r"fig[dou]r?_[A-Za-z0-9_-]{30,}"),
    _define("Netlify token", "nfp_", r"nfp_[A-Za-z0-9]{30,}"),
    _define("Supabase key", "sb", r"sb(?:p|_secret)_[A-Za-z0-9_]{20,}"),
    _define("Fly token", "fo1_", r"fo1_[A-Za-z0-9_-]{40,}"),
    _define("Fly token", "fm2_", r"fm[12][ar]?_[A-Za-z0-9+/=]{60,}"),
    _define("Airtable token", "pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{60,}"),
    _define("HubSpot token", "pat-", r"pat-[a-z]{2}\d-[a-f0-9-]{36}"),
    _define("Dropbox token", "sl.", r"sl\.(?:u\.|B)?[A-Za-z0-9_-]{60,}"),
    _define("Contentful token", "CFPAT-", r"CFPAT-[A-Za-z0-9_-]{30,}"),
    _define("Alibaba key", "LTAI", r"LTAI[A-Za-z0-9]{16,24}(?![A-Za-z0-9])", random=True),
    _define("Tencent key", "AKID", r"AKID[A-Za-z0-9]{28,36}(?![A-Za-z0-9])", random=True),
    _define("Artifactory token", "AK", r"AKC[A-Za-z0-9]{10,}", random=True),
    _define("Artifactory token", "AP", r"(?:(?<=[\s=:\"'])|\A)AP[0-9A-F][A-Za-z0-9]{40,}", random=True),
    _define("Artifactory token", "cmVmdGtuO", r"cmVmdGtuO[A-Za-z0-9]{40,}"),
    _define("1Password token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/=]{40,}"),
    _define(
        "SoftLayer key",
        "api.softlayer.com/",
        r"api\.softlayer\.com/(?:rest|soap|xmlrpc|mobile)/(?:v3(?:\.1)?/)?([a-z0-9]{40,})",
        flags=re.IGNORECASE,
    ),
    _define("JWT", "eyJ", r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}"),
    _define("age key", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _define("age key", "AGE-PLUGIN-", r"AGE-PLUGIN-[A-Z0-9-]{20,}"),
    _define("wallet key", "xprv", r"[xyz]prv[A-HJ-NP-Za-km-z1-9]{100,}"),
    _define("password", "ogin", r"\blogin\s+\S{1,80}\s+password\s+(\S{1,200})"),
    _define(
        "password",
        "curl",
        r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user|-U|--proxy-user)[ =]?[\"']?[^\s:\"']{1,80}:([^\s\"']{1,200})",
        random=False,
    ),
    _define(
        "password",
        "-p",
        r"\b(?:mysql\w*|mariadb\w*|sshpass|mongo\w*|docker login|podman login|helm registry login|az login|sqlcmd|7z\w?|zip|rar|redis-cli|ldap\w+)\b[^\n|;]{0,200}?\s-p(?: (?=[^-\s])|=)?[\"']?([^\s\"'-][^\s\"']{2,200})",
    ),
    _define("password", ":", r"(?m)^[\w.*-]+:(?:\d{1,5}|\*):[\w*]+:[\w*-]+:(\S{4,200})$"),
)
_URL = re.compile(
    r"://(?P<user>[^\s/?#:@\"'<>\[\]{}()|]{0,200}):(?P<secret>[^\s/?#\"'<>@]{1,400}(?:@[^\s/?#\"'<>@]{1,100})?)@(?=[\w\[])"
)
_TOKEN_USER = re.compile(r"://(?P<secret>[A-Za-z0-9_-]{20,200})@(?=[\w\[])")
_SCHEME = re.compile(
    r"\b(?:bearer|basic|token|apikey|splunk|digest)[ \t]+(?P<secret>[A-Za-z0-9+/._~:-]{8,}={0,2})", re.IGNORECASE
)
_AUTHORIZED = re.compile(r"authori[sz]ation[\"'`]?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:\w+[ \t]+)?\Z", re.IGNORECASE)
_GENERAL = re.compile(r"[_-]([A-Za-z0-9]{20,200})(?![A-Za-z0-9])")
_GENERAL_MARK = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,16}[_.-]){0,4}[A-Za-z0-9]{1,16}\Z")
_MARKS = frozenset(
    {"sk", "pat", "token", "tok", "tkn", "secret", "live", "priv", "apikey", "api", "prod", "rk", "auth", "akey"}
)
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_NEAR_AWS = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_PEM = re.compile(r"-{4,5} ?BEGIN (?P<what>[A-Z0-9 ]{0,40}?PRIVATE KEY(?: BLOCK)?) ?-{4,5}")
#: A line of a key: base64, a header, or a line break written as two characters; perhaps quoted, perhaps in code.
_PEM_LINE = re.compile(
    r"(?:[ \t>|*\"',+#/]{0,40}(?:[A-Za-z0-9+/=]{16,2048}|[A-Za-z0-9+/]{1,15}={0,2}(?=[ \t\"',\\]*(?:\r?\n|\\[rn]|\Z|-))|=[A-Za-z0-9+/]{4}"
    r"|(?:Proc-Type|DEK-Info|Version|Comment|Subject|Hash|Charset|MessageID):[^\n\\]{0,200})[\"',+; \t]{0,8})?(?:\\r)?(?:\\n|\\\r?\n|\r?\n|(?=-)|\Z)"
)
_PEM_END = re.compile(r"[ \t>|*\"',+#/]{0,40}-{4,5} ?END [A-Z0-9 ]{0,60}-{4,5}")
_PUTTY = re.compile(
    r"Private-Lines: ?\d{1,4}[ \t]*\r?\n((?:[A-Za-z0-9+/=]{4,100}(?:\r?\n|\Z)){1,100})(?:Private-MAC: ?([0-9a-f]{20,}))?"
)
_WRAPPED = re.compile(r"[A-Za-z0-9_+/=.-]{6,200}(?:\\?\r?\n[ \t>|]{0,20}[A-Za-z0-9_+/=-]{4,200}){1,6}")
_BREAK = re.compile(r"\\?\r?\n[ \t>|]*")


def find_known_formats(text: str) -> Iterator[SecretSpan]:
    """Yield the secrets that are known by their format."""
    yield from _find_marked(text)
    yield from _find_general(text)
    # passwords and tokens in URLs (RFC 3986, 3.2.1) and in headers of HTTP (RFC 9110, 11.6.2)
    if "://" in text:
        for found in _URL.finditer(text):
            secret = found["secret"]
            if not is_placeholder(secret) and not (secret.isdigit() and not found["user"]):
                yield SecretSpan(*found.span("secret"), "password", SURE - 1)
        for found in _TOKEN_USER.finditer(text):
            if is_random(found["secret"], 20):
                yield SecretSpan(*found.span("secret"), "token", SURE - 1)
    for found in _SCHEME.finditer(text):
        secret = found["secret"]
        named = _AUTHORIZED.search(text, max(found.start() - 60, 0), found.start()) is not None
        random = is_random(secret, 16) or (named and (is_random(secret, 8) or secret.endswith("=")))
        if random and not is_placeholder(secret):
            yield SecretSpan(*found.span("secret"), "token", SURE - 1)
    yield from _find_private_keys(text)
    yield from _find_wrapped(text)


def _find_marked(text: str) -> Iterator[SecretSpan]:
    """Yield secrets with a mark that a provider gives them."""
    for form in _FORMS:
        for found in form.pattern.finditer(text) if form.mark in text else ():
            group = 1 if form.pattern.groups else 0
            start, end = found.span(group)
            before, secret = text[start - 1 : start], text[start:end]
            if group == 0 and before.isascii() and before.isalnum():
                continue
            if form.random and not is_random(secret, 16):
                continue
            if form.kind == "password" and (is_placeholder(secret) or is_code(secret) or secret.isdigit()):
                continue
            yield SecretSpan(start, end, form.kind, SURE)


def _find_general(text: str) -> Iterator[SecretSpan]:
    """Yield secrets in the format of most keys of today."""
    for found in _GENERAL.finditer(text):
        head = _GENERAL_MARK.search(text, max(found.start() - 60, 0), found.start())
        if head is None:
            continue
        marks = _MARKS.intersection(re.split(r"[_.-]", head[0].lower()))
        core = found[1]
        if marks and is_random(core, 20) and not (marks <= {"api", "prod", "auth"} and _HEX.fullmatch(core)):
            yield SecretSpan(head.start(), found.end(), "key", SURE - 1)


def _find_private_keys(text: str) -> Iterator[SecretSpan]:
    """Yield private keys with their frame; one that breaks off ends with its last line."""
    for found in _PEM.finditer(text) if "PRIVATE KEY" in text else ():
        at = found.end()
        while at < len(text):
            end = _PEM_END.match(text, at)
            if end:
                at = end.end()
                break
            line = _PEM_LINE.match(text, at)
            if line is None or line.end() == at:
                break
            at = line.end()
        body = text[found.start() : at].rstrip()
        yield SecretSpan(found.start(), found.start() + len(body), "private key", SURE)
    for found in _PUTTY.finditer(text) if "Private-Lines" in text else ():
        yield SecretSpan(found.start(1), found.end(), "private key", SURE)
    # the secret half of an AWS key: forty random characters near the other half
    at = text.find("AKIA")
    while at >= 0:
        for found in _NEAR_AWS.finditer(text, at, at + 300):
            if is_random(found[0], 40) and not _HEX.fullmatch(found[0]):
                yield SecretSpan(*found.span(), "AWS key", SURE - 1)
        at = text.find("AKIA", at + 4)


def _find_wrapped(text: str) -> Iterator[SecretSpan]:
    """Yield secrets that a line end has cut in pieces: their format is whole once they are joined."""
    for found in _WRAPPED.finditer(text) if "\n" in text else ():
        cuts = [cut.span() for cut in _BREAK.finditer(text, *found.span())]
        joined = "".join(_BREAK.split(found[0]))
        for one in (*_find_marked(joined), *_find_general(joined)):
            start, last = found.start() + one.start, found.start() + one.end - 1
            for cut_start, cut_end in cuts:
                start += cut_end - cut_start if cut_start <= start else 0
                last += cut_end - cut_start if cut_start <= last else 0
            inside = [cut for cut in cuts if start < cut[0] <= last]
            if inside and is_random(text[inside[-1][1] : last + 1], 4) and is_random(joined[one.start : one.end], 16):
                yield SecretSpan(start, last + 1, one.kind, SURE)
