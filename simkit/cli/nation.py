"""``simkit nation``: the published figures of every authority, or of one over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import AnswerOptions, WrongUseError, number_option
from simkit.cli.show_answer import check_destination, show
from simkit.cli.terminal import notify

if TYPE_CHECKING:
    from simkit.common.display import Answer


def nation(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="One authority over the years. Without it: all, in one year."),
    ] = None,
    measure: Annotated[
        str,
        typer.Option(
            "--measure",
            metavar="<measure>",
            help="over_45_days_pct, median_days, icpc_over_15_days_pct, rereferrals_12m_pct or "
            "referrals_nfa_pct.",
        ),
    ] = "over_45_days_pct",
    year: Annotated[
        int | None,
        number_option("--year", "The year to 31 March. Default: the latest published.", metavar="<year>"),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            "--pages", metavar="DIR", help="Write a web page for each authority to this folder, and an index."
        ),
    ] = None,
    *,
    answer: AnswerOptions,
) -> None:
    """Published figures: every authority side by side, or one over the years. Nothing is simulated."""
    from simkit.study.nation import authority_years
    from simkit.study.nation import nation as nation_of

    if name is not None and year is not None:
        raise WrongUseError("One authority is shown over all years: leave out --year.")
    if pages is not None:
        if name is not None or year is not None or answer.out is not None:
            raise WrongUseError("--pages writes every authority and year: leave out NAME, --year and --out.")
        _write_pages(pages, measure)
        return
    check_destination(answer.out)
    figures: Answer = nation_of(measure, year=year) if name is None else authority_years(name, measure)
    show(figures, answer.out, answer.format)


def _write_pages(folder: str, measure: str) -> None:
    from simkit.output.nation_pages import INDEX, nation_pages

    written = nation_pages(folder, measure)
    notify(
        f"Written: {len(written)} pages. Begin with {next(file for file in written if file.name == INDEX)}."
    )
