"""What everybody may do, as it was decided: one row for each page, action, callback and route.

    A new page      a row in PAGES: who may open it, for which rungs, what is seen at each place around a reader
    A new action    a row in ACTIONS: who may post it, and `aim`: the fields that name something at a place
    A new callback  a row in CALLBACKS
    A new route     a row in ROUTES: an address of it, who may have it, at which places

`tests/security/test_matrix.py` asks the real site for every row as every role, at every place around it, and fails for whatever has no row. The rows are
written by hand on purpose: derived from the declarations they would agree with any mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.aims import (
    a_leaver,
    a_member,
    a_new_account,
    a_new_member,
    a_newcomer,
    a_suspended,
    a_unit,
    an_account,
    an_invited,
)
from tests.readers import YEAR, Ministry
from tests.reviews import reviewed
from warehouse.places import Rung
from warehouse.rights import Right, Role


class Answer(StrEnum):
    """What a reader is answered."""

    RECORDS = "own records"
    PUBLISHED = "published aggregates"
    REFUSED = "403"
    NOTHING = "404"
    SIGN_IN = "sign-in"
    TOKEN = "401"  # noqa: S105 - what the interface for programs says
    OPEN = "200"


OFFICES = frozenset({Role.DECISION_MAKER, Role.SUPERVISOR, Role.REVIEWER, Role.ANALYST})
SCHOOLS = frozenset({Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD})
FIGURES = OFFICES | SCHOOLS  # those who read figures
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
EVERYBODY = frozenset(Role)
ALL_RUNGS = frozenset(Rung)
OFFICE_RUNGS = ALL_RUNGS - {Rung.SCHOOL}
KEEPERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})  # of accounts
NEED_CONTACTS = SCHOOLS | {Role.SUPERVISOR, Role.REVIEWER}

NEEDING = frozenset(role for role in Role if Right.SEE_SENSITIVE in role.rights)

# Where an address may aim, seen from a reader: its own place, one inside it, the one beside it, one inside that, the one above; and
# a school inside, and the nearest one outside.
OF_FIGURES = {"own": Answer.RECORDS, "inside": Answer.RECORDS, "school inside": Answer.RECORDS, "beside": Answer.PUBLISHED,
              "inside beside": Answer.REFUSED, "above": Answer.PUBLISHED, "school beside": Answer.REFUSED}  # fmt: skip
OWN_ONLY = {"own": Answer.RECORDS, "inside": Answer.RECORDS, "school inside": Answer.RECORDS, "beside": Answer.REFUSED,
            "inside beside": Answer.REFUSED, "above": Answer.REFUSED, "school beside": Answer.REFUSED}  # fmt: skip
# An analyst reads aggregates alone, and of no place the records.
OF_AGGREGATES = {"own": Answer.PUBLISHED, "inside": Answer.PUBLISHED, "school inside": Answer.REFUSED, "beside": Answer.PUBLISHED,
                 "inside beside": Answer.REFUSED, "above": Answer.PUBLISHED, "school beside": Answer.REFUSED}  # fmt: skip
CLOSED = dict.fromkeys(OWN_ONLY, Answer.REFUSED)
# A page of aggregates opens wherever figures are published, and shows nothing else above the rung of schools.
OPENED = dict.fromkeys(
    ("own", "inside", "school inside", "beside", "above"), Answer.RECORDS
) | dict.fromkeys(("inside beside", "school beside"), Answer.REFUSED)
OPENED_TO_ANALYSTS = OPENED | {"school inside": Answer.REFUSED}


@dataclass(frozen=True, kw_only=True)
class PageRow:
    """A page. `at` is for pages with a place; a page without one is open to its roles and closed to the rest.

    `to_analysts` is the same for those who read aggregates alone. `mark` is the id of an element that only readers of records are
    given, above the rung of schools.
    """

    roles: frozenset[Role]
    rungs: frozenset[Rung] = frozenset()
    at: Mapping[str, Answer] = field(default_factory=dict)
    to_analysts: Mapping[str, Answer] = field(default_factory=lambda: CLOSED)
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """An action. `aim` makes the fields that name something at a place; where there is none, `anywhere` says why there is nothing to aim at.

    `rungs` are those where somebody of its roles finds something inside that it can be done to.
    """

    roles: frozenset[Role]
    rungs: frozenset[Rung] = ALL_RUNGS
    aim: Callable[[Ministry, int], Mapping[str, str]] | None = None
    anywhere: str = ""


@dataclass(frozen=True, kw_only=True)
class RouteRow:
    """A route: an address of it for a place, what strangers are answered and what each role is.

    `at` is for routes about a place, as for pages, of which `rungs` are asked; `told_by` names what speaks for it instead.
    """

    address: Callable[[int], str]
    stranger: Answer
    roles: frozenset[Role] = EVERYBODY
    rungs: frozenset[Rung] = frozenset()
    at: Mapping[str, Answer] = field(default_factory=dict)
    told_by: str = ""
    methods: frozenset[str] = frozenset({"GET"})


PAGES: dict[str, PageRow] = {
    "place": PageRow(
        roles=FIGURES, rungs=ALL_RUNGS, at=OF_FIGURES, to_analysts=OF_AGGREGATES, mark="matrix"
    ),
    **dict.fromkeys(
        [
            "general",
            "monitoring",
            "party",
            "moral",
            "cooperation",
            "teaching",
            "internship",
            "employment",
            "training",
            "publicity",
            "build",
            "revision",
        ],
        PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OPENED, to_analysts=OPENED_TO_ANALYSTS),
    ),
    "alerts": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "record": PageRow(roles=FIGURES),
    "releases": PageRow(roles=FIGURES),
    "alert": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "board": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "specialties": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "changed": PageRow(roles=FIGURES, rungs=OFFICE_RUNGS, at=OPENED, to_analysts=OPENED),
    "quality": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "rollout": PageRow(roles=FIGURES, rungs=frozenset({Rung.NATION, Rung.PROVINCE}), at=OWN_ONLY),
    "fusion": PageRow(roles=FIGURES, rungs=frozenset({Rung.NATION, Rung.PROVINCE}), at=OWN_ONLY),
    "cases": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "case": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "sampling": PageRow(roles=FIGURES, rungs=OFFICE_RUNGS, at=OWN_ONLY),
    "shortlists": PageRow(roles=FIGURES, rungs=ALL_RUNGS, at=OWN_ONLY),
    "queue": PageRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR})),
    "review": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "signoff": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "compare": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "similar": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "workspace": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "fill": PageRow(roles=FIGURES, rungs=frozenset({Rung.SCHOOL}), at=OWN_ONLY),
    "catalogue": PageRow(roles=FIGURES),
    "interface": PageRow(roles=FIGURES),
    "jobs": PageRow(roles=EVERYBODY),
    "subscriptions": PageRow(roles=FIGURES),
    "notices": PageRow(roles=EVERYBODY),
    "intake": PageRow(roles=FIGURES),
    "audit": PageRow(roles=frozenset({Role.AUDIT_ADMIN})),
    "settings": PageRow(roles=ADMINS),
    "me": PageRow(roles=EVERYBODY),
    "accounts": PageRow(roles=KEEPERS, rungs=ALL_RUNGS, at=OWN_ONLY),
    "roster": PageRow(roles=NEED_CONTACTS | {Role.SYSTEM_ADMIN}, rungs=ALL_RUNGS, at=OWN_ONLY),
    "contacts": PageRow(roles=NEED_CONTACTS, rungs=ALL_RUNGS, at=OWN_ONLY),
    "codes": PageRow(roles=frozenset({Role.SYSTEM_ADMIN})),
    "locks": PageRow(roles=frozenset({Role.SECURITY_ADMIN})),
}

STATISTICIAN, CHECKER, HEAD, REVIEWER = (
    frozenset({one}) for one in (Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD, Role.REVIEWER)
)


def a_form(ministry: Ministry, place: int) -> Mapping[str, str]:
    """The enrolment of some school at a place, as a field of the review chain names it."""
    school = next(iter(ministry.web.ladder.units(place, YEAR)), place)
    return {"pick": f"enrolment-{YEAR}-{school}-0", "note": "test"}


def a_plan(ministry: Ministry, place: int) -> Mapping[str, str]:
    """Two visits at a place, one by lot, ranked by a review."""
    reviewed(ministry.worker)
    return {"place": str(place), "year": str(YEAR), "visits": "2", "lot": "1"}


OWN_TABLE = ActionRow(
    roles=FIGURES,
    anywhere="a table is its owner's own and names no place's records: tests/dashboards/test_saved_tables.py",
)
FILLS = ActionRow(
    roles=frozenset({Role.STATISTICIAN}),
    anywhere="the school is the account's own and is never named by a field: tests/dashboards/test_desk.py",
)


def _proposed(_: Ministry, place: int) -> Mapping[str, str]:
    return {"name": "review_steps", "place": str(place), "value": "province", "from_year": str(YEAR + 3),
            "reason": "a reason that is long enough"}  # fmt: skip


ACTIONS: dict[str, ActionRow] = {
    "save_table": OWN_TABLE, "change_table": OWN_TABLE,
    "save_picture": ActionRow(roles=FIGURES, anywhere="it changes nothing; a chart of a page that is not its reader's is refused: tests/dashboards/test_picture_recorded.py"),
    **dict.fromkeys(["subscribe", "edit_subscription", "change_subscription", "remove_file", "order_table"], ActionRow(roles=FIGURES, anywhere="a reader's own, read with the reader's own rights: tests/dashboards/test_subscriptions.py")),
    "propose_setting": ActionRow(
        roles=frozenset({Role.SYSTEM_ADMIN}), aim=_proposed, rungs=frozenset({Rung.NATION, Rung.PROVINCE})
    ),
    "confirm_setting": ActionRow(
        roles=frozenset({Role.SECURITY_ADMIN}), anywhere="a proposal's number: tests/warehouse/test_proposals.py"
    ),
    "decline_setting": ActionRow(
        roles=frozenset({Role.SECURITY_ADMIN}), anywhere="a proposal's number: tests/warehouse/test_proposals.py"
    ),
    "sign_forms": ActionRow(roles=STATISTICIAN, aim=a_form),
    "check_forms": ActionRow(roles=CHECKER, aim=a_form),
    "confirm_forms": ActionRow(roles=HEAD, aim=a_form),
    "send_back_signed": ActionRow(roles=CHECKER, aim=a_form),
    "send_back_checked": ActionRow(roles=HEAD, aim=a_form),
    "withdraw_forms": ActionRow(roles=HEAD, aim=a_form),
    "approve_forms": ActionRow(roles=REVIEWER, aim=a_form),
    "return_forms": ActionRow(roles=REVIEWER, aim=a_form),
    "reopen_forms": ActionRow(roles=REVIEWER, aim=a_form),
    "remind_units": ActionRow(
        roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), aim=a_unit
    ),
    "choose_review": ActionRow(roles=REVIEWER, anywhere="a proposal for the reader's own province: tests/dashboards/test_review_choice.py"),
    "save_draft": FILLS,
    "undo_draft": FILLS,
    "submit_draft": FILLS,
    "template_workbook": FILLS,
    "commented_copy": ActionRow(
        roles=FIGURES & NEEDING, anywhere="a submission that row security hides is not found: tests/dashboards/test_desk.py"
    ),
    "unlock": ActionRow(
        roles=frozenset({Role.SECURITY_ADMIN}), anywhere="logins, below one's place: tests/dashboards/test_door.py"
    ),
    "reset_factor": ActionRow(
        roles=frozenset({Role.SECURITY_ADMIN}), anywhere="logins, below one's place: tests/dashboards/test_door_factor.py"
    ),
    "revoke_token": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/dashboards/test_api_tokens.py"),
    "end_session": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/dashboards/test_door_own.py"),
    "end_other_sessions": ActionRow(roles=EVERYBODY, anywhere="a reader's own"),
    "cancel_job": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/etl/test_working.py, tests/dashboards/test_work.py"),
    "read_notices": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/dashboards/test_work.py"),
    "set_mailbox": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/dashboards/test_work.py"),
    "send_in": ActionRow(
        roles=frozenset({Role.STATISTICIAN}), anywhere="the file is the school's whose account sends it: tests/etl/test_intake.py"
    ),
    **{
        name: ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), aim=an_account)
        for name in ("invite_account", "suspend_account", "extend_account", "end_account")
    },
    "revoke_invitation": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), aim=an_invited),
    "resume_account": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), aim=a_suspended),
    "hand_over_work": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), aim=a_leaver),
    "create_account": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), aim=a_new_account),
    "create_accounts": ActionRow(
        roles=frozenset({Role.SYSTEM_ADMIN}), anywhere="its rows are aimed by tests/dashboards/test_accounts.py"
    ),
    "account_template": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), anywhere="a blank workbook"),
    "specialty_template": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN}), anywhere="a blank workbook"),
    "invite_batch": ActionRow(
        roles=frozenset({Role.SYSTEM_ADMIN}), anywhere="a reader's own workbooks: tests/dashboards/test_accounts.py"
    ),
    **{
        name: ActionRow(roles=frozenset({Role.SECURITY_ADMIN}), aim=aim)
        for name, aim in (("grant_role", a_newcomer), ("grant_wanted", a_newcomer), ("take_role", an_account))
    },
    **{
        name: ActionRow(
            roles=frozenset({Role.SYSTEM_ADMIN}), anywhere="a list is the account's own place's: tests/warehouse/test_administered.py"
        )
        for name in ("upload_specialties", "apply_specialties", "drop_specialties")
    },
    "add_to_roster": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN, Role.STATISTICIAN}), aim=a_new_member),
    "remove_from_roster": ActionRow(roles=frozenset({Role.SYSTEM_ADMIN, Role.STATISTICIAN}), aim=a_member),
    **{
        name: ActionRow(
            roles=frozenset({Role.SUPERVISOR}), anywhere="the province is the account's own and is never named by a field: tests/warehouse/test_rollout.py"
        )
        for name in ("file_rollout", "sign_month")
    },
    **{
        name: ActionRow(
            roles=frozenset({Role.SUPERVISOR}), anywhere="the province is the account's own and is never named by a field: tests/dashboards/test_fusion.py"
        )
        for name in ("apply_fusion", "withdraw_fusion")
    },
    **{
        name: ActionRow(
            roles=frozenset({Role.REVIEWER}), anywhere="only the ministry's own reviewer decides, about any province: tests/dashboards/test_fusion.py"
        )
        for name in ("examine_fusion", "decide_fusion")
    },
    **{
        name: ActionRow(
            roles=frozenset({Role.REVIEWER}), anywhere="only the ministry's own reviewer allows hosts, of any province: tests/dashboards/test_fusion_pulls.py"
        )
        for name in ("allow_fusion_host", "disallow_fusion_host")
    },
    **{
        name: ActionRow(
            roles=frozenset({Role.SUPERVISOR}), anywhere="the province is the account's own and is never named by a field: tests/dashboards/test_fusion_pulls.py"
        )
        for name in ("keep_fusion_token", "drop_fusion_token")
    },
    "pull_fusion": ActionRow(
        roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="the own province, or any for the ministry's reviewer: tests/dashboards/test_fusion_pulls.py"
    ),
    **{
        name: ActionRow(
            roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="a flag or case that row security hides is not found: tests/dashboards/test_cases.py"
        )
        for name in ("dispatch_cases", "withdraw_case", "reopen_case")
    },
    **{
        name: ActionRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="models are nobody's place, and the ministry's alone to put in force: tests/warehouse/test_models.py")
        for name in ("propose_model", "sign_model", "refuse_model")
    },
    **{
        name: ActionRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="releases are nobody's place, and the ministry's alone: tests/warehouse/test_releases.py")
        for name in ("draft_release", "sign_release", "refuse_release", "freeze_release")
    },
    "plan_spot_checks": ActionRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), rungs=OFFICE_RUNGS, aim=a_plan),
    "record_spot_check": ActionRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="a plan that row security hides is not found: tests/dashboards/test_sampling.py"),
    **{
        f"{name}_shortlist": ActionRow(roles=frozenset({Role.REVIEWER, Role.SUPERVISOR}), anywhere="a place outside is refused and a decision that row security hides is not found: tests/dashboards/test_shortlists.py")
        for name in ("draft", "mark", "submit", "sign", "return", "withdraw")
    },
    "explain_case": ActionRow(roles=STATISTICIAN, anywhere="a case that row security hides is not found: tests/dashboards/test_cases.py"),
    **{
        name: ActionRow(roles=REVIEWER, anywhere="a case that row security hides is not found: tests/dashboards/test_cases.py")
        for name in ("verify_case", "return_case")
    },
    "open_evidence": ActionRow(roles=FIGURES, anywhere="a document that row security hides is not found: tests/dashboards/test_cases.py"),
    "unlink_identity": ActionRow(roles=EVERYBODY, anywhere="a reader's own: tests/dashboards/test_door_oidc.py"),
}  # fmt: skip

# What a callback answers to: its output as /_dash-dependencies names it.
