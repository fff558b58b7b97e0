"""A text in the product's two languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The languages that candidates read."""

    FRENCH = "fr"
    ENGLISH = "en"


@dataclass(frozen=True)
class Bilingual:
    """The same text in French and English.

    Attributes:
        fr: In French.
        en: In English.
    """

    fr: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.fr if language is Language.FRENCH else self.en


def text_to_json(text: Bilingual) -> dict[str, str]:
    """Both texts, by the languages' codes."""
    return {"fr": text.fr, "en": text.en}
