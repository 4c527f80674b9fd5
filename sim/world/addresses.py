"""Addresses: how a file names a number of the world or cells of a lever, such as `drivers.income_ratio[US]`.

`HEAD[label, label, ...]`: the labels stand in any order, each belongs to one key (region, tier, field, stage ...),
several of one key pick all of them, and a key without a label is picked whole. Spaces in labels are written as
underscores or as they are; `key=label` says to which key a label belongs where two keys have it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?:\[([^\[\]]*)\])?\s*")

type Picked = dict[str, tuple[str, ...]]
"""Labels by key, in the order of the keys; every label of a key that the address leaves out."""


@dataclass(frozen=True)
class Address:
    """A head, such as `drivers.income_ratio` or `gate.share`, and the labels that pick among its keys."""

    head: str
    labels: tuple[str, ...] = ()

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Self:
        """Read an address. Raises ValueError in one sentence where it is none."""
        found = _FORM.fullmatch(text)
        labels = tuple(label.strip() for label in (found[2] or "").split(",")) if found else ()
        if found is None or (found[2] is not None and not all(labels)):
            raise ValueError(f"{text!r} is no address: write NAME or NAME[LABEL, LABEL]")
        return cls(found[1], labels if found[2] is not None else ())

    @property
    def means(self) -> tuple[str, frozenset[str]]:
        """The head and the labels, however they are written: two addresses that mean the same have the same."""
        return self.head, frozenset(plain(label) for label in self.labels)

    def __str__(self) -> str:
        return self.head + (f"[{', '.join(self.labels)}]" if self.labels else "")

    def pick(self, keys: Mapping[str, tuple[str, ...]]) -> Picked:
        """The labels that this address picks of each key.

        keys: every label by key. Raises ValueError, with the nearest label, for one that no key has, that two have, or
        that is named twice.
        """
        picked: dict[str, list[str]] = {key: [] for key in keys}
        for said in self.labels:
            key, label = self._of(said, keys)
            if label in picked[key]:
                raise ValueError(f"{self}: {said} is named twice; keep one")
            picked[key].append(label)
        return {
            key: tuple(label for label in keys[key] if label in chosen or not chosen) for key, chosen in picked.items()
        }

    def _of(self, said: str, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
        """The key and the label that a word of the address means."""
        if not keys:
            raise ValueError(f"{self}: {self.head} is one number and takes no label; write {self.head}")
        named, equals, rest = said.partition("=")
        wanted = (rest if equals else said).strip()
        if equals and named.strip() not in keys:
            raise ValueError(f"{self}: {self.head} has no key {named.strip()!r}; its keys are {', '.join(keys)}")
        among = {named.strip(): keys[named.strip()]} if equals else keys
        fits = [(key, label) for key, labels in among.items() for label in labels if plain(label) == plain(wanted)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            key, label = fits[0]
            raise ValueError(
                f"{self}: {said!r} is a label of {' and of '.join(key for key, _ in fits)}; say {key}={label}"
            )
        known = {plain(label): label for labels in among.values() for label in labels}
        near = [known[found] for found in get_close_matches(plain(wanted), known, n=1)]
        hint = f"did you mean {written(near[0])!r}?" if near else _listed(among)
        raise ValueError(f"{self}: {self.head} has no {' or '.join(among)} {wanted!r}; {hint.removesuffix('?')}")


def plain(label: str) -> str:
    """A label as it is compared: underscores are spaces."""
    return label.replace("_", " ")


def _listed(keys: Mapping[str, tuple[str, ...]]) -> str:
    """Every label by key, as a hint says it."""
    return "it has " + "; ".join(f"{key} {', '.join(map(written, labels))}" for key, labels in keys.items())


def written(label: str) -> str:
    """A label as an address writes it."""
    return label.replace(" ", "_")
