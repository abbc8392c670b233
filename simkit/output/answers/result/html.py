"""A result as a piece of HTML, for notebooks: the answer and pictures first, its tables folded behind."""

from __future__ import annotations

from html import escape

from simkit.common.arguments import checked_arguments
from simkit.framework.wording import whose
from simkit.output.answers.result.headline import answer
from simkit.output.answers.result.measures import closing, heading, sections
from simkit.output.answers.result.report import measures
from simkit.output.answers.wording import stamp
from simkit.output.figures import durations, where_time_went
from simkit.output.render.html import block, drawing, folded, items, paragraph, table
from simkit.study.notes import doubts
from simkit.study.result import Result

__all__ = ["html"]


@checked_arguments
def html(result: Result) -> str:
    """The result as HTML without scripts or anything from outside; all text is escaped."""
    case = result.case
    marked, said = stamp(result), doubts(result)
    parts = [
        f"<p><strong>{escape(marked)}</strong></p>" if marked else "",
        f"<p><strong>{escape(case.profile.name)}</strong><br>{escape(whose(case.framework))}</p>",
        f"<p><strong>{escape(answer(result))}</strong></p>",
        *(paragraph(f"Caution: {doubt}") for doubt in said),
        *(drawing(draw(result)) for draw in (durations, where_time_went)),
        folded("What was simulated", table("", ("", ""), heading(result))),
    ]
    for section in sections(result):
        parts.append(folded(section.title, *(block(each) for each in measures(result, section.title))))
    parts.append(items([note for note in result.notes if note not in said]))
    parts += [paragraph(sentence) for sentence in closing(result)]
    return f"<div>{''.join(parts)}</div>"
