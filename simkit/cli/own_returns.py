"""Commands for an authority's own data: ``read-return`` and ``synthetic-return``."""

from __future__ import annotations

import json
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, Output, WrongUseError, one_of, whole
from simkit.cli.terminal import complain, emit, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    from simkit.model.inputs.calibration import Calibration
    from simkit.returns.result import Return

__all__ = ["read_return", "synthetic_return"]


class Kind(StrEnum):
    """A kind of return."""

    cin_census = "cin-census"
    annex_a = "annex-a"
    assessments = "assessments"


_MEANT = {
    "cin": "Write cin-census.",
    "census": "Write cin-census.",
    "annexa": "Write annex-a.",
    "annex": "Write annex-a.",
    "ssda903": "That return is about children looked after; simkit reads none of it.",
    "csv": "Write assessments, and the file behind it.",
}
KindOfReturn = Annotated[
    Kind,
    typer.Argument(
        metavar="KIND",
        parser=one_of("KIND", Kind, _MEANT),
        help="cin-census (XML), annex-a (workbook) or assessments (CSV or workbook).",
    ),
]
Year = Annotated[
    int | None,
    typer.Option(
        "--year",
        parser=whole("--year", 2012, 2030),
        metavar="<year>",
        help="The year to 31 March that is counted. Default: as the file says.",
    ),
]


def read_return(
    kind: KindOfReturn,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The return, on this computer.")],
    authority: Annotated[
        str | None, typer.Option("--authority", help="Whose it is, where the file has no code.")
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option("--framework", help="Check that it is the return of this framework's authority."),
    ] = None,
    year: Year = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="NAME=HEADING,...", help="Which column is which, for an extract."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day that a list covers, dd/mm/yyyy.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Last day that it covers.")
    ] = None,
    holds: Annotated[
        str | None,
        typer.Option(
            "--holds",
            metavar="<open|completed|begun>",
            help="Which assessments a list takes in, where its dates don't show it.",
        ),
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Show counts of 1 to 5, and stamp everything as internal.")
    ] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Also fit how long assessments take to its durations.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write the counts there.")
    ] = None,
    output: Output = Format.text,
) -> None:
    """Read an authority's own return: its profile, durations, open cases and quality, as counts.

    It is read on this computer, and nothing of any child is kept or sent.
    """
    from simkit.common.atomic_files import destination, existing_files, written_message
    from simkit.output.answers.calibration import destined

    if out is not None:
        _not_the_return(file, destination(out).path)
        if calibrate:
            destined(Path(out))
    from simkit.returns.read import read_return as read

    returned = read(
        kind.value,
        file,
        authority=authority,
        year=year,
        framework=framework,
        columns=columns,
        first=first,
        last=last,
        holds=holds,
        internal=internal,
    )
    from simkit.output.answers.own_return import return_dict, save_return

    before = frozenset() if out is None else existing_files(out)
    written = () if out is None else save_return(returned, out)
    if output is Format.json:
        emit(json.dumps(return_dict(returned), ensure_ascii=False, indent=2) + "\n")
    else:
        from simkit.output.answers.own_return_text import render_return

        say(render_return(returned))
    for each in written:
        complain(written_message(each, before))
    if calibrate:
        _practice(_fitted(returned), None if out is None else Path(out), output)


def _fitted(returned: Return) -> Calibration:
    from simkit.returns.result import INTERNAL
    from simkit.study.calibrate.calibrate import calibrate_to

    if returned.durations is None:
        raise SimkitError("Too few assessments ended in the return to fit how long they take.")
    held = returned.conferences
    found = calibrate_to(
        returned.durations,
        returned.profile,
        source=returned.durations.source,
        conferences=None if held is None else held.counts,
    )
    return replace(found, gaps=(INTERNAL, *found.gaps)) if returned.internal else found


def _practice(fitted: Calibration, folder: Path | None, output: Format) -> None:
    from simkit.output.answers.calibration import render, written

    if output is Format.text:
        say(render(fitted))
    if folder is not None:
        file = written(fitted, folder)
        complain(f"Written: {file}. To run with it: simkit run NAME --practice {file}")


def _not_the_return(file: Path, out: Path) -> None:
    if out.exists() and file.exists() and out.samefile(file):
        raise WrongUseError(
            f"--out {out} is the return itself, which is never written over. Name another file."
        )


def synthetic_return(
    kind: KindOfReturn,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The authority whose published figures it follows.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            parser=whole("--year", 2012, 2030),
            metavar="<year>",
            help="The year to 31 March whose published figures it follows. Default: the latest.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            parser=whole("--seed", 0, 2**32),
            metavar="<number>",
            help="Another number, other children.",
        ),
    ] = 1,
) -> None:
    """Make a return of children who don't exist, to try commands and training on.

    It follows an authority's published figures and says that it is synthetic, on itself and when it is read.
    """
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.answers.synthetic_return import synthetic_return as made

    endings = {Kind.cin_census: ".xml", Kind.annex_a: ".xlsx", Kind.assessments: ".csv"}
    if out.suffix.lower() != endings[kind] or out.is_dir():
        raise WrongUseError(
            f"--out {out}: a synthetic return of this kind is a file that ends in {endings[kind]}."
        )
    before = existing_files(out)
    made(kind.value, name, out, year=year, seed=seed)
    emit(f"{written_message(out, before)}\nNo child in it exists.\n")
