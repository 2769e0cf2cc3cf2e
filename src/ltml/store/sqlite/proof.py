"""Proving that what was ordered away is gone: the files' bytes are scanned, and receipts signed or left pending."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from ltml.errors import StoreError
from ltml.model import Receipt
from ltml.store.sqlite.backups import delete_copies, holds_any
from ltml.store.sqlite.connect import truncate_log
from ltml.store.sqlite.database import Database
from ltml.store.sqlite.erase import ErasureOrder, empty_log, list_pending, rewrite_file, update_receipt
from ltml.store.sqlite.residue import find_in_rows, find_unexplained
from ltml.store.sqlite.scan import WordDigest, digest_with, find_words, read_pieces
from ltml.store.sqlite.statements import fetch_all


class ErasureProver:
    """Scans the files of one database for the words of orders that are not proven yet."""

    def __init__(self, database: Database) -> None:
        """Scan this database."""
        self._database = database

    def finish_pending(self) -> None:
        """Prove what another process was ordered to forget before it ended; what cannot be done now stays pending."""
        if self._database.read(lambda c: fetch_all(c, "pending receipts")):
            with suppress(StoreError, ValueError):  # damage is reported by `verify`
                self.prove_pending()

    def prove_pending(self) -> Mapping[str, Receipt]:
        """Scan for everything that is not proven yet; return the receipts, proven or pending, by id."""
        database = self._database
        orders = database.read(list_pending)
        if not orders:
            return {}
        database.close_readers()
        gone = {name for order in orders for name in (*order.receipt.turns, *order.receipt.memories)}
        copies = delete_copies(
            [
                copy
                for copy in database.backups()
                if holds_any(copy, gone) or self._find_residue(read_pieces([copy])[1], orders)
            ]
        )
        emptied = database.write(empty_log, alone=True)
        scanned, left = self._scan_files(orders)
        if left and emptied:
            database.write(rewrite_file, alone=True)
            scanned, rest = self._scan_files(orders)
            left = database.read(lambda c: find_in_rows(c, rest))
        digest = digest_with(database.secret)
        done = [order.after_scan(scanned, left, copies, digest) for order in orders]
        signed = database.write(lambda c: [update_receipt(c, order) for order in done])
        database.write(truncate_log, alone=True)  # the digests of what was searched for leave the log as well
        return {receipt.id: receipt for receipt in signed}

    def _scan_files(self, orders: Sequence[ErasureOrder]) -> tuple[int, frozenset[str]]:
        """Return the number of bytes read, and the words of these orders in them that nothing in the store explains."""
        scanned, pieces = read_pieces(self._database.files(), self._database.vfs)
        return scanned, self._find_residue(pieces, orders)

    def _find_residue(self, pieces: Collection[str], orders: Sequence[ErasureOrder]) -> frozenset[str]:
        wanted = frozenset[WordDigest]().union(*(order.wanted for order in orders))
        hits = find_words(pieces, wanted, digest_with(self._database.secret))
        return self._database.read(lambda c: find_unexplained(c, hits)) if hits else hits
