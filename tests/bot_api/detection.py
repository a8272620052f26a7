"""Text that Telegram makes clickable by itself: mentions, commands, hashtags, cashtags, addresses.

The rules follow TDLib's MessageEntity.cpp where it is known, and detect too much elsewhere: a test that detects
nothing here may rely on it. Ideographs are letters, and a mention or a command needs a character other than a letter
on both sides, so `请问@NewsQABot` and `/ask台风` are plain text. Phone numbers, bank cards and timestamps are not
detected.
"""

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[str, int, int]  # kind, start, end; in characters

_MENTION = re.compile(r"@([A-Za-z0-9_]{3,32})")
_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?")
_HASHTAG = re.compile(r"[#＃]([\w\u200c·]{1,256})(?:@[A-Za-z0-9_]{3,32})?")
_CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]{1,8})(?:@[A-Za-z0-9_]{3,32})?")
_EMAIL = re.compile(r"[A-Za-z0-9_.+\-]{1,64}@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,}")
# A host includes adjacent Unicode characters, full-width punctuation too; general punctuation (U+2000 to U+206F,
# joiners and zero-width spaces included) ends it.
_LABEL = r"[^\s\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\xa0\xab\xbb\u2000-\u206f\u3000]+"
_NARROW = r"[\w\-]+"
_PATH = r"[^\s\"<>\\\xa0\xab\xbb\u2000-\u200b\u200e-\u2012\u2015-\u206f\u3000]*"
# The second pattern ends a host at any punctuation. It detects too much: Telegram may know no such ending.
_URLS = [
    re.compile(
        rf"(?P<scheme>(?:https?|s?ftp)://)?(?P<host>{label}(?:\.{label})+)(?::[0-9]{{1,5}})?(?P<path>[/?#]{_PATH})?",
        re.I,
    )
    for label in (_LABEL, _NARROW)
]
_OWN_SCHEME = re.compile(rf"(?:tg|ton|tonsite)://{_PATH}", re.I)
# Country codes, and other common endings; TDLib has all of them.
_TOP_LEVEL = frozenset(
    re.findall(
        r"\S+",
        """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd
    cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge
    gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki
    km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my
    mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se
    sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz
    va vc ve vg vi vn vu wf ws ye yt za zm zw aero app art asia bank biz blog bot cat chat city click cloud club com
    company coop design dev digital edu email fun fyi global gov group guru host icu info ink int jobs kim life link
    live love ltd media mil mobi moe museum name net network news ninja one online org page party plus post press pro
    pub red ren rocks run sale science shop site sky social software solutions space store studio support tech tel
    today tools top travel video vip wang watch website wiki win work world wtf xin xxx xyz yoga zone
    中信 中国 中國 中文网 企业 佛山 信息 健康 八卦 公司 公益 台湾 台灣 商城 商店 商标 嘉里 在线 大拿 娱乐 家電 广东 微博
    慈善 我爱你 手机 招聘 政务 政府 新加坡 新闻 时尚 書籍 机构 淡马锡 游戏 澳門 点看 移动 组织机构 网址 网店 网站 网络
    联通 诺基亚 谷歌 购物 通販 集团 電訊盈科 食品 餐厅 香格里拉 香港
    """,
    )
)
_EDGES = ".:;,('?!`"  # not part of a link when they end it


def detect(text: str) -> list[Span]:
    """Detected entities in order, without overlaps: the longer address wins over an entity inside it."""
    taken = list[Span]()
    for finder in (_urls, _emails, _mentions, _commands, _hashtags, _cashtags):
        for kind, start, end in finder(text):
            if kind == "email":  # its domain looks like an address
                taken = [span for span in taken if not (span[1] < end and start < span[2])]
            if not any(start < other_end and other_start < end for _, other_start, other_end in taken):
                taken.append((kind, start, end))
    return sorted(taken, key=lambda span: span[1])


def is_word(character: str) -> bool:
    """Whether Telegram counts the character as part of a word: a letter (ideographs too), a number, an underscore."""
    return character == "_" or unicodedata.category(character)[0] in "LN" if character else False


def _before(text: str, start: int) -> str:
    return text[start - 1] if start else ""


def _after(text: str, end: int) -> str:
    return text[end] if end < len(text) else ""


def _mentions(text: str) -> Iterator[Span]:
    for match in _MENTION.finditer(text):
        start, end = match.span()
        if not is_word(_before(text, start)) and not is_word(_after(text, end)):
            yield "mention", start, end


def _commands(text: str) -> Iterator[Span]:
    for match in _COMMAND.finditer(text):
        (start, end), closed = match.span(), ("/", "<", ">")
        before, after = _before(text, start), _after(text, end)
        if not (is_word(before) or is_word(after) or before in closed or after in closed):
            yield "bot_command", start, end


def _hashtags(text: str) -> Iterator[Span]:
    for match in _HASHTAG.finditer(text):
        start, end = match.span()
        word = bool(re.search(r"[^\W\d_]", match[1]))
        if word and not is_word(_before(text, start)) and _after(text, end) not in ("#", "＃"):
            yield "hashtag", start, end


def _cashtags(text: str) -> Iterator[Span]:
    for match in _CASHTAG.finditer(text):
        start, end = match.span()
        before, after = _before(text, start), _after(text, end)
        if not (is_word(before) or is_word(after) or "$" in (before, after)):
            yield "cashtag", start, end


def _emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield "email", *match.span()


def _urls(text: str) -> Iterator[Span]:
    for match in _OWN_SCHEME.finditer(text):
        yield "url", *match.span()
    for match in (match for pattern in _URLS for match in pattern.finditer(text)):
        labels = match["host"].split(".")
        address = len(labels) == 4 and all(re.fullmatch(r"\d{1,3}", label) and int(label) < 256 for label in labels)
        # With a scheme any ending counts; without a scheme the ending must be known.
        top = bool(match["scheme"]) and len(labels[-1]) > 1 and not labels[-1].isdecimal()
        if address or top or labels[-1].lower() in _TOP_LEVEL:
            end = match.end()
            while text[end - 1] in _EDGES:
                end -= 1
            yield "url", match.start(), end
