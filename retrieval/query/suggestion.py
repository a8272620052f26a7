"""Questions that an article answers: a clause with an amount, and 多少 in place of the number.

易华录将投资约25亿元 becomes 易华录将投资约多少亿元？
"""

import re
from collections.abc import Iterator

from retrieval.article import Article
from retrieval.text.parts_of_speech import PartsOfSpeech

_UNITS = (
    "(?:美元|欧元|日元|港元|元|万?人次|人|名|平方公里|平方米|公里|千米|米|公斤|吨|亩|公顷|家|户|辆|台|架|艘|套|所|座|间|张"
    "|项|件|部|个(?!人|月|小时|百分点|交易日|工作日|星期))"
)
_AMOUNT = re.compile(rf"(?<![\d第.,%-])(?P<number>\d[\d,]*(?:\.\d+)?)(?:多|余)?(?P<unit>[万亿千百]*{_UNITS})")
# Other amounts, and quotations. 二号线 and 第一医院 are names.
_OTHER_AMOUNT = re.compile(r"(?<!第)[一二三四五六七八九十百两](?![号中小院期级医])|[\d%“”\"《》（）()：:、/]")
_CLAUSE = re.compile(r"(?:[^，。！？；…\n,;!?]|(?<=\d),(?=\d))+")
# Words that lean on the sentence before, and what a quotation or a dateline begins with
_LEANING = re.compile(
    "其|该|此|这|那|他|她|它|我|你|本|同时|另外|此外|目前|截至|截止|其中|而|但|并|且|也|还|又|再|共|总|约|超|近|达|有|每|从|以|至|在"
)
# A clause that says less than a sentence, or is about somebody without a name
_UNFIT = re.compile("[男女]子|则|就|还|某|说|称|表示|明知|等$|下$|后$|时$|的|中$")
_SHORTEST, _LONGEST, _LONGEST_END = 8, 24, 6


def suggestions(article: Article, parts_of_speech: PartsOfSpeech) -> Iterator[str]:
    """The questions of an article, in the order of its text."""
    for paragraph in article.paragraphs:
        for clause in map(re.Match.group, _CLAUSE.finditer(paragraph.text)):
            amount = _AMOUNT.search(clause)
            if amount is None or not _SHORTEST <= len(clause) <= _LONGEST or _LEANING.match(clause):
                continue
            before, end = clause[: amount.start("number")], clause[amount.end() :]
            if (
                len(end) > _LONGEST_END
                or _OTHER_AMOUNT.search(before + end)
                or _UNFIT.search(before)
                or _UNFIT.search(end)
            ):
                continue
            words = parts_of_speech.words(before)
            if words and words[0].flag in ("ns", "nr", "nt") and any(word.flag[0] == "v" for word in words):
                yield f"{before}多少{amount['unit']}{end}？"
