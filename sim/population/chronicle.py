"""The chronicle: who did what and when, as an append-only log that can be read as lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

import numpy as np

from sim.vocabulary import HOME, Coded, Event, Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from sim.population.columns import Columns


class Entry(NamedTuple):
    """What a kind of event says, and what its detail stands for."""

    sentence: str
    detail: type[Coded]


ENTRIES: dict[Event, Entry] = {
    Event.FOUNDED: Entry("was {place} when the model began ({detail})", Stage),
    Event.ENTERED: Entry("began a doctorate {place}", Stage),
    Event.GRADUATED: Entry("took a doctorate {place}", Stage),
    Event.HIRED: Entry("was hired {place} ({detail})", Stage),
    Event.RENEWED: Entry("had the contract renewed {place} ({detail})", Stage),
    Event.CONTRACT_ENDED: Entry("saw the contract end {place} ({detail})", Stage),
    Event.DEPARTED: Entry("went abroad, now {place} ({detail})", Mode),
    Event.RETURNED: Entry("came back, now {place} ({detail})", Stage),
    Event.ARRIVED: Entry("arrived, now {place} ({detail})", Stage),
    Event.LEFT: Entry("left research {place} ({detail})", Stage),
    Event.VISITED: Entry("went on a visit, now {place} ({detail})", Mode),
    Event.AWARDED: Entry("won a place in a programme {place} ({detail})", Mode),
    Event.RETIRED: Entry("retired {place} ({detail})", Stage),
}
"""Every event with its sentence; a test holds this complete."""

_TYPES = {"year": np.int16, "identity": np.int64, "event": np.uint8, "place": np.uint8, "detail": np.uint8}


class KeptOffers(Protocol):
    """Every offer of a year to those who are followed; `sim.market.history.KeptYear` is one."""

    @property
    def year(self) -> int:
        """The year."""

    def __len__(self) -> int:
        """How many rows it takes: offers, and people who looked."""

    def table(self, identity: int) -> pd.DataFrame:
        """The offers of a person."""

    def options(self) -> dict[int, tuple[set[tuple[str, str, str]], tuple[str, str, str]]]:
        """By identity: the options that each held, as option, region and detail, and the one taken."""


OFFER_ROWS = 2_000_000
"""Rows of offers and of people who looked that a chronicle keeps, some 200 MB; beyond that its oldest years go."""


class Chronicle:
    """A log of year, identity, event, place (region) and detail (stage or mode, see ENTRIES). Disabled, it is free.

    follow: identities of those whose lives and offers are kept, (n,); None for everybody. offers: by year, of the
    latest years that `OFFER_ROWS` allows.
    """

    def __init__(
        self, regions: tuple[str, ...], *, enabled: bool = True, follow: NDArray[np.int64] | None = None
    ) -> None:
        self.regions = regions
        self.enabled = enabled
        self.follow = follow
        self.offers: dict[int, KeptOffers] = {}
        self._pieces: list[dict[str, NDArray[Any]]] = []

    def keep_offers(self, kept: KeptOffers) -> None:
        """Keep the offers of a year; the oldest years go where there would be more than `OFFER_ROWS`."""
        self.offers[kept.year] = kept
        while len(self.offers) > 1 and sum(map(len, self.offers.values())) > OFFER_ROWS:
            del self.offers[min(self.offers)]

    def offers_of(self, identity: int, year: int) -> pd.DataFrame:
        """What a person was offered in a year: see `sim.market.history.KeptYear.table`.

        Raises LookupError where the offers of the year were not kept.
        """
        if not self.enabled:
            raise LookupError("no chronicle was kept: build the model with chronicle=True to keep offers.")
        if self.follow is not None and identity not in self.follow:
            raise LookupError(f"researcher {identity} is not followed: name the identity in chronicle=[...].")
        if year not in self.offers:
            years = f"{min(self.offers)} to {max(self.offers)}" if self.offers else "no year"
            raise LookupError(
                f"the chronicle has offers of {years}, not of {year}; it keeps at most {OFFER_ROWS:,} rows and drops "
                "the oldest years: follow fewer people with chronicle=[identities]."
            )
        return self.offers[year].table(identity)

    def __len__(self) -> int:
        return sum(len(piece["year"]) for piece in self._pieces)

    def record(
        self, year: int, event: Event, identities: NDArray[np.int64], place: ArrayLike = HOME, detail: ArrayLike = 0
    ) -> None:
        """Note that something happened to these people; place and detail are codes, one for all or one each."""
        if not self.enabled or not len(identities):
            return
        if self.follow is not None:
            seen = np.isin(identities, self.follow)
            place, detail = (code if np.ndim(code) == 0 else np.asarray(code)[seen] for code in (place, detail))
            identities = identities[seen]
        values = {"year": year, "identity": identities, "event": event, "place": place, "detail": detail}
        piece = {name: np.empty(len(identities), dtype) for name, dtype in _TYPES.items()}
        for name, value in values.items():
            piece[name][:] = value
        self._pieces.append(_finished(piece))

    def note(
        self,
        year: int,
        event: Event,
        people: Columns,
        rows: NDArray[np.intp],
        place: ArrayLike | str = HOME,
        detail: ArrayLike | str = 0,
    ) -> None:
        """As `record`, of the people in these rows; the name of a column stands for what each of them has there."""
        if not self.enabled:
            return
        codes = (people[code][rows] if isinstance(code, str) else code for code in (place, detail))
        self.record(year, event, people.identity[rows], *codes)

    def of(self, identity: int) -> list[str]:
        """A person's events as sentences, in the order recorded, e.g. "2014: took a doctorate at home"."""
        log = self._log()
        return [self._sentence({name: int(log[name][row]) for name in log}) for row in self._rows_of(identity)]

    def copy(self) -> Self:
        """An independent chronicle with the same past."""
        twin = type(self)(self.regions, enabled=self.enabled, follow=self.follow)
        twin.offers = dict(self.offers)
        twin._pieces = list(self._pieces)  # noqa: SLF001  pieces are never changed, so they may be shared
        return twin

    def to_frame(self) -> pd.DataFrame:
        """The whole log in words: year, identity, event, place, detail."""
        import pandas as pd

        log = self._log()
        details = np.full(len(log["year"]), "", dtype=object)
        for event, entry in ENTRIES.items():
            at = log["event"] == event
            details[at] = np.array([code.label for code in entry.detail], dtype=object)[log["detail"][at]]
        return pd.DataFrame(
            {
                "year": log["year"],
                "identity": log["identity"],
                "event": labelled(log["event"], [event.label for event in Event]),
                "place": labelled(log["place"], self.regions),
                "detail": pd.Series(details, dtype="str"),
            }
        )

    def _log(self) -> dict[str, NDArray[Any]]:
        if not self._pieces:
            return {name: np.empty(0, dtype) for name, dtype in _TYPES.items()}
        if len(self._pieces) > 1:
            whole = {name: np.concatenate([piece[name] for piece in self._pieces]) for name in _TYPES}
            self._pieces = [_finished(whole)]
        return self._pieces[0]

    def _rows_of(self, identity: int) -> NDArray[np.intp]:
        return np.flatnonzero(self._log()["identity"] == identity)

    def _sentence(self, event: dict[str, int]) -> str:
        sentence, detail = ENTRIES[Event(event["event"])]
        place = whereabouts(event["place"], self.regions)
        return f"{event['year']}: {sentence.format(place=place, detail=detail(event['detail']).label)}"


def _finished(piece: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The piece, which nobody can write to any more."""
    for values in piece.values():
        values.setflags(write=False)
    return piece


def labelled(codes: NDArray[Any], labels: Iterable[str]) -> pd.Categorical[str]:
    """The codes as a categorical column of their labels."""
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(codes, dtype=np.int64), pd.Index(list(labels)))


def whereabouts(region: int, regions: tuple[str, ...]) -> str:
    """ "at home", or "in" with the region's name."""
    return "at home" if region == HOME else f"in {regions[region]}"
