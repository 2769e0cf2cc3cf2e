"""One namespace of an ephemeral store at one moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ltml.model import MEMORY_BIT, Candidates, Document, Memory, Partition
from ltml.store.ephemeral.state import NamespaceState


class EphemeralView:
    """Keeps the promise of `protocols.View` over one state."""

    def __init__(self, state: NamespaceState) -> None:
        """Look at a state."""
        self._state = state

    def search(self, terms: Collection[str], partition: Partition = "active") -> Candidates:
        """Return the posting lists of these terms."""
        documents, lists = self._state.partitions[partition], self._state.posting_lists
        total = sum(sum(counts.values()) for counts in documents.values())
        found = {term: lists[partition, term] for term in terms if (partition, term) in lists}
        mean = total / len(documents) if documents else 0.0
        return Candidates(count=len(documents), mean_length=mean, postings=found)

    def documents(self, numbers: Sequence[int]) -> Mapping[int, Document]:
        """Return the documents of these numbers."""
        state, wanted = self._state, set(numbers)
        turns = {no: state.turns[no] for no in wanted if no in state.turns}
        memories = {no: state.memories[name] for name, no in state.memory_numbers.items() if no in wanted}
        found = {no: Document.from_turn(no, turn, state.verdicts.get(turn.id)) for no, turn in turns.items()}
        return found | {no: Document.from_memory(no, memory) for no, memory in memories.items()}

    def numbers(self, ids: Collection[str]) -> Mapping[str, int]:
        """Return the document numbers of these turns and memories."""
        known = {**self._state.number_of, **self._state.memory_numbers}
        return {name: known[name] for name in ids if name in known}

    def neighbours(self, numbers: Sequence[int], reach: int) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Return the neighbours of these turns in their sessions."""
        turns, found = self._state.turns, dict[int, Sequence[tuple[int, int]]]()
        for number in numbers:
            if number not in turns:
                found |= {number: []} if number < MEMORY_BIT else {}
                continue
            here = (turns[number].at, number)
            session = [no for no in self._state.current if turns[no].session == turns[number].session]
            before = [no for no in session if (turns[no].at, no) < here][::-1][:reach]
            after = [no for no in session if (turns[no].at, no) > here][:reach]
            found[number] = [(-i, no) for i, no in enumerate(before, 1)] + [(i, no) for i, no in enumerate(after, 1)]
        return found

    def standing(self) -> Sequence[Memory]:
        """Return the hot memories."""
        return [memory for memory in self._state.learned if memory.tier == "hot"]

    def filed_under(self, keys: Collection[int]) -> Sequence[Document]:
        """Return what is filed under these fold keys."""
        found = frozenset[int]().union(*(self._state.folds.get(key, frozenset()) for key in keys))
        return list(self.documents(sorted(found)).values())
