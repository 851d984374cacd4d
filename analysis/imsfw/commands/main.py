# SPDX-License-Identifier: GPL-2.0-only
"""Reads the command line, runs the command, and turns errors into messages and exit statuses."""

from __future__ import annotations

import argparse
import os
import sys

from ..errors import ImsfwError
from ..names import did_you_mean
from . import db, report, sweep

COMMANDS = {"sweep": sweep, "db": db, "report": report}
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and names the nearest option or command."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the message and end with status 2."""
        unknown = message.partition("unrecognized arguments: ")[2].split()
        options = [name for action in self._actions for name in action.option_strings]
        hint = did_you_mean(unknown[0], options) if unknown else ""
        self.exit(2, f"{self.prog}: {message}{hint} ({self.prog} --help tells more)\n")


def parsers() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of all commands, and that of each."""
    top = Parser(prog="imsfw", description=__doc__, allow_abbrev=False)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    children = {}
    for name, module in COMMANDS.items():
        summary, _, rest = (module.__doc__ or "").partition("\n")
        child = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=rest.strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_arguments(child)
        children[name] = child
    return top, children


def main(arguments: list[str]) -> int:
    """Run a command. Returns 0 done, 1 failed, 2 bad input, 130 interrupted."""
    top, children = parsers()
    chosen, unknown = top.parse_known_args(arguments)
    if unknown:  # said by the command, which knows its options
        children[chosen.command].error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        status: int = COMMANDS[chosen.command].run(chosen)
        return status
    except ImsfwError as error:
        print(f"imsfw {chosen.command}: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print(f"imsfw {chosen.command}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read standard output has enough; Python shall not complain at its end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
