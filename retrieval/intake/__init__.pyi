from retrieval.intake.boundary import Refusal as Refusal
from retrieval.intake.file import File as File
from retrieval.intake.file import read as read
from retrieval.intake.file import read_in_pieces as read_in_pieces
from retrieval.intake.file import too_large as too_large
from retrieval.intake.formats.jsonl import Lines as Lines
from retrieval.intake.formats.jsonl import write_line as write_line
from retrieval.intake.link.fetch import Fetcher as Fetcher
from retrieval.intake.link.fetch import read_link as read_link
from retrieval.intake.prose.dates import normalise as as_published

__all__ = [
    "Fetcher",
    "File",
    "Lines",
    "Refusal",
    "as_published",
    "read",
    "read_in_pieces",
    "read_link",
    "too_large",
    "write_line",
]
