"""Becomes a program in a candidate's place, which `enclosure.py` keeps.

A program of its own, started for every command that is typed there, so it imports next to nothing:

    python -IS enter.py HOLDER ARGV...           become ARGV
    python -IS enter.py HOLDER -c TEXT WORDS...  run Python, as `python -IS -c` would, in the interpreter that is there

HOLDER is the file in which the place's holder wrote its process number.
"""

import ctypes
import os
import sys

_NO_NEW_PRIVILEGES = 38
_NOT_FOUND = 127
_SPACES = ("user", "mnt", "net", "uts")

_library = ctypes.CDLL(None, use_errno=True)


def main(holder: str, argv: "list[str]") -> None:
    """Enter the place, and do there what the words say."""
    _enter(holder)
    if argv[0] == "-c":
        sys.argv = ["-c", *argv[2:]]
        exec(compile(argv[1], "<typed>", "exec"), {"__name__": "__main__"})  # noqa: S102 - as `-c` does
        return
    try:
        os.execvpe(argv[0], argv, os.environ)  # noqa: S606 - that is the job
    except FileNotFoundError:
        os.write(2, f"{argv[0]}: not found at the workstation\n".encode())
        os._exit(_NOT_FOUND)


def _enter(holder: str) -> None:
    try:
        with open(holder, encoding="ascii") as file:  # noqa: PTH123 - pathlib takes as long as all the rest
            pid = file.read()
        spaces = [os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY) for name in _SPACES]
    except PermissionError:
        sys.exit("this workstation is another user's: only who started the sandbox works at it")
    except FileNotFoundError:
        sys.exit("the workstation is not there")
    for space in spaces:
        _checked(_library.setns(space, 0), "setns")
        os.close(space)
    _checked(_library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    os.chdir(os.environ.get("PWD", "/"))


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
