"""Pictures of printed text, such as the photograph of a newspaper column."""

from collections.abc import Iterator

from retrieval.article import Article
from retrieval.intake.boundary import Refusal
from retrieval.intake.formats import document, printed, recognition
from retrieval.intake.prose import plain_text
from retrieval.intake.prose.lines import han
from retrieval.intake.prose.plain_text import Hints


def articles(data: bytes, name: str) -> Iterator[Article | Refusal]:
    """The articles in a picture in order; one refusal when it is broken, without Chinese, or cannot be read here."""
    if not recognition.is_available():
        yield Refusal(name, f"还不能收录 图片 文件，请把文字复制出来发来，或先做文字识别（OCR）{recognition.HINT}")
        return
    try:
        text = printed.joined([recognition.picture_text(data)])
    except recognition.RecognitionError as error:
        yield Refusal(name, str(error))
        return
    if not han(text.text):
        yield Refusal(name, "图片里没有认出汉字，没有收录。")
        return
    for result in plain_text.articles(text.text, name):
        fallback = Hints(text.title, text.byline)
        yield document.with_fallback(result, fallback) if isinstance(result, Article) else result
