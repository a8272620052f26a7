"""Passages that tell nothing themselves: a repeated title, a signature, a notice."""

import re

# A passage with fewer letters and digits that its title and heading do not have only repeats them.
_FEW = 8
# A longer passage tells something beside its signature or its notice.
_LONGEST = 60
_SIGNATURE = re.compile(
    r"[(\[【]?\s*(?:本报|本刊|本网|见习|实习|责任|值班|特约|新媒体)*(?:记者|作者|编辑|责编|通讯员|校对|审核|监制|供稿|摄影|供图|来源|图/?文|文/图)"
    r"[^。!?;；]*[)\]】]?"
)
_NOTICE = re.compile(
    "未经[^。]{0,14}(?:许可|授权|允许|同意)|版权(?:所有|归)|转载(?:请|须|需)?注明|禁止转载|免责声明|不构成[^。]{0,6}建议"
    "|(?:扫码|扫描|长按|点击)[^。]{0,14}(?:关注|二维码|公众号|阅读原文)|欢迎(?:关注|订阅)"
)


def tells_nothing(text: str, head: str) -> bool:
    """Whether a folded text only repeats its title and heading, or is a signature or a notice."""
    if len(text) > _LONGEST:
        return False
    if _SIGNATURE.fullmatch(text) or _NOTICE.search(text):
        return True
    return sum(letter not in head for letter in filter(str.isalnum, text)) < _FEW
