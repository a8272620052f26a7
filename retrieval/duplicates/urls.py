"""When are two addresses one page? (the only file that knows w3lib)"""

import re

from w3lib.url import canonicalize_url, url_query_cleaner

# What newsletters, search engines and share buttons add to say where a reader came from.
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_TRACKING = (*_UTM, "spm", "fbclid", "gclid", "share_token", "share_source", "share_from", "isappinstalled")
# In WeChat, an address with these parameters names an article by them; all others tell who shared it, and how. An
# address without them, of a search say, may name it by any other.
_WECHAT = re.compile(r"^https?://mp\.weixin\.qq\.com(?=[/:])", re.IGNORECASE)
_WECHAT_ARTICLE = ("__biz", "mid", "idx")
_WECHAT_KEY = (*_WECHAT_ARTICLE, "sn")
_SHARED = ("chksm", "scene", "clicktime", "enterid", "sharer_shareid", "sharer_sharetime", "sharer_shareinfo")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_DEFAULT_PORT = re.compile(r"^([^/?#]+?):(?:80|443)(?=[/?#]|$)")
# #/news/1 and #!news/1 name a page of an application; any other fragment a place in the page.
_ROUTE = re.compile(r"#(?=[!/])")


def url_key(url: str) -> str:
    """`url` in one spelling: equal for two addresses of one page as far as an address alone can tell.

    Equal are http and https, a host in any case, with its default port or without, a path with dot segments or without,
    percent-encoding or Chinese in any spelling, parameters in any order, tracking parameters, and fragments. A text
    that is no address at all is its own key.
    """
    url = url.strip()
    try:
        found = canonicalize_url(_cleaned(url), keep_fragments=_ROUTE.search(url) is not None)
    except ValueError:  # a host such as [::
        return url
    return _DEFAULT_PORT.sub(r"\1", _SCHEME.sub("", found))


def _cleaned(url: str) -> str:
    """`url` without the parameters that say nothing of the page."""
    if "?" not in url:
        return url
    in_wechat = _WECHAT.match(url) is not None
    if in_wechat and all(re.search(f"[?&]{name}=", url) for name in _WECHAT_ARTICLE):
        return url_query_cleaner(url, _WECHAT_KEY, unique=False, keep_fragments=True)
    added = (*_TRACKING, *_SHARED) if in_wechat else _TRACKING
    return url_query_cleaner(url, added, remove=True, unique=False, keep_fragments=True)
