"""The result as one page that needs nothing else: no network, and no script to be read."""

from difflib import SequenceMatcher
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from contracts.vocabulary.exchange import shorten
from reports.renderings import chart
from reports.renderings.replay_script import script
from reports.result.facts import SIGNS, by_area, facts, sign_of
from reports.result.result import Result, Verdict

LONGEST = 4_000
"""Characters of a body that the page shows; the whole stands in conformance.json."""


def render(result: Result) -> bytes:
    """Return `result` as an HTML document in UTF-8."""
    page = resources.files("reports.renderings").joinpath("page")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(page.joinpath("index.html.jinja").read_text("utf-8"))
    text = template.render(
        result=result,
        began=result.began,
        facts=[fact for fact in facts(result) if fact.words],
        areas=list(by_area(result)),
        verdicts=list(Verdict),
        opened=(Verdict.VIOLATED,),
        headline=headline(result),
        signs=SIGNS,
        sign=sign_of(result),
        cut=lambda body, limit=LONGEST: shorten(body, limit),
        path=lambda url: "/" + url.split("://", 1)[-1].partition("/")[2],
        difference=difference,
        chart=chart.of(result.load) if result.load else None,
        script=lambda shown: script(shown, result.began),
        style=Markup(page.joinpath("style.css").read_text("utf-8")),  # noqa: S704 - our own, beside the template
        behaviour=Markup(page.joinpath("behaviour.js").read_text("utf-8")),  # noqa: S704
    )
    return text.encode("utf-8", "replace")


def headline(result: Result) -> str:
    """Say in one sentence what the verdict rests on."""
    counts = {verdict: result.count(verdict) for verdict in Verdict}
    parts = [f"{counts[Verdict.HOLDS]} of {len(result.judgements)} requirements hold"]
    words = {
        Verdict.VIOLATED: "violated",
        Verdict.WAIVED: "waived",
        Verdict.INCONCLUSIVE: "could not be asked",
        Verdict.NOT_APPLICABLE: "not applicable",
    }
    parts += [f"{counts[verdict]} {word}" for verdict, word in words.items() if counts[verdict]]
    return ", ".join(parts) + "."


def difference(expected: str, actual: str) -> Markup:
    """Return `actual` with marks around what is not in `expected`, where the two are alike enough to compare."""
    if max(len(expected), len(actual)) > 600:
        return escape(actual)
    matcher = SequenceMatcher(None, expected, actual, autojunk=False)
    if matcher.ratio() < 0.6:
        return escape(actual)
    parts = Markup()
    for kind, _, _, start, end in matcher.get_opcodes():
        piece = escape(actual[start:end])
        parts += piece if kind == "equal" or not piece else Markup("<mark>{}</mark>").format(piece)
    return parts
