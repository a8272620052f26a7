"""The Traditional Chinese of every line that the bot says: bot/words/traditional.toml, by OpenCC.

    make traditional

The lines are those of bot/words/english.toml. OpenCC's tables take 42 MB, so the bot reads its own lines from a file.
"""

import json

from bot.words.language import converted, english

_HEAD = "# The Traditional Chinese of every line of english.toml. `make traditional` writes this file."


def page() -> str:
    """The text of the file. A string of JSON is also one of TOML."""
    lines = (
        f"{json.dumps(line, ensure_ascii=False)} = {json.dumps(converted(line), ensure_ascii=False)}"
        for line in english()
    )
    return "\n".join([_HEAD, *lines])


if __name__ == "__main__":
    print(page())
