"""Commands for writing and comparing frameworks: ``new``, ``diff`` and ``survey``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import Format, Output
from simkit.cli.terminal import emit, say
from simkit.common.errors import SimkitError

if TYPE_CHECKING:
    from simkit.data import Authority

__all__ = ["diff", "new", "survey"]


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An authority's name, slug or code.")],
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask eight questions; press Enter to leave one open.")
    ] = False,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="The folder, or a file that ends in .yaml."),
    ] = Path(),
) -> None:
    """Write a commented local framework for an authority to fill in.

    The schema files are written beside it, so that editors explain each line. No file is overwritten.
    """
    from simkit.common.shell import command_line
    from simkit.framework.check import check
    from simkit.framework.new.file import authority_of, place_for, write_new

    authority = authority_of(name)
    file = place_for(authority, out)
    made = write_new(authority, _asked(authority) if ask else {}, file)
    emit(f"Written: {', '.join(str(path) for path in made.written)}\n")
    for path in made.kept:
        emit(f"Left as it was, though it differs from this version's: {path}\n")
    for problem in check(made.file):
        emit(f"{problem}\n")
    to_check = command_line("simkit", "check", made.file)
    emit(f"Open {made.file} in any editor, Notepad will do. To check it: {to_check}\n")


def _asked(authority: Authority) -> dict[str, str]:
    from simkit.framework.new.questions import QUESTIONS, checked

    _forgive_input()
    answers: dict[str, str] = {}
    last = QUESTIONS[-1].number
    emit(f"{authority.name}: {last} questions. Press Enter to leave one open; Ctrl-C writes nothing.\n")
    ended = False
    for question in QUESTIONS:
        while not ended:
            emit(f"\n{question.number} of {last}. {question.text}\n   (for example: {question.example})\n")
            try:
                written = input("> ").strip(" \t\r\ufeff")
            except EOFError:
                emit("\nThe answers end here; what is not answered stays open.\n")
                ended = True
                break
            if not written:
                break
            try:
                answers[question.id] = checked(question, written, answers, authority)
                break
            except ValueError as error:
                emit(f"   {error}\n")
    emit("\n")
    return answers


def _forgive_input() -> None:
    """Let answers that are piped in have any encoding's letters; an unreadable one is refused."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A framework's name, code or file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The one to compare it with.")],
    output: Output = Format.text,
) -> None:
    """Say what differs from framework A to framework B; what isn't known is said to be not known."""
    from simkit.framework.check import load_each
    from simkit.framework.difference import difference

    found = difference(*load_each([before, after]))
    if output is Format.json:
        emit(json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        emit(str(found))


def survey(
    frameworks: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="Names, codes or files. None: every authority."),
    ] = None,
    national: Annotated[
        bool, typer.Option("--national", help="Show the national timescales beside the local ones.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="A file (.csv, .xlsx, .png, .svg), or a folder for all four."
        ),
    ] = None,
    output: Output = Format.text,
) -> None:
    """Lay frameworks side by side: each local timescale and review as a value, or what stands in its place.

    That is none set, not yet written, or not known.
    """
    from simkit.framework.check import load_each
    from simkit.framework.library import names
    from simkit.output.answers.survey import survey as surveys

    found = surveys.survey(load_each(frameworks or names("authorities")), national=national)
    if out is not None:
        from simkit.common.atomic_files import write_all
        from simkit.output.answers.survey.files import contents

        made = contents(found, out)
        one = list(made) == [out.name] and not out.is_dir()
        folder = out.absolute().parent if one else out
        if not folder.is_dir() and (one or not folder.absolute().parent.is_dir()):
            raise SimkitError(f"The folder {folder} does not exist.")
        for path in write_all(folder, made):
            emit(f"Written: {path}\n")
        if output is Format.text:
            emit(found.headline() + "\n")
            return
    if output is Format.json:
        emit(json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n")
        return
    from simkit.output.answers.survey.text import survey_text

    say(survey_text(found))
