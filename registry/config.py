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
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from registry.errors import ConfigError
from registry.model import EgressRules, HostPort, Limits
from registry.values import hosts, long_token, not_negative, one_of, positive, web_address

_MIB = 2**20
LOG_LEVELS = ("debug", "info", "warning", "error")
_LEVELS = {"json": "info", "text": "warning"}


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
    retry_seconds: float = 5.0
    """Before what failed for a passing reason is tried again in the same run; doubled with each attempt."""
    metrics_token: str = field(default="", repr=False)
    """What ``/metrics`` and ``/operating`` ask for; empty: only this machine is answered (see ``registry.web``)."""
    log: str = "text"
    """ "text" or "json"."""
    log_level: str = "warning"
    register_core: bool = True
    """Whether the register of bodies that is shipped is loaded where it is missing or older."""
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
        web_address,
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
        hosts,
    ),
    Setting("workers", "Repositories harvested at the same time.", "4", positive),
    Setting("web_workers", "Processes of the web server.", "2", positive),
    Setting("web_threads", "Threads of each web process.", "4", positive),
    Setting("git_seconds", "Wall time in seconds for reading one repository.", "120", positive),
    Setting("git_mib", "Disk in MiB that reading one repository may take.", "300", positive),
    Setting("file_kib", "Largest file in KiB that is read from a repository.", "512", positive),
    Setting("response_mib", "Largest answer in MiB taken from a forge's API.", "20", positive),
    Setting("http_seconds", "Wall time in seconds for one request to a forge.", "60", positive),
    Setting("per_host", "Requests and git processes to one host at the same time.", "4", positive),
    Setting("host_delay_ms", "Milliseconds between the starts of two requests to one host.", "0", not_negative),
    Setting(
        "retry_seconds",
        "Seconds before a job that failed for a passing reason is tried again in the same run; doubled each time.",
        "5",
        not_negative,
    ),
    Setting(
        "metrics_token",
        "What `/metrics` (bearer token) and `/operating` (password) ask for. Without it both answer on this machine "
        "only, and name no private host.",
        "(none)",
        long_token,
        True,
    ),
    Setting(
        "log",
        "Form of the log on standard error: `text`, or `json` with one object a line.",
        "json under systemd, text elsewhere",
        one_of("text", "json"),
    ),
    Setting(
        "log_level",
        "Least weight of what is logged: `debug`, `info`, `warning`, `error`.",
        "info with json, warning with text",
        one_of(*LOG_LEVELS),
    ),
    Setting(
        "register_core",
        "`yes` loads the register of municipalities and public bodies that is shipped, where it is missing or older; "
        "with `no` only `allmende body import` fills it.",
        "yes",
        one_of("yes", "no"),
    ),
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
    log = values.get("log") or ("json" if _in_the_journal(environ) else "text")
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
            per_host=values.get("per_host", limits.per_host),
            host_delay_seconds=values.get("host_delay_ms", limits.host_delay_seconds * 1000) / 1000,
        ),
        workers=values.get("workers", 4),
        web_workers=values.get("web_workers", 2),
        web_threads=values.get("web_threads", 4),
        metrics_token=values.get("metrics_token", ""),
        retry_seconds=values.get("retry_seconds", 5.0),
        log=log,
        log_level=values.get("log_level", _LEVELS[log]),
        register_core=values.get("register_core", "yes") == "yes",
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


def _in_the_journal(environ: Mapping[str, str]) -> bool:
    """Whether standard error is systemd's journal. Source: systemd.exec(5), JOURNAL_STREAM."""
    try:
        found = os.fstat(2)
    except OSError:
        return False
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


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
        "per_host": str(limits.per_host),
        "host_delay_ms": f"{limits.host_delay_seconds * 1000:g}",
        "retry_seconds": f"{config.retry_seconds:g}",
        "metrics_token": "(hidden)" if config.metrics_token else "",
        "log": config.log,
        "log_level": config.log_level,
        "register_core": "yes" if config.register_core else "no",
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


def log_settings(environ: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Form and level of the log, for every command; what is wrong with the settings is told by those that need them."""
    environ = os.environ if environ is None else environ
    values: dict[str, str] = {}
    for setting in SETTINGS:
        if setting.name in ("log", "log_level"):
            with suppress(ConfigError):
                values[setting.name] = _value(setting, environ) or ""
    form = values.get("log") or ("json" if _in_the_journal(environ) else "text")
    return form, values.get("log_level") or _LEVELS[form]


def secrets_in_force(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """Every token, password and key that this process was given, for ``registry.redacting``. Never raises."""
    environ = os.environ if environ is None else environ
    found: set[str] = set()
    with suppress(ConfigError):
        found |= set(_tokens(environ).values())
    for setting in SETTINGS:
        with suppress(ConfigError):
            if setting.secret and (value := _value(setting, environ)) is not None:
                found.add(_password(value) if setting.name.endswith("_url") else str(value))
    return frozenset(found - {""})


def token_files(environ: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """The files that tokens and other secrets were given in."""
    environ = os.environ if environ is None else environ
    secret = tuple(f"{setting.variable}_FILE" for setting in SETTINGS if setting.secret)
    names = (name for name in environ if name in secret or re.fullmatch(r"ALLMENDE_TOKEN_\w+_FILE", name))
    return tuple(Path(environ[name]) for name in sorted(names) if environ[name].strip())


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def ui_language(environ: Mapping[str, str] | None = None) -> str:
    """ "de" or "en": the language of the terminal's messages, from the usual locale variables."""
    environ = os.environ if environ is None else environ
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "de" if locale.lower().startswith("de") else "en"


def colour_wanted(environ: Mapping[str, str] | None = None) -> bool | None:
    """False where ``NO_COLOR`` is set (https://no-color.org) or the terminal is dumb; None: the terminal decides."""
    environ = os.environ if environ is None else environ
    return False if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" else None


def moving_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """False where the terminal cannot take a line away again (``TERM=dumb``, as editors set it)."""
    environ = os.environ if environ is None else environ
    return environ.get("TERM") != "dumb"
