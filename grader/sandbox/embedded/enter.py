"""Becomes a program in a candidate's place, which `enclosure.py` keeps.

A program of its own, started for every command that is typed there, so it imports next to nothing:

    python -IS enter.py HOLDER ARGV...           become ARGV
    python -IS enter.py HOLDER -c TEXT WORDS...  run Python, as `python -IS -c` would, in the interpreter that is there

HOLDER is the file in which the number of the place's first process stands.

Only a child can be one of the place's processes: this one waits for it, and ends as it does.
"""

import ctypes
import os
import sys

_SET_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38
_NOT_FOUND = 127
# Of signal.h: Python's own module takes longer to import than all the rest.
_HANG_UP, _INTERRUPT, _QUIT, _CONTINUE, _STOP = 1, 2, 3, 18, 19
_DEFAULT, _IGNORED = ctypes.c_void_p(0), ctypes.c_void_p(1)
_SPACES = ("user", "mnt", "net", "uts", "pid")

_library = ctypes.CDLL(None, use_errno=True)
_library.signal.restype = ctypes.c_void_p


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
    # The terminal sends these to both; it is for the child to say what comes of them.
    handled = {number: _library.signal(number, _IGNORED) for number in (_INTERRUPT, _QUIT)}
    child = os.fork()
    if child:
        _end_as(child)
    for number, before in handled.items():
        _library.signal(number, _IGNORED if before == _IGNORED.value else _DEFAULT)
    # Whoever is told that its terminal is gone tells this one.
    _checked(_library.prctl(_SET_DEATH_SIGNAL, _HANG_UP, 0, 0, 0), "prctl")
    _checked(_library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    os.chdir(os.environ.get("PWD", "/"))


def _end_as(child: int) -> None:
    """Wait for the child, stop when it stops, and end as it ends."""
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            break
        os.kill(os.getpid(), _STOP)
        os.kill(child, _CONTINUE)
    if os.WIFSIGNALED(status):
        _library.signal(os.WTERMSIG(status), _DEFAULT)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
