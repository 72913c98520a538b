"""Reading a province's own system: the ministry allows its host, the province keeps its token, either asks for a pull."""

from __future__ import annotations

from datetime import date

from dashboards.action import Action, Attempt, Done, Refusal
from dashboards.picked import who
from dashboards.views.fusion_pulls import INSIDE
from etl.fusion.adapter import Adapter, adapter_of
from warehouse import fusion_hosts, fusion_pulls
from warehouse.discovery import asked_forms
from warehouse.errors import FusionRefused
from warehouse.fusion_hosts import Site
from warehouse.fusion_pulls import Asked, record_of
from warehouse.moments import china_day
from warehouse.notices import tell
from warehouse.places import NATION
from warehouse.rights import Right
from warehouse.text import Text

TOLD = {
    "allow": Text("教育部已许可拉取 {host}", "The ministry allows pulls from {host}"),
    "withdraw": Text("教育部已撤回拉取 {host} 的许可", "The ministry withdrew its permission to pull from {host}"),
    "pull": Text("教育部发起拉取本省自建系统 {host}", "The ministry asked for a pull of your system at {host}"),
}  # fmt: skip


def allow(attempt: Attempt) -> Done:
    """Allow the host that the adapter on record names, as it was shown."""
    place = attempt.number("place")
    me, site = who(attempt), _shown(attempt, place)
    is_internal, until = attempt.said.get("addresses") == INSIDE, _day(attempt)
    line = fusion_hosts.allow(attempt.writer, me, place, site, attempt.now, until=until, is_internal=is_internal)  # fmt: skip
    _tell(attempt, "allow", place, site)
    detail = {"line": line, "host": site.name, "until": str(until or ""), "inside": is_internal}
    return Done(said=attempt.phrases("pulls.done.allow", host=site.name), object=_named(place), detail=detail)  # fmt: skip


def disallow(attempt: Attempt) -> Done:
    place, line = attempt.number("place"), attempt.number("line")
    known = {one.host_id: one for one in fusion_hosts.hosts(attempt.writer, place)}
    if line not in known:
        raise Refusal("没有这条许可，请刷新页面。", "There is no such permission: look at the page again.")  # fmt: skip
    site = Site(host=known[line].host, port=known[line].port)
    fusion_hosts.disallow(attempt.writer, who(attempt), place, line, attempt.now)
    _tell(attempt, "withdraw", place, site)
    return Done(said=attempt.phrases("pulls.done.disallow", host=site.name), object=_named(place), detail={"line": line, "host": site.name})  # fmt: skip


def keep_token(attempt: Attempt) -> Done:
    """Kept for the host of the adapter on record; the trail says for which, never what."""
    me = who(attempt)
    site = adapter_of(record_of(attempt.writer, me.place_id)).site
    fusion_hosts.keep_token(attempt.writer, attempt.suite, me, site, attempt.said.get("token", ""), attempt.now)  # fmt: skip
    return Done(said=attempt.phrases("pulls.done.token"), object=_named(me.place_id), detail={"host": site.name})  # fmt: skip


def drop_token(attempt: Attempt) -> Done:
    me = who(attempt)
    if not fusion_hosts.drop_token(attempt.writer, me):
        raise Refusal("没有保存令牌。", "No token is kept.")
    return Done(said=attempt.phrases("pulls.done.no_token"), object=_named(me.place_id))


def pull(attempt: Attempt) -> Done:
    """Ask for a pull by the adapter on record; without a form every one that may be handed in for the year by today."""
    place, me = attempt.number("place"), who(attempt)
    fusion_pulls.refuse_others(me, attempt.audience.ladder, place)
    step = record_of(attempt.writer, place)
    adapter, year = adapter_of(step), attempt.number("pull_year")
    if year not in attempt.audience.ladder.years:
        raise Refusal("没有这个学年，请重新选择。", "There is no such year: choose another.")
    asked = Asked(place_id=place, step=step, site=adapter.site, year=year, forms=_forms(attempt, adapter, year))  # fmt: skip
    number = fusion_pulls.ask(attempt.writer, me, attempt.audience.ladder, asked, attempt.now)
    if me.place_id == NATION:
        _tell(attempt, "pull", place, adapter.site)
    detail = {"pull": number, "year": year, "forms": list(asked.forms), "host": adapter.site.name}
    return Done(said=attempt.phrases("pulls.done.pull"), where=f"/{attempt.phrases.lang}/fusion/{place}?year={year}#pulls", object=_named(place), detail=detail)  # fmt: skip


def _forms(attempt: Attempt, adapter: Adapter, year: int) -> tuple[str, ...]:
    due, wanted = asked_forms(year, china_day(attempt.now)), attempt.said.get("pull_form", "")
    if wanted and wanted not in adapter.forms:
        raise Refusal("适配声明中没有这张表。", "The adapter has no such form.")
    return tuple(name for name in adapter.forms if name in due and wanted in ("", name))


def _shown(attempt: Attempt, place: int) -> Site:
    """The host of the adapter on record, if it is still the one that was looked at."""
    site = adapter_of(record_of(attempt.writer, place)).site
    if attempt.said.get("site") != site.name:
        raise FusionRefused(
            "适配声明中的主机已更换，请刷新页面核对后再许可。",
            "The adapter names another host by now: look at the page again before you allow it.",
        )
    return site


def _day(attempt: Attempt) -> date | None:
    text = attempt.said.get("until", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("请填写日期，如 2027-06-30。", "Give a day, such as 2027-06-30.") from None


def _tell(attempt: Attempt, what: str, place: int, site: Site) -> None:
    """The province's supervisors."""
    tell(attempt.writer, TOLD[what].fill(host=site.name), kind="fusion", object=f"/fusion/{place}", place=place, right=Right.ROLL_OUT)  # fmt: skip


def _named(place: int) -> str:
    return f"fusion/{place}"


ACTIONS = (
    Action(name="allow_fusion_host", right=Right.REVIEW, run=allow),
    Action(name="disallow_fusion_host", right=Right.REVIEW, run=disallow),
    Action(name="keep_fusion_token", right=Right.ROLL_OUT, run=keep_token),
    Action(name="drop_fusion_token", right=Right.ROLL_OUT, run=drop_token),
    Action(name="pull_fusion", right=Right.ROLL_OUT, others=frozenset({Right.REVIEW}), run=pull),
)
