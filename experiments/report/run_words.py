"""What an answer was made with, in English, for captions, manifests and the pages of other experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.request.settings import Settings


def caption(settings: Settings) -> str:
    """What a picture or a table was made from."""
    from experiments.request.build import Build

    return (
        f"{Build.of(settings).title}, {settings.fork} to {settings.until}, scale 1:{1 / settings.scale:g}, "
        f"{settings.replicates} paired replicates ({sets(settings)}), seed {settings.seed}"
    )


def sets(settings: Settings) -> str:
    """How many draws of parameters the replicates hold."""
    if settings.parameters.ensemble is None:
        return "one parameter set"
    seeds = settings.seeds
    draws = "1 parameter set" if settings.draws == 1 else f"{settings.draws} parameter sets"
    if min(seeds) == max(seeds):
        return f"{draws} x {seeds[0]} {'seed' if seeds[0] == 1 else 'seeds'}"
    return f"{draws}, {sum(n == max(seeds) for n in seeds)} of them with {max(seeds)} seeds"
