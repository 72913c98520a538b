"""Files that pages link to: the sign-off sheet as PDF, the monthly report as PDF and workbook, the verification report as both, the list of spot checks as a workbook, the record of a shortlist as both. A download is a line of the audit trail, written before it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from flask import Flask, Response, abort, request
from flask_login import current_user

from dashboards import case_book, case_sheet, shortlist_book, shortlist_paper, spot_book
from dashboards.auth import Door
from dashboards.i18n import Lang, Phrases
from dashboards.monthly_book import workbook
from dashboards.sheet import pdf
from dashboards.shortlist_record import Record, release_before
from dashboards.typesetting import NoFont, NoGlyph
from dashboards.views import signoff
from dashboards.views.case_report import Report
from dashboards.views.monthly import Shown, read_month, sheet
from etl.account_book import MEDIA as BOOK
from warehouse import case_read, shortlists, spot_checks
from warehouse.chain import Key
from warehouse.discovery import submitted_forms
from warehouse.errors import UnknownPlace
from warehouse.events import Event
from warehouse.monthly import revisions
from warehouse.rights import Right

MEDIA = {"pdf": "application/pdf", "xlsx": BOOK}
MAKERS: Mapping[str, Callable[[Shown], bytes]] = {
    "pdf": lambda shown: pdf(sheet(shown)),
    "xlsx": workbook,
}
BOOKS: Mapping[str, Callable[[Report], bytes]] = {
    "pdf": case_sheet.pdf,
    "xlsx": case_book.workbook,
}

RECORDS: Mapping[str, Callable[[Record], bytes]] = {
    "pdf": shortlist_paper.paper,
    "xlsx": shortlist_book.workbook,
}


@dataclass(frozen=True)
class Downloads:
    """Gives files out."""

    door: Door
    synthetic: bool

    def install(self, server: Flask) -> None:
        server.add_url_rule("/signoff/<int:school>/<int:year>/<name>.pdf", "signoff", self.signoff)

        server.add_url_rule("/rollout/<int:place>/<month>.<kind>", "monthly", self.monthly)
        server.add_url_rule("/cases/<int:place>/<int:year>.<kind>", "cases", self.cases)
        server.add_url_rule("/sampling/<int:plan>.<kind>", "sampling", self.sampling)
        server.add_url_rule("/shortlists/<int:number>.<kind>", "shortlist", self.shortlist)

    def cases(self, place: int, year: int, kind: str) -> Response:
        """The verification report of a place whose records the reader sees."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        what = f"cases-{year}-{place}"
        if not self._may(place):
            self._refused(what)
        if kind not in BOOKS:
            abort(404)
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            found = case_read.of_year(reader, place, year)
            notes = case_read.opinions(reader, [one.case_id for one in found])
        report = Report(
            place_id=place, year=year, today=self.door.today, cases=found, notes=notes, ladder=audience.ladder, phrases=Phrases(lang),
            is_synthetic=self.synthetic,
        )  # fmt: skip
        return self._given(what, kind, lang, "verification report", lambda: BOOKS[kind](report))  # fmt: skip

    def sampling(self, plan: int, kind: str) -> Response:
        """The list of a plan of spot checks that the reader sees, with what has been found."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            held = spot_checks.plan(reader, plan)
            visited = spot_checks.findings(reader, plan)
        what = f"sampling-{plan}"
        if held is None or not self._may(held.wish.place_id):
            self._refused(what)
        if kind != "xlsx":
            abort(404)
        shown = spot_book.Shown(plan=held, visited=visited, ladder=audience.ladder, phrases=Phrases(lang), is_synthetic=self.synthetic)  # fmt: skip
        return self._given(what, kind, lang, "list of spot checks", lambda: spot_book.workbook(shown))  # fmt: skip

    def shortlist(self, number: int, kind: str) -> Response:
        """The record of a decision on a shortlist that the reader sees."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            held = shortlists.decision(reader, number)
            release = release_before(reader, held) if held else None
        what = f"shortlist-{number}"
        if held is None or not self._may(held.drawn.subject.place_id):
            self._refused(what)
        if kind not in RECORDS:
            abort(404)
        record = Record(
            decision=held, release=release, ladder=audience.ladder, phrases=Phrases(lang), site=request.host_url.rstrip("/"), is_synthetic=self.synthetic,
        )  # fmt: skip
        return self._given(what, kind, lang, "decision on a shortlist", lambda: RECORDS[kind](record))  # fmt: skip

    def monthly(self, place: int, month: str, kind: str) -> Response:
        """The signed report of a province, its newest revision or the one asked for, as it was signed."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        what = f"rollout-{month[:10]}-{place}"
        if not self._may(place):
            self._refused(what)
        asked, revision = read_month(month), request.args.get("revision", "")
        if kind not in MAKERS or asked is None:
            abort(404)
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            found = revisions(reader, place, asked)
        wanted = [one for one in found if not revision or str(one.revision) == revision]
        if not wanted:
            abort(404)
        shown = Shown(
            place=audience.ladder.place(place), signed=wanted[-1], phrases=Phrases(lang), host=request.host_url, is_synthetic=self.synthetic
        )  # fmt: skip
        return self._given(what, kind, lang, "monthly report", lambda: MAKERS[kind](shown))

    def _refused(self, what: str) -> NoReturn:
        """A line in the trail, and nothing else."""
        said = {"reason": "out of scope"}
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=False, detail=said)
        abort(403)

    def _given(
        self, what: str, kind: str, lang: Lang, name: str, make: Callable[[], bytes]
    ) -> Response:
        """A file, written down before it is given."""
        self.door.audit(Event.EXPORT, current_user.id, what, succeeded=True, detail={"kind": name})
        try:
            answer = Response(make(), mimetype=MEDIA[kind])
        except (NoFont, NoGlyph) as problem:
            return Response(problem.of(lang), status=503, mimetype="text/plain")
        answer.headers["Content-Disposition"] = f'attachment; filename="{what}.{kind}"'
        return answer

    def signoff(self, school: int, year: int, name: str) -> Response:
        """The sheet of one form of a school whose records the reader may see."""
        lang: Lang = "en" if request.args.get("lang") == "en" else "zh"
        what = f"{name}-{year}-{school}"
        if not self._may(school):
            self._refused(what)
        if name not in submitted_forms():
            abort(404)
        audience = current_user.audience(self.door.warehouse)
        with self.door.warehouse.reading(audience.scope) as reader:
            made = signoff.sheet(
                signoff.Asked(
                    reader=reader, ladder=audience.ladder, phrases=Phrases(lang), key=Key(name, year, school),
                    host=request.host_url, is_synthetic=self.synthetic, sees_sensitive=Right.SEE_SENSITIVE in current_user.rights,
                )
            )  # fmt: skip
        if made is None:
            abort(404)
        return self._given(what, "pdf", lang, "sign-off sheet", lambda: pdf(made))

    def _may(self, school: int) -> bool:
        if Right.READ not in current_user.rights:
            return False
        audience = current_user.audience(self.door.warehouse)
        try:
            return bool(audience.scope.depth_of(audience.ladder, school) == "records")
        except UnknownPlace:
            return False
