"""Text in every encoding that is saved, and refusals of files that are no text."""

import random

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake import charset
from tests.support.project import FIRST_PAGE

PAGE = FIRST_PAGE.read_text("utf-8")
SIMPLIFIED = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


@pytest.mark.parametrize("encoding", SIMPLIFIED)
@pytest.mark.parametrize("length", [40, 400, len(PAGE)])
def test_a_page_is_read_in_every_usual_encoding(encoding: str, length: int) -> None:
    assert charset.decode(PAGE[:length].encode(encoding)) == PAGE[:length]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "utf-16-le", "gb18030"])
def test_a_traditional_page_is_read(encoding: str) -> None:
    # Big5 lacks a few of the characters that OpenCC writes.
    page = opencc.OpenCC("s2t").convert(PAGE).encode(encoding, "ignore").decode(encoding)
    assert charset.decode(page.encode(encoding)) == page


@pytest.mark.parametrize("place", [0, 1, 600, 1291, 6000])
def test_one_bad_byte_does_not_flip_a_utf8_file(place: int) -> None:
    data = PAGE.encode()
    text = charset.decode(data[:place] + b"\xff" + data[place:])
    assert "\ufffd" in text
    assert len(set(text.split("\n")) - set(PAGE.split("\n"))) <= 1


def test_a_utf8_file_cut_inside_a_character_stays_utf8() -> None:
    assert charset.decode(PAGE.encode()[:3001]).startswith(PAGE[:900])


def test_a_mostly_ascii_gbk_file_is_not_mistaken_for_broken_utf8() -> None:
    text = "a" * 2000 + " 兰州 " + "b" * 2000
    assert charset.decode(text.encode("gbk")) == text


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(300), b"\x00\x01\x02" * 1000])
def test_bytes_that_are_not_text_are_refused(data: bytes) -> None:
    with pytest.raises(charset.NotTextError, match="不是文本"):
        charset.decode(data)


def test_noise_behind_or_between_characters_is_refused() -> None:
    noise = random.Random(7)
    han_in_noise = b"".join(noise.randbytes(90) + "城".encode() for _ in range(30))
    in_gb2312 = bytes(noise.randrange(0xA1, 0xFF) for _ in range(2_000))
    behind = PAGE.encode() * 3 + b"\x01\x02\x03" * len(PAGE)
    for data in (han_in_noise, in_gb2312, behind, ("桥\ufffd" * 300).encode(), PAGE.encode() * 3 + b"\0" * len(PAGE)):
        with pytest.raises(charset.NotTextError, match="不是文本"):
            charset.decode(data)


def test_a_list_of_names_in_gbk_is_a_text() -> None:
    names = "王小红 李国强 陈晓雨 欧阳婧妍 赵志刚 诸葛明 周海燕 上官诗琪 吴建军 孙丽\n" * 5
    assert charset.decode(names.encode("gbk")) == names


def test_no_bytes_decode_to_an_empty_text() -> None:
    assert charset.decode(b"") == ""
    assert charset.decode(b"\xef\xbb\xbf") == ""


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        assert isinstance(charset.decode(data), str)
    except charset.NotTextError as error:
        assert str(error).endswith("。")  # noqa: PT017 - either outcome is right
