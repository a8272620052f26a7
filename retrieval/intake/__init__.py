"""How does a file or a link become articles? `read` and `read_link` are the front door."""

from retrieval.intake.boundary import Refusal
from retrieval.intake.file import File, read, read_in_pieces, too_large
from retrieval.intake.formats.jsonl import Lines, write_line
from retrieval.intake.link.fetch import Fetcher
from retrieval.intake.link.fetch import articles as read_link

__all__ = ["Fetcher", "File", "Lines", "Refusal", "read", "read_in_pieces", "read_link", "too_large", "write_line"]
