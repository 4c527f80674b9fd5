"""Random command lines through the command's own entry: what is right explains, what is wrong is refused.

Nothing is simulated: every line asks for an explanation, and where one would compute, it counts as taken.
"""

from __future__ import annotations

import io
import random
import shlex
import shutil
import sys
import tempfile
import warnings
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from experiments.cli import main
from experiments.request.composition import CONFIGS
from experiments.request.policies import names
from sim import Parameters, World
from sim.instruments.lever import ArrayLever
from sim.instruments.levers import catalogue
from tests.campaigns.cases import Case, Owed, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = (
    "mine",
    "政策",
    "politique été",
    "سياسة",
    "a[b]",
    "(x)",
    "x,y",
    "a=b",
    "it's",
    "~here",
    "50%",
    "$HOME",
    "№ 1",
    "2025",
)
"""Names of folders and files that people give."""

ON_BOTH_SIDES = "fewer_students"
"""World of right lines: it is no policy of the same line, as what holds on both sides is refused there."""

NO_NUMBERS = (
    "nan",
    "inf",
    "-inf",
    "1e400",
    "yes",
    "1:30",
    "0x1F",
    "0o17",
    "abc",
    "'0.5'",
    "[1]",
    "{a: 1}",
    "null",
    "１",
    "1.2.3",
)


class _Computing(BaseException):
    pass


@cache
def _levers() -> list[tuple[str, float, float]]:
    known = catalogue(World.load())
    return [(name, one.low, one.high) for name, one in known.items() if not isinstance(one, ArrayLever)]


@cache
def _parameters() -> list[tuple[str, float, float]]:
    return [(one.name, one.low, one.high) for one in Parameters.load().catalogue.values()]


def _right(draw: random.Random, home: Path) -> dict[str, list[str]]:
    """Settings that are right together, by the name of the setting; what is drawn is a choice of them."""
    lever, low, high = draw.choice(_levers())
    parameter, least, most = draw.choice(_parameters())
    word = draw.choice(SCRIPTS)
    folder = home / f"{word} {draw.randrange(5)}"
    file = folder / f"{word}.yaml"
    if not file.exists():
        folder.mkdir(exist_ok=True)
        shutil.copy(CONFIGS / "policy" / "overseas_weight.yaml", file)
    until = draw.randrange(2035, 2046)
    return {
        "policy": [
            f"policy={draw.choice(names(kind='policy'))}",
            f"policy={file}",
            f"policy=[{draw.choice(names(kind='policy'))}]",
            "policy=[overseas_weight,doctoral_stipends]",
            f"policy={draw.choice([name for name in names(kind='world') if name != ON_BOTH_SIDES])}",
        ],
        "lever": [f"{draw.choice(['', '+', '++'])}levers.{lever}={draw.uniform(low, high):.6g}"],
        "parameter": [f"parameters.overrides.{parameter}={draw.uniform(least, most):.17g}"],
        "seed": [f"seed={draw.randrange(10 ** draw.randrange(1, 19))}"],
        "scale": [f"scale={draw.choice(['1', '0.5', '.1', '1e-2', '0.003'])}"],
        "replicates": [f"replicates={draw.randrange(1, 500)}"],
        "sets": [f"sets={draw.randrange(1, 80)}"],
        "until": [f"until={until}"],
        "windows": ["windows=[5]", "windows=[[1,5],[6,10]]", "windows=[[1,1]]"],
        "language": ["language=en", "language=ja"],
        "table": ["table=full", "table=screen"],
        "output": [f"output={home / word}", "output=2025", "output=a b/c"],
        "name": [f"name={draw.choice(['mine', '2025', 'true', '政策', 'été', 'a.b-c_d'])}"],
        "executor": ["executor=serial", "executor=processes"],
        "parameters": ["parameters=point", "parameters=ensemble"],
        "country": ["country=japan", "country=null"],
        "workers": ["workers=1", "workers=null", "workers=8"],
        "library": [f"library={folder}", "library=null"],
        "against": ["against=baseline", "against=null"],
        "world": ["world=null", f"world={ON_BOTH_SIDES}"],
    }


def _misspelt(draw: random.Random, word: str) -> str:
    """The word with one letter doubled, lost or another one."""
    at = draw.randrange(1, len(word))
    return draw.choice([word[:at] + "x" + word[at:], word[:at] + word[at + 1 :], word[: at - 1] + "q" + word[at:]])


def _wrong(draw: random.Random) -> tuple[str, list[str]]:
    """Arguments that must be refused, whatever stands beside them, and their kind."""
    lever, low, high = draw.choice(_levers())
    parameter, least, most = draw.choice(_parameters())
    number = draw.choice(NO_NUMBERS)
    whole = draw.choice(["seed", "replicates", "sets", "until", "fork"])
    group = draw.choice(["executor", "experiment", "parameters", "outcomes"])
    kind = draw.randrange(26)
    match kind:
        case 0:
            return "misspelt setting", [f"{_misspelt(draw, draw.choice(['scale', 'policy', 'replicates', 'until']))}=1"]
        case 1:
            return "misspelt policy", [f"policy={_misspelt(draw, draw.choice(names(kind='policy')))}x"]
        case 2:
            return "misspelt lever", [f"levers.{_misspelt(draw, lever)}zz=0"]
        case 3:
            return "lever out of range", [
                f"levers.{lever}={draw.choice([low - 1 - abs(low), high + 1 + abs(high)]):.6g}"
            ]
        case 4:
            return "lever that is no number", [f"levers.{lever}={number}"]
        case 5:
            return "parameter that is no number", [f"parameters.overrides.{parameter}={number}"]
        case 6:
            outside = draw.choice([least - 1 - abs(least), most + 1 + abs(most)])
            return "parameter out of range", [f"parameters.overrides.{parameter}={outside:.6g}"]
        case 7:
            return "whole number that is none", [
                f"{whole}={draw.choice([*NO_NUMBERS, '0.5', '-1', '1.0', 'true', '1e3', ''])}"
            ]
        case 8:
            return "absurd size", [
                draw.choice(["replicates=1000000", "scale=1e-9", "workers=1000000", "sets=10000000", "until=20000",
                             "scale=2", "scale=0", "seed=99999999999999999999", "fork=1"])
            ]  # fmt: skip
        case 9:
            one = draw.choice(
                ["seed=1", "policy=package", "scale=0.1", f"levers.{lever}={low:.6g}", "name=a", "world=weak_yen"]
            )
            return "given twice", [one, one]
        case 10:
            return "refers to something else", [
                f"{draw.choice(['name', 'seed', 'policy', 'output'])}={draw.choice(['${seed}', '${oc.env:HOME}', 'a${x}'])}"
            ]
        case 11:
            return "taken away", [f"~{draw.choice(['seed', 'levers', 'policy', 'executor'])}"]
        case 12:
            door = ["hydra.run.dir=x", "hydra.output_subdir=a", "hydra.searchpath=[file:///tmp]", "hydra.job.chdir=true",
                    "+hydra.callbacks.a._target_=os.getcwd", "hydra.launcher._target_=os.getcwd", "hydra.verbose=true",
                    "hydra/job_logging=none", "hydra.sweeper._target_=os.getcwd", "hydra.sweep.dir=/tmp/x", "hydra.mode=MULTIRUN",
                    "hydra/sweeper=basic", "++hydra.launcher={_target_: os.getcwd}"]  # fmt: skip
            return "door of Hydra", [draw.choice(door)]
        case 13:
            return "unknown option", [
                draw.choice(
                    [
                        "--multi",
                        "-x",
                        "--hydra-help",
                        "--info",
                        "--config-dir=/tmp",
                        "-p",
                        "--run",
                        "--nonsense=1",
                        "-cd=/tmp",
                    ]
                )
            ]
        case 14:
            return "option with a value", [draw.choice(["-h=x", "--help=1", "-m=2", "--multirun=yes", "--version=3"])]
        case 15:
            return "no setting", [
                draw.choice(["seed", "policy", "題", "=1", "a b", "[", "{}", "題=1", "seed:1", "", "   "])
            ]
        case 16:
            return "nothing named", [
                f"{draw.choice(['policy', 'against', 'world'])}={draw.choice(['', '[]', '[ ]', '[package,]'])}"
            ]
        case 17:
            return "bracket left open", [
                f"{draw.choice(['policy', 'windows', 'outcomes.table.Mobility'])}={draw.choice(['[a', '[[1,5]', '[a,[b]'])}"
            ]
        case 18:
            return "several values without -m", [
                draw.choice(
                    [
                        "seed=1,2",
                        "scale=0.1,0.2",
                        "policy=package,overseas_weight",
                        "seed=range(0,3)",
                        "executor=serial,dask",
                    ]
                )
            ]
        case 19:
            return "sweep without end", [
                "-m",
                f"levers.{lever}={draw.choice(['range(0,1e9)', 'shuffle(range(0,1e9))', 'range(0,1,1e-9)', 'glob(*)', 'interval(0,1)', 'range(a,b)'])}",
            ]
        case 20:
            return "a value twice in a sweep", [
                "-m",
                f"{draw.choice(['seed=1,2,1', 'policy=package,package', 'scale=0.1,0.1'])}",
            ]
        case 21:
            return "what no sweep takes", [
                "-m",
                draw.choice(["replicates=1,2", "until=2030,2035", "executor=serial,dask", "policy=package"]),
            ]
        case 22:
            return "group as a value", [f"{group}={draw.choice(['null', '[a]', '', 'nowhere', '{a: 1}', '3', 'true'])}"]
        case 23:
            return "no such file or folder", [
                draw.choice(
                    [
                        "policy=./nowhere.yaml",
                        "country=./nowhere",
                        "library=./nowhere",
                        "parameters.ensemble=./nowhere.csv",
                        "country=atlantis",
                        "world=./x.yaml",
                    ]
                )
            ]
        case 24:
            return "years in no order", [
                draw.choice(
                    [
                        "until=2025",
                        "until=2020",
                        "fork=2050",
                        "levers_from=2020",
                        "windows=[[5,1]]",
                        "windows=[0]",
                        "windows=[[90,99]]",
                        "windows=[[1,5],[1,5]]",
                        "windows=[-1]",
                        "windows=5",
                    ]
                )
            ]
        case _:
            return "no name of a folder", [
                f"name={draw.choice(['.x', '../away', '', 'a b', 'a/b', 'con', 'NUL.txt', 'x' * 300, '-x', 'a:b', '政' * 90])}"
            ]


def _noise(draw: random.Random) -> str:
    letters = "abcxyz019._-=,[]{}()'\"$~+*?%&|\\/<>: 題é\t\u202e😀"
    return "".join(draw.choice(letters) for _ in range(draw.randrange(1, 14)))


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """Random lines. home: a folder for files that they name."""
    for each in range(number):
        draw = random.Random(f"line {seed} {each}")
        right = _right(draw, home)
        chosen = draw.sample(sorted(right), draw.randrange(0, 6))
        line = [draw.choice(right[name]) for name in chosen]
        dice = draw.random()
        if dice < 0.55:
            kind, wrong = _wrong(draw)
            keys = {argument.lstrip("+~").partition("=")[0] for argument in wrong}
            line = [argument for argument in line if argument.lstrip("+").partition("=")[0] not in keys]
            for argument in wrong:
                line.insert(draw.randrange(len(line) + 1), argument)
            owed = Owed.REFUSED
        elif dice < 0.65:
            kind, owed = "noise", Owed.EITHER
            line.insert(
                draw.randrange(len(line) + 1),
                draw.choice([_noise(draw), f"policy={_noise(draw)}", f"output={_noise(draw)}"]),
            )
        else:
            kind, owed = "right", Owed.TAKEN
            if draw.random() < 0.15 and "policy" in chosen:
                lever, low, high = draw.choice(_levers())
                line = [one for one in line if not one.lstrip("+").startswith("levers.")]
                line += ["-m", f"levers.{lever}={low:.6g},{high:.6g}"]
            elif draw.random() < 0.1:
                line = [one for one in line if not one.startswith(("policy=", "library="))]
                line += ["-m", f"policy={','.join(draw.sample(names(kind='policy'), draw.randrange(2, 70)))}"]
        yield Case(each, kind, owed, "\0".join([*line, "explain=true"]))


def run(case: Case) -> Seen:
    """What the command makes of a line, in this process."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        patch.object(sys, "argv", ["brain-circulation", *case.what.split("\0")]),
        patch.object(sys, "path", list(sys.path)),
        patch("experiments.run.study.carry_out", _compute),
        redirect_stdout(out),
        redirect_stderr(err),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")
        try:
            main.main()
        except _Computing:
            pass
        except SystemExit as end:
            code = end.code or 0
        except BaseException as error:  # noqa: BLE001  is what is looked for
            return Seen(refused=False, said=repr(error), fault="an exception left the command")
    said = err.getvalue()
    if code not in (0, 2):
        return Seen(refused=False, said=said, fault=f"exit code {code}")
    if code == 0 and not out.getvalue():
        return Seen(refused=False, said=said, fault="exit code 0, and nothing was said")
    return Seen(refused=code == 2, said=said)


def shown(case: Case) -> str:
    """The line as it is typed."""
    return shlex.join(case.what.split("\0"))


@contextmanager
def place() -> Iterator[Path]:
    """An empty folder to run in, with one for files of one's own. What the command leaves there is refused."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home, chdir(folder):
        yield Path(home)
        if left := [path.name for path in Path(folder).iterdir()]:
            raise AssertionError(f"explaining left {left} behind")


def _compute(*_: object, **__: object) -> None:
    raise _Computing
