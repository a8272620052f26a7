"""The analyzer: terms, bigrams, trigrams and fingerprints."""

import gzip
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.article import Article
from retrieval.text import analyzer as module
from retrieval.text import numbers
from retrieval.text.analyzer import Analyzer
from retrieval.text.dictionary import Dictionary, pack
from retrieval.text.folding import fold
from retrieval.text.ngrams import bigrams, query_bigrams, query_trigrams
from retrieval.text.tokenizer import DICTIONARY, Tokenizer
from tests.support.project import ROOT

PROSE = st.text("兰州市招商引资项目的臺灣發展在〇一二十百亿月日,.1800３5gＧtd2°㎡ iPhone“”。，_-", max_size=80)

# The fast tokenizer, where it is installed, cuts the first run already.
SLOW, FAST = Analyzer(may_load=False), Analyzer()
FAST._before_fast = -1


@given(PROSE | st.text(st.characters()))
def test_the_terms_lose_no_letter_and_no_digit(analyzer: Analyzer, text: str) -> None:
    terms = "".join(analyzer.terms(text))
    assert re.sub(r"[\W_]", "", terms) == re.sub(r"[\W_]", "", numbers.plain(fold(text)))


@example(texts=["兰州𠀀招商", "", "〇二三年\n3.5万吨_GDP"], is_fast=True)
@given(texts=st.lists(PROSE | st.text(st.characters()), max_size=6), is_fast=st.booleans())
def test_texts_together_have_the_terms_of_each_alone(texts: list[str], is_fast: bool) -> None:
    together = FAST if is_fast else SLOW
    assert together.terms_of_all(texts) == [SLOW.terms(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1,800元", ["1800", "元"]),
        ("１，８００", ["1800"]),
        ("12,345,678.90", ["12345678.90"]),
        ("，1,800，", ["1800"]),
        ("12,34,567", ["12", "34", "567"]),
        ("1,80", ["1", "80"]),
        ("1,8000", ["1", "8000"]),
        ("3.5", ["3.5"]),
        ("5G", ["5g"]),
        ("2.0TD", ["2.0td"]),
        ("1.2.3", ["1.2.3"]),
        ("end.Next", ["end", "next"]),
        ("a_b-c", ["a", "b", "c"]),
        ("用VR技术", ["用", "vr", "技术"]),
        ("100㎡", ["100"]),
        ("", []),
        ("，。 \n", []),
    ],
)
def test_numbers_and_latin_words_are_one_term_each(analyzer: Analyzer, text: str, terms: list[str]) -> None:
    assert analyzer.terms(text) == terms


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["兰州市", "招商引资", "研究生命起源", "南京市长江大桥", "易华录", "他来到了网易杭研大厦"])
    )
)
def test_a_run_of_han_is_cut_as_jieba_cuts_it(analyzer: Analyzer, words: list[str]) -> None:
    run = "".join(words)
    assert analyzer.terms(f"a{run}，1") == ["a", *jieba.Tokenizer.lcut(analyzer._jieba, run), "1"]


def test_jieba_without_our_initialisation_gives_the_same_terms(analyzer: Analyzer, tmp_path: Path) -> None:
    plain = jieba.Tokenizer()
    plain.tmp_dir = str(tmp_path)
    run = "近日兰州市首次以视频连线方式举行重点项目对接及签约仪式的活动引起了社会各界广泛关注和强烈反响"
    assert analyzer.terms(run) == plain.lcut(run)


def test_traditional_and_simplified_give_the_same_terms(analyzer: Analyzer) -> None:
    assert analyzer.terms("蘭州市與企業簽約") == analyzer.terms("兰州市与企业签约")


def test_stop_words_are_dropped_from_questions_only(analyzer: Analyzer) -> None:
    assert "的" in analyzer.terms("兰州的项目")
    assert analyzer.query_terms("兰州的项目") == ["兰州", "项目"]


@pytest.mark.parametrize("question", ["", "的", "是什么", "为什么呢？"])
def test_a_question_of_only_stop_words_and_question_words_has_no_terms(analyzer: Analyzer, question: str) -> None:
    assert analyzer.query_terms(question) == []


def test_a_question_has_each_term_once_in_order(analyzer: Analyzer) -> None:
    assert analyzer.query_terms("项目，兰州，项目") == ["项目", "兰州"]
    assert analyzer.terms("项目，兰州，项目") == ["项目", "兰州", "项目"]


def test_two_analyzers_have_the_same_fingerprint(analyzer: Analyzer) -> None:
    assert Analyzer().fingerprint == analyzer.fingerprint


def test_other_stop_words_or_rules_have_another_fingerprint(
    analyzer: Analyzer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprints = {analyzer.fingerprint, analyzer._fingerprint("的\n", b"")}
    monkeypatch.setattr(module, "_RULES", module._RULES + 1)
    fingerprints.add(analyzer._fingerprint("的\n", b""))
    assert len(fingerprints) == 3
    monkeypatch.undo()
    (tmp_path / "stopwords.txt").write_text("# 注释\n\n兰州\n", "utf-8")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    other = Analyzer()
    assert other.fingerprint not in fingerprints
    assert other.query_terms("兰州的项目") == ["的", "项目"]


def test_the_terms_of_a_stored_document_are_frozen(analyzer: Analyzer) -> None:
    text = "蘭州市２０２０年二月二十日簽約：投資六十亿元，共1,800个项目（2.0TD），任春晖说“值得”。"
    terms = "兰州市 2020 年 2 月 20 日 签约 投资 60 亿元 共 1800 个 项目 2.0td 任 春晖 说 值得"
    assert analyzer.terms(text) == terms.split()
    # A change of the terms needs a new rules version, so that stored postings are rebuilt.
    assert module._RULES == 2


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("她今年多少岁？", ["今年", "岁"]),
        ("哪一年通车", ["年", "通车"]),
        ("造成几人受伤", ["造成", "人", "受伤"]),
        ("几内亚的几何学家", ["几内亚", "几何学家"]),  # words that only look like question words
        ("请问吗啡是什么", ["吗啡"]),
    ],
)
def test_question_words_are_not_terms(analyzer: Analyzer, query: str, terms: list[str]) -> None:
    assert analyzer.query_terms(query) == terms


@pytest.mark.parametrize(
    ("query", "runs"),
    [
        ("毛帅璧是谁", ["毛帅璧", "帅璧是"]),
        ("兰州", []),
        ("兰州市，投资额", ["兰州市", "投资额"]),
        ("哈哈哈哈", ["哈哈哈"]),
    ],
)
def test_trigrams_do_not_reach_over_punctuation_or_question_words(query: str, runs: list[str]) -> None:
    assert query_trigrams(query) == runs


def test_nothing_is_written_to_the_temporary_folder(tmp_path: Path) -> None:
    code = "from retrieval.text.analyzer import Analyzer; print(*Analyzer().terms('兰州招商引资'))"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["兰州", "招商引资"]
    assert run.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("兰州市", ["兰州", "州市"]),
        ("兰，州市", ["兰", "州市"]),
        ("5g_手机", ["5g", "手机"]),
        ("", []),
        ("，。 _", []),
    ],
)
def test_bigrams_do_not_reach_over_punctuation(text: str, pairs: list[str]) -> None:
    assert bigrams(text) == pairs


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("投资多少亿元？", ["投资", "亿元"]),
        ("請問蘭州市在哪裡", ["兰州", "州市", "市在"]),
        ("谁是兰州市长？", ["是兰", "兰州", "州市", "市长"]),
        ("兰州，兰州", ["兰州"]),
        ("什么", ["什么"]),
        ("ＶＲ是什么", ["vr", "r是"]),
        ("", []),
        ("？？", []),
    ],
)
def test_question_words_give_no_bigrams(query: str, pairs: list[str]) -> None:
    assert query_bigrams(query) == pairs


# The optional tokenizer

# Names, numbers, places and rare characters side by side, in both scripts.
CLAUSES = """\
兰州市以视频连线方式举行重点项目签约仪式
任春晖在会上表示
結合成分子時會放出能量
研究生命的起源
南京市长江大桥欢迎你
他说的确实在理
乒乓球拍卖完了
下雨天留客天留我不留
工信处女干事每月经过下属科室都要亲口交代二十四口交换机等技术性器件的安装工作
〇一二三四五六七八九十百千万亿
㐂𠮷野家龘靐齉
哈哈哈哈哈哈哈
毛帅璧与郭兰英
易华录投资约六十亿元
的地得了着过
中华人民共和国全国人民代表大会常务委员会
上海自来水来自海上
黄河大桥昨日通车全长八百米
""".splitlines()


@given(PROSE | st.text(st.characters()))
@example("“哈卡尼网络”武装组织常在哪活动\r\nC++ 3.5%，是么")
def test_the_words_of_blocks_are_those_of_the_whole_question(analyzer: Analyzer, question: str) -> None:
    for _ in range(2):
        assert analyzer.words(question) == analyzer.raw_tokens(question)


def han_runs(texts: Iterable[str]) -> set[str]:
    return {run for text in texts for run in re.findall("[\u3400-\u9fff〇\U00020000-\U0003ffff]+", fold(text))}


OWN_WORDS = {"城北新桥": 20_000, "数据湖": 5, "一带一路": 50, "大桥昨日": 900_000}


@pytest.mark.parametrize("words", [{}, OWN_WORDS], ids=["", "own"])
def test_the_fast_tokenizer_cuts_as_jieba_does(first_article: Article, words: dict[str, int]) -> None:
    pytest.importorskip("rjieba")
    texts = [first_article.title, first_article.text, *CLAUSES, *map("".join, itertools.permutations(CLAUSES, 2))]
    corpus = ROOT.parent / "shared/corpora/news_2023.jsonl.gz"
    if corpus.exists():
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in itertools.islice(lines, 0, 30_000, 20)]
    fast, slow = Analyzer(), Analyzer()
    own = "".join(f"{word} {frequency} n\n" for word, frequency in words.items())
    slow._jieba = fast._jieba = Tokenizer(Dictionary(pack(DICTIONARY.read_bytes() + own.encode())))
    slow._fast, fast._before_fast = None, 0
    for word, frequency in words.items():
        fast._fast.add_word(word, frequency, "n")
    assert fast._fast is not None
    assert [run for run in sorted(han_runs(texts)) if slow.terms(run) != fast.terms(run)] == []
    assert ("城北新桥" in fast.terms("城北新桥昨日通车")) is bool(words)


def test_the_fast_tokenizer_is_loaded_when_many_characters_were_cut_and_it_may_be() -> None:
    pytest.importorskip("rjieba")
    program = """
import sys
from retrieval.text.analyzer import Analyzer
analyzer = Analyzer()
few = analyzer.terms("兰州市以视频连线方式举行重点项目签约仪式")
Analyzer(may_load=False).terms("兰州市以视频连线方式举行重点项目签约仪式" * 3_000)
assert "rjieba" not in sys.modules
analyzer.terms("兰州市以视频连线方式举行重点项目签约仪式" * 3_000)
assert "rjieba" in sys.modules
assert analyzer.terms("兰州市以视频连线方式举行重点项目签约仪式") == few
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True)


@pytest.mark.parametrize("asked_before", ["", "import types; sys.modules['pkg_resources'] = types.ModuleType('other')"])
def test_jieba_is_imported_without_pkg_resources_which_others_still_get(asked_before: str) -> None:
    program = f"""
import sys
{asked_before}
before = sys.modules.get("pkg_resources")
import retrieval.text.analyzer
assert "jieba" in sys.modules
assert sys.modules.get("pkg_resources") is before
assert ("pkg_resources" in sys.modules) is bool(before)
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True)
