# SPDX-FileCopyrightText: 2026 The Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line: thin. Parses arguments, calls the catalogue, prints.

Commands are named by import string and loaded when used, so that ``allmende --help`` stays under 0.3 s.
"""

from __future__ import annotations

import importlib
import sys

import click

from registry import __version__
from registry.errors import AllmendeError, FetchError, HarvestRunning, StorageError

EXIT_FINDINGS, EXIT_USAGE, EXIT_AGAIN, EXIT_FAULT = 1, 2, 3, 70


class LazyGroup(click.Group):
    """``lazy`` maps a command's name to where it lives and its one-line help, so that listing imports nothing."""

    def __init__(self, *args: object, lazy: dict[str, tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._lazy[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._lazy.items() if text])


COMMANDS = {
    "serve": ("registry.cli.serve:serve", "Serve the catalogue; --demo fills it with a demonstration."),
    "search": ("registry.cli.find:search", "Search the catalogue, as the web page does."),
    "show": ("registry.cli.find:show", "Show one solution with the origin of every field."),
    "validate": ("registry.cli.validate:validate", "Check publiccode.yml files, with what to do and who asks for it."),
    "licence": ("registry.cli.licence:licence", "Say under which licence a file, folder or repository is."),
    "licences": ("registry.cli.licences:licences", "Explain licences by their names; say which can be combined."),
    "publiccode": ("registry.cli.publiccode:publiccode", "Mend a publiccode.yml, or draft one for a repository."),
    "solution": ("registry.cli.solution:solution", "Say which repositories are one product: split, merge, log."),
    "repository": ("registry.cli.repository:repository", "See how a repository stands; block it, or lift that."),
    "body": ("registry.cli.body:body", "Find municipalities, public bodies and operators; import lists of them."),
    "source": ("registry.cli.source:source", "Configure what is harvested: add, list, show, pause, remove, import."),
    "harvest": ("registry.cli.harvest:harvest", "Harvest the sources: run, test, status, resume, abort, history."),
    "job": ("registry.cli.job:job", "Look at the jobs of harvests; try failed ones again."),
    "worker": ("registry.cli.worker:worker", "Work at the run in progress, beside the process that leads it."),
    "doctor": ("registry.cli.doctor:doctor", "Check configuration, disk, git, database, index and tokens."),
    "reread": ("registry.cli.reread:reread", "Read stored snapshots again, without the network."),
    "prune": ("registry.cli.prune:prune", "Delete what is stored and no longer needed."),
    "index": ("registry.cli.index:index", "Check or rebuild the search index."),
    "migrate": ("registry.cli.operate:migrate", "Bring the database to the schema of this program."),
    "demonstrate": ("registry.cli.serve:demonstrate", ""),
    "config": ("registry.cli.operate:config", "Print the configuration in force, secrets hidden."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it:  allmende serve --demo   then open http://127.0.0.1:8000",
)
@click.version_option(__version__, prog_name="allmende")
def cli() -> None:
    """Allmende: the registry and catalogue of reusable municipal software.

    Harvests git repositories for metadata and licences, indexes them and serves a searchable catalogue.
    Settings come from ALLMENDE_* variables: see "allmende config".
    """
    # Not for --help: nothing is logged there.
    importlib.import_module("registry.cli.logging").begin(click.get_current_context())


def main() -> None:
    """Run the command line. Exit codes: 0 fine, 1 findings, 2 usage, 3 try again later, 70 a fault of ours."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AllmendeError as error:
        # Named by string like the commands: the texts load only when they are needed.
        importlib.import_module("registry.cli.faults").print_error(error)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # The only place where a fault of ours ends: with what a report about it needs.
        importlib.import_module("registry.cli.faults").print_fault(error)
        click.echo("This is a fault of Allmende. Please report it with the lines above.", err=True)
        sys.exit(EXIT_FAULT)
    sys.exit(code if isinstance(code, int) else 0)


def exit_code(error: AllmendeError) -> int:
    """With which code a command ends that this error stops."""
    if isinstance(error, StorageError | HarvestRunning):
        return EXIT_AGAIN
    if isinstance(error, FetchError):
        return EXIT_FINDINGS
    return EXIT_USAGE
