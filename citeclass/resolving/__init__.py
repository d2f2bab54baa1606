"""When are two descriptions the same work, and which authors do two works share?"""

from citeclass.resolving.identity import (
    SHORTEST,
    Match,
    WorkFacts,
    best_match,
    block_of,
    same_work,
    shared_authors,
    work_id,
)

__all__ = ["SHORTEST", "Match", "WorkFacts", "best_match", "block_of", "same_work", "shared_authors", "work_id"]
