"""Whether what Helm made is still as Helm made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.checks.cluster import Cluster
from grader.checks.expectation import CannotJudge, expect, fail
from grader.checks.helm import ReleaseView, Revision
from grader.checks.matchers import image, yes
from grader.checks.objects import ObjectView
from grader.checks.quantities import parse_quantity
from grader.checks.volatile import UNORDERED
from grader.model.text import Bilingual

_ABSENT = Bilingual("absent", "absent")


def expect_as_made(cluster: Cluster, release: ReleaseView, revision: Revision) -> None:
    """Fail unless every object of a revision is there, with all that the revision says of it.

    What the API server, controllers or a hand added to an object is not looked at; a value that is
    another one, or gone, is a finding, with its path.

    Args:
        cluster: Where the objects are to be.
        release: Whose they are.
        revision: The revision of it that is to be live.

    Raises:
        CheckFailed: One is missing, different, or no longer the release's.
        CannotJudge: The revision's manifest could not be read.
    """
    if revision.objects is None:
        raise CannotJudge(
            f"{release.where()}: the manifest of revision {revision.number} is unreadable"
        )
    for made in revision.objects:
        metadata = made["metadata"]
        kind = f"{made.get('apiVersion')}/{made.get('kind')}"
        live = cluster.get(kind, str(metadata.get("name")), release.namespace)
        for path, wanted, seen in differences(made, live.raw):
            fail(
                wanted,
                _ABSENT if seen is None else seen,
                where=live.where(path),
                fr="Un objet retouché à la main n'est plus celui de la release : la prochaine "
                "opération de Helm effacera la retouche, ou échouera.",
                en="An object changed by hand is no longer the release's: Helm's next operation "
                "wipes the change out, or fails.",
            )
        expect_owned(release, live)


def expect_owned(release: ReleaseView, live: ObjectView) -> None:
    """Fail unless Helm made an object for this release."""
    expect(
        release.owns(live),
        yes(),
        where=live.where("made by this release"),
        fr="Un objet que Helm n'a pas créé échappe à helm upgrade et helm rollback.",
        en="An object that Helm did not make is out of reach of helm upgrade and helm rollback.",
    )


def differences(made: Any, live: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where `live` does not have what `made` says: path, value made, value live.

    A list has to have as many items, in the same order where the order means something. Empty is the
    same as absent, and a quantity or an image is the same however it is written.
    """
    if isinstance(made, Mapping):
        inside = live if isinstance(live, Mapping) else {}
        for key, value in made.items():
            yield from differences(value, inside.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(made, list) and isinstance(live, list) and len(made) == len(live):
        for number, (one, other) in enumerate(zip(made, _paired(made, live, path), strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif not _same(made, live, path):
        yield path, made, live


def _paired(made: Sequence[Any], live: Sequence[Any], path: str) -> Sequence[Any]:
    """The live list's items, each where the made one's equal stands, as far as order means nothing."""
    if path.rpartition(".")[2] not in UNORDERED:
        return live
    left = list(live)
    found: dict[int, Any] = {}
    for number, one in enumerate(made):
        for place, other in enumerate(left):
            if not any(differences(one, other)):
                found[number] = left.pop(place)
                break
    rest = iter(left)
    return [found[number] if number in found else next(rest) for number in range(len(made))]


def _same(made: Any, live: Any, path: str) -> bool:
    if made == live or (_is_empty(made) and _is_empty(live)):
        return True
    if path.rpartition(".")[2] == "image" and isinstance(made, str):
        return image(made).accepts(live)
    try:
        return parse_quantity(made) == parse_quantity(live)
    except ValueError:
        return False


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | Mapping) and not value)
