"""compose.cluster.yaml: it names what the program reads, holds no secret, and runs pinned images."""

import re

from bot.settings import Settings
from tests.cluster.nodes import SETTINGS
from tests.support.project import ROOT
from tests.test_env_example import shown_settings

TEXT = (ROOT / "compose.cluster.yaml").read_text("utf-8")
PAGES = [(ROOT / "docs" / name).read_text("utf-8") for name in ("cluster.md", "cluster.zh-CN.md")]
# Parts of the file from a line of one indentation to the next line that is not indented more.
BOT = re.findall(r"^x-bot: &bot$.*?(?=^\S)", TEXT, re.MULTILINE | re.DOTALL)[0]
NODE_SETTINGS = re.findall(r"^x-node-settings: .*?(?=^\S)", TEXT, re.MULTILINE | re.DOTALL)[0]
# Values that are the server's or the file's own, and no settings of the bot.
OTHERS = {"BOT_HOST", "OPENSEARCH_INITIAL_ADMIN_PASSWORD", "SEARCH_HEAP", "SEARCH_MEMORY"}


def values(block: str) -> dict[str, str]:
    """The pairs of a mapping whose values stand on their lines, by name."""
    return dict(re.findall(r"^ +([A-Za-z_][\w.]*): ([^\s&{\[|>].*?)(?: +#.*)?$", block, re.MULTILINE))


def bot_settings() -> dict[str, str]:
    return {name: value for name, value in values(BOT).items() if name.isupper()}


def test_the_bots_get_settings_that_the_program_reads() -> None:
    names = {name.removesuffix("_FILE") for name in bot_settings()}
    assert names <= set(shown_settings())
    assert {"ARCHIVE_URL", "ARCHIVE_PASSWORD", "WEBHOOK_SECRET", "TELEGRAM_BOT_TOKEN"} <= names


def test_the_program_accepts_the_values_of_the_bots() -> None:
    given = {
        name: re.sub(r"\$\{BOT_HOST:[^}]*\}", "bot.example.com", value)
        for name, value in bot_settings().items()
        if not value.startswith("${") and not name.endswith("_FILE")
    }
    settings = Settings.read({**given, "WEBHOOK_SECRET": "abc", "ARCHIVE_PASSWORD": "abc"})
    assert settings.archive_url is not None
    assert settings.archive_url.hosts == ("search1:9200", "search2:9200", "search3:9200")
    # No write makes an index of this prefix by itself.
    assert f"-{settings.archive_url.index('*')}" in values(NODE_SETTINGS)["action.auto_create_index"]


def test_every_value_that_the_file_asks_for_is_a_setting_or_explained_at_its_head() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)[:}]", TEXT))
    assert asked - OTHERS <= set(shown_settings())
    explained = [name for name in asked & OTHERS if name in TEXT.split("x-node:")[0] or all(name in p for p in PAGES)]
    assert set(explained) == asked & OTHERS


def test_the_file_holds_no_password_and_no_token() -> None:
    named = re.findall(r"^ *([A-Z_]*(?:PASSWORD|SECRET|TOKEN)[A-Z_]*): (.*)$", TEXT, re.MULTILINE)
    assert len(named) == 4
    assert [name for name, value in named if not re.match(r"\$\{\w+:\?|/run/secrets/", value)] == []


def test_every_image_that_is_fetched_has_a_version() -> None:
    images = [*re.findall(r"^ *image: (\S+)$", TEXT, re.MULTILINE), *re.findall(r"FROM (\S+)", TEXT)]
    assert len(images) == 4
    assert [image for image in images if not re.search(r":(\d+\.\d+|cluster$)", image)] == []


def test_nodes_notice_a_hanging_node_as_fast_as_those_of_the_tests() -> None:
    waits = {name: value for name, value in SETTINGS.items() if str(name).endswith("timeout")}
    assert len(waits) == 4
    assert waits.items() <= values(NODE_SETTINGS).items()


def test_each_of_three_nodes_may_become_the_manager() -> None:
    nodes = re.findall(r"^  (search\d):\n    <<: \*node$", TEXT, re.MULTILINE)
    assert len(nodes) == 3
    assert values(NODE_SETTINGS)["cluster.initial_cluster_manager_nodes"].split(",") == nodes
