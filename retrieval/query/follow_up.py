"""Follow-up questions: what leans on the last question is completed from it. 那深圳呢, 为什么, 他老婆是谁.

A completed question is searched for like any other: it holds the names of the last question, so that an answer must
hold them too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from retrieval.query.days import NEWS, days_of
from retrieval.query.names import Name, names_of, nouns_of
from retrieval.text.folding import fold
from retrieval.text.ngrams import without_question_words
from retrieval.text.numbers import MEASURES, plain
from retrieval.text.parts_of_speech import PartsOfSpeech, Tagged

# A longer question says what it is about; a shorter one may, without a name.
_LONGEST, _SHORT = 30, 12
# Nouns of the last question that are kept beside its names.
_NOUNS = 2
_THEN = ("那", "那么", "那个", "那要是", "还有", "另外", "再")
_AROUND = " \t\n，。？！、；：,.?!;:~…"
# A question word alone, or with the verb that goes with it.
_BARE = re.compile(
    "(?:是|在|到底|具体|大概|一共|总共|又)*(?:为什么|为何|为啥|怎么回事|怎么办?|如何|什么原因|原因是?什么|原因|谁|谁[说写做干]的|什么时候|何时|哪天|哪一天|几点|多久|多长时间|哪里|哪儿|在哪|什么地方|何地"
    "|多少钱?|多少人|多少个|几个?人?|多大|多高|多长|多远|多重|结果|什么|哪些|哪家|哪个|有哪些|什么内容|真的|是真的|是吗)(?:是|了|的|呀|啊|吗)*"
)
_PERSONS = ("他", "她", "他们", "她们", "其", "本人", "此人", "这人", "那人", "这个人", "那个人")
# 这, 这座, 该, 那里.
_THING = re.compile("它们?|[这那此该][个座家位项次场条件部种支只起届款所间里儿事]?")
_BEFORE_NOUNS = ("该", "此", "其")
# The first letters of the flags of words with content (ICTCLAS): nouns, verbs, adjectives, idioms, numerals, others.
_CONTENT = frozenset("nvailjmstxz")
_HOW_MANY = re.compile(f"(?:多少|几)[十百千万亿]*(?:{MEASURES})?")
_NUMBERED = re.compile(r"[0-9]+号[\u4e00-\u9fff]")
_ASKS_FOR_NEWS = re.compile(rf"{NEWS}[吗呢么]?$")
_PAPER = re.compile(
    "[\u4e00-\u9fff]{2,6}?(?:日报|晚报|早报|晨报|时报|商报|都市报|周刊|新闻网|电视台|通讯社|新华社|新华网|人民网)"
)
_DAY = re.compile("[今明后昨前]天|[上下这本]个?(?:周|星期|月).?|[今去前明]年|周[一二三四五六日末]")


@dataclass(frozen=True, slots=True)
class Last:
    """The last question, itself completed, the sentence that answered it, and the article that holds that."""

    question: str
    answer: str = ""
    article_id: int | None = None


class Completed(NamedTuple):
    """A question with what it takes from the last one, folded; `own` is what it says itself.

    It `is_guess` when it can also be read alone: 门票多少钱.
    """

    query: str
    own: str
    is_guess: bool = False


def completed(question: str, last: Last, parts_of_speech: PartsOfSpeech, today: date | None = None) -> Completed | None:
    """The question, completed from the last one; None for one that names what it asks about, or is asked again."""
    asked, before = plain(fold(question)).strip(_AROUND), plain(fold(last.question)).strip(_AROUND)
    if not asked or not before or asked == before or len(asked) > _LONGEST:
        return None
    tagged = parts_of_speech.words(asked)
    words = [word.word for word in tagged]
    is_then = len(words) > 1 and words[0] in _THEN
    core = asked.removeprefix(words[0]).strip(_AROUND) if is_then else asked
    is_marked = is_then or core.endswith("呢")
    core = core.removesuffix("呢").strip(_AROUND)
    if _BARE.fullmatch(core):
        return Completed(f"{_subject(before)} {core}", core)
    if pronoun := _pronoun(tagged[1:] if is_then else tagged):
        own = core.replace(pronoun, " ", 1)
        return Completed(_with_name(core, pronoun, before, plain(fold(last.answer)), parts_of_speech), own)
    if is_marked and core and without_question_words(core) == core:
        return Completed(_exchanged(core, before, parts_of_speech, today), core)
    names = names_of(core, parts_of_speech)
    if core and (is_marked or (not names and _is_short(core, today))):
        # 那深圳招商引资多少 can stand alone.
        return Completed(f"{_kept(before, parts_of_speech)} {core}", core, is_guess=not is_marked or bool(names))
    return None


def _pronoun(words: Sequence[Tagged]) -> str | None:
    """The words that stand for something of the last question; None behind a word that they may stand for."""
    for place, word in enumerate(words):
        if word.word in _PERSONS or _THING.fullmatch(word.word):
            # 该怎么办 holds a verb, 该公司 a pronoun.
            behind = words[place + 1] if place + 1 < len(words) else None
            flag = behind.flag if behind else ""
            if word.word in _BEFORE_NOUNS and not flag.startswith("n"):
                return None
            # 这 with the measure of 这名患者
            return word.word + (behind.word if behind and flag.startswith("q") else "")
        if word.flag[:1] in _CONTENT or word.flag == "eng":
            return None
    return None


def _is_short(core: str, today: date | None) -> bool:
    """Whether a question may lean on another: it is short, and names no days and no news."""
    return len(core) <= _SHORT and not _ASKS_FOR_NEWS.search(core) and not (today is not None and days_of(core, today))


def _subject(last: str) -> str:
    """The last question without its question words, and the measure of what they count."""
    return " ".join(without_question_words(_HOW_MANY.sub(" ", last)).split())


def _kept(last: str, parts_of_speech: PartsOfSpeech) -> str:
    """The names and the first nouns of the last question; all of it when it has none."""
    stated = _subject(last)
    numbered = _NUMBERED.findall(stated)
    names = [_written(name) for name in names_of(_NUMBERED.sub(" ", stated), parts_of_speech) if name.kind != "number"]
    nouns = [noun.word for noun in nouns_of(_NUMBERED.sub(" ", stated), parts_of_speech)]
    kept = [*names, *[noun for noun in nouns if not any(noun in name for name in names)][:_NOUNS], *numbered]
    return " ".join(kept) or stated


def _with_name(core: str, pronoun: str, last: str, answer: str, parts_of_speech: PartsOfSpeech) -> str:
    """The question with what its pronoun stands for: a person of the last question or of its answer, or its subject."""
    meant = _kept(last, parts_of_speech)
    if pronoun in _PERSONS:
        for text in (last, answer):
            persons = [name.word for name in names_of(text, parts_of_speech) if name.kind == "nr"]
            if persons:
                meant = persons[0]
                break
    before, _, behind = core.partition(pronoun)
    return f"{before} {meant} {behind}".strip()


def _exchanged(core: str, last: str, parts_of_speech: PartsOfSpeech, today: date | None) -> str:
    """The last question with this name in place of one of its kind; 那深圳呢."""
    undated = last
    for span in days.words if today and (days := days_of(last, today)) else ():
        undated = f"{undated[: span.start]}{' ' * (span.end - span.start)}{undated[span.end :]}"
    if (today is not None and days_of(core, today)) or _DAY.fullmatch(core):
        return f"{core} {undated.strip()}"
    if _PAPER.fullmatch(core) and (paper := _PAPER.search(undated)):
        return f"{last[: paper.start()]}{core}{last[paper.end() :]}"
    if news := _ASKS_FOR_NEWS.search(last):
        return f"{last[: news.start()]}{core}{last[news.start() :]}"
    if numbered := _NUMBERED.fullmatch(core):
        return _NUMBERED.sub(numbered.group(), last, count=1)
    new, old = names_of(core, parts_of_speech, today), names_of(last, parts_of_speech, today)
    for name in new:
        alike = [other for other in old if other.kind == name.kind and _written(other) in last]
        if alike and name.kind != "number":
            start = last.index(_written(alike[-1]))
            end = (
                _end(last, start + len(core), parts_of_speech)
                if core != _written(name)
                else start + len(_written(alike[-1]))
            )
            return f"{last[:start]}{core}{last[end:]}"
    return f"{core} {last}" if new else f"{_kept(last, parts_of_speech)} {core}"


def _end(text: str, place: int, parts_of_speech: PartsOfSpeech) -> int:
    """The end of the word at this place: 深圳数码展 takes the place of 西安茶博会, which is as long."""
    end = 0
    for word in parts_of_speech.words(text):
        end += len(word.word)
        if end >= place:
            return end
    return len(text)


def _written(name: Name) -> str:
    return name.said or name.word
