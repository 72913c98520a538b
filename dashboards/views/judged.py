"""The strip of three judgements on a school's page: breaches, doubts and risks, each with its reasons, never one score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.numbers import day
from dashboards.page import Visit
from dashboards.parts.school import JudgementView, RemarkView
from dashboards.views.alerts import brief
from dashboards.views.cases import standing
from metrics.review import Flag as Finding
from warehouse import law
from warehouse.case_read import Case, of_schools
from warehouse.case_rules import Identity
from warehouse.discovery import form as form_named
from warehouse.flag_lists import Flag, identity_of, of_school
from warehouse.flags import Judgement, newest_round
from warehouse.moments import china_day
from warehouse.places import Rung

Held = Mapping[Identity, Case]
MOST = 3  # of a judgement shown above; all of them stand behind its link


def strip(visit: Visit, findings: Sequence[Finding]) -> list[JudgementView]:
    """What the newest review says of the school and year; a school is told nothing of what may become of it.

    `findings` are those of what stands now: what still has to be explained is told beside the doubts.
    """
    found = [
        one for one in of_school(visit.reader, visit.address.place or 0, visit.year) if one.speaks
    ]
    if not found and newest_round(visit.reader) is None:
        return [JudgementView(Judgement.BREACH.value, visit.phrases("judged.breaches", n=0), visit.phrases("alerts.never"), ())]  # fmt: skip
    held = of_schools(visit.reader, [visit.address.place or 0], visit.year) if found else {}
    views = [_view(visit, Judgement.BREACH, found, held), _doubts(visit, found, held, findings)]
    if visit.ladder.rung(visit.audience.scope.place_id) is not Rung.SCHOOL:
        views.append(_view(visit, Judgement.RISK, found, held))
    return views


def _view(visit: Visit, judgement: Judgement, found: Sequence[Flag], held: Held) -> JudgementView:
    mine = [one for one in found if one.judgement is judgement]
    name = f"judged.{judgement}s" if judgement is not Judgement.BREACH else "judged.breaches"
    remarks = [_remark(visit, one, held.get(identity_of(one))) for one in mine[:MOST]]
    if len(mine) > MOST:
        view = "" if judgement is Judgement.BREACH else judgement.value
        everything = visit.address.on("alerts", visit.address.place, view=view)
        remarks.append(
            RemarkView(
                visit.phrases("judged.more", n=len(mine) - MOST),
                visit.phrases("judged.all", n=len(mine)),
                everything,
            )
        )
    return JudgementView(
        judgement.value, visit.phrases(name, n=len(mine)), visit.phrases(f"{name}.meta"), remarks
    )


def _remark(visit: Visit, one: Flag, case: Case | None) -> RemarkView:
    """The sentence, the law or what it is called, and since when; it leads to the flag's own page."""
    href = visit.address.on("alert", one.school_id, item=str(one.flag_id))
    code = one.detail.get("law")
    basis = law.entry(code).title.of(visit.lang) if code else visit.phrases("act.look")
    explained = next(
        (cell["explanation"] for cell in one.detail.get("cells") or () if cell["explanation"]), ""
    )
    return RemarkView(
        _short(visit, one),
        basis,
        href,
        _follow(visit, one, case),
        explained,
    )


def _follow(visit: Visit, one: Flag, case: Case | None) -> str:
    """Since when, and where its case stands."""
    since = visit.phrases("judged.since", at=day(china_day(one.since), visit.lang))
    return f"{since} · {standing(visit, case)}" if case else since


def _short(visit: Visit, one: Flag) -> str:
    """Without the law, which stands beside it, and of a risk without its factors."""
    said = brief(one).of(visit.lang)
    return (
        said.split("；" if visit.lang == "zh" else ";")[0]
        if one.judgement is Judgement.RISK
        else said
    )


def _doubts(
    visit: Visit, found: Sequence[Flag], held: Held, findings: Sequence[Finding]
) -> JudgementView:
    """Doubts of the review, and how many rows the school was asked to explain."""
    view = _view(visit, Judgement.DOUBT, found, held)
    remarks = [one for one in findings if one.answer == "remark"]
    if not remarks:
        return view
    forms = visit.phrases("list.comma").join(
        form_named(name).title.of(visit.lang) for name in dict.fromkeys(one.form for one in remarks)
    )
    asked = RemarkView(
        visit.phrases("judged.asked", n=len(remarks), forms=forms),
        visit.phrases("act.look"),
        "#findings",
        "",
        "",
    )
    return JudgementView(view.seal, view.title, view.meta, [*view.remarks, asked])
