"""Family Y: what goes wrong between Notepad and YAML. Applied where a file is read."""

from __future__ import annotations

from simkit.framework.problem import Severity
from simkit.framework.rules.registry import rule

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY

rule(
    "Y001",
    _ERROR,
    "The file is not there",
    why="Nothing can be checked.",
    remedy="Check the spelling of the name and the folder.",
)
rule(
    "Y002",
    _ERROR,
    "A folder, not a file",
    why="One framework is one file.",
    remedy="Name the file itself, for example wirral.yaml.",
)
rule(
    "Y003",
    _ERROR,
    "The file can't be opened",
    why="Another program may hold it, or you may not have the right to read it.",
    remedy="Close other programs that have it open, or copy it to a folder of your own.",
)
rule(
    "Y004",
    _ERROR,
    "The file's name does not end in .yaml",
    why="Notepad adds .txt to a name without saying so, and other files are not frameworks.",
    remedy="In Notepad: Save As, 'Save as type: All files', and a name that ends in .yaml.",
)
rule(
    "Y005",
    _ERROR,
    "The file is too large",
    why="A framework is a few pages of text. A file over 1 MB is something else, and is not read.",
    remedy="Check that this is the file you meant. Keep long documents outside and give a `link:`.",
)
rule(
    "Y006",
    _ERROR,
    "The file was not saved as UTF-8",
    why="Letters beyond a to z, such as the pound sign or a curly apostrophe, would be read wrongly.",
    remedy="In Notepad: Save As, Encoding UTF-8.",
)
rule(
    "Y007",
    _ERROR,
    "The file was saved as UTF-16",
    why="Notepad calls it 'Unicode' or 'UTF-16'. Other tools can't read it.",
    remedy="In Notepad: Save As, Encoding UTF-8.",
)
rule(
    "Y008",
    _ERROR,
    "Characters that do not belong in a text",
    why="The file holds control characters: it may be a Word document, a picture or damaged.",
    remedy="Write the framework as plain text, in Notepad for example. Copy words out of a document, not the "
    "document.",
)
rule(
    "Y009",
    _ERROR,
    "The file is empty",
    why="There is nothing to check.",
    remedy="Start from `simkit new`, or from a neighbour's file.",
)
rule(
    "Y010",
    _ERROR,
    "The line can't be read",
    why="The file is written as lines of `name: text`, and this line is something else.",
    remedy="Write one `name: text` per line, with a space behind the colon.",
    fails="more:\n  office: |5th floor\n",
    passes='more:\n  office: "5th floor"\n',
)
rule(
    "Y011",
    _ERROR,
    "A tab",
    why="Lines are grouped by the spaces in front of them, and a tab has no agreed width.",
    remedy="Delete the tab and type spaces: two for each step to the right.",
    fails="roles:\n\tduty_worker:\n\t\ttitle: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y012",
    _ERROR,
    "A second colon in the line",
    why="The text behind `name:` has itself a colon and a space, which would start another name.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: Thresholds: levels of need\n",
    passes='threshold_document:\n  title: "Thresholds: levels of need"\n',
)
rule(
    "Y013",
    _ERROR,
    "A line stands too far to the right or left",
    why="The spaces in front of a line say what it belongs to.",
    remedy="Line it up with the lines it belongs with, two spaces further in than the name above them.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n   chair:\n    title: Chair\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n  chair:\n    title: Chair\n",
)
rule(
    "Y014",
    _ERROR,
    "No colon and space",
    why="Each line is `name: text`; without the colon and the space behind it the name is not seen.",
    remedy="Write `name: text`, with a colon and a space between.",
    fails="roles:\n  duty_worker:\n    title:Duty worker\n    note: x\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n    note: x\n",
)
rule(
    "Y015",
    _ERROR,
    "A text that starts with a star",
    why="A star at the start means something else to the computer (a reference).",
    remedy="Leave the star out, or put the text between straight double quotes.",
    fails="threshold_document:\n  title: *Important*\n",
    passes='threshold_document:\n  title: "*Important*"\n',
)
rule(
    "Y016",
    _ERROR,
    "A text that starts with an ampersand or an exclamation mark",
    why="At the start of a text these signs are instructions to the computer, and the text after them "
    "is lost.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: !Important document\n",
    passes='threshold_document:\n  title: "!Important document"\n',
)
rule(
    "Y017",
    _ERROR,
    "A text that starts with a sign that can't start a text",
    why="@, %, `, a dash or a closing bracket mean something else at the start of a text.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: @council thresholds\n",
    passes='threshold_document:\n  title: "@council thresholds"\n',
)
rule(
    "Y018",
    _ERROR,
    "Quotes that don't close",
    why="A quote at the start of a text must have its partner at the end, and no other one between.",
    remedy='With an apostrophe inside, use double quotes around the text: "Children\'s services".',
    fails="threshold_document:\n  title: 'Children's thresholds'\n",
    passes='threshold_document:\n  title: "Children\'s thresholds"\n',
)
rule(
    "Y019",
    _ERROR,
    "Brackets that don't close",
    why="[ opens a list and { opens a group; each needs its partner.",
    remedy="Close the bracket, or put the text between straight double quotes.",
    fails="not_known: [referrer_told, family_told\n",
    passes="not_known: [referrer_told, family_told]\n",
)
rule(
    "Y020",
    _ERROR,
    "A name with nothing behind it",
    why="A line left blank removes nothing and says nothing: it may be forgotten.",
    remedy="Write the text, or delete the line. To remove something inherited write `remove`.",
    fails="roles:\n  duty_worker:\n    title:\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y021",
    _ERROR,
    "The same name twice",
    why="Only one of the two would count, and nobody would see which.",
    remedy="Keep one of them: move what stands under the other to it, or delete the other.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n  duty_worker:\n    title: Worker on duty\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n  on_call:\n    title: Worker on call\n",
)
rule(
    "Y022",
    _ERROR,
    "A hash that swallows text",
    why="A space and a hash start a comment: what follows is not read.",
    remedy="Put the whole text between straight double quotes; or, for a comment, a space behind the hash.",
    fails="roles:\n  duty_worker:\n    title: Social worker, team #3\n",
    passes='roles:\n  duty_worker:\n    title: "Social worker, team #3"\n',
)
rule(
    "Y023",
    _QUERY,
    "A comment or a text?",
    why="A space and a hash start a comment: what follows is not read. It looks like part of the text.",
    remedy="If it is text, put the whole text between double quotes. If it is a comment, two spaces "
    "before it.",
    fails="roles:\n  duty_worker:\n    title: Social worker in team # 3\n",
    passes='roles:\n  duty_worker:\n    title: "Social worker in team # 3"  # a comment\n',
)
rule(
    "Y024",
    _ERROR,
    "Curly quotes from Word",
    why="Only straight quotes work as quotes; curly ones become part of the text.",
    remedy='Use straight quotes ("), or none at all.',
    fails="roles:\n  duty_worker:\n    title: “Duty worker”\n",
    passes='roles:\n  duty_worker:\n    title: "Duty worker"\n',
)
rule(
    "Y025",
    _ERROR,
    "Spaces that only look like spaces",
    why="Non-breaking and other special spaces come with text copied from Word or a web page.",
    remedy="Delete the space and type it again. In Notepad, Edit, Replace does all at once: copy one "
    "into 'Find what'.",
    fails="roles:\n  duty_worker:\n    title: Duty\u00a0worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y026",
    _ERROR,
    "A comma inside curly brackets",
    why="Between { and } every comma starts a new `name: text`, so the rest of the sentence became a name.",
    remedy="Write one `name: text` per line without brackets, or put the text between straight double "
    "quotes.",
    fails="threshold_document: {title: Thresholds, levels of need}\n",
    passes="threshold_document:\n  title: Thresholds, levels of need\n",
)
rule(
    "Y027",
    _ERROR,
    "More than one document in the file",
    why="A line of three dashes starts a second document, and only one can count.",
    remedy="Delete the line of dashes, or move the second part to a file of its own.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n---\nroles:\n  other:\n    title: Other\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y028",
    _ERROR,
    "Too many levels or values",
    why="A framework has a handful of levels; this file looks like something else, and reading stopped.",
    remedy="Check the brackets and the spaces in front of the lines.",
    fails="more: " + "[" * 40 + "]" * 40 + "\n",
    passes="more:\n  office: Town hall\n",
)
rule(
    "Y029",
    _ERROR,
    "The file is not made of `name: text`",
    why="The file as a whole has to be lines of `name: text`, starting with `simkit: framework/1`.",
    remedy="Start the file with `simkit: framework/1`.",
    fails="simkit",
    passes="",
)
rule(
    "Y030",
    _ERROR,
    "A name that is not a plain text",
    why="What stands before the colon has to be a plain name.",
    remedy="Write a name in small letters, digits and underscores before the colon.",
    fails="roles:\n  [duty, worker]: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y031",
    _ERROR,
    "A number with too many digits",
    why="No number in a framework needs more than fifteen digits.",
    remedy="Check the number; put it between straight double quotes if it is a text.",
    fails="more:\n  phone: 123456789012345678901234567890\n",
    passes='more:\n  phone: "123456789012345678901234567890"\n',
)
rule(
    "Y032",
    _ERROR,
    "Not JSON",
    why="Caseloads, reports and manifests are JSON, which programs write and which has no room for slips.",
    remedy="Have the file written again, or correct the sign.",
)
