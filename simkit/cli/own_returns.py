"""``simkit read-return`` and ``synthetic-return``: an authority's own return, and a made-up one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption, WrongUseError, choice_of, number_option
from simkit.cli.show_answer import print_answer, show
from simkit.cli.terminal import emit, notify

if TYPE_CHECKING:
    from simkit.model.inputs.calibration import Calibration

_YEARS = (2012, 2030)  # of which working days are known


class ReturnKind(StrEnum):
    """A kind of return."""

    cin_census = "cin-census"
    annex_a = "annex-a"
    assessments = "assessments"
    ssd = "ssd"


_HINTS = {
    "cin": "Write cin-census.",
    "census": "Write cin-census.",
    "annexa": "Write annex-a.",
    "annex": "Write annex-a.",
    "ssda903": "That return is about children looked after; simkit reads none of it.",
    "csv": "Write assessments, and the file behind it.",
}
KindArgument = Annotated[
    ReturnKind,
    typer.Argument(
        metavar="KIND",
        parser=choice_of("KIND", ReturnKind, _HINTS),
        help="cin-census (XML), annex-a (workbook), assessments (CSV or workbook), ssd (folder or database).",
    ),
]


def read_return(
    kind: KindArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="The return, on this computer.")],
    authority: Annotated[
        str | None, typer.Option("--authority", help="The authority, if the file has no code.")
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option("--framework", help="Check that it is the return of this framework's authority."),
    ] = None,
    year: Annotated[
        int | None,
        number_option(
            "--year",
            "The year to 31 March to count. Default: as the file says.",
            *_YEARS,
            metavar="<year>",
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="NAME=HEADING,...", help="Which column is which, in a list."),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option(
            "--answers",
            metavar="NAME:ANSWER=MEANING,...",
            help="What answers mean that are not understood: yes, no or not known.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of an extract to read.")
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
            metavar="<open|both|completed|begun|begun-and-completed>",
            help="Which assessments a list contains, if its dates don't show it.",
        ),
    ] = None,
    allocated_role: Annotated[
        str | None,
        typer.Option("--allocated-role", metavar="ROLE", help="The role of the allocated worker, in an SSD."),
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Show counts of 1 to 5, and mark everything as internal.")
    ] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Also fit how long assessments take to its durations.")
    ] = False,
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR|FILE.xlsx", help="Also write the counts there.")
    ] = None,
    output_format: FormatOption = Format.text,
) -> None:
    """Read an authority's own return: its profile, durations, open cases and quality, as counts.

    Everything happens on this computer. No child's record is kept or sent.
    """
    from simkit.common.atomic_files import destination
    from simkit.output.answers.calibration import check_destination
    from simkit.returns.read import read_return as return_in
    from simkit.returns.wording import in_words_of
    from simkit.study.calibrate.own_numbers import calibrate_to_return

    if out is not None:
        _refuse_the_return_itself(file, destination(out).path)
        if calibrate:
            check_destination(Path(out))
    with in_words_of("command line"):
        own_return = return_in(
            kind.value,
            file,
            authority=authority,
            year=year,
            framework=framework,
            columns=columns,
            answers=answers,
            sheet=sheet,
            first=first,
            last=last,
            holds=holds,
            allocated_role=allocated_role,
            internal=internal,
        )
    show(own_return, out, output_format)
    if calibrate:
        _deliver_calibration(
            calibrate_to_return(own_return), None if out is None else Path(out), output_format
        )


def _deliver_calibration(calibration: Calibration, folder: Path | None, output_format: Format) -> None:
    from simkit.output.answers.calibration import save

    if output_format is Format.text:
        print_answer(calibration, output_format)
    if folder is not None:
        file = save(calibration, folder)
        notify(f"Written: {file}. To run with it: simkit run NAME --practice {file}")


def _refuse_the_return_itself(file: Path, out: Path) -> None:
    if out.exists() and file.exists() and out.samefile(file):
        raise WrongUseError(
            f"--out {out} is the return itself, which simkit never overwrites. Name another file."
        )


def synthetic_return(
    kind: KindArgument,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The authority whose published figures it follows.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE|FOLDER",
            help="The file to write: .xml for cin-census, .xlsx for annex-a, .csv for assessments; "
            "for an SSD, the folder.",
        ),
    ],
    year: Annotated[
        int | None,
        number_option(
            "--year",
            "The year to 31 March whose published figures it follows. Default: the latest.",
            *_YEARS,
            metavar="<year>",
        ),
    ] = None,
    seed: Annotated[int, number_option("--seed", "Another number gives other children.", 0, 2**32)] = 1,
) -> None:
    """Make a return of children who don't exist, for training and to try commands on.

    It follows an authority's published figures and says that it is synthetic, on itself and when it is read.
    """
    from simkit.common.atomic_files import existing_files, written_message
    from simkit.output.answers.synthetic_return import synthetic_return as write_synthetic

    endings = {ReturnKind.cin_census: ".xml", ReturnKind.annex_a: ".xlsx", ReturnKind.assessments: ".csv"}
    if kind in endings and (out.suffix.lower() != endings[kind] or out.is_dir()):
        raise WrongUseError(
            f"--out {out}: a synthetic return of this kind is a file that ends in {endings[kind]}."
        )
    before = existing_files(out)
    write_synthetic(kind.value, name, out, year=year, seed=seed)
    emit(f"{written_message(out, before)}\nNo child in it exists.\n")
