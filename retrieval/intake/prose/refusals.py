"""Pages that hold no article, by the words on them: captchas, deleted articles, logins. Patterns match folded lines."""

import re

from retrieval.intake.prose.lines import Line, ends_sentence, han

LOGIN = "要登录或付费才能看到全文，请登录后复制正文再收录。"
# The sentence for an editor, and the patterns of a title or a short line: 环境异常 (captcha), 该内容已被发布者删除
# (deleted), 登录后查看全文 (login).
_KINDS = (
    (
        "这是验证页面，不是文章；请在浏览器里通过验证后，复制正文再收录。",
        r"环境异常|安全验证|人机验证|完成(?:安全)?验证|(?:请|需要|需)(?:先)?(?:输入|进行|通过|完成).{0,6}验证|(?:输入|填写)验证码|(?:拖动|向右)?滑块(?:验证|完成)|(?:访问|请求|操作)(?:过于)?频繁"
        r"|just a moment|checking your browser|are you (?:a )?(?:human|robot)|captcha|access denied|异常流量",
    ),
    (
        "网页上的文章已被删除或不存在。",
        r"(?:内容|文章|网页|页面|帖子|新闻|稿件|视频|信息|链接)(?:已|已经|可能)?(?:被|经)?(?:发布者|作者|用户|管理员|编辑)?(?:删除|下线|下架|屏蔽|失效|过期)"
        r"|(?:此|该)内容因违规|(?:页面|网页|文章|内容|文件|网址|地址)(?:不存在|未找到|找不到|丢失|走丢)|(?:找不到|没有找到|未找到)(?:该|此|您|你|相关)?.{0,8}(?:页面|网页|文章|内容|文件)"
        r"|(?:^|错误|error|页面|http)\s?404(?!\d|次)|(?<!\d)404\s?(?:$|错误|页面|not|error)|not\s?found|账号已(?:迁移|注销)|已停止访问",
    ),
    (
        LOGIN,
        r"(?:请|需要|需|须)(?:您|你)?(?:先)?登[录陆入]|登[录陆]后(?:才能|可|即可)?(?:查看|阅读|浏览|继续|访问)"
        r"|(?:订阅|付费|会员|购买)(?:后|才能|专享|可)(?:即可|可)?(?:阅读|查看|畅读|继续)?"
        r"|用户登录|账号登录|(?:会员|密码)登[录入]|sign in|log in"
        r"|(?:会员|订户|付费)(?:限定|专享|专属|内容)|解锁(?:全文|阅读)"
        r"|(?:加入|成为)(?:付费)?会员|订阅(?:即可|解锁)|请订阅|登[录入]或订阅|字未读|登[录陆入]后获取",
    ),
)
PATTERNS = tuple((sentence, re.compile(pattern)) for sentence, pattern in _KINDS)
# Characters of such a line. Chinese characters of a text that holds nothing beside it, and of the beginning of an
# article above the line that asks for a login.
_LONGEST, _FEW_HAN, _A_BEGINNING = 60, 60, 300
# Last lines in which a page asks for a login.
_LAST = 8


def reason(lines: list[Line]) -> str | None:
    """Why a pasted text is no article, as a Chinese sentence; None when it may be one."""
    amount = sum(han(line.folded) for line in lines)
    if amount > _A_BEGINNING:
        return None
    few = amount < _FEW_HAN
    asked = [line.folded for line in (lines if few else lines[-_LAST:]) if len(line.folded) <= _LONGEST]
    for sentence, pattern in PATTERNS if few else PATTERNS[-1:]:
        if any(pattern.search(text) and (few or not ends_sentence(text)) for text in asked):
            return sentence
    return None
