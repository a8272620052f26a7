"""One spelling for all addresses of a page. The only module that imports w3lib."""

import re

from w3lib.url import canonicalize_url, url_query_cleaner

# Parameters that newsletters, search engines and share buttons add to tell where a reader came from.
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_TRACKING = (*_UTM, "spm", "fbclid", "gclid", "share_token", "share_source", "share_from", "isappinstalled")
# In WeChat, these parameters name an article; all others tell who shared it, and how. An address without them, for
# example of a search, may name its page by any other parameter.
_WECHAT = re.compile(r"^https?://mp\.weixin\.qq\.com(?=[/:])", re.IGNORECASE)
_WECHAT_ARTICLE = ("__biz", "mid", "idx")
_WECHAT_KEY = (*_WECHAT_ARTICLE, "sn")
_SHARED = ("chksm", "scene", "clicktime", "enterid", "sharer_shareid", "sharer_sharetime", "sharer_shareinfo")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_DEFAULT_PORT = re.compile(r"^([^/?#]+?):(?:80|443)(?=[/?#]|$)")
# #/news/1 and #!news/1 name a page of an application; any other fragment names a place in a page.
_ROUTE = re.compile(r"#(?=[!/])")


def url_key(url: str) -> str:
    """`url` in one spelling: equal for two addresses of one page as far as an address alone can tell.

    The key ignores http or https, the case of the host, a default port, dot segments of the path, the spelling of
    percent-encoded and Chinese characters, the order of parameters, tracking parameters, and fragments. The key of a
    text that is no address is the text.
    """
    url = url.strip()
    try:
        canonical = canonicalize_url(_cleaned(url), keep_fragments=_ROUTE.search(url) is not None)
    except ValueError:  # a host such as [::
        return url
    return _DEFAULT_PORT.sub(r"\1", _SCHEME.sub("", canonical))


def _cleaned(url: str) -> str:
    """`url` without the parameters that do not name the page."""
    if "?" not in url:
        return url
    in_wechat = _WECHAT.match(url) is not None
    if in_wechat and all(re.search(f"[?&]{name}=", url) for name in _WECHAT_ARTICLE):
        return url_query_cleaner(url, _WECHAT_KEY, unique=False, keep_fragments=True)
    added = (*_TRACKING, *_SHARED) if in_wechat else _TRACKING
    return url_query_cleaner(url, added, remove=True, unique=False, keep_fragments=True)
