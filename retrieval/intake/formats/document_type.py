"""Document types and entities that an XML file declares at its beginning: one is harmless, the others are not read."""

import re

_LOOKED_AT = 65_536
# Entities are not expanded, but a bomb of them takes over a second to parse.
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The document type of RSS 0.91, which names a public file. It is cut off, so that nothing asks for that file.
_DOCTYPE = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}>\s*)?(<!DOCTYPE\s{1,9}(?:rss|rdf:RDF|feed|opml)"
    r"(?:\s{1,9}PUBLIC\s{1,9}\"[^\"<>\[\]]{0,200}\"(?:\s{1,9}\"https?://[^\"<>\[\]]{0,200}\")?)?\s{0,9}>)",
    re.IGNORECASE,
)
DECLARED = "XML 里有 DOCTYPE 或 ENTITY 声明，为安全起见不读取。"


def without_doctype(text: str) -> str:
    """An XML file without the harmless document type at its beginning; any other stays, for `declares` to find."""
    match = _DOCTYPE.match(text)
    return text[: match.start(1)] + text[match.end(1) :] if match is not None else text


def declares(text: str) -> bool:
    """Whether an XML file declares a document type or an entity; its reader refuses it with `DECLARED`."""
    return _DECLARATION.search(text[:_LOOKED_AT]) is not None
