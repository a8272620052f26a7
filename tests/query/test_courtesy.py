"""Courtesy around a question: what is cut off, what stays, and how long it takes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.courtesy import without_courtesy
from retrieval.text.analyzer import Analyzer
from retrieval.text.folding import fold

QUESTION = "城北新桥全长多少米"
BEFORE = (
    "|请问|请问一下，|你好，|您好，请问|大家好，我想知道|老师好，麻烦问一下，|不好意思打扰一下，|求助：|"
    "小编，|帮我查一下|能不能帮我看看|能告诉我|有没有人知道|我就是想问问|我记得前阵子看到新闻说|"
    "前几天好像听人说|我朋友问我，|好奇问一句，|對了，請問"
)
AFTER = "|？|谢谢|，谢谢大家！|啊|呢？|来着|，在线等|（急，在线等）|，忘了|，求解答|，有人知道吗|，麻烦了|，能说说吗？"
QUESTIONS = (
    "城北新桥的意思是什么|谢谢惠顾的老板是谁|好奇号什么时候登陆火星|急救中心电话是多少|能不能去看电影|"
    "问题疫苗在哪里|请假要扣多少工资|市长向谁表示了感谢|新政策带来了哪些麻烦|知道的人有多少|"
    "好的老师有哪些|你的名字 票房|老师涨工资|要求企业提供什么|据C++网(海外版)*报道，堤坝多长|"
    "《你好，李焕英》票房多少|《中国，你好》导演是谁|《谁动了我的养老金？》讲了什么|北京，上海，哪个更大"
)


@pytest.mark.parametrize("before", BEFORE.split("|"))
@pytest.mark.parametrize("after", AFTER.split("|"))
def test_courtesy_before_and_after_a_question_is_cut_off(analyzer: Analyzer, before: str, after: str) -> None:
    assert without_courtesy(before + QUESTION + after, analyzer).strip("？（）！，") == QUESTION


@pytest.mark.parametrize(
    "courtesy", ["", "？！", "你好", "你好谢谢", "请问", "在吗？", "大家好！谢谢各位", "（急）", "小编，您好。"]
)
def test_courtesy_alone_leaves_nothing(analyzer: Analyzer, courtesy: str) -> None:
    assert without_courtesy(courtesy, analyzer) == ""


@pytest.mark.parametrize("question", QUESTIONS.split("|"))
def test_words_of_the_question_stay(analyzer: Analyzer, question: str) -> None:
    assert without_courtesy(question, analyzer) == question


@pytest.mark.parametrize("word", ["酒吧", "网吧", "思想", "机器人", "专家", "兄弟", "西安酒吧"])
def test_a_word_that_looks_like_courtesy_is_a_question_alone(analyzer: Analyzer, word: str) -> None:
    assert without_courtesy(word, analyzer) == word


@given(st.text("你好请问我想知道谢谢桥长多少，。？（）\n a", max_size=40))
def test_nothing_is_added_and_a_second_pass_cuts_off_no_word(analyzer: Analyzer, question: str) -> None:
    rest = without_courtesy(question, analyzer)
    letters = iter(filter(str.isalnum, question))
    assert all(letter in letters for letter in filter(str.isalnum, rest))
    assert fold(rest) in fold(question) or len(rest) < len(question)


@pytest.mark.parametrize("words", ["好像", "我", "能不能", "看到", "谢谢", "一下", "记得", "请", "大家", "（", "，好"])
def test_repeated_words_take_no_long_time(analyzer: Analyzer, words: str) -> None:
    started = time.process_time()
    without_courtesy(words * (4096 // len(words)), analyzer)
    assert time.process_time() - started < 5
