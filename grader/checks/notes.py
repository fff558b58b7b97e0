"""What a candidate writes for the team: lines of `key: value`, however they are dressed up."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 20_000
"""Characters that are read; a note is a page at most."""
# A list's bullet, a quotation's mark, bold or code around the key, a table's bar.
_LINE = re.compile(r"[\s>|*+-]*[*_`\"']*([^:=*_`\"'|#]{1,40})[*_`\"']*\s*[:=|]\s*(.*)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_DRESS = " \t*_`\"',;|"


class Note:
    """A note with fields.

        service: payment
        cause: memory

    Markdown's bullets, bold and code, quotes, capitals, accents and the order of lines do not
    matter; what follows a ` #` is a comment. Of a key written twice, the last one counts.

    Attributes:
        exists: Whether there is such a file.

    Args:
        path: The file, to be named in findings.
        content: Its bytes, or None where there is no such file.
    """

    def __init__(self, path: str, content: bytes | None) -> None:
        self._path = path
        self.exists = content is not None
        text = (content or b"").decode("utf-8", "replace").lstrip("\ufeff")
        self._fields = {
            folded(found[1]): _undressed(found[2])
            for line in text[:_LONGEST].splitlines()
            if (found := _LINE.fullmatch(_COMMENT.sub("", line).rstrip()))
        }

    def value(self, *keys: str) -> str:
        """What stands behind the first of these keys that says anything; "" where none does."""
        return next((text for key in keys if (text := self._fields.get(folded(key), ""))), "")

    def word(self, *keys: str) -> str:
        """The same, to be compared with a word of a list: lower case, no accents, hyphens for blanks."""
        return folded(self.value(*keys))

    def where(self, key: str) -> str:
        """Names the file, and a field in it, for `expect`."""
        return f"{self._path}: {key}"


def folded(text: str) -> str:
    """A word as lists have it: "Mémoire trop basse" is "memoire-trop-basse"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _undressed(value: str) -> str:
    return value.strip(_DRESS)
