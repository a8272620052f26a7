"""Topics: questions that name a subject and ask nothing of it, or only for its news: 台风, 体育新闻, 关于台风的报道."""

import re
from typing import NamedTuple

from retrieval.query.answer_type import kind_of_answer
from retrieval.query.days import NEWS
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold, squeeze
from retrieval.text.ngrams import without_question_words

# Terms of a subject: 兰州招商引资的新闻 has two. More of them state something.
_MOST_TERMS = 3
_AROUND = " \t\n，。？！、；：,.?!;:~…"
_BEFORE = re.compile(r"^\W*(?:有(?:什么|哪些|啥|没有))?(?:关于|有关|想?看看?|搜一?下?|查一?[下查]|给我)?(?:最新的?)?")
_NEWS = re.compile(
    rf"(?:有(?:什么|哪些|啥)|(?:方面|有关|相关)?的?(?:都|还)?(?:有没有|有)?(?:什么|哪些|啥|一些)?(?:新的?|最新的?|近期的?|相关的?|有关的?|的)?{NEWS}"
    r"(?:有?哪些|有什么|列表|汇总)?)[吗呢么]?\W*$"
)


class Topic(NamedTuple):
    """The subject of a question, as it is written, and whether the question asks for its news in so many words."""

    subject: str
    is_for_news: bool


def topic_of(question: str, analyzer: Analyzer) -> Topic | None:
    """The topic of a question; None for a question that asks something of its subject.

    Without a word for news, only a single term is a subject: 新桥全长 asks how long.
    """
    written = fold(question)
    start, news = _BEFORE.match(written), _NEWS.search(written)
    begin = start.end() if start else 0
    subject = question[begin : news.start() if news and news.start() > begin else len(question)].strip(_AROUND)
    terms, folded = analyzer.query_terms(subject), fold(subject)
    if not terms or len(terms) > (_MOST_TERMS if news else 1) or kind_of_answer(subject) is not None:
        return None
    if squeeze(without_question_words(folded)) != squeeze(folded) or "".join(terms) != squeeze(folded):
        return None  # 台风了, 为什么台风: more than the terms is said
    return Topic(subject, news is not None)
