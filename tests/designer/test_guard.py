"""The designer answers its own pages on this computer and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("flask")

from designing import HOST, TOKEN, Designer, designer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

TITLE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def desk(tmp_path: Path) -> Designer:
    made = designer(tmp_path)
    assert made.post("/new", {"authority": "Oxfordshire"}).status_code == 303
    return made


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "0.0.0.0", "169.254.1.1:80"])
def test_a_name_that_leads_here_is_refused(desk: Designer, host: str) -> None:
    answer = desk.get("/", Host=host)
    assert answer.status_code == 403 and TOKEN not in answer.text and "oxfordshire" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_refused(desk: Designer, headers: dict[str, str]) -> None:
    before = desk.text("oxfordshire.yaml")
    answer = desk.post("/f/oxfordshire.yaml/file", {"text": "gone", "save": "1", "version": ""}, **headers)
    assert answer.status_code == 403 and desk.text("oxfordshire.yaml") == before


@pytest.mark.parametrize("path", ["/", "/f/oxfordshire.yaml/", "/wrong/", f"/{TOKEN}x/", "/favicon.ico"])
def test_without_the_token_nothing_is_told(desk: Designer, path: str) -> None:
    answer = desk.client.get(path, headers={"Host": HOST})
    assert answer.status_code == 403 and "Oxfordshire" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "", "text/html; charset=utf-8"])
def test_what_is_no_form_is_refused(desk: Designer, kind: str) -> None:
    answer = desk.client.post(
        f"/{TOKEN}/new", data=b"authority=Kent", content_type=kind, headers={"Host": HOST}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(desk: Designer, method: str) -> None:
    assert desk.client.open(f"/{TOKEN}/", method=method, headers={"Host": HOST}).status_code == 405


def test_more_than_20_mb_is_refused(desk: Designer) -> None:
    answer = desk.post("/f/oxfordshire.yaml/file", {"text": "x" * 20_000_001, "save": "1"})
    assert answer.status_code == 413 and "20 MB" in answer.text


def test_a_length_that_is_missing_or_wrong_is_refused(desk: Designer) -> None:
    for length in ("", "-1", "many"):
        environ = {"CONTENT_LENGTH": length, "CONTENT_TYPE": "application/x-www-form-urlencoded"}
        answer = desk.client.post(f"/{TOKEN}/new", headers={"Host": HOST}, environ_overrides=environ)
        assert answer.status_code in (411, 413)


def pages(desk: Designer) -> list[str]:
    """The address of every screen of a file, and of those before it."""
    of_file = (
        "",
        "about",
        "timescales",
        "timescales/child_visited",
        "timescales/new",
        "reviews",
        "reviews/new",
    )
    of_file += (
        "priorities",
        "deciders",
        "words",
        "words/recording",
        "file",
        "missing",
        "see",
        "compare",
        "agree",
    )
    of_file += ("compare?with=national:working-together-2023", "note", "document", "run", "return")
    return ["/", "/new", "/look", *(f"/f/oxfordshire.yaml/{each}" for each in of_file)]


@pytest.mark.slow
def test_every_page_forbids_scripts_of_its_own_and_everything_from_elsewhere(desk: Designer) -> None:
    for address in pages(desk):
        answer = desk.get(address)
        assert answer.status_code == 200, address
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
        scripts = [each for each in policy.split("; ") if each.startswith("script-src")]
        assert scripts in ([], ["script-src 'self'"]), address
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_words_of_a_file_stay_words_on_every_page(desk: Designer) -> None:
    """Whatever somebody writes as a title is shown as it is written, and never becomes part of the page."""
    assert desk.change("/f/oxfordshire.yaml/about", title=TITLE).status_code == 303
    new = {"title": TITLE, "number": "5", "end": "child_seen", "answer": "number", "note": TITLE}
    assert desk.change("/f/oxfordshire.yaml/timescales/new", **new).status_code == 303
    assert desk.change("/f/oxfordshire.yaml/reviews/new", title=TITLE, number="10").status_code == 303
    assert desk.change("/f/oxfordshire.yaml/words/recording", text=TITLE, owner="Head").status_code == 303
    assert TITLE in desk.text("oxfordshire.yaml").replace('\\"', '"').replace("''", "'")
    for address in pages(desk):
        answer = desk.get(address).text
        assert "<img" not in answer, address
    assert "&lt;img src=x onerror=" in desk.get("/f/oxfordshire.yaml/").text


@pytest.mark.parametrize(
    "name",
    (
        *("../secret.yaml", "..%2fsecret.yaml", "..\\secret.yaml", "%2e%2e/secret.yaml", ".hidden.yaml"),
        *("con.yaml", "/etc/passwd", "C:%5csecret.yaml", "link.yaml", "a%00b.yaml", "x" * 300 + ".yaml"),
    ),
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.yaml").write_text("title: a secret\n", encoding="utf-8")
    inside = tmp_path / "work"
    inside.mkdir()
    (inside / ".hidden.yaml").write_text("title: a secret\n", encoding="utf-8")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    desk = designer(inside)
    for screen in ("file", "", "document", "download/html"):
        answer = desk.get(f"/f/{name}/{screen}")
        assert answer.status_code in (404, 409) and "a secret" not in answer.text
    answer = desk.post(f"/f/{name}/file", {"text": "title: mine\n", "save": "1", "version": ""})
    assert answer.status_code in (404, 405, 409)
    assert (tmp_path / "secret.yaml").read_text(encoding="utf-8") == "title: a secret\n"
    assert "a secret" not in desk.get("/").text


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    from simkit.designer.folder import FileRefused

    with pytest.raises(FileRefused, match="There is no folder"):
        designer(tmp_path / "nowhere")


def test_it_is_an_ordinary_function(tmp_path: Path) -> None:
    """No server, no thread: a request is a call, and the answer what it gives."""
    import threading

    from simkit.designer.application import application

    before = threading.active_count()
    answer = Client(application(tmp_path, lambda: __import__("datetime").date(2026, 1, 1), "t")).get(
        "/t/", headers={"Host": "localhost"}
    )
    assert answer.status_code == 200 and threading.active_count() == before


_SCREENS = [
    "about",
    "timescales/child_visited",
    "timescales/new",
    "reviews",
    "reviews/new",
    "priorities",
    "deciders",
    "words/recording",
    "missing",
    "agree",
    "next-version",
    "file",
    "step",
    "forget",
]
_FIELDS = [
    "answer",
    "kind",
    "number",
    "unit",
    "title",
    "start",
    "end",
    "when",
    "posts",
    "setters",
    "routes",
    "base",
    "text",
    "owner",
    "link",
    "by",
    "on",
    "from",
    "thresholds",
    "new",
    "remove",
    "code",
    "path",
    "version",
    "status",
    "based_on",
    "title-0",
    "id-0",
    "share-0",
    "save",
    "fix",
    "again",
    "screen",
    "preview",
]
_VALUES = [
    "number",
    "words",
    "none",
    "open",
    "value",
    "text",
    "5",
    "within",
    "between",
    "{",
    "[]",
    "{}",
    "null",
    "1e9",
    "-1",
    "allocated",
    "from.allocated",
    "after.first",
    "first",
    "é",
    '{"a":1}',
]
_SENT = st.dictionaries(
    st.sampled_from(_FIELDS), st.sampled_from([*_VALUES, "", "x" * 300, "\0"]), max_size=8
)


@given(st.sampled_from(_SCREENS), _SENT)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_whatever_is_sent_there_is_an_answer(tmp_path_factory, screen: str, fields: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Fields that are missing, or hold what no page would send: a sentence, and never a fault."""
    folder = tmp_path_factory.mktemp("sent")
    desk = designer(folder)
    desk.post("/new", {"authority": "Oxfordshire", "first_review": "10 working days"})
    answer = desk.post(f"/f/oxfordshire.yaml/{screen}", {"nothing": "", **fields})
    assert answer.status_code in (200, 302, 303, 404, 409, 422), (screen, fields)


@pytest.mark.parametrize(
    "sent",
    [[], False, "x", 5, {"text": 5, "version": []}, {"fields": {"a": {}, "limit": [1, []]}, "screen": 1}],
)
@pytest.mark.parametrize("to", ["check", "typed", "run/typed"])
@pytest.mark.slow
def test_whatever_a_script_sends_there_is_an_answer(desk: Designer, sent: object, to: str) -> None:
    answer = desk.client.post(f"/{TOKEN}/f/oxfordshire.yaml/{to}", json=sent, headers={"Host": HOST})
    assert answer.status_code == 200
    assert desk.get("/f/oxfordshire.yaml/").status_code == 200
    assert desk.get("/f/oxfordshire.yaml/file").status_code == 200
    assert desk.get("/f/oxfordshire.yaml/run").status_code == 200
