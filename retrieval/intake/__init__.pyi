from retrieval.intake.boundary import Refusal as Refusal
from retrieval.intake.file import File as File
from retrieval.intake.file import read as read
from retrieval.intake.file import read_in_pieces as read_in_pieces
from retrieval.intake.file import too_large as too_large
from retrieval.intake.formats.feed_file import Entry as Entry
from retrieval.intake.formats.feed_file import FeedFile as FeedFile
from retrieval.intake.formats.feed_file import NoFeedError as NoFeedError
from retrieval.intake.formats.feed_file import cut_feed as cut_feed
from retrieval.intake.formats.jsonl import Lines as Lines
from retrieval.intake.formats.jsonl import is_exported as is_exported
from retrieval.intake.formats.jsonl import write_line as write_line
from retrieval.intake.formats.opml import ListedFeed as ListedFeed
from retrieval.intake.formats.opml import OpmlError as OpmlError
from retrieval.intake.formats.opml import is_whole_opml as is_whole_opml
from retrieval.intake.formats.opml import read_opml as read_opml
from retrieval.intake.formats.opml import write_opml as write_opml
from retrieval.intake.link.fetch import Fetcher as Fetcher
from retrieval.intake.link.fetch import read_link as read_link
from retrieval.intake.link.guard import LinkError as LinkError
from retrieval.intake.link.reply import Reply as Reply
from retrieval.intake.link.reply import Validators as Validators
from retrieval.intake.link.reply import fault as fault
from retrieval.intake.link.robots import Robots as Robots
from retrieval.intake.prose.dates import as_published as as_published
from retrieval.intake.telegram_folder import export_furniture

__all__ = [
    "Entry",
    "FeedFile",
    "Fetcher",
    "File",
    "Lines",
    "LinkError",
    "ListedFeed",
    "NoFeedError",
    "OpmlError",
    "Refusal",
    "Reply",
    "Robots",
    "Validators",
    "as_published",
    "cut_feed",
    "export_furniture",
    "fault",
    "is_exported",
    "is_whole_opml",
    "read",
    "read_in_pieces",
    "read_link",
    "read_opml",
    "too_large",
    "write_line",
    "write_opml",
]
