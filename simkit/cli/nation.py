"""``simkit nation``: the published figures of every authority, or of one over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simkit.cli.options import AnswerOptions, WrongUseError, number_option
from simkit.cli.show_answer import check_destination, show

if TYPE_CHECKING:
    from simkit.common.display import Answer


def nation(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One authority over the years. Without it: all, in one year."),
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
    *,
    answer: AnswerOptions,
) -> None:
    """Published figures: every authority side by side, or one over the years. Nothing is simulated."""
    from simkit.study.nation import authority_years
    from simkit.study.nation import nation as nation_of

    if name is not None and year is not None:
        raise WrongUseError("One authority is shown over all years: leave out --year.")
    check_destination(answer.out)
    figures: Answer = nation_of(measure, year=year) if name is None else authority_years(name, measure)
    show(figures, answer.out, answer.format)
