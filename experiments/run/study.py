"""What every experiment does alike: check, read back or compute from what is kept, store whole, and show."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from experiments.errors import InputError, PrintError
from experiments.report.language import ENGLISH, Words
from experiments.report.letters import can_be_written
from experiments.run.store import Result, Store, fingerprint, provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from rich.console import Console

    from experiments.request.settings import Settings
    from experiments.run.checkpoint import Checkpoint

_REPORT = "report.html"


@dataclass(frozen=True)
class Computed:
    """What a study has computed: tables by file name (or files that hold them), and what its manifest says of them.

    illustrate: writes figures and pages into a folder that has an empty `figures`, given the whole manifest.
    """

    tables: Mapping[str, pd.DataFrame | Path]
    manifest: Mapping[str, Any] = field(default_factory=dict)
    illustrate: Callable[[Path, Mapping[str, Any]], None] = lambda _folder, _manifest: None


class Answered(Protocol):
    """What screens and pages are made from."""

    def words(self, code: str) -> Words:
        """The words of a language for this answer."""


@dataclass(frozen=True)
class Stored:
    """A result, and whether it was there already."""

    result: Result
    reused: bool


@dataclass(frozen=True)
class Study(ABC):
    """One kind of experiment: what is its own. `present` and `carry_out` do the rest."""

    settings: Settings

    kind: ClassVar[str]
    """The word for it in a fingerprint."""

    stored: ClassVar[bool] = True
    """Whether its result is kept and read back; what is measured anew each time is not."""

    @property
    def name(self) -> str:
        """How the name of its folder begins."""
        return self.settings.name

    @abstractmethod
    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""

    @abstractmethod
    def compute(self, checkpoint: Checkpoint) -> Computed:
        """The whole computation; finished pieces of it are kept in, and taken from, the checkpoint."""

    @abstractmethod
    def show(self, result: Result, out: Console) -> None:
        """Print the answer from a result, the same whether it was computed now or read back."""

    def check(self) -> None:  # noqa: B027 - nothing to check is the rule
        """Raise InputError for what cannot be run, before anything is."""

    def tell[A: Answered](
        self,
        answer: A,
        in_full: Callable[[A, Words], str],
        on_screen: Callable[[A, Words], str],
        out: Console,
    ) -> None:
        """Print an answer in the language asked for: on one screen, or in full with `table=full`."""
        words = answer.words(self.settings.language)
        said = in_full(answer, words) if self.settings.table == "full" else on_screen(answer, words)
        out.print(said, markup=False, soft_wrap=True)

    def explanation(self) -> str:
        """What is asked, in words; nothing is computed."""
        raise InputError(f"explain=true says what policies change; experiment={self.kind} has no policies.")

    def finish(self, result: Result) -> None:  # noqa: B027 - nothing follows is the rule
        """What follows once the answer is shown; RunError where a part of it failed."""

    @cached_property
    def mark(self) -> str:
        """Fingerprint of everything the numbers depend on, code included."""
        return fingerprint({"study": self.kind, **self.identity()})

    @property
    def run(self) -> str:
        """Name of the folder of its result."""
        return f"{self.name}-{self.mark[:12]}"


def present(study: Study, command: str, out: Console) -> Result | None:
    """Check a study, explain it or carry it out, and print the answer; the result, None where it was only explained."""
    study.check()
    _refuse_illegible(study.settings.language, out.encoding)
    if study.settings.explain:
        out.print(study.explanation(), soft_wrap=True, markup=False)
        return None
    done = carry_out(study, command)
    try:
        _show(study, done, out)
    except PrintError as error:
        raise error.beside(done.result.folder) if study.stored else error from None
    study.finish(done.result)
    return done.result


def _show(study: Study, done: Stored, out: Console) -> None:
    """Print the answer, and where it lies."""
    study.show(done.result, out)
    if study.stored:
        words, where = Words(study.settings.language), "screen.read_back" if done.reused else "screen.written"
        report = done.result.folder / _REPORT
        folder = report if report.is_file() else done.result.folder
        out.print(words.say(where, folder=folder), markup=False, soft_wrap=True)


def _refuse_illegible(language: str, encoding: str) -> None:
    """Raise InputError, before anything is run, where the answer would be a row of question marks."""
    if not can_be_written(Words(language).say("screen.marks"), encoding):
        raise InputError(
            f"language={language}: what is printed goes out as {encoding}, which lacks letters of it; set "
            f"PYTHONIOENCODING=utf-8, or give language={ENGLISH}: a report holds both."
        )


def carry_out(study: Study, command: str) -> Stored:
    """The result of a checked study: read back where it is there whole, or else computed and stored.

    Finished pieces of an earlier, broken try are used. Of two equal commands at once, the second waits for the first
    and reads its result; should the first be killed, the second goes on from what it has finished.
    """
    if not study.stored:
        return _measured(study)
    store = Store(study.settings.output)
    if found := store.find(study.run, study.mark):
        store.checkpoint(study.run).discard()  # a fault after the last rename leaves pieces that nobody needs
        return Stored(found, reused=True)
    store.prepare()
    with store.held(study.run):
        if found := store.find(study.run, study.mark):
            return Stored(found, reused=True)
        store.set_aside(study.run, study.mark)
        begun = time.perf_counter()
        checkpoint = store.checkpoint(study.run)
        with checkpoint.said_when_stopped():
            computed = study.compute(checkpoint)
            manifest = {
                "run": study.run,
                "fingerprint": study.mark,
                "command": command,
                "seed": study.settings.seed,
                "scale": study.settings.scale,
                **computed.manifest,
                **provenance(),
                "wall_seconds": round(time.perf_counter() - begun, 1),
            }
            result = store.write(
                study.run, computed.tables, manifest, lambda folder: computed.illustrate(folder, manifest)
            )
        checkpoint.discard()
    return Stored(result, reused=False)


def _measured(study: Study) -> Stored:
    from tempfile import TemporaryDirectory

    from experiments.run.checkpoint import Checkpoint

    with TemporaryDirectory() as passing:
        computed = study.compute(Checkpoint(Path(passing)))
    tables = {name: table for name, table in computed.tables.items() if not isinstance(table, Path)}
    return Stored(Result(study.settings.output, computed.manifest, tables), reused=False)
