# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The typed configuration: read once from the environment (``ALLMENDE_*``) and an optional TOML file.

This module is the only reader of ``os.environ``. Precedence: environment, then ``..._FILE`` (the value is the content
of that file: for secrets), then the TOML file named by ``ALLMENDE_CONFIG``, then the default. ``SETTINGS`` is the table
that reads, checks, prints (``allmende config``) and documents (``docs/configuration.md``) every setting.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from registry.errors import ConfigError
from registry.model import EgressRules, HostPort, Limits

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force. Paths are absolute; ``secret_key`` and tokens never appear in ``repr``."""

    data_dir: Path
    database_url: str = field(repr=False)
    search_url: str
    base_url: str
    secret_key: str = field(repr=False)
    egress: EgressRules
    limits: Limits
    workers: int
    web_workers: int
    web_threads: int
    demo: bool = False

    @property
    def work_dir(self) -> Path:
        """Temporary clones; emptied at start."""
        return self.data_dir / "work"

    @property
    def demo_dir(self) -> Path:
        return self.data_dir / "demo"

    def with_demo(self) -> Config:
        """The same configuration for a process that serves and harvests the demonstration."""
        return replace(self, demo=True)

    def allowing(self, *addresses: HostPort) -> Config:
        """The guard opened in this process for exactly these hosts and ports (the demo's loopback server)."""
        return replace(self, egress=replace(self.egress, allow=self.egress.allow | frozenset(addresses)))


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the documentation: its variable, meaning, default as text, and how its text is read."""

    name: str
    meaning: str
    default: str
    read: Callable[[str], Any]
    secret: bool = False

    @property
    def variable(self) -> str:
        return f"ALLMENDE_{self.name.upper()}"


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ConfigError(detail=text, rule="config-number")
    return number


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment:
        raise ConfigError(detail=text, rule="config-url")
    return text.rstrip("/")


def _hosts(text: str) -> frozenset[HostPort]:
    return frozenset(_host_port(item.strip()) for item in text.split(",") if item.strip())


def _host_port(text: str) -> HostPort:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@\[\]]+)):(\d{1,5})", text)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ConfigError(detail=text, rule="config-host-port")
    return HostPort(host=(match[1] or match[2]).lower(), port=int(match[3]))


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "data_dir",
        "Folder of the database, the index and temporary clones. `make run` uses `./var`.",
        "$XDG_DATA_HOME/allmende",
        lambda text: Path(text).expanduser().absolute(),
    ),
    Setting(
        "database_url",
        "`sqlite:////absolute/path` or `postgresql://user@host/name`.",
        "sqlite:///<data_dir>/allmende.sqlite",
        str,
        secret=True,
    ),
    Setting("search_url", "`whoosh:////absolute/path` of the search index.", "whoosh://<data_dir>/index", str),
    Setting(
        "base_url",
        "Address under which the catalogue is reached; also the contact in our User-Agent.",
        "http://127.0.0.1:8000",
        _base_url,
    ),
    Setting(
        "secret_key",
        "Will sign what the web front end hands out; nothing is signed yet.",
        "made once, in <data_dir>/secret-key",
        str,
        True,
    ),
    Setting(
        "egress_allow",
        "Comma-separated host:port that the guard opens although private or without https, for example "
        "`gitlab.intern.example:443`.",
        "(empty)",
        _hosts,
    ),
    Setting("workers", "Repositories harvested at the same time.", "4", _positive),
    Setting("web_workers", "Processes of the web server.", "2", _positive),
    Setting("web_threads", "Threads of each web process.", "4", _positive),
    Setting("git_seconds", "Wall time in seconds for reading one repository.", "120", _positive),
    Setting("git_mib", "Disk in MiB that reading one repository may take.", "300", _positive),
    Setting("file_kib", "Largest file in KiB that is read from a repository.", "512", _positive),
    Setting("response_mib", "Largest answer in MiB taken from a forge's API.", "20", _positive),
    Setting("http_seconds", "Wall time in seconds for one request to a forge.", "60", _positive),
)
TOKEN_NOTE = (
    "`ALLMENDE_TOKEN_<HOST>`",
    "Access token for a forge, dots of the host as underscores, dashes as two: `ALLMENDE_TOKEN_GITHUB_COM`, "
    "`ALLMENDE_TOKEN_GIT__HOST_EXAMPLE` for git-host.example. Sent to that host only (and, for github.com, to its "
    "API). From the environment (or `..._FILE`) only, never from the TOML file.",
    "(none)",
)


def load(
    environ: Mapping[str, str] | None = None, default_base_url: str = "http://127.0.0.1:8000", *, make: bool = True
) -> Config:
    """Read and check everything. Raises ConfigError naming the variable and what is wrong with it.

    ``default_base_url`` is where a server that is about to start will listen. Without ``make`` nothing is written, for
    commands that need no data folder: the secret key is then empty unless it is set.
    """
    environ = os.environ if environ is None else environ
    values = {setting.name: value for setting in SETTINGS if (value := _value(setting, environ)) is not None}
    data_dir = values.get("data_dir") or _default_data_dir(environ)
    base_url = values.get("base_url", default_base_url)
    limits = Limits()
    return Config(
        data_dir=data_dir,
        database_url=values.get("database_url", f"sqlite:///{data_dir / 'allmende.sqlite'}"),
        search_url=values.get("search_url", f"whoosh://{data_dir / 'index'}"),
        base_url=base_url,
        secret_key=values.get("secret_key") or (_kept_secret(data_dir) if make else ""),
        egress=EgressRules(
            allow=values.get("egress_allow", frozenset()),
            tokens=_tokens(environ),
            user_agent=f"Allmende/0.1 (+{base_url})",
        ),
        limits=replace(
            limits,
            git_seconds=float(values.get("git_seconds", limits.git_seconds)),
            git_bytes=values.get("git_mib", limits.git_bytes // _MIB) * _MIB,
            file_bytes=values.get("file_kib", limits.file_bytes // 1024) * 1024,
            response_bytes=values.get("response_mib", limits.response_bytes // _MIB) * _MIB,
            total_seconds=float(values.get("http_seconds", limits.total_seconds)),
        ),
        workers=values.get("workers", 4),
        web_workers=values.get("web_workers", 2),
        web_threads=values.get("web_threads", 4),
    )


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = _from_environment(setting.variable, environ)
    if text is None:
        found = _file_values(environ.get("ALLMENDE_CONFIG")).get(setting.name)
        text = None if found is None else str(found)
    if text is None or not text.strip():
        return None
    try:
        return setting.read(text.strip())
    except ConfigError as error:
        raise ConfigError(setting.variable, error.detail, rule=error.rule) from None


def _from_environment(variable: str, environ: Mapping[str, str]) -> str | None:
    if variable in environ:
        return environ[variable]
    path = environ.get(f"{variable}_FILE")
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{variable}_FILE", f"{path} ({type(error).__name__})", rule="config-file") from None


def _file_values(path: str | None) -> Mapping[str, Any]:
    if not path:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError("ALLMENDE_CONFIG", f"{path} ({error})", rule="config-file") from None
    unknown = sorted(set(found) - {setting.name for setting in SETTINGS})
    if unknown:
        raise ConfigError("ALLMENDE_CONFIG", ", ".join(unknown), rule="config-unknown")
    return found


def _tokens(environ: Mapping[str, str]) -> dict[str, str]:
    """Tokens by the host's variable spelling: the door asks with the same spelling (``token_name``)."""
    names = {
        name.removesuffix("_FILE") for name in environ if name.startswith("ALLMENDE_TOKEN_") and environ[name].strip()
    }
    found = {name.removeprefix("ALLMENDE_TOKEN_"): _from_environment(name, environ) for name in names}
    return {host: token.strip() for host, token in found.items() if token and token.strip()}


def _default_data_dir(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME") or "~").expanduser() / ".local" / "share"
    return Path(home).absolute() / "allmende"


def _kept_secret(data_dir: Path) -> str:
    """A random key kept in the data directory (mode 0600), so that restarts do not invalidate what was signed."""
    path = data_dir / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise ConfigError("ALLMENDE_DATA_DIR", f"{path} ({error.strerror})", rule="config-data-dir") from None
    key = secrets.token_hex(32)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError("ALLMENDE_DATA_DIR", f"{data_dir} ({error.strerror})", rule="config-data-dir") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
    return key


def shown(config: Config) -> dict[str, str]:
    """What is in force, for people: passwords, keys and tokens hidden."""
    limits = config.limits
    allow = sorted(f"{item.host}:{item.port}" for item in config.egress.allow)
    return {
        "data_dir": str(config.data_dir),
        "database_url": without_password(config.database_url),
        "search_url": config.search_url,
        "base_url": config.base_url,
        "secret_key": "(hidden)",
        "egress_allow": ",".join(allow),
        "workers": str(config.workers),
        "web_workers": str(config.web_workers),
        "web_threads": str(config.web_threads),
        "git_seconds": f"{limits.git_seconds:g}",
        "git_mib": str(limits.git_bytes // _MIB),
        "file_kib": str(limits.file_bytes // 1024),
        "response_mib": str(limits.response_bytes // _MIB),
        "http_seconds": f"{limits.total_seconds:g}",
        **{f"token_{host.lower()}": "(hidden)" for host in sorted(config.egress.tokens)},
    }


def without_password(url: str) -> str:
    """The URL with its password replaced by ``***``; query values, which may hold one too, are dropped."""
    parts = urlsplit(url)
    netloc = re.sub(r":[^:@]*@", ":***@", parts.netloc)
    return urlunsplit((parts.scheme, netloc, parts.path, "", "")) if parts.netloc else url


def documentation() -> str:
    """The Markdown table of all settings: ``docs/configuration.md`` holds exactly this."""
    rows = [(f"`{setting.variable}`", setting.meaning, setting.default) for setting in SETTINGS]
    rows += [
        TOKEN_NOTE,
        ("`ALLMENDE_CONFIG`", "A TOML file with the names above in lower case without prefix.", "(none)"),
    ]
    lines = ["| variable | meaning | default |", "|---|---|---|"]
    return "\n".join(lines + [f"| {name} | {meaning} | {default} |" for name, meaning, default in rows]) + "\n"


def ui_language(environ: Mapping[str, str] | None = None) -> str:
    """ "de" or "en": the language of the terminal's messages, from the usual locale variables."""
    environ = os.environ if environ is None else environ
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "de" if locale.lower().startswith("de") else "en"


def colour_wanted(environ: Mapping[str, str] | None = None) -> bool | None:
    """False where ``NO_COLOR`` is set (https://no-color.org) or the terminal is dumb; None: the terminal decides."""
    environ = os.environ if environ is None else environ
    return False if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" else None
