"""ZIP files: opened safely; a bad member is refused alone."""

import io
import struct
import zipfile

import pytest

from retrieval.article import Article
from retrieval.intake import Refusal, read, zip_archive
from tests.support.documents import BODY, LAST, MORE, docx_of, pdf_of, zip_of


def results(data: bytes) -> list[Article | Refusal]:
    return list(read(data, "a.zip"))


def texts(data: bytes) -> list[str]:
    return [article.text for article in results(data) if isinstance(article, Article)]


def refused(data: bytes) -> dict[str, str]:
    return {refusal.item: refusal.reason for refusal in results(data) if isinstance(refusal, Refusal)}


def test_each_file_in_a_zip_is_read_by_its_kind() -> None:
    data = zip_of(
        {"新闻/a.txt": BODY, "b.docx": docx_of(MORE), "c.pdf": pdf_of([LAST]), "d.csv": f"title,text\n新桥,{BODY}"}
    )
    assert texts(data) == [BODY, MORE, LAST, BODY]
    assert refused(data) == {}


def test_system_files_in_a_zip_are_skipped_silently() -> None:
    data = zip_of({"__MACOSX/._a.txt": b"\0", ".DS_Store": b"\0", "x/.hidden.txt": MORE, "folder/": b"", "a.txt": BODY})
    assert texts(data) == [BODY]
    assert refused(data) == {}
    data = zip_of({"Thumbs.db": b"\xd0\xcf", "x/desktop.ini": "[.ShellClassInfo]", "x/.DS_Store": b"\0", "a.txt": BODY})
    assert texts(data) == [BODY]
    assert refused(data) == {}


def test_a_bad_file_is_refused_by_name_and_the_others_are_read() -> None:
    inner = zip_of({"x.txt": LAST})
    data = zip_of(
        {
            "a.txt": BODY,
            "empty.txt": b"",
            "photo.jpg": b"\xff\xd8\xff",
            "broken.docx": docx_of(LAST)[:9_000],
            "inner.zip": inner,
            "inner.txt": inner,
            "lines.jsonl": '{"text": 5}',
            "b.txt": MORE,
        }
    )
    assert texts(data) == [BODY, MORE]
    names = ["empty.txt", "photo.jpg", "broken.docx", "inner.zip", "inner.txt", "lines.jsonl 第 1 行"]
    assert list(refused(data)) == [f"a.zip/{name}" for name in names]
    assert "压缩包里的压缩包" in refused(data)["a.zip/inner.txt"]


@pytest.mark.parametrize("name", ["../a.txt", "x/../../a.txt", "/etc/a.txt", "C:/a.txt", "..\\a.txt", "\\a.txt"])
def test_a_name_that_points_outside_the_zip_is_refused(name: str) -> None:
    data = zip_of({name: BODY, "b.txt": MORE})
    assert texts(data) == [MORE]
    assert list(refused(data).values()) == ["文件名指向压缩包之外，没有读取。"]


class Unflagged(zipfile.ZipInfo):
    """A name as old programs write it: in the system's encoding, without the UTF-8 flag."""

    encoding = "gb18030"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode(self.encoding), self.flag_bits


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_name_without_the_utf_8_flag_is_decoded(encoding: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as opened:
        info = Unflagged("新闻/无文.txt")
        info.encoding = encoding
        opened.writestr(info, b"")
    assert list(refused(held.getvalue())) == ["a.zip/新闻/无文.txt"]


def in_directory(data: bytes, offset: int, content: bytes) -> bytes:
    """The ZIP with other bytes in the entry of its directory for its only file."""
    start = data.index(b"PK\x01\x02") + offset
    return data[:start] + content + data[start + len(content) :]


def test_a_file_with_a_password_is_refused() -> None:
    locked = in_directory(zip_of({"a.txt": BODY}), 8, struct.pack("<H", 0x1))
    assert refused(locked) == {"a.zip/a.txt": "压缩包有密码，没有读取。"}


def test_a_large_video_does_not_keep_texts_out() -> None:
    data = zip_of({"a.txt": BODY, "film.mp4": b"", "b.txt": MORE})
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data = data[: entry + 24] + struct.pack("<I", 3_000_000_000) + data[entry + 28 :]
    assert texts(data) == [BODY, MORE]
    assert list(refused(data)) == ["a.zip/film.mp4"]


def test_a_zip_bomb_is_refused_by_its_declared_size() -> None:
    bomb = zip_of({"a.txt": BODY, "bomb.txt": bytes(21_000_000)})
    assert len(bomb) < 100_000
    assert texts(bomb) == [BODY]
    assert refused(bomb) == {"a.zip/bomb.txt": "解压后超过 20 MB，没有读取。"}


def test_a_zip_bomb_is_refused_by_its_compression_ratio() -> None:
    bomb = zip_of({"a.txt": BODY, "bomb.txt": bytes(2_000_000), "blank.txt": b" " * 500_000})
    assert texts(bomb) == [BODY]
    assert refused(bomb) == {
        "a.zip/bomb.txt": "压缩比超过 200，不是正常的文件，没有读取。",
        "a.zip/blank.txt": "文件是空的。",
    }


@pytest.mark.parametrize("declared", [0, 100, 1_999_999])
def test_a_false_declared_size_does_not_raise_the_limit(declared: int) -> None:
    data = in_directory(zip_of({"a.txt": BODY * 20_000}), 24, struct.pack("<I", declared))
    assert [type(item) for item in results(data)] == [Refusal]


def test_many_zip_bombs_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "LARGEST_TOTAL", 1_000)
    assert refused(zip_of({"a.txt": BODY * 5, "b.txt": BODY * 5})) == {"a.zip": "解压后超过 100 MB，没有读取。"}


def test_too_many_files_are_refused_but_hidden_ones_do_not_count() -> None:
    many = {f"{number}.txt": BODY for number in range(200)}
    assert len(texts(zip_of(many | {f"__MACOSX/{number}": b"" for number in range(200)}))) == 200
    assert refused(zip_of(many | {"one more.txt": BODY})) == {"a.zip": "里面有 201 个文件，最多 200 个。"}


def test_a_zip_directory_of_a_million_entries_is_not_read() -> None:
    assert list(refused(zip_of({"a.txt": BODY}) + b"PK\x01\x02" * 20_000)) == ["a.zip"]


BROKEN = {
    "no member": zip_of({}),
    "a signature alone": b"PK\x03\x04",
    "nothing": b"",
    "cut off": zip_of({"a.txt": BODY})[:40],
    "a folder alone": zip_of({"x/": b""}),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_zip_that_is_empty_or_broken_is_refused(data: bytes) -> None:
    assert list(refused(data)) == ["a.zip"]


def test_a_file_without_a_name_is_read_like_any_other() -> None:
    # The name ends at its first NUL.
    [article] = read(zip_of({"a.txt": BODY}).replace(b"a.txt", b"\0.txt"), "a.zip")
    assert isinstance(article, Article)
    assert article.text == BODY
