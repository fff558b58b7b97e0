"""What somebody who looks around in a simulated container with `kubectl exec` is answered."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pexpect
import pytest

from tests.e2e.bare import Bare
from tests.e2e.product import CommandLine

pytestmark = pytest.mark.engine

_EXEC = "kubectl -n pivori-production exec {options} deploy/audio -- "
_WORKSTATION = r"studio[^\n]*\$ "
_CONTAINER = r"\n\$ "
_BEGUN = "echo begun; sleep 3600"
_ANSWERED = [
    ("cat /etc/hostname", 0, r"audio-\w+-\w+"),
    ("cat /data/store.json", 0, r"\{.*\}"),
    ("cat /nothing", 1, "cat: /nothing: No such file or directory"),
    ("env LOG_LEVEL=mine printenv LOG_LEVEL HOSTNAME", 0, r"mine\naudio-\w+-\w+"),
    ("env LOG_LEVEL=mine ls -1 /data", 0, r"store\.json"),
    ("env", 0, r".*KUBERNETES_SERVICE_HOST=10\.96\.0\.1\n.*"),
    ("printenv NOTHING", 1, ""),
    ("hostname", 0, r"audio-\w+-\w+"),
    ("id -un", 0, "studio"),
    ("date -u +%F", 0, r"\d{4}-\d\d-\d\d"),
    ("ls /data", 0, r"store\.json"),
    ("ls -ldh /data", 0, r"drwxrwxrwx .*\d+\.\dK .* /data"),
    ("ls -A /nothing", 1, "ls: /nothing: No such file or directory"),
    ("head -n 1 /etc/passwd", 0, "studio:.*"),
    ("tail -1 /etc/resolv.conf", 0, "options .*"),
    ("wc -l /etc/passwd", 0, "1"),
    ("grep -nE '^(name|no)' /etc/resolv.conf", 0, r"\d:nameserver 10\.96\.0\.10"),
    ("grep -vc studio /etc/passwd", 1, "0"),
    ("test -d /data", 0, ""),
    ("[ 3 -gt 4 ]", 1, ""),
    ("nslookup audio", 0, r".*Name:\taudio\nAddress: 10\.96\.\d+\.\d+"),
    ("nslookup nothing", 1, r".*can't find nothing: NXDOMAIN"),
    ("curl -s http://audio:8031/health", 0, r"\{.*audio.*\}"),
    ("sh -c 'curl -s http://$HOSTNAME:8031/health'", 0, r"\{.*audio.*\}"),
    ("curl -s http://nothing/", 6, r"curl: \(6\) Could not resolve host: nothing"),
    ("wget -qO- http://localhost:8031/health", 0, r"\{.*audio.*\}"),
    (
        "sh -c 'touch /data/a && ls /data | grep -q ^a && rm /data/a; ls /data | wc -l'",
        0,
        "1",
    ),
    ("sh -c 'env | true; sleep 0.0002m && echo went on'", 0, "went on"),
    ("sh -c 'env | nothing'", 127, "nothing: not found on a simulated node, which has: .*"),
]
_REFUSED = [
    ("cat -n /etc/passwd", "cat: option -n"),
    ("env -i env", "env: option -i"),
    ("ls -R /", "ls: option -R"),
    ("rm -rf /data", "rm: option -rf"),
    ("tail -f /etc/passwd", "tail: option -f"),
    ("head -c 3 /etc/passwd", "head: option -c"),
    ("grep -o s /etc/passwd", "grep: option -o"),
    (
        "grep s /etc/passwd /etc/hostname",
        "grep: on a simulated node it takes a pattern and one file",
    ),
    ("wc -m /etc/passwd", "wc: option -m"),
    ("date +%j", "date: +%j"),
    ("hostname -i", "hostname: option -i"),
    ("test -r /data", "test: -r /data"),
    ("curl --unix-socket /x http://audio/", "curl: option --unix-socket"),
    ("wget --post-data=x http://audio/", "wget: unrecognized option on a simulated node"),
    ("sh -c 'while true'", "sh: the simulated node's shell does not know 'while'"),
    ("sh -c 'echo $(date)'", r"sh: the simulated node's shell does not know '$('"),
]


def _typed(bare: Bare, attempt: str, command: str) -> tuple[int, str]:
    typed = _EXEC.format(options="") + command
    said = bare.at_workstation(attempt, f'timeout 20 {typed} 2>&1; echo "ended $?"')
    text, _, code = said.rpartition("ended ")
    shown = text.replace(f"command terminated with exit code {int(code)}\n", "")
    return int(code), shown.strip()


@pytest.mark.parametrize(("command", "code", "said"), _ANSWERED)
def test_a_tool_answers_as_the_real_one(
    bare: Bare, attempt: str, command: str, code: int, said: str
) -> None:
    """By exit code and words; files, names and services are those of the container."""
    ended, text = _typed(bare, attempt, command)
    assert ended == code, text
    assert re.fullmatch(said, text, re.DOTALL), text


@pytest.mark.parametrize(("command", "said"), _REFUSED)
def test_what_a_tool_does_not_do_is_refused(
    bare: Bare, attempt: str, command: str, said: str
) -> None:
    """An option that was left out would give the answer to another question."""
    ended, text = _typed(bare, attempt, command)
    assert ended == 2 or command.startswith("wget"), text
    assert text.startswith(said), text


def test_a_person_types_in_a_container(tmp_path: Path) -> None:
    """Keys are shown, a line can be mended, taken back and had again; an interrupt ends a command, not the shell."""
    command = CommandLine(tmp_path, {**os.environ, "GRADER_HOME": str(tmp_path)})
    words = ("start", "deploy-service", "--provider", "embedded", "--seed", "1")
    attempt: str = command.json(*words)["attempt"]["id"]
    shell = command.shell(attempt)
    try:
        shell.expect(_WORKSTATION)
        shell.sendline(_EXEC.format(options="-it") + "sh")
        shell.expect(_CONTAINER)
        for keys, said in (
            ("ls /data\r", r"ls /data\r\nstore\.json\r"),
            ("cd /datb\x7fa\r", "a"),
            ("pwd\r", r"/data\r"),
            ("\x1b[A\r", r"pwd\r\n/data\r"),
            ("half a line", "half a line"),
            ("\x03", ""),
            (_BEGUN + "\r", r"\nbegun\r"),
            ("\x03", r"\^C\r"),
            ("sh\r", "sh"),
            ("\x03", ""),
            ("hostname\r", r"audio-\w+-\w+\r"),
            ("exit\r", "exit"),
            ("nothing\r", "nothing: not found on a simulated node"),
        ):
            shell.send(keys)
            shell.expect(said)
            if keys[-1] in "\r\x03" and not keys.startswith(_BEGUN):
                shell.expect(_CONTAINER)
        shell.sendeof()
        shell.expect(_WORKSTATION)
        shell.sendline("echo ended-$?")
        shell.expect("ended-127")
        begun = _EXEC.format(options="-it") + f"sh -c '{_BEGUN}'"
        shell.sendline(f"{begun}; echo ended-$?")
        shell.expect(r"\nbegun\r")
        shell.sendintr()
        shell.expect("ended-130")
        shell.sendline("exit")
        shell.expect(pexpect.EOF)
    finally:
        shell.close(force=True)
        command.run("stop", attempt)


def test_a_script_is_read_from_the_input(bare: Bare, attempt: str) -> None:
    """Without a terminal nothing prompts."""
    typed = _EXEC.format(options="-i") + "sh"
    said = bare.at_workstation(
        attempt, f"printf 'ls /data\\nX=5\\necho $X\\n' | timeout 20 {typed}"
    )
    assert said == "store.json\n5\n"


def test_nothing_of_this_machine_is_there(bare: Bare, attempt: str) -> None:
    """Neither its files, also not through a link in the data, nor its programs."""
    assert _typed(bare, attempt, f"ls {bare.home}")[0] == 1
    link = "ln -s /etc/passwd data/audio/out"
    bare.at_workstation(attempt, link)
    ended, text = _typed(bare, attempt, "cat /data/out")
    assert ended == 1
    assert "root:" not in text
    assert _typed(bare, attempt, "find / -name passwd")[0] != 0
