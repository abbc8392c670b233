"""Family Y: what goes wrong between Notepad and YAML. Applied where a file is read."""

from __future__ import annotations

from simkit.framework.problem import Severity
from simkit.framework.rules.registry import rule

_ERROR, _QUERY = Severity.ERROR, Severity.QUERY

rule(
    "Y001",
    _ERROR,
    "The file does not exist",
    why="There is nothing to check.",
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
    why="Another program may have it open, or you may not have permission to read it.",
    remedy="Close other programs that have it open, or copy it to a folder of your own.",
)
rule(
    "Y004",
    _ERROR,
    "The file's name does not end in .yaml",
    why="Notepad adds .txt to a name without saying so.",
    remedy="In Notepad choose Save As, set 'Save as type' to 'All files', and give a name that ends in "
    ".yaml.",
)
rule(
    "Y005",
    _ERROR,
    "The file is too large",
    why="A framework is a few pages of text. simkit does not read files over 1 MB.",
    remedy="Check that this is the file you meant. Keep long documents elsewhere and give a `link:`.",
)
rule(
    "Y006",
    _ERROR,
    "The file was not saved as UTF-8",
    why="Signs such as £ or a curly apostrophe would be read wrongly.",
    remedy="In Notepad: Save As, Encoding UTF-8.",
)
rule(
    "Y007",
    _ERROR,
    "The file was saved as UTF-16",
    why="Notepad calls it 'Unicode' or 'UTF-16'. Other programs can't read it.",
    remedy="In Notepad: Save As, Encoding UTF-8.",
)
rule(
    "Y008",
    _ERROR,
    "Characters that do not belong in a text",
    why="The file has control characters. It may be a Word document, a picture, or damaged.",
    remedy="Write the framework as plain text, for example in Notepad. Copy the words out of a document, "
    "not the document itself.",
)
rule(
    "Y009",
    _ERROR,
    "The file is empty",
    why="There is nothing to check.",
    remedy="Start with `simkit new`, or copy a neighbour's file.",
)
rule(
    "Y010",
    _ERROR,
    "The line can't be read",
    why="The file is made of lines of `name: text`, and this line is something else.",
    remedy="Write one `name: text` per line, with a space after the colon.",
    fails="more:\n  office: |5th floor\n",
    passes='more:\n  office: "5th floor"\n',
)
rule(
    "Y011",
    _ERROR,
    "A tab",
    why="Spaces at the start of a line show what belongs together. A tab has no fixed width.",
    remedy="Delete the tab and type spaces: 2 for each step to the right.",
    fails="roles:\n\tduty_worker:\n\t\ttitle: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y012",
    _ERROR,
    "A second colon in the line",
    why="The text after `name:` has a colon and a space of its own, which would start another name.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: Thresholds: levels of need\n",
    passes='threshold_document:\n  title: "Thresholds: levels of need"\n',
)
rule(
    "Y013",
    _ERROR,
    "A line too far to the right or left",
    why="The spaces at the start of a line show what it belongs to.",
    remedy="Line it up with the lines it belongs to, 2 spaces further in than the name above them.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n   chair:\n    title: Chair\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n  chair:\n    title: Chair\n",
)
rule(
    "Y014",
    _ERROR,
    "No colon and space",
    why="Each line is `name: text`. simkit needs the colon and the space after it to find the name.",
    remedy="Write `name: text`, with a colon and a space between.",
    fails="roles:\n  duty_worker:\n    title:Duty worker\n    note: x\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n    note: x\n",
)
rule(
    "Y015",
    _ERROR,
    "A text that starts with a star",
    why="At the start of a text, a star is an instruction to the computer.",
    remedy="Delete the star, or put the text between straight double quotes.",
    fails="threshold_document:\n  title: *Important*\n",
    passes='threshold_document:\n  title: "*Important*"\n',
)
rule(
    "Y016",
    _ERROR,
    "A text that starts with an ampersand or an exclamation mark",
    why="At the start of a text these signs are instructions to the computer, and the text after them is "
    "lost.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: !Important document\n",
    passes='threshold_document:\n  title: "!Important document"\n',
)
rule(
    "Y017",
    _ERROR,
    "A text that starts with the wrong sign",
    why="@, %, `, a dash, a question mark and a closing bracket can't start a text.",
    remedy="Put the text between straight double quotes.",
    fails="threshold_document:\n  title: @council thresholds\n",
    passes='threshold_document:\n  title: "@council thresholds"\n',
)
rule(
    "Y018",
    _ERROR,
    "Quotes that do not close",
    why="A quote at the start of a text needs its partner at the end, and no other one between.",
    remedy='If the text has an apostrophe, put double quotes around it: "Children\'s services".',
    fails="threshold_document:\n  title: 'Children's thresholds'\n",
    passes='threshold_document:\n  title: "Children\'s thresholds"\n',
)
rule(
    "Y019",
    _ERROR,
    "Brackets that do not close",
    why="[ opens a list and { opens a group. Each needs its partner.",
    remedy="Close the bracket, or put the text between straight double quotes.",
    fails="not_known: [referrer_told, family_told\n",
    passes="not_known: [referrer_told, family_told]\n",
)
rule(
    "Y020",
    _ERROR,
    "A name with nothing after it",
    why="An empty line says nothing and deletes nothing: it may have been forgotten.",
    remedy="Write the text, or delete the line. To delete something inherited write `remove`.",
    fails="roles:\n  duty_worker:\n    title:\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y021",
    _ERROR,
    "The same name twice",
    why="Only one of the two would count, and nobody would see which.",
    remedy="Keep one and delete the other. If both have lines below them, move those under the one you keep.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n  duty_worker:\n    title: Worker on duty\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n  on_call:\n    title: Worker on call\n",
)
rule(
    "Y022",
    _ERROR,
    "A hash that hides text",
    why="A space and a hash start a comment, and simkit does not read comments.",
    remedy="Put the whole text between straight double quotes. For a comment, write a space after the hash.",
    fails="roles:\n  duty_worker:\n    title: Social worker, team #3\n",
    passes='roles:\n  duty_worker:\n    title: "Social worker, team #3"\n',
)
rule(
    "Y023",
    _QUERY,
    "A comment or a text?",
    why="A space and a hash start a comment, and simkit does not read comments. This one looks like part of "
    "the text.",
    remedy="If it is text, put the whole text between double quotes. If it is a comment, put two spaces "
    "before it.",
    fails="roles:\n  duty_worker:\n    title: Social worker in team # 3\n",
    passes='roles:\n  duty_worker:\n    title: "Social worker in team # 3"  # a comment\n',
)
rule(
    "Y024",
    _ERROR,
    "Curly quotes from Word",
    why="Only straight quotes work as quotes. Curly ones become part of the text.",
    remedy='Use straight quotes ("), or none at all.',
    fails="roles:\n  duty_worker:\n    title: “Duty worker”\n",
    passes='roles:\n  duty_worker:\n    title: "Duty worker"\n',
)
rule(
    "Y025",
    _ERROR,
    "Hidden special spaces",
    why="Text copied from Word or a website often has non-breaking spaces in it.",
    remedy="Delete the space and type it again. To replace all of them in Notepad, use Edit, Replace and "
    "copy one into 'Find what'.",
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
    remedy="Delete the line of dashes, or move the second part to another file.",
    fails="roles:\n  duty_worker:\n    title: Duty worker\n---\nroles:\n  other:\n    title: Other\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y028",
    _ERROR,
    "Too many levels or values",
    why="A framework has a handful of levels. This file looks like something else.",
    remedy="Check the brackets and the spaces at the start of the lines.",
    fails="more: " + "[" * 40 + "]" * 40 + "\n",
    passes="more:\n  office: Town hall\n",
)
rule(
    "Y029",
    _ERROR,
    "The file is not made of `name: text`",
    why="The file has to be lines of `name: text`, starting with `simkit: framework/1`.",
    remedy="Start the file with `simkit: framework/1`. `simkit new` makes one.",
    fails="simkit",
    passes="",
)
rule(
    "Y030",
    _ERROR,
    "A name that is not a plain text",
    why="A name is a plain word before a colon.",
    remedy="Write a name in small letters, digits and underscores before the colon.",
    fails="roles:\n  [duty, worker]: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y031",
    _ERROR,
    "A number with too many digits",
    why="No number in a framework needs more than 15 digits.",
    remedy="Check the number. If it is a text, put it between straight double quotes.",
    fails="more:\n  phone: 123456789012345678901234567890\n",
    passes='more:\n  phone: "123456789012345678901234567890"\n',
)
rule(
    "Y032",
    _ERROR,
    "Not JSON",
    why="Programs write caseloads, reports and manifests as JSON, and one wrong sign breaks them.",
    remedy="Have the file written again, or correct the sign.",
)
rule(
    "Y033",
    _ERROR,
    "Something other than a framework",
    why="An e-mail, a web page, a spreadsheet or a letter has no lines of `name: text` that can be read.",
    remedy="Make a framework with `simkit new`, and copy the words you need into it.",
    fails="From: A manager\nSent: Monday\nTo: A colleague\nSubject: Our protocol\n\nPlease see below.\n",
    passes="",
)
rule(
    "Y034",
    _ERROR,
    "Two authorities in one file",
    why="One file is the framework of one authority.",
    remedy="Move the second to a file of its own.",
    fails="authority: Halton\n\nauthority: Wirral\n",
    passes="authority: Halton\n",
)
rule(
    "Y035",
    _ERROR,
    "A # left before a name",
    why="A line that starts with # is an example and not read. The lines below it have lost their name.",
    remedy="Delete the # and the one space after it.",
    fails="roles:\n#   duty_worker:\n    title: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
rule(
    "Y036",
    _ERROR,
    "A text of several lines without |",
    why="Without the sign | after the colon, a colon or a # in the words would be read as more than words.",
    remedy="Write `text: |` alone on its line and the words on the lines below, two spaces further in.",
    fails="protocol:\n  young_carers:\n    owner: Head of Service\n    text: We ask: what would help?\n"
    "    We write it down.\n",
    passes="protocol:\n  young_carers:\n    owner: Head of Service\n    text: |\n"
    "      We ask: what would help?\n      We write it down.\n",
)
rule(
    "Y037",
    _ERROR,
    "An entry without its name",
    why="Each entry of a section has a name of its own, with its lines below it.",
    remedy="Write the name of the entry above its lines, two spaces in, with a colon.",
    fails="roles:\n    title: Duty worker\n",
    passes="roles:\n  duty_worker:\n    title: Duty worker\n",
)
