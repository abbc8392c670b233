"""Write docs/rules.md, a section for each rule: ``python -m tools.docs.rules_page docs/rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from simkit.framework.rules.registry import EXAMPLE_HEAD, FAMILIES, Rule, all_rules

_LONGEST = 600

_SEVERITIES = {
    "error": "Error: the framework can't be used until it is fixed.",
    "query": "Query: you can use it, but someone should answer the question first.",
    "note": "Note: worth knowing, nothing to fix.",
}

_HEAD = """\
# The rules

Every problem that `simkit check` reports has a code. This page has a section for each: what is wrong, why it
matters, an example, and how to fix it. A code never changes its meaning.

    wirral.yaml:12:13: error S005: `within` is '5 days', which can't be read.
    file       |  |    |     |     what is wrong; the line below says how to fix it
               |  |    |     the code: look it up on this page
               |  |    error, query or note
               |  column
               line

**Error**: the framework can't be used until it is fixed. **Query**: you can use it, but someone should
answer the question first (with `--strict` it counts as a problem). **Note**: worth knowing, nothing to fix.

Read each example as if these lines were above it, unless it starts with `simkit:` itself:

```yaml
{head}```

This page is made from the rules themselves: `python -m tools.docs.rules_page docs/rules.md`.

"""


def page() -> str:
    """The whole page."""
    rules = all_rules()
    lines = [_HEAD.format(head=EXAMPLE_HEAD)]
    for letter, family in FAMILIES.items():
        own = [rule for rule in rules if rule.family == letter]
        lines.append(f"- [{letter}: {family}](#{letter.lower()}), {len(own)} rules\n")
    for letter, family in FAMILIES.items():
        lines.append(f'\n<a id="{letter.lower()}"></a>\n## {letter}: {family}\n')
        for rule in rules:
            if rule.family == letter:
                lines += _section(rule)
    return "".join(lines)


def _section(rule: Rule) -> Iterator[str]:
    yield f'\n<a id="{rule.code.lower()}"></a>\n### {rule.code}: {rule.title}\n\n'
    yield f"{_SEVERITIES[rule.severity.value]}\n\n"
    yield f"{rule.why}\n\n"
    if rule.fails and len(rule.fails) <= _LONGEST:
        yield f"This gives {rule.code}:\n\n```yaml\n{_ended(rule.fails)}```\n\n"
    elif rule.fails:
        yield "An example would be too long to print here.\n\n"
    else:
        yield "The rule is about the file itself, so there is no example.\n\n"
    yield f"**What to do.** {rule.remedy}\n"
    if rule.passes and len(rule.passes) <= _LONGEST:
        yield f"\nThis is right:\n\n```yaml\n{_ended(rule.passes)}```\n"
    if rule.source:
        yield f"\nSource: {rule.source}.\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def main(arguments: list[str]) -> int:
    """Write the page to the file that is named, otherwise print it."""
    if len(arguments) > 1:
        sys.stderr.write("Usage: python -m tools.docs.rules_page [docs/rules.md]\n")
        return 2
    if arguments:
        Path(arguments[0]).write_text(page(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
