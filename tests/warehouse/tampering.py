"""Every way to tamper with the audit trail as the owner of the database, and the fault that must be named."""

from __future__ import annotations

FORGED = """
INSERT INTO audit (login, address, event, object, succeeded, strand, sequence, previous)
SELECT 'x', '', 'read', '', true, 3, {line}, hash FROM audit WHERE sequence = {before}
"""
CHANGES = {
    "removed": (
        ["DELETE FROM audit WHERE sequence = 5"],
        ["strand 3 line 5 was removed (lines 5)"],
    ),
    "several removed": (
        ["DELETE FROM audit WHERE sequence IN (5, 6)"],
        ["strand 3 line 5 was removed (lines 5–6)"],
    ),
    "first removed": (
        ["DELETE FROM audit WHERE sequence = 1"],
        ["strand 3 line 1 was removed (lines 1)"],
    ),
    "object changed": (
        ["UPDATE audit SET object = 'another' WHERE sequence = 6"],
        ["strand 3 line 6 was changed"],
    ),
    "outcome changed": (
        ["UPDATE audit SET succeeded = false WHERE sequence = 6"],
        ["strand 3 line 6 was changed"],
    ),
    "detail changed": (
        ["""UPDATE audit SET detail = '{"数": 7, "half": 0.5}' WHERE sequence = 6"""],
        ["strand 3 line 6 was changed"],
    ),
    "time changed": (
        ["UPDATE audit SET at = at - interval '1 microsecond' WHERE sequence = 6"],
        ["strand 3 line 6 was changed"],
    ),
    "place changed": (
        ["UPDATE audit SET path = '{430000}' WHERE sequence = 6"],
        ["strand 3 line 6 was changed"],
    ),
    "reordered": (
        [
            "UPDATE audit SET sequence = 100 WHERE sequence = 6",
            "UPDATE audit SET sequence = 6 WHERE sequence = 7",
            "UPDATE audit SET sequence = 7 WHERE sequence = 100",
        ],
        [
            "strand 3 line 6 was changed",
            "strand 3 line 6 does not follow the line before: reordered, inserted or rewritten",
            "strand 3 line 7 was changed",
            "strand 3 line 7 does not follow the line before: reordered, inserted or rewritten",
            "strand 3 line 8 does not follow the line before: reordered, inserted or rewritten",
        ],
    ),
    "rewritten with its hash": (
        [
            "UPDATE audit SET object = 'another' WHERE sequence = 6",
            "UPDATE audit a SET hash = audit_hash(a) WHERE sequence = 6",
        ],
        ["strand 3 line 7 does not follow the line before: reordered, inserted or rewritten"],
    ),
    "inserted between": (
        [
            "UPDATE audit SET sequence = sequence + 100 WHERE sequence > 5",
            FORGED.format(line=6, before=5),
            "UPDATE audit a SET hash = audit_hash(a) WHERE sequence = 6",
            "UPDATE audit SET sequence = sequence - 99 WHERE sequence > 100",
        ],
        [
            "strand 3 line 7 was changed",
            "strand 3 line 7 does not follow the line before: reordered, inserted or rewritten",
            "strand 3 line 8 was changed",
            "strand 3 line 8 is not the line that seal 2 holds: rewritten since",
            *(f"strand 3 line {n} was changed" for n in (9, 10, 11)),
            "strand 3 line 11 was inserted past the head of its strand",
        ],
    ),
    "inserted at the end": (
        [
            FORGED.format(line=11, before=10),
            "UPDATE audit a SET hash = audit_hash(a) WHERE sequence = 11",
        ],
        ["strand 3 line 11 was inserted past the head of its strand"],
    ),
    "tail cut off": (
        ["DELETE FROM audit WHERE sequence > 8"],
        ["strand 3 line 9 was cut off with the tail (lines 9–10)"],
    ),
    "tail cut off under a seal, with its head": (
        [
            "DELETE FROM audit WHERE sequence > 6",
            "UPDATE audit_head h SET sequence = 6, hash = a.hash FROM audit a WHERE a.sequence = 6 AND h.strand = 3",
        ],
        ["strand 3 line 8 is held by seal 2 and gone"],
    ),
    "seal removed": (
        ["DELETE FROM audit_seal WHERE number = 1"],
        ["seal 1 was removed (1–1)", "seal 1 stands in the notebook and is gone from the database"],
    ),
    "newest seal removed": (
        ["DELETE FROM audit_seal WHERE number = 2"],
        ["seal 2 stands in the notebook and is gone from the database"],
    ),
    "seal changed": (
        ["UPDATE audit_seal SET body = replace(body, '\"number\":1', '\"number\":9') WHERE number = 1"],
        [
            "seal 1 says otherwise in its columns than in what was signed",
            "seal 2 does not follow the seal before: one of them was changed",
            "seal 1 is not the one that the notebook holds",
        ],
    ),
    "newest seal signed by nobody": (
        ["UPDATE audit_seal SET signature = 'international.1.AAAA' WHERE number = 2"],
        ["seal 2 has no valid signature", "seal 2 is not the one that the notebook holds"],
    ),
    "seal that is no seal": (
        ["UPDATE audit_seal SET body = 'nothing' WHERE number = 2"],
        [
            "seal 2 does not follow the seal before: one of them was changed",
            "seal 2 says otherwise in its columns than in what was signed",
            "seal 2 has no valid signature",
            "seal 2 is not the one that the notebook holds",
        ],
    ),
}  # fmt: skip
REWRITE = """
DO $$
DECLARE line audit; last text := '';
BEGIN
  FOR line IN SELECT * FROM audit WHERE strand = 3 ORDER BY sequence LOOP
    line.previous := last;
    last := audit_hash(line);
    UPDATE audit SET previous = line.previous, hash = last WHERE audit_id = line.audit_id;
    UPDATE audit_head SET hash = last WHERE strand = 3;
  END LOOP;
END $$;
"""
