"""Runs in the designer: the figures are those of ``simkit run`` and ``simkit compare``, whatever is asked."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import Designer, designer, words_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simkit
from simkit.designer.running import runs as module
from simkit.designer.running import screen
from simkit.designer.running.beside import MEASURES
from simkit.designer.running.view import run_view
from simkit.designer.running.what_if import WhatIf, own_limit
from simkit.framework.library import find
from simkit.model.inputs.practice import conclusion_limits
from simkit.output.answers.wording import value_and_interval
from simkit.study.side_by_side import SideBySide

RUN = "/f/rutland.yaml/run"
YEARS = 5


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Designer]:
    """Rutland's framework, five simulated years a run, by SimPy."""
    monkeypatch.setattr(module, "LEAST", YEARS)
    monkeypatch.setattr(module, "ENGINE", "simpy")
    (tmp_path / "rutland.yaml").write_bytes(find("rutland").read_bytes())
    yield designer(tmp_path)


def run(desk: Designer, **changes: str) -> None:
    """Ask for a run as the form does, and for its years until there are no more."""
    assert desk.change(RUN, **changes).status_code == 303
    for _ in range(200):
        answer = desk.post(f"{RUN}/next", {"live": "1"})
        if not answer.json["going"]:
            return
    pytest.fail("it never ends")


def commands(desk: Designer) -> list[list[str]]:
    """The commands that the page names, as a shell reads them."""
    found = re.findall(r'<pre class="command"[^>]*><code>(.*?)</code>', desk.get(RUN).text, re.S)
    return [shlex.split(unescape(each)) for each in found]


def repeated(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> simkit.Result:
    """What ``simkit run`` gives for a command, in a folder."""
    monkeypatch.chdir(folder)
    assert words[:2] == ["simkit", "run"]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    return simkit.run(
        words[2],
        options["--scenario"],
        replications=int(options["--replications"]),
        seed=int(options["--seed"]),
        engine=options["--engine"],
        year=int(options["--year"]),
        convention=options["--convention"],
        caseload=options.get("--caseload"),
        workers=1,
    )


@pytest.mark.slow
def test_a_run_is_what_its_scenario_file_and_its_command_give(
    desk: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(desk, referrals="20", review="day", review_day="10")
    file = desk.get(f"{RUN}/1/scenario")
    name = re.findall('filename="(.*?)"', file.headers["Content-Disposition"])[0]
    (desk.folder / name).write_bytes(file.data)
    page = words_of(desk.get(RUN).text)
    as_it_is, changed, compared = commands(desk)
    assert changed[4] == name
    for words in (as_it_is, changed):
        result = repeated(words, desk.folder, monkeypatch)
        for measure in ("cohort_over_45_days_pct", "published_within_45_days_pct"):
            found = result.measures[measure]
            assert f"{found.value:.1f}%" in page and f"({found.low:.1f} to {found.high:.1f})" in page
    comparison = simkit.compare(
        *compared[2:4], authority=compared[5], replications=YEARS, engine="simpy", workers=1
    )
    difference = comparison.headline[0]
    assert f"{difference.value:+.1f} points" in page
    assert comparison.settled_by_evidence == ("Not settled by evidence" not in page)


@pytest.mark.slow
def test_each_run_is_shown_with_published_figures_and_where_they_come_from(desk: Designer) -> None:
    run(desk, referrals="20")
    text = desk.get(RUN).text
    table = re.findall(r'<table class="compared">.*?</table>', text, re.S)[0]
    lines = [words_of(row) for row in re.findall(r"<tr>.*?</tr>", table, re.S)][1:]
    results = desk.memory.runs["rutland.yaml"].results()
    for line, title, result in zip(lines, ("As it is now", "20% more referrals"), results, strict=False):
        figures = " ".join(value_and_interval(result.measures[name]) for name in MEASURES)
        assert line == f"{title} simulated on the published caseload {figures}"
        assert figures.count(" to ") == len(MEASURES), "each has its interval"
    others = [line.split(" published, year to March ")[0] for line in lines[2:]]
    assert others == ["Rutland", "Neighbours, median", "East Midlands", "England"]


@pytest.mark.slow
def test_what_is_assumed_is_never_called_settled(desk: Designer) -> None:
    """A share that somebody chose decides the difference: the page says so as loudly as the number."""
    run(desk, review="day", review_day="10", pull="100")
    text = desk.get(RUN).text
    assert re.search(r'class="loud unsettled">Not settled by evidence<', text)
    assert "That is an assumption" in text
    assert "assumption" in desk.get(f"{RUN}/1/scenario").text


@pytest.mark.parametrize("changed", [{"limit": "none"}, {"review": "day", "review_day": "10"}])
@pytest.mark.slow
def test_where_nobody_knows_how_people_work_the_answer_is_a_range(
    desk: Designer, changed: dict[str, str]
) -> None:
    """The range is the loud number of the card, in the words of `run`, and no one value is."""
    run(desk, **changed)
    result = desk.memory.runs["rutland.yaml"].results()[1]
    assert result.not_known
    loud = re.findall(r'class="loud">(.*?)<', desk.get(RUN).text)
    values = [result.measures["cohort_over_45_days_pct"], *(end.late for end in result.not_known)]
    low, high = min(each.low for each in values), max(each.high for each in values)
    assert loud[1].startswith(f"Between {low:.0f}") and f"and {high:.0f}" in loud[1]
    assert "Not settled by evidence" in desk.get(RUN).text


@pytest.mark.slow
def test_figures_that_somebody_writes_are_run(desk: Designer, monkeypatch: pytest.MonkeyPatch) -> None:
    run(desk, caseload="hand", **{"hand-referrals": "500"})
    for kind, name in (("caseload", "caseload.json"),):
        (desk.folder / name).write_bytes(desk.get(f"{RUN}/0/{kind}").data)
    assert json.loads((desk.folder / "caseload.json").read_text())["referrals"] == 500
    (words,) = commands(desk)
    result = repeated(words, desk.folder, monkeypatch)
    assert f"{result.measures['cohort_over_45_days_pct'].value:.1f}%" in words_of(desk.get(RUN).text)


@pytest.mark.slow
def test_where_nobody_responds_the_figures_are_those_without_a_response(desk: Designer) -> None:
    run(desk, referrals="50")
    here = desk.memory.runs["rutland.yaml"]
    result = here.results()[1]
    assert result.without_response is not None
    on = words_of(desk.get(RUN).text)
    off = words_of(desk.get(f"{RUN}?response=off").text)
    share = result.without_response["published_within_45_days_pct"]
    words = f"Completed within 45 working days of their start: {share.value:.1f}%"
    assert words in off and words not in on


@pytest.mark.slow
def test_a_range_that_leaves_out_growing_waits_says_so(desk: Designer) -> None:
    left_out = "The comparison above leaves this out."
    run(desk, referrals="100")
    assert left_out not in words_of(desk.get(RUN).text), "there is time to spare, so the range has it"
    run(desk, vacancies="60", other_work="60", referrals="100")
    here = desk.memory.runs["rutland.yaml"]
    silent, title = here.results()[-1].without_response, here.what_ifs[-1].title
    assert silent is not None
    share = silent["cohort_over_45_days_pct"]
    on = words_of(desk.get(RUN).text)
    assert f"{title}, if nobody responds: {share.value:.1f}%" in on and left_out in on
    assert left_out not in words_of(desk.get(f"{RUN}?response=off").text)


@pytest.mark.slow
def test_a_figure_of_too_few_years_says_that_its_interval_is_to_come(
    desk: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing points to a comparison that is not there yet, either."""
    monkeypatch.setattr(module, "LEAST", 2)
    run(desk, vacancies="60", other_work="60", referrals="100")
    page = words_of(desk.get(RUN).text)
    assert page.count("An interval is shown after 5 simulated years.") == 2
    assert "The comparison above" not in page


@pytest.mark.slow
def test_at_most_four_runs_stand_side_by_side(desk: Designer) -> None:
    for more in ("5", "10", "15"):
        assert desk.change(RUN, referrals=more).status_code == 303
    refused = desk.change(RUN, referrals="25")
    assert refused.status_code == 422 and "Take one away first" in refused.text
    assert desk.change(RUN, referrals="15").status_code == 303, "one that is there already"
    assert desk.post(f"{RUN}/remove", {"side": "2"}).status_code == 303
    titles = [each.title for each in desk.memory.runs["rutland.yaml"].what_ifs]
    assert titles == ["As it is now", "5% more referrals", "15% more referrals"]


@pytest.mark.slow
def test_a_stopped_run_goes_on_where_it_was(desk: Designer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_SLICE", 0.0)  # a step a request
    desk.change(RUN)
    desk.post(f"{RUN}/next", {"live": "1"})
    here = desk.memory.runs["rutland.yaml"]
    stopped = desk.post(f"{RUN}/stop", {"live": "1"}).json
    done = here.sides.done
    assert not stopped["going"]
    assert desk.post(f"{RUN}/next", {"live": "1"}).json["done"] == done, "nothing more is run"
    assert desk.post(f"{RUN}/more", {"live": "1"}).json["done"] == done
    run(desk)
    assert done < here.sides.done == YEARS
    assert desk.post(f"{RUN}/more", {"live": "1"}).json["expected"] == 2 * YEARS


@pytest.mark.slow
def test_one_page_has_figures_of_the_same_years_while_another_adds_some(
    desk: Designer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer, each card and the command: a year that ends between them waits for the next page."""
    run(desk, referrals="20")
    assert desk.post(f"{RUN}/more", {"live": "1"}).json["expected"] == 2 * YEARS
    here = desk.memory.runs["rutland.yaml"]
    real = SideBySide.results_after

    def and_a_year_more(sides: SideBySide, done: int) -> tuple[simkit.Result, ...]:
        found = real(sides, done)
        while sides.done == done and sides.step():
            pass
        return found

    monkeypatch.setattr(SideBySide, "results_after", and_a_year_more)
    view = run_view(here, responds=True)
    assert here.sides.done == YEARS + 1
    assert view.years == f"{YEARS} of {2 * YEARS} simulated years"
    interval = view.cards[0].detail.partition("(")[2].partition(")")[0]
    assert f"95% interval {interval})" in view.lead[0]
    assert f"--replications {YEARS} " in view.command


@pytest.mark.slow
def test_a_changed_framework_is_run_anew(desk: Designer) -> None:
    run(desk)
    file = desk.folder / "rutland.yaml"
    file.write_bytes(file.read_bytes() + b"# changed\n")
    assert "They are of the framework as it was" in words_of(desk.get(RUN).text)
    run(desk, referrals="20")
    assert "as it was" not in words_of(desk.get(RUN).text)
    assert [each.title for each in desk.memory.runs["rutland.yaml"].what_ifs][1:] == ["20% more referrals"]


@pytest.mark.slow
def test_without_a_script_each_request_brings_more_years(desk: Designer) -> None:
    desk.change(RUN, plain="1")
    answer = desk.post(f"{RUN}/next", {"response": ""})
    assert answer.status_code == 303 and "simulated years" in desk.get(RUN).text


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("hand-referrals", "1,5", "Referrals in a year: write a point for decimals: 1.5."),
        ("hand-referrals", "20%", "Referrals in a year: write a number from 1 to 1,000,000."),
        ("hand-referrals", "0", "Referrals in a year: write a number from 1 to 1,000,000."),
        (
            "hand-turnover_rate",
            "10,5",
            "Social workers who leave in a year: write a point for decimals: 10.5.",
        ),
        ("hand-turnover_rate", "100,5", "Social workers who leave in a year: write a number from 0 to 100."),
        ("hand-referrals", "0,500", "Referrals in a year: write a number from 1 to 1,000,000."),
        ("referrals", "1,5", "Referrals: write a point for decimals: 1.5."),
        ("referrals", "-1,5%", "Referrals: write a point for decimals: -1.5."),
        ("hand-turnover_rate", "1e-9", "Social workers who leave in a year: write a number from 0 to 100."),
        ("hand-nfa_share", "100", "Referrals closed at the front door: write a number from 0 to 95."),
        ("hand-vacancy_rate", "100", "Posts vacant: write a number from 0 to 95."),
        ("vacancies", "1_0", "Social work posts that are vacant: write a number from 0 to 60."),
        ("referrals", "0.01", ""),
        ("referrals", "+20%", ""),
        ("hand-referrals", "1,500", ""),
        ("hand-turnover_rate", "15%", ""),
    ],
)
@pytest.mark.slow
def test_a_number_is_taken_as_it_is_meant_or_refused_at_its_field(
    desk: Designer, field: str, typed: str, told: str
) -> None:
    """1,5 is not 15, and what rounds to no change is none."""
    answer = desk.change(RUN, **{"caseload": "hand", field: typed})
    if told:
        assert (
            answer.status_code == 422 and told in words_of(answer.text) and f'href="#{field}"' in answer.text
        )
        return
    assert answer.status_code == 303
    here = desk.memory.runs["rutland.yaml"]
    profile = here.caseload.profile
    assert profile is not None
    asked = here.what_ifs[-1].referrals, round(profile.referrals), round(profile.turnover_rate, 3)
    taken = {"0.01": (None, 276, 0.359), "+20%": (20.0, 276, 0.359)}
    assert asked == {**taken, "1,500": (None, 1500, 0.359), "15%": (None, 276, 0.15)}[typed]


ASKED = {"caseload": "hand", "hand-referrals": "500", "referrals": "20", "review": "day", "review_day": "12"}


def differs(desk: Designer, **asked: str) -> dict[str, str]:
    """The fields of the form that do not hold these words, as somebody finds them who comes to the screen."""
    form = desk.form(RUN)
    return {field: form[field][0] for field, words in asked.items() if form[field] != [words]}


@pytest.mark.slow
def test_the_form_says_what_was_asked_whatever_became_of_it(desk: Designer) -> None:
    """After a run, a stop, a word that is no number, a change of the framework, and without any runs."""
    assert desk.change(RUN, **ASKED).status_code == 303
    assert differs(desk, **ASKED) == {}
    desk.post(f"{RUN}/stop", {})
    assert differs(desk, **ASKED) == {}
    refused = desk.change(RUN, vacancies="many")
    assert refused.status_code == 422 and 'value="many"' in refused.text
    assert "Social work posts that are vacant: write a number" in words_of(refused.text), "which one it is"
    assert differs(desk, **ASKED, vacancies="many") == {}
    file = desk.folder / "rutland.yaml"
    file.write_bytes(file.read_bytes() + b"# changed\n")
    desk.post(f"{RUN}/remove", {"side": "0"})
    assert differs(desk, **ASKED, vacancies="many") == {}


@pytest.mark.slow
def test_a_small_change_of_the_question_is_one_field(desk: Designer) -> None:
    for asked in ({"referrals": "20", "review": "day", "review_day": "12"}, {"review_day": "13"}):
        assert desk.change(RUN, **asked).status_code == 303
    titles = [each.title for each in desk.memory.runs["rutland.yaml"].what_ifs][1:]
    assert titles == [f"20% more referrals and first review on day {day}" for day in (12, 13)]


@pytest.mark.slow
def test_what_is_typed_is_there_when_somebody_comes_back(desk: Designer) -> None:
    """With a script, as on the other screens; nothing of it is written or shown as not saved."""
    fields = {**desk.form(RUN), "referrals": ["2"], "limit": ["own"]}
    assert desk.json(f"{RUN}/typed", {"fields": fields, "version": ""}).json == {"kept": ""}
    assert differs(desk, referrals="2", limit="own") == {}
    assert "not saved" not in desk.get("/f/rutland.yaml/").text


@pytest.mark.slow
def test_what_nobody_changed_is_that_of_the_framework_as_it_is(desk: Designer) -> None:
    """Another caseload has another share of posts vacant: the form must not ask for the earlier one."""
    desk.json(f"{RUN}/typed", {"fields": {**desk.form(RUN), "referrals": ["20"]}})
    before = desk.form(RUN)
    (desk.folder / "rutland.yaml").write_bytes(find("hackney").read_bytes())
    after = desk.form(RUN)
    assert before["referrals"] == after["referrals"] == ["20"]
    assert before["vacancies"] == after["vacancies"] == [""]
    assert before["hand-referrals"] != after["hand-referrals"]


@pytest.mark.parametrize(
    ("own", "typed", "asked"),
    [
        ("30", "", None),
        ("30", "30", None),
        ("30", "19.3", 19.3),
        ("19.3", "30", 30.0),
        ("19.3", "19.3", None),
    ],
)
@pytest.mark.slow
def test_a_change_of_vacancies_is_one_from_the_caseload_that_is_chosen(
    desk: Designer, own: str, typed: str, asked: float | None
) -> None:
    """What is simulated is what stands in the form: own figures are no change, the published one may be."""
    assert "published: 19.3%" in words_of(desk.get(RUN).text)
    sent = {"caseload": "hand", "hand-vacancy_rate": own, "vacancies": typed}
    assert desk.change(RUN, **sent).status_code == 303
    here = desk.memory.runs["rutland.yaml"]
    wanted = (WhatIf(),) if asked is None else (WhatIf(), WhatIf(vacancies=asked))
    assert here.what_ifs == wanted
    assert desk.form(RUN)["hand-vacancy_rate"] == [own] and desk.form(RUN)["vacancies"] == [typed]
    before, *after = here.sides.experiments
    assert round(100 * before.profile.vacancy_rate, 1) == float(own)
    for each in after:
        assert round(100 * each.setting.profile.vacancy_rate, 1) == asked
        assert each.setting.onset is not None and each.setting.onset.profile == before.profile


@pytest.mark.slow
def test_a_screen_gives_no_advice_for_a_terminal_and_no_path(desk: Designer) -> None:
    """But for the commands that repeat a run, which are called so."""
    for asked in ({"referrals": "20", "vacancies": "30"}, {"limit": "none"}):
        run(desk, **asked)
    text = desk.get(RUN).text
    report = words_of(desk.get(f"{RUN}/1/report").text)
    assert str(desk.folder) not in text and str(desk.folder) not in report
    assert "The framework follows its rules yes" in report, "of the file in the folder, wherever simkit runs"
    said = words_of(re.sub(r'<pre class="command".*?</pre>', "", text, flags=re.S))
    assert not re.findall(r"simkit (?:run|show|compare|sensitivity|calibrate)\b|--\w+", said)
    assert "gives the range and reason of each" in said and "numbers are assumptions" in said


@pytest.mark.slow
def test_results_are_called_so_far_until_all_years_are_there(desk: Designer) -> None:
    desk.change(RUN)
    assert ">Results so far<" in desk.get(RUN).text
    run(desk)
    assert ">Results<" in desk.get(RUN).text
    desk.post(f"{RUN}/more", {"live": "1"})
    assert ">Results so far<" in desk.get(RUN).text


@pytest.mark.slow
def test_one_button_takes_all_changes_back_and_leaves_the_caseload(desk: Designer) -> None:
    words = "Undo all changes"
    untouched = desk.form(RUN)
    assert words not in desk.get(RUN).text
    desk.change(RUN, **ASKED)
    assert words in desk.get(RUN).text
    assert desk.change(RUN, unchanged="1").status_code == 303
    assert desk.form(RUN) == {**untouched, "caseload": ["hand"], "hand-referrals": ["500"]}


_FIELDS = (*("referrals", "vacancies", "other_work", "limit", "limit_days", "review", "review_day", "pull"),)
_VALUES = ("", "20", "-10", "1e9", "nan", "inf", "own", "none", "day", "hand", "return", "x" * 300, "\0", "é")


@given(st.dictionaries(st.sampled_from((*_FIELDS, "caseload", "hand-referrals")), st.sampled_from(_VALUES)))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_whatever_is_sent_there_is_an_answer(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("sent")
    (folder / "rutland.yaml").write_bytes(find("rutland").read_bytes())
    answer = designer(folder).post(RUN, {"nothing": "", **fields})
    assert answer.status_code in (303, 422), fields


@pytest.mark.parametrize("name", ["rutland", "wirral", "gloucestershire", "oxfordshire"])
def test_a_limit_and_a_review_take_the_place_of_those_that_are_there(name: str) -> None:
    framework = simkit.load(name)
    changed = simkit.experiment(framework, WhatIf(limit=33, review=9).scenario(framework)).framework
    days = [limit.amount.number for limit in conclusion_limits(changed, "section_17") if not limit.national]
    before = [limit for limit in conclusion_limits(framework, "section_17") if not limit.national]
    assert 33 in days and len(days) == max(1, len(before))
    limit = own_limit(framework)
    assert limit is None or limit.id in changed.timescales
    first = next(each for each in changed.reviews.values() if each.at is not None)
    assert first.at.number == 9 and first.by_priority == {}
    assert len(changed.reviews) - len(framework.reviews) in (0, 1)
