"""What a shell completes, and what makes bash ask for it: `brain-circulation completion bash`.

Hydra's own completion stays closed: it knows no policies, and its script has bash expand what it is offered, names of
files included.
"""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING, Any, get_args

from experiments.cli.listing import KINDS
from experiments.cli.overrides import COMPLETION, LIST, OPTIONS, SCHEDULE
from experiments.errors import InputError
from experiments.report.language import languages
from experiments.request.composition import is_group, library, line
from experiments.request.policies import BASELINE, names, with_own
from experiments.request.settings import Settings
from sim.world.country import in_full, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SHELL, _OF = "bash", "of"
_SAFE = re.compile(r"[\w./=,\[-]+")  # what no shell reads as anything else
_SCRIPT = """_brain_circulation() {
    local line=${COMP_LINE:0:COMP_POINT} given word before answer
    read -ra given <<< "$line"
    [[ $line == *[[:space:]] ]] && given+=("")
    word=${given[${#given[@]}-1]}
    before=${word%"$2"}
    COMPREPLY=()
    while IFS= read -r answer; do
        [[ $answer == "$before"* ]] && COMPREPLY+=("${answer#"$before"}")
    done < <(COMMAND "${given[@]:1}" 2> /dev/null < /dev/null)
}
complete -o nospace -o default -F _brain_circulation brain-circulation"""


def printed(arguments: Sequence[str]) -> Iterator[str]:
    """The lines that `completion` with these arguments prints: a shell's script, or, after `of`, what the last word of
    a line can become. Raises InputError for a shell that is not served.
    """
    if arguments[:1] == [_OF]:
        yield from sorted({one for one in _whole(arguments[1:]) if _SAFE.fullmatch(one)})
    elif list(arguments) == [_SHELL]:
        # -P: nothing of the folder one is in runs
        asking = [sys.executable, "-P", "-m", "experiments", COMPLETION, _OF]
        yield _SCRIPT.replace("COMMAND", shlex.join(asking))
    else:
        raise InputError(f'{COMPLETION} serves {_SHELL}: write eval "$(brain-circulation {COMPLETION} {_SHELL})".')


def _whole(words: Sequence[str]) -> Iterator[str]:
    """Everything that the last word can become."""
    *before, word = words or [""]
    settings = dict(one.split("=", 1) for one in before if "=" in one)
    if before[:1] == [LIST]:
        yield from _begun(word, KINDS)
        return
    if "=" in word:
        name, _, value = word.partition("=")
        start = value[: 1 + max(value.rfind(","), value.rfind("["))]
        yield from _begun(word, (f"{name}={start}{one}" for one in _values(name, settings)))
        return
    if not before:
        yield from _begun(word, (LIST, SCHEDULE, COMPLETION))
    if word.startswith("-"):
        yield from _begun(word, OPTIONS)
        return
    for one in _begun(word, _names(word, settings)):
        dot = one.find(".", len(word))  # a level at a time
        yield one[: dot + 1] if dot >= 0 else one


def _begun(word: str, known: Iterable[str]) -> Iterator[str]:
    return (one for one in known if one.startswith(word))


def _values(name: str, settings: Mapping[str, str]) -> Iterable[str]:
    """Values of a setting that can be named; none where it is a number, a text or a path."""
    own = names((in_full(settings["library"]),)) if "library" in settings else []
    if name in ("policy", "against"):
        return [BASELINE, *names(with_own(None)), *own]
    if name == "world":
        return [*library("world"), *own]
    if is_group(name):
        return library(f"settings/{name}")
    if name == "language":
        return languages()
    if name == "country":
        return shipped()
    if name in Settings.model_fields and Settings.model_fields[name].annotation is bool:
        return ("true", "false")
    return get_args(Settings.model_fields[name].annotation) if name == "table" else ()


def _names(word: str, settings: Mapping[str, str]) -> Iterator[str]:
    """Names of settings as they are written; levers and parameters, which take longest, once they are begun."""
    experiment = settings.get("experiment")
    yield from _below("", line([f"experiment={experiment}"] if experiment in library("settings/experiment") else []))
    yield "experiment="
    if word.startswith("levers."):
        from sim import World
        from sim.instruments.lever import ArrayLever
        from sim.instruments.levers import catalogue

        known = catalogue(World.load(settings.get("country")))
        yield from (f"levers.{name}=" for name, lever in known.items() if not isinstance(lever, ArrayLever))
    if word.startswith("parameters.overrides."):
        from sim import Country, Parameters

        of = Parameters.load(Country.load(settings.get("country"))).catalogue
        yield from (f"parameters.overrides.{name}=" for name in of)


def _below(above: str, config: Mapping[str, Any]) -> Iterator[str]:
    for key, value in config.items():
        name = f"{above}{key}"
        if is_group(name):
            yield f"{name}="
        if isinstance(value, dict):
            yield from _below(f"{name}.", value) if value else [f"{name}."]
        else:
            yield f"{name}="
