"""A worker that does what waits, in a thread of its own: where a browser is driven, this one has an event loop already."""

from concurrent.futures import ThreadPoolExecutor

from etl.task import Shop
from etl.working import work


def work_off(url: str, shop: Shop, *, beat: float = 0.2) -> None:
    """Work until nothing waits."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work, url, shop, until_empty=True, beat=beat).result()
