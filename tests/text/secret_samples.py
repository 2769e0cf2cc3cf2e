"""
Secrets and look-alikes, made from chance: none is anybody's.

Each half has kinds, words and languages of its own. The rules were mended by what `FIRST` found; of `SECOND` only the
figures were looked at. Whoever mends the rules by `SECOND` writes a third.
"""

import base64
import json
import random
import string
import textwrap
from collections.abc import Callable, Iterator
from uuid import UUID

AN, LOW, UP, HEX = (
    string.ascii_letters + string.digits,
    string.ascii_lowercase,
    string.ascii_uppercase,
    "0123456789abcdef",
)
URL = AN + "-_"
B64 = AN + "+/"
Make = Callable[["Chance"], str]


class Chance(random.Random):
    """Chance that throws words."""

    def of(self, letters: str, count: int) -> str:
        """Return that many of these letters; of letters and digits both."""
        both = any(map(str.isdigit, letters)) and any(map(str.isalpha, letters)) and count >= 8
        while True:
            word = "".join(self.choices(letters, k=count))
            if not both or (any(map(str.isdigit, word)) and any(map(str.isalpha, word))):
                return word

    def password(self) -> str:
        """Return a password as people make them."""
        word = self.choice(
            ["dragon", "Sommer", "soleil", "Gato", "pippo", "Welkom", "bola", "Ananas", "hunter", "Kessel"]
        )
        makes: list[Callable[[], str]] = [
            lambda: word + str(self.randint(1, 2030)),
            lambda: word.replace("o", "0").replace("e", "3") + self.choice("!$#%") + str(self.randint(10, 99)),
            lambda: self.of(AN, self.randint(8, 16)),
            lambda: self.of(AN, 5) + self.choice("!@#$%^&*") + self.of(AN, 5) + "9",
            lambda: f"{word}-{self.randint(10, 99)}-{word[::-1]}",
        ]
        made = self.choice(makes)()
        return made if any(map(str.isdigit, made)) else made + "7"

    def uuid(self) -> str:
        """Return a UUID."""
        return str(UUID(int=self.getrandbits(128), version=4))

    def card(self) -> str:
        """Return a card number with a right check digit."""
        head, size = self.choice(
            [
                ("4", 16),
                ("51", 16),
                ("55", 16),
                ("2221", 16),
                ("37", 15),
                ("34", 15),
                ("6011", 16),
                ("3530", 16),
                ("36", 14),
            ]
        )
        digits = head + "".join(self.choices("0123456789", k=size - len(head) - 1))
        total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(digits)))
        digits += str(-total % 10)
        mark = self.choice(["", " ", "-", " "])
        sizes = {16: [4, 4, 4, 4], 15: [4, 6, 5], 14: [4, 6, 4]}[size]
        parts, at = [], 0
        for count in sizes:
            parts.append(digits[at : at + count])
            at += count
        return mark.join(parts)

    def pem(self, what: str) -> str:
        """Return a private key in its frame."""
        body = "\n".join(textwrap.wrap(base64.b64encode(self.randbytes(self.choice([120, 300, 610]))).decode(), 64))
        return f"-----BEGIN {what}-----\n{body}\n-----END {what}-----"


def _assigned(*names: str, value: Make, forms: tuple[str, ...] = ()) -> Callable[[Chance], tuple[str, str]]:
    forms = forms or ("{n}={v}", "{n} = '{v}'", '"{n}": "{v}"', "{n}: {v}", 'export {n}="{v}"')

    def make(chance: Chance) -> tuple[str, str]:
        secret = value(chance)
        return chance.choice(forms).format(n=chance.choice(names), v=secret), secret

    return make


def _bare(value: Make, *around: str) -> Callable[[Chance], tuple[str, str]]:
    around = around or ("{}", "key is {}.", "({})", "`{}`", "use {}, please", "Schlüssel:{}", "见{}。", '"{}"', "{}\n")

    def make(chance: Chance) -> tuple[str, str]:
        secret = value(chance)
        return chance.choice(around).format(secret), secret

    return make


Maker = Callable[[Chance], tuple[str, str]]

FIRST: dict[str, Maker] = {
    "aws id": _bare(lambda c: "AKIA" + c.of(UP + "234567", 16)),
    "azure storage": _bare(lambda c: c.of(B64, 86) + "==", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={};EndpointSuffix=core.windows.net"),
    "basic auth url": _bare(lambda c: c.password().replace("#", "!"), "https://bob:{}@example.org/x", "git clone http://ci:{}@git.local/a.git", "redis://:{}@cache:6379/0"),
    "discord": _bare(lambda c: c.choice("MNO") + c.of(URL, 24) + "." + c.of(URL, 6) + "." + c.of(URL, 27)),
    "github": _bare(lambda c: c.choice(["ghp", "gho", "ghu", "ghs", "ghr"]) + "_" + c.of(AN, 36)),
    "ibm": _assigned("ibm_cloud_api_key", "ibm-iam-token", "IBM_API_KEY", "ibm_key", value=lambda c: c.of(URL, 44)),
    "jwt": _bare(lambda c: ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in ({"alg": "HS256", "typ": "JWT"}, {"sub": c.of(AN, 9)})) + "." + c.of(URL, 43)),
    "npm": _bare(lambda c: c.choice([f"npm_{c.of(AN, 36)}", c.uuid()]), "//registry.example.org/:_authToken={}"),
    "openai": _bare(lambda c: c.choice([f"sk-{c.of(AN, 20)}T3BlbkFJ{c.of(AN, 20)}", f"sk-proj-{c.of(URL, 48)}"])),
    "private key": _bare(lambda c: c.pem(c.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])), "{}", "here it is:\n{}\nthanks", "```\n{}\n```"),
    "slack": _bare(lambda c: f"xox{c.choice('bpa')}-{c.of('0123456789', 12)[:12]}-{c.of(string.digits + LOW, 24)}"),
    "stripe": _bare(lambda c: f"{c.choice('rs')}k_live_{c.of(AN, 24)}"),
    "twilio": _bare(lambda c: c.choice(["AC", "SK"]) + c.of(HEX, 32)),
    "hex after a keyword": _assigned("secret_key", "api_key", "AUTH_TOKEN", "SECRET", value=lambda c: c.of(HEX, c.choice([32, 40, 64]))),
    "anthropic": _bare(lambda c: f"sk-ant-api03-{c.of(URL, 90)}AA"),
    "google": _bare(lambda c: "AIza" + c.of(URL, 35)),
    "digitalocean": _bare(lambda c: "dop_v1_" + c.of(HEX, 64)),
    "linear": _bare(lambda c: "lin_api_" + c.of(AN, 40)),
    "databricks": _bare(lambda c: "dapi" + c.of(HEX, 32)),
    "age": _bare(lambda c: "AGE-SECRET-KEY-1" + c.of(UP + string.digits, 58)),
    "database url": _bare(lambda c: c.password().replace("#", "!"), "postgres://app:{}@db.internal:5432/shop", "mongodb+srv://root:{}@cluster0.example.net/?w=1", "DATABASE_URL=mysql://u:{}@localhost/db"),
    "env line": _assigned("DB_PASSWORD", "MYSQL_ROOT_PASSWORD", "SMTP_PASS", "REDIS_PASSWORD", value=Chance.password, forms=("{n}={v}", "export {n}={v}", "{n}='{v}'", 'ENV {n} "{v}"'.replace(' "', '="'))),
    "bearer": _bare(lambda c: c.of(URL, 40), "Authorization: Bearer {}", "curl -H 'Authorization: Bearer {}' https://x.org", '"authorization": "Bearer {}"'),
    "flag": _bare(Chance.password, "tool --user bob --password {} run", "backup --password={}", "app --db-password '{}'"),
    "json field": _assigned("password", "Passwort", "passwd", "adminPassword", value=Chance.password, forms=('{{"{n}": "{v}"}}', "'{n}': '{v}',", '{{\\"{n}\\": \\"{v}\\"}}')),
    "card": _bare(Chance.card, "my card is {}", "{}", "Karte: {} gültig bis 12/29", "{} CVV 123", "Visa ({}), thanks."),
    "English": _bare(Chance.password, "my password is {}", "The wifi password is {}.", "password for the router at home: {}", "the password I use for the bank is {}, don't tell", "Log in with the password {} please", "we changed the admin password to {} yesterday", "My password's {}", "password: {}", "{} is my password", "passphrase is now {}"),
    "German": _bare(Chance.password, "mein Passwort ist {}", "Das WLAN-Passwort lautet {}.", "Passwort für den Router: {}", "Ich habe mein Passwort auf {} geändert", "Das Kennwort von meinem Konto ist jetzt {}, merk dir das", "Routerpasswort: {}", "{} ist mein Passwort", "mit dem Passwort {} kommst du rein"),
    "French": _bare(Chance.password, "mon mot de passe est {}", "Le mot de passe du wifi, c'est {}".replace(",", ""), "mot de passe : {}", "mdp: {}", "le mot de passe de ma boîte mail est {}.", "j'ai changé mon mot de passe en {}"),
}  # fmt: skip

SECOND: dict[str, Maker] = {
    "aws secret": _assigned("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "aws_secret_key", value=lambda c: c.of(B64, 40)),
    "artifactory": _bare(lambda c: "AKCp" + c.of(AN, 69), "token {}", 'X-JFrog-Art-Api: "{}"', "key={}"),
    "cloudant": _bare(lambda c: c.of(HEX, 64), "https://acc:{}@acc.cloudant.com", "cloudant_password='{}'", 'cl_api_key = "{}"'),
    "gitlab": _bare(lambda c: c.choice(["glpat", "gldt", "glrt", "glptt"]) + "-" + c.of(URL, 40)),
    "ibm cos": _assigned("cos_hmac_secret_access_key", "secret_access_key", value=lambda c: c.of(HEX, 48)),
    "mailchimp": _bare(lambda c: c.of(HEX, 32) + f"-us{c.randint(1, 20)}"),
    "pypi": _bare(lambda c: "pypi-AgEIcHlwaS5vcmc" + c.of(URL, 90)),
    "pem of other kinds": _bare(lambda c: c.pem(c.choice(["DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])), "{}", "> {}", "key:\n{}\n\nand more"),
    "sendgrid": _bare(lambda c: f"SG.{c.of(URL, 22)}.{c.of(URL, 43)}"),
    "slack webhook": _bare(lambda c: f"T{c.of(UP, 9)}/B{c.of(UP, 9)}/{c.of(AN, 24)}", "https://hooks.slack.com/services/{}"),
    "softlayer": _bare(lambda c: c.of(LOW + string.digits, 64), "https://api.softlayer.com/soap/v3/{}", "softlayer_api_key = '{}'", "sl_key: {}"),
    "square": _bare(lambda c: "sq0csp-" + c.of(URL, 43)),
    "telegram": _bare(lambda c: f"{c.randint(10**8, 10**10 - 1)}:AA{c.of(URL, 33)}"),
    "base64 after a keyword": _assigned("client_secret", "apiKey", "access_token", "signing_key", value=lambda c: c.of(B64, 42) + "=="),
    "hugging face": _bare(lambda c: "hf_" + c.of(string.ascii_letters, 34)),
    "doppler": _bare(lambda c: "dp.pt." + c.of(AN, 43)),
    "notion": _bare(lambda c: c.choice([f"secret_{c.of(AN, 43)}", f"ntn_{c.of(AN, 46)}"])),
    "shopify": _bare(lambda c: f"shp{c.choice(['at', 'ca', 'pa', 'ss'])}_{c.of(HEX, 32)}"),
    "unknown provider": _bare(lambda c: f"{c.of(LOW, 4)}_{c.choice(['sk', 'pat', 'secret', 'token'])}_{c.of(AN, c.randint(24, 48))}"),
    "putty": _bare(lambda c: "\n".join(c.of(B64, 64) for _ in range(3)), "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPrivate-Lines: 3\n{}\nPrivate-MAC: " + "a1" * 20),
    "curl user": _bare(lambda c: c.password().replace("'", ""), "curl -u admin:{} https://x.org/y", "curl -s --user 'bob:{}' http://host"),
    "netrc": _bare(Chance.password, "machine x.org login bob password {}", "machine x.org\n  login bob\n  password {}"),
    "kubeconfig": _bare(lambda c: c.of(B64, 200), "users:\n- name: a\n  user:\n    client-key-data: {}\n", "    token: {}\n"),
    "yaml": _assigned("password", "dbPassword", "db-password", "passphrase", value=Chance.password, forms=("{n}: {v}", '  {n}: "{v}"', "- {n}: '{v}'\n  host: db")),
    "code": _assigned("password", "api_secret", "DB_PASS", "pwd", value=Chance.password, forms=('{n} = "{v}"', '{n} := "{v}"', "connect(host='x', {n}='{v}')", 'String {n} = "{v}";', '{n}: str = "{v}"')),
    "connection string": _bare(lambda c: c.password().replace(";", ""), "Server=db;Database=x;User Id=sa;Password={};", "Driver=x;UID=sa;PWD={};Encrypt=yes"),
    "query": _bare(lambda c: c.of(AN, 32), "https://x.org/a?api_key={}&page=2", "https://x.org/cb?state=1&access_token={}"),
    "Spanish": _bare(Chance.password, "mi contraseña es {}", "La contraseña del wifi es {}.", "contraseña: {}", "la clave de mi cuenta es {}", "cambié mi contraseña a {} ayer"),
    "Italian": _bare(Chance.password, "la mia password è {}", "La password del router è {}, segnala", "password di casa: {}", "la parola d'ordine è {}"),
    "Portuguese": _bare(Chance.password, "a minha senha é {}", "A senha do wifi é {}.", "senha: {}", "a palavra-passe do portal é {}", "mudei a senha para {}"),
    "Dutch": _bare(Chance.password, "mijn wachtwoord is {}", "Het wachtwoord van de wifi is {}.", "wachtwoord: {}", "het wachtwoord luidt {}"),
    "token said": _bare(lambda c: c.of(AN, 28), "the API token is {}", "mein Zugangstoken lautet {}", "la clé API est {}", "la clave de API es {}.", "de API-sleutel is {}"),
    "card elsewhere": _bare(Chance.card, "tarjeta {}", "pague com {} por favor", "kaart: {}", '"cardNumber": "{}"', "numero carta {} scadenza 11/28"),
}  # fmt: skip


def samples(table: dict[str, Maker], seed: int, each: int) -> Iterator[tuple[str, str, str]]:
    """Yield kind, text and the secret in it."""
    chance = Chance(seed)
    for kind, make in table.items():
        for _ in range(each):
            text, secret = make(chance)
            yield kind, text, secret


# ------------------------------------------------------------ look-alikes

FIRST_PLAIN: tuple[Make, ...] = (
    lambda c: f"commit {c.of(HEX, 40)}",
    lambda c: f"git show {c.of(HEX, 8)} && git rebase {c.of(HEX, 12)}",
    lambda c: f"sha256:{c.of(HEX, 64)}  file-{c.randint(1, 9)}.tar.gz",
    lambda c: f"id {c.uuid()}",
    lambda c: f"requires numpy>={c.randint(1, 3)}.{c.randint(0, 30)}.{c.randint(0, 9)}, python 3.11.{c.randint(0, 9)}rc1",
    lambda c: f"call +49 {c.randint(150, 179)} {c.randint(10**6, 10**8)} or (0{c.randint(30, 89)}) {c.randint(10**5, 10**7)}",
    lambda c: f"ISBN 978-3-{c.randint(10, 99)}-{c.randint(100000, 999999)}-{c.randint(0, 9)}, EAN {c.randint(4 * 10**12, 5 * 10**12)}",
    lambda c: f"IBAN DE{c.randint(10, 99)} {' '.join(str(c.randint(1000, 9999)) for _ in range(4))} {c.randint(10, 99)}",
    lambda c: f"order number {c.choice(['A', 'PO-', '#', ''])}{c.randint(10**9, 10**12)}",
    lambda c: f"![x](data:image/png;base64,{c.of(B64, 400)}==)",
    lambda c: f"chatcmpl-{c.of(AN, 29)} call_{c.of(AN, 24)} msg_{c.of(AN, 24)}",
    lambda c: f"color: #{c.of(HEX, 6)}; background: #{c.of(HEX, 8)}",
    lambda c: f"mac {':'.join(c.of(HEX, 2) for _ in range(6))} ip {'.'.join(str(c.randint(1, 254)) for _ in range(4))} fe80::{c.of(HEX, 4)}:{c.of(HEX, 4)}",
    lambda c: f"/home/{c.of(LOW, 6)}/src/password_store/token_{c.randint(1, 9)}.py",
    lambda c: f"https://example.org/{'-'.join(c.of(LOW, c.randint(3, 9)) for _ in range(9))}-{c.randint(10**7, 10**8)}?utm_source={c.of(LOW, 8)}",
    lambda c: f'"integrity": "sha512-{c.of(B64, 86)}=="',
    lambda c: f"Die {c.choice(['Donaudampfschifffahrtsgesellschaft', 'Rindfleischetikettierung', 'Passwortverwaltung', 'Geheimhaltungspflicht'])}skapitänsmütze ist {c.choice(['weg', 'neu'])}.",
    lambda c: f"function(){{var a=t.token,n=e.password;return a&&n.length>{c.randint(6, 12)}?r(a):o[{c.randint(0, 9)}]}}",
    lambda c: f"2026-{c.randint(10, 12)}-{c.randint(10, 28)}T10:{c.randint(10, 59)}:00Z took {c.randint(10**12, 2 * 10**12)} ns at {c.random() * 90:.6f}, {c.random() * 180:.6f}",
    lambda c: c.choice(["my password manager is great", "the password must have 12 characters", "I forgot my password yesterday", "The password is wrong.", "my password is weak", "Is your password safe?", "Use a password of at least 16 characters.", "password: required", "The password field is case-sensitive.", "Change the password every 90 days.", "a token is a word or a piece of one", "the key is under the mat", "It is no secret that Bob likes tea.", "My password is too short, they say."]),
    lambda c: c.choice(["mein Passwort ist falsch", "Das Passwort muss 8-stellig sein.", "Ich habe mein Passwort vergessen", "Der Passwortmanager heißt Bitwarden.", "das Kennwort ist sicher", "Passwort zurücksetzen?", "Der Schlüssel liegt unter der Matte.", "Das Passwort ist Pflicht.", "Passwort: siehe Zettel am Kühlschrank"]),
    lambda c: c.choice(["mon mot de passe est trop court", "j'ai oublié mon mot de passe", "le mot de passe est incorrect", "mot de passe : obligatoire", "La clé est sous le paillasson."]),
    lambda c: c.choice(["password = input('Password: ')", "password = os.environ['DB_PASSWORD']", "token = request.headers.get('X-Token')", "def login(user: str, password: str) -> Token:", "if password != confirm_password:", "PASSWORD=${DB_PASSWORD}", "api_key = <your-api-key>", "secret: {{ vault_secret }}", "password: string;", "token_type: bearer", "password = getpass.getpass()", "api_key: YOUR_API_KEY", "this.password = config.password", "token: null", "max_tokens=4096, token_count: 12345", 'client = OpenAI(api_key="...")', "password: ********", "OPENAI_API_KEY=any"]),
    lambda c: f"tracking 1Z{c.of(UP + string.digits, 16)} and {c.randint(10**11, 10**12)}",
    lambda c: f'cache-key-{c.of(HEX, 40)} partition_key={c.of(HEX, 16)} etag "{c.of(HEX, 32)}"',
)  # fmt: skip

SECOND_PLAIN: tuple[Make, ...] = (
    lambda c: f"docker pull x@sha256:{c.of(HEX, 64)}",
    lambda c: f"index {c.of(HEX, 7)}..{c.of(HEX, 7)} 100644",
    lambda c: f"md5 {c.of(HEX, 32)} crc32 {c.of(HEX, 8)}",
    lambda c: f"urn:uuid:{c.uuid()} and {c.uuid().upper()}",
    lambda c: f"v{c.randint(1, 9)}.{c.randint(0, 99)}.{c.randint(0, 99)}-beta.{c.randint(1, 9)}+build.{c.of(HEX, 7)}",
    lambda c: f"tel. 0{c.randint(1, 9)}{' '.join(str(c.randint(10, 99)) for _ in range(4))}, +1-{c.randint(200, 999)}-{c.randint(200, 999)}-{c.randint(1000, 9999)}",
    lambda c: f"IBAN NL{c.randint(10, 99)} ABNA {c.randint(1000, 9999)} {c.randint(1000, 9999)} {c.randint(10, 99)}, FR76 {' '.join(str(c.randint(1000, 9999)) for _ in range(5))} {c.randint(100, 999)}",
    lambda c: f"Rechnung Nr. {c.randint(10**7, 10**8)}/{c.randint(10, 99)}, Kundennummer {c.randint(10**8, 10**10)}",
    lambda c: f"parcel {c.randint(10**15, 9 * 10**15)}",
    lambda c: f"tweet {c.randint(10**18, 2 * 10**18)} at {c.randint(1_600_000_000, 1_800_000_000)}",
    lambda c: f"url(data:font/woff2;base64,{c.of(B64, 300)})",
    lambda c: f"thread_{c.of(AN, 24)} run_{c.of(AN, 24)} toolu_{c.of(AN, 24)} req_{c.of(AN, 24)}",
    lambda c: f"rgba({c.randint(0, 255)}, {c.randint(0, 255)}, 0, .5) 0x{c.of(HEX, 8)} U+{c.of(HEX, 4).upper()}",
    lambda c: f"2001:db8:{c.of(HEX, 4)}::{c.of(HEX, 4)} dev eth0 {'-'.join(c.of(HEX, 2) for _ in range(6))}",
    lambda c: f"C:\\Users\\{c.of(LOW, 5)}\\AppData\\token-cache\\{c.of(HEX, 16)}.bin",
    lambda c: f"https://youtu.be/{c.of(URL, 11)} https://docs.example.org/d/{c.of(URL, 44)}/edit",
    lambda c: f'resolved "https://registry.example.org/a/-/a-{c.randint(1, 9)}.0.0.tgz#{c.of(HEX, 40)}"',
    lambda c: f'hash = "sha256-{c.of(B64, 43)}=";',
    lambda c: f"Vergleichs{c.of(LOW, 12)}unterstützungsverordnung {c.of(LOW, 30)}",
    lambda c: f"!function(e,t){{for(var n=0;n<{c.randint(9, 99)};n++)e.apiKey||(t.secret=n),i.push(e[n])}}({c.of(LOW, 2)},{c.of(LOW, 2)});",
    lambda c: f"{c.randint(10, 23)}:{c.randint(10, 59)}:{c.randint(10, 59)}.{c.randint(100, 999)} [{c.randint(1000, 99999)}] 48.{c.randint(10**5, 10**6)} N 11.{c.randint(10**5, 10**6)} E",
    lambda c: c.choice(["mi contraseña es demasiado corta", "he olvidado la contraseña", "la contraseña es incorrecta", "La clave del éxito es la paciencia.", "contraseña: obligatoria", "la clave es practicar 2 horas al día"]),
    lambda c: c.choice(["la mia password è sbagliata", "ho dimenticato la password", "La chiave è sotto lo zerbino.", "la password deve avere 10 caratteri", "password: obbligatoria"]),
    lambda c: c.choice(["a minha senha é fraca", "esqueci a senha", "A senha deve ter 8 dígitos.", "a chave está na mesa", "senha: obrigatória"]),
    lambda c: c.choice(["mijn wachtwoord is verlopen", "ik ben mijn wachtwoord vergeten", "Het wachtwoord moet 12 tekens hebben", "wachtwoord: verplicht", "de sleutel ligt onder de mat"]),
    lambda c: c.choice(["Her password was so long that nobody knew it.", "passwords are a pain; passkeys in 2026 are better", "Passwords must be between 8 and 64 characters.", "The token limit is 4096 tokens.", "Which password manager do you use in 2026?", "What is the password policy for Office365?", "Secret Santa is on 2026-12-06.", "She is the secretary of the club.", "Reset your password at https://example.org/reset/2026", "The password is stored with SHA256.", "My password is 14 characters long.", "The password hash is bcrypt.", "our password is the same for all", "The password expires in 30 days.", "the password protects the file", "Password Store 2 is out"]),
    lambda c: c.choice(["const { password, token } = req.body;", "password: { type: String, required: true }", "assert user.password == password", "token = jwt.encode(payload, secret)", "secrets: inherit", "token: ${{ secrets.GITHUB_TOKEN }}", "password: '${POSTGRES_PASSWORD:-}'", "private_key_path = ~/.ssh/id_ed25519", "SECRET_KEY = env('SECRET_KEY')", "password=None, token=None", '"password": "Password"', '"passwordLabel": "Enter your password"', "self.token = self.fetch_token(url)", "SELECT password FROM users WHERE id = 5", "--password-file /run/secrets/db", "mypy: password has type str", '<input type="password" name="password">', "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI bob@x", "passwd: password updated successfully"]),
    lambda c: f"seat {c.randint(1, 40)}{c.choice('ABCDEF')}, booking {c.of(UP, 6)}, flight LH{c.randint(100, 2999)}, gate {c.choice('ABC')}{c.randint(1, 60)}",
    lambda c: f"My locker combination is {c.randint(10, 39)}-{c.randint(10, 39)}-{c.randint(10, 39)}, the PIN of the bike lock is {c.randint(1000, 9999)}",
    lambda c: f"VIN {c.of(UP + string.digits, 17)}, plate {c.of(UP, 2)} {c.randint(100, 9999)}, serial {c.of(UP, 3)}-{c.randint(10**6, 10**8)}",
)  # fmt: skip


def plain(makes: tuple[Make, ...], seed: int, count: int) -> Iterator[str]:
    """Yield texts without a secret."""
    chance = Chance(seed)
    for number in range(count):
        yield makes[number % len(makes)](chance)
