"""`-m`: Hydra's sweep grammar in, one sweep out, instead of a job and a folder a point.

Hydra's own launcher runs jobs one after the other: where it is the one configured (the default), a sweep runs on the
executor that the settings name. Any other launcher is given the sweep's tasks as a few jobs.

Hydra takes plugins from the package hydra_plugins only, and knows them by the module that they say they are of
(plugin/hydra_plugins/brain_circulation.py).
"""

from __future__ import annotations

import sys
from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hydra._internal.core_plugins.basic_launcher import BasicLauncherConf
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper

from experiments.cli.overrides import MOST
from experiments.errors import InputError
from experiments.request.composition import is_group, plain, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hydra.core.override_parser.types import Override
    from hydra.core.utils import JobReturn
    from hydra.types import HydraContext, TaskFunction
    from omegaconf import DictConfig

    from experiments.request.design import Point
    from experiments.run.launcher import Launched

_MAY_VARY = ("policy", "against", "world", "budget", "levers_from", "parameters", "country", "scale", "seed")
_MAY_BEGIN = ("levers.", "parameters.overrides.")


class WholeSweep(Sweeper):
    """Composes every point and hands all of them on together.

    `params` may hold a sweep kept in a file; `jobs` is how many jobs a launcher is given at most.
    """

    __module__ = "hydra_plugins.brain_circulation"

    def __init__(self, params: Mapping[str, str] | None = None, jobs: int = 100) -> None:
        self.params = dict(params or {})
        self.jobs: object = jobs  # checked once it is needed

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """What Hydra has composed so far. The task function runs single jobs; a sweep is none."""
        self.context, self.loader = hydra_context, hydra_context.config_loader
        self.composed, self.job = config, task_function

    def sweep(self, arguments: list[str]) -> Any:  # noqa: ANN401 - Hydra's signature
        """Run the sweep that these arguments ask for; SystemExit(1) where a point failed."""
        from experiments.cli.messages import one_sentence
        from experiments.cli.overrides import command, setting

        with one_sentence(reading=True):
            kept = [setting(name, str(values), several=True) for name, values in self.params.items()]
            parser = OverridesParser.create(config_loader=self.loader)
            overrides = parser.parse_overrides([*kept, *arguments])
            swept = _swept(overrides)
            (combinations,) = BasicSweeper.split_arguments(overrides, None)
            common = [override.input_line or "" for override in overrides if override.key_or_group not in swept]
        with one_sentence():
            from experiments.report.paper import console
            from experiments.run.study import present
            from experiments.run.sweep import Sweep

            launched = self._launched(common)
            points = list(self._points(combinations, swept, parser))
            present(Sweep.of(points, launched), command(sys.argv[1:]), console())

    def _launched(self, common: Sequence[str]) -> Launched | None:
        """The launcher that is configured, or None for Hydra's own."""
        from experiments.run.launcher import SHARE, Job, Launched

        if self.composed.hydra.launcher._target_ == BasicLauncherConf._target_:
            return None
        if not isinstance(jobs := self.jobs, int) or jobs < 1:
            raise InputError(f"hydra.sweeper.jobs: a launcher needs a whole number of jobs from 1 on, not {jobs!r}.")

        def launch(job: Job, jobs: int) -> Sequence[JobReturn]:
            launcher = Plugins.instance().instantiate_launcher(self.context, job, self.composed)
            return launcher.launch([[*common, f"+{SHARE}={number}"] for number in range(jobs)], initial_job_idx=0)

        return Launched(launch, jobs)

    def _points(
        self, combinations: Sequence[Sequence[str]], swept: Sequence[str], parser: OverridesParser
    ) -> Iterator[Point]:
        """Every combination as a checked point.

        Hydra composes once for each choice of groups: what is swept besides is a value, put in its place here.
        """
        from tqdm import tqdm

        from experiments.request.design import Point

        composed: dict[tuple[str, ...], dict[str, Any]] = {}
        for number, combination in enumerate(tqdm(combinations, desc="points", unit="point", delay=1, leave=False)):
            given = parser.parse_overrides(list(combination))
            values = {override.key_or_group: override.value() for override in given if override.key_or_group in swept}
            numbers = {key: value for key, value in values.items() if not is_group(key)}
            whole = tuple(one.input_line or "" for one in given if one.key_or_group not in numbers)
            if whole not in composed:
                composed[whole] = plain(self.loader.load_sweep_config(self.composed, list(whole)))
            config = deepcopy(composed[whole])
            for key, value in numbers.items():
                put(config, key, value)
            yield Point.of(number, {key: _as_label(values[key]) for key in swept}, config)


def _swept(overrides: Sequence[Override]) -> list[str]:
    """Names of the settings that take several values. Raises InputError for one that may not, for a value that is
    given twice, and for too many points.
    """
    swept = [override for override in overrides if override.is_sweep_override()]
    keys = [override.key_or_group for override in swept]
    for key in keys:
        if key not in _MAY_VARY and not key.startswith(_MAY_BEGIN):
            allowed = ", ".join((*_MAY_VARY, *(f"{begin}NAME" for begin in _MAY_BEGIN)))
            raise InputError(f"{key} cannot take several values in one sweep; these can: {allowed}.")
    if not keys:
        raise InputError("-m sweeps over settings with several values, such as levers.NAME=0,0.5,1: there is none.")
    points = 1
    for override in swept:
        values = Counter(override.sweep_string_iterator())
        if twice := [value for value, times in values.items() if times > 1]:
            raise InputError(f"{override.key_or_group} takes the value {twice[0]} twice; keep one.")
        points *= len(values)
    if points > MOST:
        raise InputError(f"The sweep makes {points:,} points; {MOST:,} are taken at most.")
    return keys


def _as_label(value: object) -> str | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "+".join(map(str, value)) if isinstance(value, list) else str(value)
    return float(value)
