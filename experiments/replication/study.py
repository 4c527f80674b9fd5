"""`experiment=quasi`: from settings to a stored result and a printed table."""

import hashlib
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.replication.catalogue import chosen
from experiments.replication.evaluation import check, evaluate
from experiments.replication.targets import TARGETS, expected
from experiments.request.settings import Names, Section, Settings, read_section
from experiments.run.store import Result, Store, fingerprint, provenance
from experiments.run.whatif import Build, drawn_members, members

if TYPE_CHECKING:
    from experiments.replication.design import QuasiExperiment

TABLE = "quasi.csv"


class QuasiSettings(Section):
    """Names of the experiments to run; None is all."""

    experiments: Names | None = None


def run(config: Mapping[str, Any], command: str) -> Result:
    """Run (or read back) and print what a resolved configuration of `experiment=quasi` asks for."""
    from experiments.replication import table
    from experiments.report.tables import console

    asked, settings = read_section(config, "quasi", QuasiSettings)
    ours = chosen(asked.experiments)
    check(ours, expected(), Build.of(settings))
    out = console()
    if settings.explain:
        for one in ours:
            out.print(f"{one.name} {one.title}, people followed to {one.until}: {', '.join(one.estimands)}")
        return Result(settings.output, table.table_of([], {}, {}, 1), {})
    result, found = stored(settings, ours, command)
    out.print(f"Quasi-experiments, {caption(settings)}")
    out.print(table.printed(result.effects))
    out.print(table.counted(result.effects))
    out.print(f"{'Read back from' if found else 'Written to'} {result.folder}")
    return result


def stored(settings: Settings, ours: "list[QuasiExperiment]", command: str) -> tuple[Result, bool]:
    """The stored result, and whether it was already there. Finished pieces of an earlier, broken try are used."""
    build = Build.of(settings)
    world, parameters = build.inputs()
    identity = {
        "experiments": [one.name for one in ours],
        "seed": settings.seed,
        "scale": settings.scale,
        "replicates": settings.replicates,
        "data": world.fingerprint,
        "targets": hashlib.sha256(TARGETS.read_bytes()).hexdigest(),
        "values": parameters.as_dict(),
        "ensemble": drawn_members(settings),
    }
    mark = fingerprint({"quasi": identity})
    name = f"{settings.name}-{mark[:12]}"
    store = Store(settings.output, table=TABLE, beside=())
    if found := store.read(name):
        return found, True

    start = time.perf_counter()
    pieces = store.root / f".{name}.pieces"
    found_table = evaluate(
        ours,
        seed=settings.seed,
        replicates=settings.replicates,
        build=build,
        members=members(settings),
        asked=settings.executor,
        workers=settings.workers,
        keep=pieces,
    )
    manifest = {
        "run": name,
        "fingerprint": mark,
        "command": command,
        **identity,
        **provenance(),
        "statsmodels": version("statsmodels"),
        "wall_seconds": round(time.perf_counter() - start, 1),
    }

    def illustrate(folder: Path) -> None:
        from experiments.replication import figure
        from experiments.replication.summary import summary

        figure.draw(found_table, caption(settings), folder / "figures")
        text = summary(found_table, caption(settings), command)
        (folder / "summary.md").write_text(text, encoding="utf-8")

    from experiments.run.checkpoint import Pieces

    result = store.save(name, {TABLE: found_table}, manifest, illustrate)
    Pieces(pieces).discard()
    return result, False


def caption(settings: Settings) -> str:
    """What a picture or a table was made from."""
    many = f"{settings.replicates} replicate{'s' if settings.replicates > 1 else ''}"
    sets = "default parameters" if settings.parameters.ensemble is None else f"{settings.draws} draws of parameters"
    return f"{settings.world.name}, scale 1:{1 / settings.scale:g}, {many}, {sets}, seed {settings.seed}"
