"""When are two addresses one page? (the only file that knows w3lib)"""

import re

from w3lib.url import canonicalize_url, url_query_cleaner

# What newsletters, search engines and share buttons add to say where a reader came from.
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_TRACKING = (*_UTM, "spm", "fbclid", "gclid", "share_token", "share_source", "share_from", "isappinstalled")
# Of an article in WeChat, __biz, mid, idx and sn are its name; the rest tells who shared it, and where.
_WECHAT = re.compile(r"^https?://mp\.weixin\.qq\.com(?=[/:])", re.IGNORECASE)
_SHARED = (
    "chksm",
    "scene",
    "clicktime",
    "enterid",
    "sharer_shareid",
    "sharer_sharetime",
    "sharer_shareinfo",
    "nwr_flag",
)
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
    cleaned = url
    try:
        if "?" in url:
            added = [*_TRACKING, *_SHARED] if _WECHAT.match(url) else _TRACKING
            cleaned = url_query_cleaner(url, added, remove=True, unique=False, keep_fragments=True)
        found = canonicalize_url(cleaned, keep_fragments=_ROUTE.search(url) is not None)
    except ValueError:  # a host such as [::
        return url
    return _DEFAULT_PORT.sub(r"\1", _SCHEME.sub("", found))
