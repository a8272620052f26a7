"""Names of people in a line: behind a role such as 记者, or in a list. All patterns match folded lines."""

import re

from retrieval.intake.lexicon import one_of, words
from retrieval.intake.prose import media
from retrieval.intake.prose.lines import Line

_SURNAMES = frozenset("".join(words("people.surnames")))
_PLACES = words("places.province", "places.country")
_COMPOUND_SURNAMES = words("people.compound_surnames")
_OTHER_ROLES = frozenset(words("labels.role"))
NOBODY = frozenset(words("people.nobody"))
# Characters of a list of names, of a line with a role, of the text before the role, and of an invented name.
_LONGEST, _LONGEST_WITH_ROLE, _LONGEST_BEFORE_ROLE, _LONGEST_NICKNAME = 300, 45, 24, 12
# The desk that Taiwanese media print before a name: 生活中心/陈静报导.
ROLE = re.compile(one_of("people.reporter", spaced=True) + r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2}中心(?=\s?/)")
# Text before a role: 来源：兰州晚报, 文/图 本报全媒体, 新华社驻巴黎.
_BEFORE = re.compile(
    rf"[\W_]*(?:{one_of('labels.source', 'labels.author')}:?\s*)?"
    rf"(?:(?:{one_of('people.work')}|文)\s?[:/]?\s?)?(?:[\u4e00-\u9fff·a-z0-9\-]{{0,12}}"
    rf"{one_of('media.ending', 'media.sure_ending')})?讯?\s?"
    rf"(?:{one_of('people.rank')}|驻[\u4e00-\u9fff]{{2,6}}?){{0,3}}\s?"
)
# A medium that does not sound like one: 半月谈.
_ANY_MEDIUM = re.compile(r"[\W_]{0,2}[\u4e00-\u9fff]{2,8}")
# The end of a line of names: 文/图, 摄影报道, /台北即时报道.
_WORK_BEHIND = re.compile(
    rf"(?:[\s/]{{1,3}}[\u4e00-\u9fff]{{2,6}}?{one_of('people.report_kind')}?{one_of('people.report')}"
    rf"|[\s,、/]{{0,3}}{one_of('people.work')}|摄|[\s/](?:文|图)|[\s/]?发自[\u4e00-\u9fff]{{2,6}})[\W_]*$"
)
# Words and marks between names.
_BETWEEN = re.compile(rf"{one_of('people.reporter', 'people.rank', spaced=True)}|作者|[、,/&|·;:和与()\[\]\s]")
# The beginning of a list without a label: a surname, or a word or mark from between names. It decides fast.
_BEGINS = re.compile(
    rf"[{''.join(sorted(_SURNAMES))}]|{one_of('people.compound_surnames')}|.{{1,12}}·|{_BETWEEN.pattern}"
)
# A name: 陈晓雨, 买买提·艾力; with Latin letters only behind a label: Demi Xia.
_NAME = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*|[a-z][a-z.'\-]{1,20}(?:\s[a-z][a-z.'\-]{0,20}){0,2}")
# The mark that newspapers print before names: □ 陈晓雨, ◎郭兰英.
_BYLINE_MARK = re.compile(r"[□◎■]\s?")
# Parts of words that begin with a surname but name nobody: 高层调查, 王家村.
_NOT_NAMES = re.compile(f"{one_of('people.not_names')}|{one_of('people.not_name_endings')}$")


def of_label(value: Line, *, trusted: bool, is_whole: bool) -> str | None:
    """The names in the value of a label; None when it names nobody. `trusted` is that of `in_list`.

    `is_whole` says that nothing else is in the value: then a short word that is no list of names is an invented name.
    """
    people = after_role(value) or in_list(value, trusted)
    is_word = 2 <= len(value.folded) <= _LONGEST_NICKNAME and value.folded.isalnum()
    if people is None and is_whole and is_word and not _NOT_NAMES.search(value.folded):
        people = value.shown
    return None if people is None or people.lower() in NOBODY else people


def without_medium(value: Line) -> Line:
    """The value without the medium in front of the names: 财新 陈晓雨; any other value as it is."""
    first = value.folded.partition(" ")[0]
    rest = value.cut(len(first))
    return rest if rest.shown and media.is_media(value.cut(0, len(first))) else value


def in_list(line: Line, trusted: bool = True) -> str | None:
    """The names of a line that holds nothing but names, joined by blanks; None for any other line.

    李 超 is one name. `trusted` says that a label stands before the names; without a label each name must begin with a
    common surname.
    """
    if not line.folded or len(line.folded) > _LONGEST or not (trusted or _BEGINS.match(line.folded)):
        return None
    behind = _WORK_BEHIND.search(line.folded)
    line = line.cut(0, behind.start()) if behind is not None else line
    folded = _BETWEEN.sub(lambda match: " " * len(match[0]) if match[0] != "·" else "·", line.folded)
    tokens = list(_NAME.finditer(folded))
    if not tokens or _NAME.sub("", folded).strip():
        return None
    people: list[str] = []
    for token in tokens:
        if token[0] in _OTHER_ROLES and people:
            break  # 记者陈晓雨 摄像 王芳
        name = line.shown[slice(*token.span())]
        if people and len(people[-1]) == 1:
            if len(name) > 1:
                return None
            people[-1] += name
            continue
        if len(name) > 1 and not _may_be_name(token[0], trusted):
            return None
        people.append(name)
    return " ".join(dict.fromkeys(people)) if len(people[-1]) > 1 else None


def _may_be_name(folded: str, trusted: bool) -> bool:
    if not trusted and folded.endswith(_PLACES):
        return False  # 于江苏, 江西
    sounds_like_name = len(folded) <= 3 and folded[0] in _SURNAMES
    if _NOT_NAMES.search(folded):
        # 李在山 behind a label is a name.
        return trusted and sounds_like_name
    if folded.isascii():
        return trusted
    if "·" in folded:
        return len(folded) <= 12
    if trusted or folded.startswith(_COMPOUND_SURNAMES):
        return len(folded) <= 4
    return sounds_like_name


def alone(line: Line) -> str | None:
    """The names of a line that is nothing but names, behind a role or each with a common surname; None for a medium."""
    return None if media.is_media(line) else after_role(line) or in_list(line, trusted=False)


def after_role(line: Line) -> str | None:
    """The names of a line that is a role with names and nothing else: 本报记者 王小红 实习生 陈静, 记者郭兰英文/图."""
    if len(line.folded) > _LONGEST_WITH_ROLE:
        return None
    mark = _BYLINE_MARK.match(line.folded)
    if mark is not None and (marked := in_list(line.cut(mark.end()), trusted=False)) is not None:
        return marked
    role = ROLE.search(line.folded, 0, _LONGEST_BEFORE_ROLE)
    if role is None:
        return None
    known_medium = _BEFORE.fullmatch(line.folded, 0, role.start()) is not None
    rest = line.cut(role.end(), None, " /]】")
    if not rest.shown or not (known_medium or _ANY_MEDIUM.fullmatch(line.folded, 0, role.start())):
        return None
    # 半月谈记者 史卫燕: behind a medium that does not sound like one each name must begin with a common surname.
    is_apart = line.folded[role.end()] in " :/" or _WORK_BEHIND.search(rest.folded) is not None
    return in_list(rest, trusted=known_medium and is_apart)
