"""Forms of schools put where a test needs them, in the review chain."""

from __future__ import annotations

from dataclasses import dataclass

from tests.readers import YEAR, Ministry
from warehouse import chain
from warehouse.chain_read import Standing
from warehouse.chain_rules import Key, State


@dataclass(frozen=True)
class Form:
    """A form of one school, by default its enrolment."""

    ministry: Ministry
    school: int
    name: str = "enrolment"

    def stands(self, state: State) -> None:
        """As if everybody before had done their part."""
        county = self.ministry.web.ladder.parent(self.school)
        at = {State.HANDED_IN: county, State.APPROVED: None}.get(state, self.school)
        with self.ministry.worker.writing() as writer:
            done = writer.run(
                "UPDATE standing SET state = :state, waits_at = :at, actor = :actor WHERE form = :form AND year = :year AND school_id = :school",
                state=state.value, at=at, form=self.name, year=YEAR, school=self.school,
                actor={State.HANDED_IN: "review", State.APPROVED: ""}.get(state, "fill"),
            )  # fmt: skip
        assert done == 1

    def now(self) -> tuple[str, int | None]:
        """Its state, and the submission that stands there."""
        found = self._standing()
        return found.state.value, found.submission_id

    def waits_at(self) -> int | None:
        """Where somebody has to deal with it."""
        return self._standing().waits_at

    def token(self) -> str:
        """As a field of a page names it."""
        return f"{self.name}-{YEAR}-{self.school}-{self.now()[1]}"

    def _standing(self) -> Standing:
        with self.ministry.worker.writing() as writer:
            return chain.standing(writer, Key(self.name, YEAR, self.school))
