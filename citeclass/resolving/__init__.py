"""When are two descriptions the same work?"""

from citeclass.resolving.identity import WorkFacts, block_of, same_work

__all__ = ["WorkFacts", "block_of", "same_work"]
