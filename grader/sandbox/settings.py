"""Where the grader keeps its files, and what a person may set by environment variable."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, read from the environment as GRADER_<NAME>.

    Attributes:
        home: Attempts, their evidence and the database.
        database: The URL of a PostgreSQL database to use instead of a file in `home`.
        cache: Tools, images and downloads; may be deleted at any time.
        engine: "docker" or "podman", or empty to take what is found.
        tools: Folder of programs to prefer over every other place.
        node_image: A node image to use instead of the official or built one.
        offline: Never try to download or pull.
        exam: The code of the exam that commands belong to in a terminal that has joined none.
    """

    model_config = SettingsConfigDict(env_prefix="GRADER_")

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("pivori-grader")))
    cache: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("pivori-grader")))
    database: str = ""
    engine: str = ""
    tools: Path | None = None
    node_image: str = ""
    offline: bool = False
    exam: str = ""


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()


@cache
def data_folder(name: str) -> Path:
    """The folder `exams`, `scenarios`, `fixtures` or `reports`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "data" / name
    return installed if installed.is_dir() else package.parent / name
