"""The job that follows a release's second signature: what the release withholds is decided, proved and kept."""

from __future__ import annotations

from dashboards.i18n import LANGS, Phrases
from dashboards.released import told_proof
from etl.task import Ended, Errand, Unfaithful
from metrics.freezing import decided
from warehouse.release_patterns import keep, proved
from warehouse.releases import named, signed
from warehouse.text import Text


def freeze(errand: Errand) -> Ended:
    """Decide all patterns of one release and keep them in one transaction: a job that dies on its way leaves nothing, and one that is done twice nothing more."""
    number = str(errand.args["release"])
    with errand.reading() as reader:
        one, is_done = named(signed(reader), number), proved(reader, number) is not None
    if one is None:
        raise Unfaithful(
            f"没有编号为 {number} 的已签发数据。", f"No release {number} has been signed."
        )
    if not is_done:
        made = decided(errand.shop.web, one, errand.step)
        with errand.shop.worker.writing() as writer:
            keep(writer, number, made.patterns, made.told())
    with errand.reading() as reader:
        proof = proved(reader, number)
    said = Text(*(told_proof(proof, Phrases(lang)) for lang in LANGS))
    return Ended(said, f"/releases?item={number}")
