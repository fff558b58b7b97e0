"""The services' data in the node: told of, kept, and put back as it was."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from grader.model.errors import Code
from grader.sandbox.engines.engine import Engine
from grader.sandbox.names import NODE_DATA
from grader.sandbox.process import Commands
from grader.sandbox.reset.origin import Listing

# A service keeps the lock of its folder for one write.
_LOCK_S = 30
_TOLD = r"%P\0%y %m %U:%G %s %T@ %C@\0"


def listing_script() -> str:
    """For the node's shell; `read_listing` reads what it prints."""
    return f"cd {NODE_DATA} && find . -mindepth 1 -printf {shlex.quote(_TOLD)}"


def list_data(engine: Engine, node: str, commands: Commands) -> Listing:
    """Every file and folder of the services' data. A changed file differs, whatever its times are set to."""
    output = engine.execute(node, "sh", "-c", listing_script(), commands=commands)
    return read_listing(output.checked(Code.SANDBOX_BROKEN).stdout)


def read_listing(said: bytes) -> Listing:
    """What each file and folder is like, by its path."""
    words = said.decode(errors="surrogateescape").split("\0")
    return dict(zip(words[:-1:2], words[1::2], strict=True))


def pack_data(engine: Engine, node: str, commands: Commands) -> bytes:
    """All of it as a tar archive, with owners and times."""
    return (
        engine.execute(
            node,
            *("tar", "--create", "--numeric-owner", "--format=posix", "-C", NODE_DATA, "."),
            commands=commands,
        )
        .checked(Code.SANDBOX_BROKEN)
        .stdout
    )


def restore_data(
    engine: Engine, node: str, archive: bytes, parts: Iterable[str], commands: Commands
) -> None:
    """Put these parts of the data back as they are in an archive.

    The folders themselves stay, as pods have them mounted; what is in them is replaced. A service that starts
    meanwhile must not find its folder empty, which it would fill with samples: it waits for the folder's lock.

    Raises:
        GraderError: sandbox-broken, where that can't be done, or somebody does not give a lock back.
    """
    named = list(parts)
    if not named:
        return
    kept = " ".join(shlex.quote(f"./{name}") for name in named)
    put_back = (
        f"cd {NODE_DATA} && for part in {kept}; do "
        'if [ -d "$part" ] && [ ! -L "$part" ]; then '
        'find "$part" -mindepth 1 -delete || exit 1; else rm -f "$part" || exit 1; fi; done; '
        # What was not there at the start has nothing to come back.
        "cat > /tmp/data.tar && tar --list -f /tmp/data.tar > /tmp/data.names || exit 1; set --; "
        f'for part in {kept}; do if grep -qxF "$part/" /tmp/data.names; then set -- "$@" "$part"; '
        'elif [ -d "$part" ]; then rmdir "$part"; fi; done; '
        '[ $# = 0 ] || tar --extract --numeric-owner --preserve-permissions -f /tmp/data.tar "$@"; '
        "code=$?; rm -f /tmp/data.tar /tmp/data.names; exit $code"
    )
    script = (
        f"cd {NODE_DATA} && set -- sh -c {shlex.quote(put_back)}; for part in {kept}; do "
        '[ ! -d "$part" ] || [ -L "$part" ] || '
        f'set -- flock --verbose --timeout {_LOCK_S} "$part" "$@"; done; exec "$@"'
    )
    engine.execute(node, "sh", "-c", script, stdin=archive, commands=commands).checked(
        Code.SANDBOX_BROKEN
    )
