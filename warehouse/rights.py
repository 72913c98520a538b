"""Who may do what: the roles, the rights, and which role has which.

Everything asks for a right by name, never for a role. Where a right holds is a matter of scope: one's own place and what
stands below it. The three administrators are separate: none of them has a right of another, and none reads figures.
"""

from __future__ import annotations

from enum import StrEnum

from warehouse.text import Text


class Right(StrEnum):
    """One thing that somebody may do within a scope."""

    READ = "read"  # figures, lineage, findings
    SEE_SENSITIVE = "see_sensitive"  # columns of sensitive class unmasked
    EXPORT = "export"
    FILL = "fill"  # a school's own forms: draft, upload, first signature
    CHECK = "check"  # the second signature inside a school
    CONFIRM = "confirm"  # the third, which hands the form in
    REVIEW = "review"  # approve or return what came from below
    REMIND = "remind"
    DISPATCH = "dispatch"  # send a doubt or breach to its school to be explained; withdraw, reopen
    ROLL_OUT = "roll_out"  # file a province's steps of the programme and sign its monthly report
    RELEASE = "release"  # draft, sign or refuse a release of figures, at the ministry
    MANAGE_ACCOUNTS = "manage_accounts"  # create, invite, suspend; operate
    GRANT_ROLES = (
        "grant_roles"  # give a created account its role; unlock; second person for settings
    )
    READ_AUDIT = "read_audit"


class Role(StrEnum):
    """What somebody is at a place; exactly one to an account."""

    DECISION_MAKER = "decision_maker"
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    STATISTICIAN = "statistician"
    SCHOOL_REVIEWER = "school_reviewer"
    HEAD = "head"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self]

    @property
    def is_admin(self) -> bool:
        return self in ADMINS


_LABELS = {
    Role.DECISION_MAKER: Text("决策者", "Decision-maker"),
    Role.SUPERVISOR: Text("监管人员", "Supervisor"),
    Role.REVIEWER: Text("审核人员", "Reviewer"),
    Role.ANALYST: Text("分析员", "Analyst"),
    Role.STATISTICIAN: Text("统计人员", "School statistician"),
    Role.SCHOOL_REVIEWER: Text("校内审核人", "School reviewer"),
    Role.HEAD: Text("单位负责人", "Head of school"),
    Role.SYSTEM_ADMIN: Text("系统管理员", "System administrator"),
    Role.SECURITY_ADMIN: Text("安全管理员", "Security administrator"),
    Role.AUDIT_ADMIN: Text("审计管理员", "Audit administrator"),
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.DECISION_MAKER: frozenset({Right.READ, Right.EXPORT}),
    Role.SUPERVISOR: frozenset(
        {
            Right.READ,
            Right.EXPORT,
            Right.SEE_SENSITIVE,
            Right.REMIND,
            Right.DISPATCH,
            Right.ROLL_OUT,
            Right.RELEASE,
        }
    ),
    Role.REVIEWER: frozenset(
        {Right.READ, Right.SEE_SENSITIVE, Right.REVIEW, Right.REMIND, Right.DISPATCH, Right.RELEASE}
    ),
    Role.ANALYST: frozenset({Right.READ, Right.EXPORT}),
    Role.STATISTICIAN: frozenset({Right.READ, Right.SEE_SENSITIVE, Right.FILL}),
    Role.SCHOOL_REVIEWER: frozenset({Right.READ, Right.SEE_SENSITIVE, Right.CHECK}),
    Role.HEAD: frozenset({Right.READ, Right.SEE_SENSITIVE, Right.CONFIRM}),
    Role.SYSTEM_ADMIN: frozenset({Right.MANAGE_ACCOUNTS}),
    Role.SECURITY_ADMIN: frozenset({Right.GRANT_ROLES}),
    Role.AUDIT_ADMIN: frozenset({Right.READ_AUDIT}),
}

ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
OF_SCHOOLS = frozenset({Role.STATISTICIAN, Role.SCHOOL_REVIEWER, Role.HEAD})

# Who works with aggregates alone; everybody else reads the records of the own subtree.
DEPTHS: dict[Role, str] = {Role.ANALYST: "published"}


def opens(right: Right | None, others: frozenset[Right], held: frozenset[Right]) -> bool:
    """Whether what asks for a right, or for any of some others, is open to who holds these; None asks for nothing."""
    return right is None or right in held or bool(others & held)
