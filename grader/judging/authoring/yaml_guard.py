"""The only way that YAML is read: without aliases, tags and surprises, and with every position kept.

The event stream is looked through before anything is built, so that a small file can't become a
huge one. Plain words follow YAML 1.2's core: `no`, `on`, `010` and `1:30` are text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grader.judging.authoring.mistakes import Mistakes

SIZE_LIMIT = 256_000
"""Bytes of a file."""
DEPTH_LIMIT = 20
"""Mappings and lists inside each other."""

YamlPath = tuple[str | int, ...]
Position = tuple[int, int]

_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")


@dataclass(frozen=True)
class Document:
    """A file's content and where each part of it stands; lines and columns count from 1.

    Attributes:
        file: Where it was read.
        content: Mappings, lists, text, whole and decimal numbers, True, False and None.
        values: Position of each value by its path, such as ("services", "except", 0).
        keys: Position of each key by the path of its value.
    """

    file: Path
    content: Any
    values: Mapping[YamlPath, Position] = field(default_factory=dict)
    keys: Mapping[YamlPath, Position] = field(default_factory=dict)

    def position(self, path: YamlPath) -> Position:
        """Where a path stands, or the nearest thing around it that is there."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def read_yaml(file: Path, mistakes: Mistakes) -> Document | None:
    """Read a file; None where it can't be trusted, with the reasons among the mistakes."""
    before = len(mistakes.found)
    builder = _Builder(file, mistakes)
    content = None
    try:
        text = _text(file, mistakes)
        _look_through(text, file, mistakes)
        if len(mistakes.found) == before:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            content = builder.build(root, ()) if root is not None else None
    except OSError as error:
        mistakes.add(file, f"can't be read: {error.strerror}")
    except UnicodeDecodeError:
        mistakes.add(file, "not UTF-8")
    except yaml.MarkedYAMLError as error:
        line, column = _position(error.problem_mark)
        mistakes.add(file, f"not YAML: {error.problem}", line=line, column=column)
    except yaml.YAMLError as error:
        mistakes.add(file, f"not YAML: {str(error).splitlines()[0]}")
    if len(mistakes.found) > before:
        return None
    return Document(file, content, builder.values, builder.keys)


def _text(file: Path, mistakes: Mistakes) -> str:
    """The file's text; empty where it is too long to be looked at."""
    with file.open("rb") as stream:
        raw = stream.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        mistakes.add(file, f"more than {SIZE_LIMIT} bytes, allowed: at most that")
        return ""
    return raw.decode()


def _look_through(text: str, file: Path, mistakes: Mistakes) -> None:
    """Note the first thing that makes the file untrustworthy, and stop reading there."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        refusal = _refusal(event)
        if depth > DEPTH_LIMIT:
            refusal = f"nested deeper than {DEPTH_LIMIT} levels"
        if documents > 1:
            refusal = "a second document, allowed: one"
        if refusal:
            line, column = _position(event.start_mark)
            mistakes.add(file, refusal, line=line, column=column)
            return


def _refusal(event: Any) -> str:
    if isinstance(event, yaml.AliasEvent):
        return f"*{event.anchor}: aliases are not allowed"
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return f"&{event.anchor}: anchors are not allowed"
    tag = getattr(event, "tag", None)
    return f"{tag}: tags are not allowed" if tag is not None else ""


@dataclass
class _Builder:
    """Turns nodes into plain data, noting positions and duplicate keys."""

    file: Path
    mistakes: Mistakes
    values: dict[YamlPath, Position] = field(default_factory=dict)
    keys: dict[YamlPath, Position] = field(default_factory=dict)

    def build(self, node: yaml.Node, path: YamlPath) -> Any:
        self.values[path] = _position(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, n)) for n, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: YamlPath) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = _position(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "<<":
                text = "a key that is not plain text"
                self.mistakes.add(self.file, text, line=line, column=column)
                continue
            key = str(key_node.value)
            if key in content:
                first = self.keys[(*path, key)][0]
                text = f"{key}: a second time, the first is in line {first}"
                self.mistakes.add(self.file, text, line=line, column=column)
                continue
            self.keys[(*path, key)] = (line, column)
            content[key] = self.build(value_node, (*path, key))
        return content


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _position(mark: Any) -> Position:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
