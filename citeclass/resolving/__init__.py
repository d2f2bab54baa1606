"""When are two descriptions the same work, and which authors do two works share?"""

from citeclass.resolving.identity import SHORTEST, WorkFacts, block_of, same_work, shared_authors

__all__ = ["SHORTEST", "WorkFacts", "block_of", "same_work", "shared_authors"]
