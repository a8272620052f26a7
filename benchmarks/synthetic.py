"""Invented news articles, for measurements where no corpus is at hand.

    python -m benchmarks.synthetic MEGABYTES > ARTICLES.jsonl

The lines are read by `python -m bot add`. Articles have about 1.5 KB. Names, places, numbers and the
order of sentences differ, so that articles aren't each other's reprints; their language is poorer than real news.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

MEGABYTE = 1_000_000
_FIRST_DAY, _DAYS = date(2023, 1, 1), 1000
_PLACES = "兰州 武威 张掖 酒泉 天水 庆阳 宁波 绍兴 温州 台州 洛阳 开封 新乡 襄阳 宜昌 岳阳 柳州 桂林 遵义 泸州"
_FIELDS = "生物医药 新能源 集成电路 冷链物流 职业教育 文化旅游 智慧农业 装备制造 数据服务 节能环保 养老服务 轨道交通"
_WORKS = "产业园 研发中心 培训基地 物流枢纽 示范区 实验室 博物馆 污水处理厂 体育中心 水库 图书馆"
_OFFICES = "发展改革委 商务局 教育局 交通运输局 农业农村局 水务局 文化和旅游局 科技局"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "建国志强海燕晓明丽华文博雅琴国栋春梅永刚思远佳怡鹏飞秀英成林立新玉兰振东"
_SYLLABLES = "华盛安瑞恒泰鑫源达通联宏远光明天成金海龙山川江河湖星辰卓越智慧新锐德信诚和康宁福嘉"
_SENTENCES = (
    "{day}，{place}市{office}宣布，{work}将于今年{month}月开工，总投资{money}亿元。",
    "项目由{company}承建，占地{area}亩，建成后预计带动{jobs}人就业。",
    "{person}在发布会上说，{field}是{place}今后{few}年的重点，财政将安排{money}亿元专项资金。",
    "据{office}统计，去年{place}{field}产值达到{money}亿元，同比增长{percent}%。",
    "{company}董事长{person}表示，首批{jobs}台设备已经运抵{place}，{month}月底前完成安装调试。",
    "当地居民{person}告诉记者，{work}离家只有{few}公里，以后办事方便多了。",
    "{place}大学教授{person}认为，{field}的短板在于人才，建议与{other}等地合作培养。",
    "与{other}相比，{place}的{field}起步晚了{few}年，但企业数量已增至{jobs}家。",
    "{office}负责人{person}介绍，申请材料由{jobs}份减少到{few}份，办理时间缩短{percent}%。",
    "{company}与{rival}签订协议，双方将在{place}共建{work}，期限{few}年。",
    "受连日降雨影响，{place}至{other}的公路一度中断，{jobs}名工人参加抢修，{month}日恢复通行。",
    "审计发现，{work}一期超出预算{percent}%，{office}已要求{company}在{month}月前整改。",
    "{person}回忆，{few}年前这里还是荒滩，如今{field}企业已有{jobs}家，年纳税{money}亿元。",
    "{place}海关数据显示，前{month}个月{field}产品出口{money}亿元，主要销往{other}港中转的市场。",
)
_HEADLINES = (
    "{place}{field}{work}开工，投资{money}亿元",
    "{company}落户{place}，带动{jobs}人就业",
    "{place}市{office}：{field}产值增长{percent}%",
    "{person}谈{place}{field}：今后{few}年是关键",
    "{company}与{rival}共建{place}{work}",
)


def articles(megabytes: float, seed: int = 0) -> Iterator[str]:
    """Lines of JSON until they have this size in UTF-8, line ends included; the same lines for the same seed."""
    chance, size = random.Random(seed), 0
    while size < megabytes * MEGABYTE:
        line = json.dumps(_article(chance), ensure_ascii=False) + "\n"
        size += len(line.encode())
        yield line


def _article(chance: random.Random) -> dict[str, object]:
    day = _FIRST_DAY + timedelta(chance.randrange(_DAYS))
    subject = {"place": chance.choice(_PLACES.split()), "field": chance.choice(_FIELDS.split())}
    subject |= {"work": chance.choice(_WORKS.split()), "company": _company(chance)}
    fill = partial(_filled, subject=subject, day=day, chance=chance)
    lines = [fill(pattern) for pattern in chance.sample(_SENTENCES, len(_SENTENCES) - 1)]
    paragraphs = ["".join(lines[start : start + 3]) for start in range(0, len(lines), 3)]
    title = fill(chance.choice(_HEADLINES))
    return {"title": title, "text": "\n".join(paragraphs), "published": day.isoformat(), "headings": []}


def _filled(pattern: str, subject: dict[str, str], day: date, chance: random.Random) -> str:
    """The pattern with the article's subject, and with other names and numbers in each sentence."""
    return pattern.format(
        **subject,
        day=f"{day.month}月{day.day}日",
        other=chance.choice(_PLACES.split()),
        office=chance.choice(_OFFICES.split()),
        rival=_company(chance),
        person=chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, 2)),
        money=f"{chance.uniform(0.5, 90):.1f}",
        area=chance.randrange(50, 3000),
        jobs=chance.randrange(20, 5000),
        percent=f"{chance.uniform(1, 60):.1f}",
        month=chance.randrange(2, 13),
        few=chance.randrange(2, 10),
    )


def _company(chance: random.Random) -> str:
    kind = chance.choice(("集团", "科技公司", "实业公司", "建设公司", "能源公司"))
    return "".join(chance.sample(_SYLLABLES, 3)) + kind


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("megabytes", type=float)
    sys.stdout.writelines(articles(parser.parse_args().megabytes))
