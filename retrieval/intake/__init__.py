"""How does a file become articles? `read` is the front door."""

from retrieval.intake.file import read, too_large
from retrieval.intake.jsonl import write_line
from retrieval.intake.refusal import Refusal

__all__ = ["Refusal", "read", "too_large", "write_line"]
