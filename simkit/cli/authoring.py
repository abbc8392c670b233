"""``simkit new``, ``diff`` and ``survey``: writing frameworks and setting them side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption
from simkit.cli.show_answer import check_destination, print_answer, show
from simkit.cli.terminal import emit

if TYPE_CHECKING:
    from simkit.data import Authority


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An authority's name, slug or code.")],
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask eight questions; press Enter to leave one open.")
    ] = False,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="The folder, or a file that ends in .yaml."),
    ] = Path(),
    edition: Annotated[
        str,
        typer.Option(
            "--edition",
            metavar="YEAR",
            help="Year of the national edition to stand on. 2026 is in force, and its text was not read.",
        ),
    ] = "2023",
) -> None:
    """Write a commented local framework for an authority to fill in.

    The schema files are written beside it, so that editors explain each line. No file is overwritten.
    """
    from simkit.common.shell import command_line
    from simkit.framework.check import check
    from simkit.framework.new.file import authority_of, edition_of, target_file, write_new

    authority = authority_of(name)
    file = target_file(authority, out)
    stands_on = edition_of(edition.strip())
    new_files = write_new(authority, _answers(authority) if ask else {}, file, stands_on)
    emit(f"Written: {', '.join(str(path) for path in new_files.created)}\n")
    for path in new_files.different:
        emit(f"Left as it was, though it differs from this version's: {path}\n")
    for problem in check(new_files.file):
        emit(f"{problem}\n")
    to_check = command_line("simkit", "check", new_files.file)
    emit(f"Open {new_files.file} in any editor, Notepad will do. To check it: {to_check}\n")


def _answers(authority: Authority) -> dict[str, str]:
    """Ask the questions on the terminal; gives the answers by the id of the question."""
    from simkit.framework.new.questions import QUESTIONS, check_answer

    _forgive_input()
    answers: dict[str, str] = {}
    last = QUESTIONS[-1].number
    emit(f"{authority.name}: {last} questions. Press Enter to leave one open; Ctrl-C writes nothing.\n")
    ended = False
    for question in QUESTIONS:
        while not ended:
            emit(f"\n{question.number} of {last}. {question.text}\n   (for example: {question.example})\n")
            try:
                answer = input("> ").strip(" \t\r\ufeff")
            except EOFError:
                emit("\nThe answers end here; what is not answered stays open.\n")
                ended = True
                break
            if not answer:
                break
            try:
                answers[question.id] = check_answer(question, answer, answers, authority)
                break
            except ValueError as error:
                emit(f"   {error}\n")
    emit("\n")
    return answers


def _forgive_input() -> None:
    """Read answers that are piped in from any encoding; an unreadable letter is refused later."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A framework's name, code or file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The one to compare it with.")],
    output_format: FormatOption = Format.text,
) -> None:
    """Say what differs from framework A to framework B; what isn't known is said to be not known."""
    from simkit.framework.check import load_each
    from simkit.framework.difference import difference

    print_answer(difference(*load_each([before, after])), output_format)


def survey(
    frameworks: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="Names, codes or files. None: every authority."),
    ] = None,
    national: Annotated[
        bool, typer.Option("--national", help="Show the national timescales beside the local ones.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR|FILE", help="A folder, or a file: .csv, .xlsx, .docx, .svg."),
    ] = None,
    output_format: FormatOption = Format.text,
) -> None:
    """Lay frameworks side by side: each local timescale and review as a value, or what stands in its place.

    That is none set, not decided, or not known.
    """
    from simkit.framework.check import load_each
    from simkit.framework.library import names
    from simkit.output.answers.survey.survey import survey as survey_of

    check_destination(out)
    result = survey_of(load_each(frameworks or names("authorities")), national=national)
    show(result, out, output_format)
