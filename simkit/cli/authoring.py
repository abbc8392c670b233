"""``simkit new``, ``diff`` and ``survey``: writing frameworks and setting them side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, FormatOption, FullOption, say_which_taken
from simkit.cli.show_answer import check_destination, show
from simkit.cli.terminal import emit

if TYPE_CHECKING:
    from simkit.data import Authority


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An authority's name, slug or code.")],
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask 8 questions. Press Enter to leave one open.")
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
            help="Year of the national edition to use. 2026 is in force, but simkit has not read its text.",
        ),
    ] = "2023",
) -> None:
    """Write a commented local framework for an authority to fill in.

    The schema files go beside it, so that editors explain each line. No file is overwritten.
    """
    from simkit.common.shell import command_line
    from simkit.framework.check import check
    from simkit.framework.new.file import authority_of, edition_of, target_file, write_new

    authority = authority_of(name)
    file = target_file(authority, out)
    stands_on = edition_of(edition.strip())
    answers, unused = _answers(authority) if ask else ({}, [])
    new_files = write_new(authority, answers, file, stands_on, unused)
    emit(f"Written: {', '.join(str(path) for path in new_files.created)}\n")
    for path in new_files.different:
        emit(f"Not replaced, although it differs from this version of simkit: {path}\n")
    for problem in check(new_files.file):
        emit(f"{problem}\n")
    to_check = command_line("simkit", "check", new_files.file)
    emit(f"Open {new_files.file} in any editor, such as Notepad. To check it: {to_check}\n")


def _answers(authority: Authority) -> tuple[dict[str, str], list[str]]:
    """Ask the questions on the terminal. Gives the answers by the id of the question, and what was typed and
    could not be used. After Ctrl-C it is what was answered until then; with no answer Ctrl-C goes on.
    """
    from simkit.framework.new.questions import QUESTIONS, RefusedAnswerError, agreed_to, check_answer

    _forgive_input()
    answers: dict[str, str] = {}
    unused: list[str] = []
    last = QUESTIONS[-1].number
    emit(
        f"{authority.name}: {last} questions. Press Enter to leave one open. Ctrl-C stops and keeps your "
        "answers "
        "so far.\n"
    )
    for question in QUESTIONS:
        suggestion = refused = ""
        emit(f"\n{question.number} of {last}. {question.text}\n   (for example: {question.example})\n")
        while True:
            try:
                typed = agreed_to(input("> ").strip(" \t\r\ufeff"), suggestion)
            except (EOFError, KeyboardInterrupt) as stop:
                if refused:
                    unused.append(f"{question.text} {refused}")
                if isinstance(stop, KeyboardInterrupt) and not answers and not unused:
                    raise
                emit("\nThe answers end here. The other questions stay open.\n\n")
                return answers, unused
            if not typed:
                unused += [f"{question.text} {refused}"] if refused else []
                break
            try:
                answers[question.id] = check_answer(question, typed, answers, authority)
                break
            except RefusedAnswerError as error:
                suggestion, refused = error.suggestion, typed
                take = " Press Enter or type yes to use it, or type another answer." if suggestion else ""
                emit(f"   {error}{take}\n")
    emit("\n")
    return answers, unused


def _forgive_input() -> None:
    """Read answers that are piped in from any encoding; an unreadable letter is refused later."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def diff(
    before: Annotated[
        str,
        typer.Argument(metavar="A", help="A framework's name, code or file.", callback=say_which_taken),
    ],
    after: Annotated[
        str, typer.Argument(metavar="B", help="The one to compare it with.", callback=say_which_taken)
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="DIR|FILE",
            help="A folder, or a file. In .html and .docx every changed word is marked.",
        ),
    ] = None,
    output_format: FormatOption = Format.text,
    full: FullOption = False,
) -> None:
    """Show what differs between two frameworks, and what is not known about either."""
    from simkit.framework.check import load_each
    from simkit.framework.difference import difference

    check_destination(out)
    show(difference(*load_each([before, after])), out, output_format, full=full)


def survey(
    frameworks: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAMES", help="Names, codes or files. Default: every authority."),
    ] = None,
    national: Annotated[
        bool, typer.Option("--national", help="Show the national timescales beside the local ones.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR|FILE", help="A folder, or a file: .csv, .xlsx, .docx, .svg."),
    ] = None,
    output_format: FormatOption = Format.text,
    full: FullOption = False,
) -> None:
    """Show frameworks side by side: each local timescale and review, or none set, not decided, not known."""
    from simkit.framework.check import load_each
    from simkit.framework.library import names
    from simkit.output.answers.survey.survey import survey as survey_of

    check_destination(out)
    result = survey_of(load_each(frameworks or names("authorities")), national=national)
    show(result, out, output_format, full=full)
