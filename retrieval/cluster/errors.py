"""Errors of the search server: for each failure, a sentence for the operator without a user name or a password."""

import re
from collections.abc import Mapping
from typing import Any

from retrieval.store.errors import ConflictError, StoreError

# Characters of the server's own reason that a sentence quotes.
_LONGEST_REASON = 200
_DISK_FULL = ("flood-stage", "read-only / allow delete", "read-only-allow-delete", "create-index blocked")
_MAPPING_CHANGED = ("mapper_parsing_exception", "strict_dynamic_mapping_exception")
_RED = ("no_shard_available_action_exception", "unavailable_shards_exception", "search_phase_execution_exception")
# The node that was asked has lost another one during the request. The status is 500.
_LOST_NODE = (
    *("node_not_connected_exception", "node_disconnected_exception", "node_closed_exception"),
    *("connect_transport_exception", "send_request_transport_exception", "receive_timeout_transport_exception"),
)
_RIGHT = re.compile(r"no permissions for \[((?:indices|cluster):[a-z/_]+(?:\[[a-z]\])?)")
_NO_MANAGER = ("cluster_manager_not_discovered_exception", "master_not_discovered_exception")


class ClusterError(StoreError):
    """The search server can't be used as it is set up; the message is a sentence for the operator."""


class UnavailableError(ClusterError):
    """The search server can't do it now. The same request may succeed later.

    When the request was a write, it is unknown whether the write has happened.
    """


class BehindError(UnavailableError):
    """A node has older documents than the others: it has lost them, and does not know it yet."""

    def __init__(self, host: str) -> None:
        super().__init__(f"搜索服务器 {host} 的数据不是最新的，它和别的节点断开了；请检查节点之间的网络。")


class OvertakenError(ConflictError):
    """Another process took over and committed first: nothing is stored. The same work may be done anew."""

    def __init__(self) -> None:
        super().__init__("另一个进程先写入了搜索服务器，这一次没有改动；请再试一次。")


def unreachable(hosts: str, why: str, *, may_need_tls: bool) -> UnavailableError:
    tls = "（服务器用 TLS 时应以 opensearch+https:// 开头）" if may_need_tls else ""
    return UnavailableError(
        f"搜索服务器 {hosts} 连不上，或没有按时回答（{why}）；请检查 ARCHIVE_URL{tls}、服务器和网络。"
    )


def untrusted(host: str, why: str) -> ClusterError:
    return ClusterError(
        f"搜索服务器 {host} 的证书不可信（{why}）；请用 ARCHIVE_CA 指定签发它的 CA 证书，并检查证书里的主机名。"
    )


def not_tls(host: str) -> ClusterError:
    return ClusterError(
        f"和搜索服务器 {host} 建立不了 TLS 连接；不用 TLS 的服务器，ARCHIVE_URL 应以 opensearch+http:// 开头。"
    )


def unusable_ca(path: object) -> ClusterError:
    return ClusterError(f"ARCHIVE_CA 指的文件 {path} 读不了，或不是证书；应为 PEM 格式的 CA 证书文件。")


def foreign(host: str) -> ClusterError:
    return ClusterError(f"{host} 不是 OpenSearch 服务器；ARCHIVE_URL 应为 OpenSearch 2 或 3 的地址。")


def unsupported(host: str, number: str) -> ClusterError:
    return ClusterError(f"搜索服务器 {host} 的版本是 {number}，不受支持；应为 OpenSearch 2 或 3。")


def red(hosts: str) -> UnavailableError:
    return UnavailableError(
        f"搜索服务器 {hosts} 缺少一部分数据（集群状态为 red）；请先让停下的节点恢复，已保存的都在节点的磁盘上。"
    )


def forbidden(body: Mapping[str, Any], host: str) -> ClusterError:
    """The error for a right that the user lacks, which the server names before it names the user."""
    named = _RIGHT.match(reason(body))
    right = f"（缺少 {named[1]}）" if named else ""
    return ClusterError(f"搜索服务器 {host} 不允许这个用户读写索引{right}；请检查用户的权限，或换一个用户。")


def is_forbidden(body: Mapping[str, Any]) -> bool:
    """Whether an item of a response failed because the user lacks a right."""
    return kind(body) == "security_exception"


def kind(body: Mapping[str, Any]) -> str:
    """The server's name of the error in a response, or in an item of a bulk response; empty if it has none."""
    error = body.get("error")
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def reason(body: Mapping[str, Any]) -> str:
    """The server's own words about the error, with those of its causes."""
    error = body.get("error")
    if not isinstance(error, dict):
        return str(error or "")
    causes = [error, *(cause for cause in error.get("root_cause", ()) if isinstance(cause, dict))]
    return "；".join(dict.fromkeys(str(cause["reason"]) for cause in causes if cause.get("reason")))


def may_pass(status: int, body: Mapping[str, Any]) -> bool:
    """Whether the same request may succeed a moment later: the queue is full, or a node or a shard is missing."""
    return status in (502, 503, 504) or (status == 429 and not _is_disk_full(body)) or kind(body) in _LOST_NODE


def explain(status: int, body: Mapping[str, Any], host: str) -> ClusterError:
    """The error for an unexpected status; `body` is the response, or the item of a bulk response."""
    name, words = kind(body), reason(body)[:_LONGEST_REASON]
    if _is_disk_full(body):
        return UnavailableError(
            f"搜索服务器 {host} 的磁盘快满了，索引已变为只读，没有写入；此前已保存的都在，请腾出空间。"
        )
    if name == "cluster_block_exception" and status != 503:
        return ClusterError(f"搜索服务器 {host} 的索引被设为不能写或不能读（{words}）；请解除后再试。")
    if status == 401:
        return ClusterError(
            f"搜索服务器 {host} 不接受用户名或密码；请检查 ARCHIVE_URL，或 ARCHIVE_USER 和 ARCHIVE_PASSWORD。"
        )
    if status == 403:
        return forbidden(body, host)
    if name in _MAPPING_CHANGED:
        return ClusterError(f"搜索服务器 {host} 的索引的映射（mapping）和本程序的不同，可能被人改过：{words}。")
    if name == "shard_not_in_primary_mode_exception" or "not in primary mode" in reason(body):
        return UnavailableError(
            f"搜索服务器 {host} 有一个主分片卡住了，写入不了；请重启它所在的节点，见 docs/cluster.md。"
        )
    if name in _NO_MANAGER:
        return UnavailableError(f"搜索服务器 {host} 选不出管理节点，现在不能写入；请先让停下的节点恢复。")
    if name in _LOST_NODE:
        return UnavailableError(f"搜索服务器 {host} 和另一个节点的连接断了；请先让停下的节点恢复。")
    if name in _RED:
        return red(host)
    if name == "circuit_breaking_exception":
        return UnavailableError(f"搜索服务器 {host} 的内存不够，请求没有完成；请稍后再试，或给节点更多内存。")
    if status == 429:
        return UnavailableError(f"搜索服务器 {host} 的队列满了，请稍后再试。")
    if may_pass(status, body):
        return UnavailableError(
            f"搜索服务器 {host} 现在不能处理请求（{status}，{words or '没有说明原因'}）；请稍后再试。"
        )
    return ClusterError(f"搜索服务器 {host} 拒绝了请求（{status}，{words or '没有说明原因'}）。")


def _is_disk_full(body: Mapping[str, Any]) -> bool:
    return kind(body) == "cluster_block_exception" and any(words in reason(body) for words in _DISK_FULL)
