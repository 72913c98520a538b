"""What a release withholds, as its page tells: proved, on its way, or not decided and who may ask for it again."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards import element as e
from dashboards.element import Element
from dashboards.numbers import day, percent, plain
from dashboards.page import Visit
from dashboards.parts.form import Posting, action_form, hidden, press
from dashboards.parts.section import SectionView, section
from dashboards.released import told_proof
from dashboards.views.releases_acts import may
from warehouse.moments import china_day
from warehouse.queue import State
from warehouse.release_patterns import Proof, Work, work
from warehouse.release_pieces import held
from warehouse.releases import Release


def frozen_section(visit: Visit, one: Release) -> Element:
    """The proof, or how far its job is."""
    phrases = visit.phrases
    view = SectionView("kept", phrases("releases.kept"), phrases("releases.kept.meta"))
    if one.proof is not None:
        return section(view, _proof(visit, one.proof), *_pieces(visit, one))
    return section(view, *_job(visit, one, work(visit.reader, one.number)), *_pieces(visit, one))


def _pieces(visit: Visit, one: Release) -> Iterator[Element]:
    """How much of tables by kinds and by several breakdowns has been asked for, and so is decided."""
    kept = held(visit.reader, one.number)
    if kept.many:
        size = plain(max(1, round(kept.size / 1024)))
        yield e.p(visit.phrases("releases.kept.pieces", n=plain(kept.many), size=size))


def _proof(visit: Visit, proof: Proof) -> Element:
    phrases = visit.phrases
    said = [
        ("result", told_proof(proof, phrases)),
        ("at.day", day(china_day(proof.proved_at), visit.lang)),
        ("rules", proof.rules),
        ("size", phrases("releases.kept.size.n", n=plain(max(1, round(proof.size / 1024))))),
    ]
    return e.div(e.dl(*(e.div(e.dt(phrases(f"releases.kept.{name}")), e.dd(value)) for name, value in said)), cls="asked")  # fmt: skip


def _job(visit: Visit, one: Release, job: Work | None) -> Iterator[Element]:
    phrases = visit.phrases
    if job is not None and job.state is State.WORKING:
        share = job.done / job.total if job.total else 0.0
        yield e.p(phrases("releases.kept.working", share=percent(share, 0)))
        yield e.progress(value=job.done, max=max(job.total, 1), aria_label=phrases("releases.kept"))
        return
    if job is not None and job.state is State.WAITING:
        yield e.p(phrases("releases.kept.waiting"))
        return
    failed = job is not None and job.state is State.FAILED
    why = job.said.of(visit.lang) if job is not None else ""
    yield e.p(phrases("releases.kept.failed", why=why) if failed else phrases("releases.kept.none"))
    if may(visit):
        again = press(phrases("releases.kept.again"))
        yield action_form("freeze_release", Posting(visit.csrf, str(visit.address)), hidden("release", one.number), e.div(again, cls="acts"))  # fmt: skip
