"""The Word file of a document: styles, page, header, language, tables, pictures and links.

Imported only where python-docx is installed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from simkit.common.bounded_file import bounded_bytes
from simkit.common.errors import SimkitError
from simkit.common.xml_text import xml_text
from simkit.output import look

_LANGUAGE = "en-GB"
_OLD_WORD = b"\xd0\xcf\x11\xe0"  # also the start of a file with a password
_MOST = 100 * 1024 * 1024  # bytes of a template, unpacked
_EDGES = ("top", "left", "bottom", "right")
_PIXEL = 9525  # in EMU: 96 to the inch


def _colour(code: str) -> Any:
    return RGBColor.from_string(code.removeprefix("#"))


class TemplateError(SimkitError):
    """A Word file can't serve as the template; the text says why and what to do."""


@dataclass(slots=True)
class Page:
    """The file being written. ``plain``: it has no template, so its looks are set here."""

    file: Any
    plain: bool
    _bookmarks: int = field(default=0)
    _changes: int = field(default=0)

    @staticmethod
    def clean(words: str) -> str:
        """The words without what XML can't hold."""
        return xml_text(words)

    def style(self, name: str) -> Any:
        """A paragraph style by name, added where the template does not have it."""
        styles = self.file.styles
        try:
            return styles[name]
        except KeyError:
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
            if name.startswith("Heading"):
                style.font.bold = True
                style.font.size = Pt(look.POINTS.get(name, look.POINTS["Heading 3"]))
                level = OxmlElement("w:outlineLvl")
                level.set(qn("w:val"), str(int(name[-1]) - 1))
                style.element.get_or_add_pPr().append(level)
            return style

    def paragraph(self, style: str) -> Any:
        """A new paragraph at the end."""
        return self.file.add_paragraph(style=self.style(style))

    def bullet(self) -> Any:
        """A new list item, with a bullet of its own where the template has no list style."""
        has_style = any(style.name == "List Bullet" for style in self.file.styles)
        paragraph = self.paragraph("List Bullet" if has_style else "Normal")
        if not has_style:
            paragraph.add_run("•\t")
        return paragraph

    def notice(self, words: str) -> None:
        """A framed paragraph in bold."""
        paragraph = self.paragraph("Normal")
        paragraph.add_run(self.clean(words)).bold = True
        borders = _borders("w:pBdr", _EDGES, size=12, space=4, color="000000")
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"
        )

    def caption(self, words: str, above: bool = True) -> None:
        """A caption, kept with the table below it."""
        paragraph = self.paragraph("Caption")
        paragraph.add_run(self.clean(words))
        paragraph.paragraph_format.keep_with_next = above

    def missing(self, run: Any) -> None:
        """Show the run as something that is missing."""
        run.italic = True
        run.font.color.rgb = _colour(look.GAP)

    def tracked(self, run: Any, *, gone: bool) -> None:
        """Show the run as a marked change, which a reader can accept or reject in Word."""
        self._changes += 1
        change = OxmlElement("w:del" if gone else "w:ins")
        for key, value in (("id", str(self._changes)), ("author", "simkit")):
            change.set(qn(f"w:{key}"), value)
        run._r.addprevious(change)
        change.append(run._r)
        for text in list(run._r.iter(qn("w:t"))) if gone else ():
            text.tag = qn("w:delText")

    def link(self, paragraph: Any, words: str, target: str) -> None:
        """A link to an address, or to a bookmark where the target begins with ``#``."""
        element = OxmlElement("w:hyperlink")
        if target.startswith("#"):
            element.set(qn("w:anchor"), _anchor(target[1:]))
        else:
            related = paragraph.part.relate_to(
                self.clean(target), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            element.set(qn("r:id"), related)
        run = paragraph.add_run(self.clean(words))
        run.font.underline = True
        run.font.color.rgb = _colour(look.LINK)
        element.append(run._r)
        paragraph._p.append(element)

    def bookmark(self, paragraph: Any, name: str) -> None:
        """A target for links."""
        self._bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self._bookmarks))
            if tag.endswith("Start"):
                mark.set(qn("w:name"), _anchor(name))
            paragraph._p.append(mark)

    @property
    def width(self) -> int:
        """Width between the margins, in EMU."""
        section = self.file.sections[-1]
        return int(section.page_width - section.left_margin - section.right_margin)

    @property
    def height(self) -> int:
        """Height between the margins, in EMU."""
        section = self.file.sections[-1]
        return int(section.page_height - section.top_margin - section.bottom_margin)

    def table(self, caption: str, rows: int, shares: Sequence[int]) -> Any:
        """An empty table with columns in these shares of the width."""
        table = self.file.add_table(rows=rows, cols=len(shares))
        if any(style.name == "Table Grid" for style in self.file.styles):
            table.style = "Table Grid"
        else:
            _bordered(table)
        table.autofit = False
        widths = [Emu(self.width * share // sum(shares)) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for place in column.cells:
                place.width = width
        for tag, words in (("w:tblCaption", caption), ("w:tblDescription", f"Table: {caption}")):
            property_ = OxmlElement(tag)
            property_.set(qn("w:val"), self.clean(words))
            table._tbl.tblPr.append(property_)
        for row in table.rows:
            whole = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(whole)
        return table

    @staticmethod
    def keep_together(table: Any) -> None:
        """Avoid page breaks inside the table."""
        for row in table.rows[:-1]:
            for place in row.cells:
                for paragraph in place.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True

    @staticmethod
    def tight(paragraph: Any) -> None:
        """Little space after a paragraph in a table."""
        paragraph.paragraph_format.space_after = Pt(2)

    @staticmethod
    def repeat(row: Any) -> None:
        """Repeat the row at the top of every page of its table."""
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    @staticmethod
    def shade(place: Any) -> None:
        """A pale ground for a header cell."""
        shade = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", look.PALE.removeprefix("#"))):
            shade.set(qn(f"w:{key}"), value)
        place._tc.get_or_add_tcPr().append(shade)

    def after_table(self) -> None:
        """A little space: without it Word joins two tables."""
        room = self.paragraph("Normal").paragraph_format
        room.space_after = Pt(0)
        room.line_spacing = Pt(8)

    def picture(self, content: bytes, width: float, height: float, title: str, words: str) -> None:
        """A picture as wide as the text, or smaller to fit the page."""
        room = self.height * 0.86
        wide = min(self.width, int(width * _PIXEL), int(room * width / height))
        paragraph = self.paragraph("Normal")
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(content), width=Emu(wide))
        for each in (shape._inline.docPr, shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            each.set("title", self.clean(title))
            each.set("descr", self.clean(words))

    def on_every_page(self, title: str, standing: str) -> None:
        """Whose document it is in every header; title and page number in every footer that is empty."""
        differ = self.file.settings.odd_and_even_pages_header_footer
        for section in self.file.sections:
            headers, footers = [section.header], [section.footer]
            if section.different_first_page_header_footer:
                headers.append(section.first_page_header)
                footers.append(section.first_page_footer)
            if differ:
                headers.append(section.even_page_header)
                footers.append(section.even_page_footer)
            for header in headers:
                header.is_linked_to_previous = False
                self._add_text(header, standing)
            for footer in footers:
                footer.is_linked_to_previous = False
                if not any(paragraph.text.strip() for paragraph in footer.paragraphs):
                    self._numbered(self._add_text(footer, f"{title}. Page "))

    def _add_text(self, place: Any, words: str) -> Any:
        first = place.paragraphs[0] if place.paragraphs else place.add_paragraph()
        paragraph = first if not first.runs else place.add_paragraph()
        paragraph.add_run(self.clean(words)).font.size = Pt(look.POINTS["Footer"])
        return paragraph

    @staticmethod
    def _numbered(paragraph: Any) -> None:
        for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = paragraph.add_run()
            run.font.size = Pt(look.POINTS["Footer"])
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = words
            run._r.append(part)

    def named(self, title: str, author: str) -> None:
        """The file's own title, author and language."""
        properties = self.file.core_properties
        properties.title = self.clean(title)[:255]
        properties.author = self.clean(author)[:255]
        properties.last_modified_by = ""
        properties.comments = ""
        properties.language = _LANGUAGE


def open_page(template: str | Path | bytes | None) -> Page:
    """An empty file to write into. ``template`` is a Word file or its content. Raises TemplateError."""
    file: Any = docx.Document()
    if isinstance(template, bytes):
        file = _opened(template, "The template")
    elif template is not None:
        file = _opened(_content(Path(template)), f"The template {template}")
    page = Page(file, template is None)
    _speaks_english(file)
    if template is None:
        _plain_looks(page)
    else:
        _emptied(file)
    return page


_HINT = "Open it in Word and save it as a Word document (.docx) without a password."


def _content(path: Path) -> bytes:
    if path.is_dir() or not path.exists():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise TemplateError(f"The template {path} {what}. Give the name of a Word document (.docx).")
    try:
        return bounded_bytes(path, _MOST)
    except OSError as error:
        raise TemplateError(f"The template {path} can't be read: {error.strerror or error}.") from error


def _opened(content: bytes, called: str) -> Any:
    if content.startswith(_OLD_WORD):
        raise TemplateError(f"{called} is protected by a password, or in the old format. {_HINT}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _MOST:
                raise TemplateError(f"{called} is too big to be one.")
        file = docx.Document(io.BytesIO(content))
        sections = len(file.sections)
        settings = file.settings.element
    except TemplateError:
        raise
    except Exception as error:  # whatever a broken file makes the readers of zip and XML raise
        raise TemplateError(f"{called} is not a Word document (.docx). {_HINT}") from error
    for each in settings.iter(qn("w:documentProtection")):
        if each.get(qn("w:enforcement")) in ("1", "true", "on"):
            raise TemplateError(
                f"{called} is protected against changes. In Word choose Review, Restrict Editing, "
                "Stop Protection, and save it."
            )
    if not sections:
        raise TemplateError(f"{called} has no page set up. {_HINT}")
    return file


def _emptied(file: Any) -> None:
    """Remove the template's own text; its styles, last page set-up and headers stay."""
    body = file.element.body
    *before, last = body.iter(qn("w:sectPr"))
    for reference in [each for section in reversed(before) for each in _references(section)]:
        kind = (reference.tag, reference.get(qn("w:type")))
        if kind not in [(each.tag, each.get(qn("w:type"))) for each in _references(last)]:
            last.insert(0, reference)  # what the last section inherits from those before it
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _references(section: Any) -> list[Any]:
    tags = (qn("w:headerReference"), qn("w:footerReference"))
    return [each for each in section if each.tag in tags]


def _speaks_english(file: Any) -> None:
    styles = file.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = OxmlElement("w:docDefaults")
        styles.insert(0, defaults)
    for tag in ("w:rPrDefault", "w:rPr"):
        holder = (
            styles.find(qn("w:docDefaults")) if tag == "w:rPrDefault" else defaults.find(qn("w:rPrDefault"))
        )
        if holder.find(qn(tag)) is None:
            holder.insert(0, OxmlElement(tag))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    if properties.find(qn("w:lang")) is None:
        properties.append(OxmlElement("w:lang"))
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)


def _plain_looks(page: Page) -> None:
    section = page.file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(22)
    for name, size in look.POINTS.items():
        if name == "Sheet":
            continue
        style = page.style(name)
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        for key in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{key}"), look.FONTS[0])
    page.style("Normal").paragraph_format.space_after = Pt(6)
    page.style("Caption").paragraph_format.space_before = Pt(6)


def _bordered(table: Any) -> None:
    borders = _borders(
        "w:tblBorders", (*_EDGES, "insideH", "insideV"), size=4, space=0, color=look.LINE.removeprefix("#")
    )
    table._tbl.tblPr.insert_element_before(
        borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption", "w:tblDescription"
    )


def _borders(tag: str, edges: Sequence[str], *, size: int, space: int, color: str) -> Any:
    """Single lines along these edges; ``size`` in eighths of a point, ``space`` in points."""
    borders = OxmlElement(tag)
    for edge in edges:
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", color)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    return borders


def _anchor(name: str) -> str:
    """A bookmark's name as Word allows it."""
    return re.sub(r"[^A-Za-z0-9]", "_", name)[:40]
