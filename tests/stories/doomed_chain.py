"""A process that takes forms through the whole chain, school by school and round after round, until it is killed: argv is both addresses and the schools.

Everything is imported once; each life is a fork of this process, told by a line how long it lasts (0: to the next approval of all).
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from tests.warehouse.chain_world import World, met
from warehouse import chain

COUNTIES, PROVINCES = ("furong", "shuangqing", "yuexiu"), ("hunan", "hunan", "guangdong")


def move(them: World, school: int, chance: random.Random) -> None:
    """The next deed of a school's form, by whoever's turn it is; an official now and then returns it."""
    state = them.state(school)
    if state in ("missing", "returned"):
        them.fill(school, g1=chance.randint(1, 500))
    elif state == "filled":
        them.do(f"statistician{school}", chain.sign, school=school)
    elif state == "signed":
        them.do(f"checker{school}", chain.check, school=school)
    elif state == "checked":
        them.do(f"head{school}", chain.confirm, school=school)
    elif state == "approved":
        them.do(PROVINCES[school], chain.reopen, "again", school=school)
    else:
        review(them, school, state, chance)


def review(them: World, school: int, state: str, chance: random.Random) -> None:
    who = (COUNTIES if state == "handed_in" else PROVINCES)[school]
    if chance.random() < 0.2:
        them.do(who, chain.return_, "mend it", school=school)
    else:
        them.do(who, chain.approve, school=school)


def live(them: World, *, for_ever: bool, chance: random.Random) -> None:
    schools = range(len(them.schools))
    while for_ever or any(them.state(one) != "approved" for one in schools):
        waiting = [one for one in schools if for_ever or them.state(one) != "approved"]
        move(them, chance.choice(waiting), chance)


def main(worker_url: str, web_url: str, schools: list[int]) -> None:
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        pid = os.fork()
        if pid == 0:
            live(
                met(worker_url, web_url, schools),
                for_ever=float(line) > 0,
                chance=random.Random(number),
            )
            os._exit(0)
        if float(line):
            time.sleep(float(line))
            os.kill(pid, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [int(one) for one in sys.argv[3:]])
