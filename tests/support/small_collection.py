"""A collection of four rows and four questions, and its three files."""

import json
from pathlib import Path

from retrieval.evaluation.collection import Collection, Question, Row

# Two sentences each, so that the sentence shown can be the wrong one. The rows of "bridge" lie apart.
ROWS = [
    Row("p1", "青岭大桥通车", "青岭大桥昨日正式通车。大桥全长820米，双向六车道。", "bridge", "青岭日报", "2031-05-02"),
    Row("p2", "松湖镇办起灯会", "松湖镇灯会周五开幕。灯会展出彩灯三百盏。", "lanterns"),
    Row("p3", "青岭大桥通车", "设计师何望川说，施工用了四年。", "bridge", "青岭日报", "2031-05-02"),
    Row("p4", "白石滩清理垃圾", "志愿者在白石滩捡起垃圾两吨。", "p4"),
]
QUESTIONS = [
    Question("q1", "青岭大桥全长多少米？", ("820 米",)),
    Question("q2", "松湖镇灯会展出多少盏彩灯？", ("三百盏", "300盏")),
    Question("q3", "谁在白石滩捡起垃圾？", ("何望川",)),
    Question("q4", "设计师何望川说施工用了几年？"),
]
RELEVANT = {"q1": {"p1"}, "q2": {"p2"}, "q3": {"p3"}, "q4": {"p3", "p1"}}
SMALL = Collection(ROWS, QUESTIONS, RELEVANT)


def write(folder: Path, collection: Collection = SMALL, header: str = "query-id\tcorpus-id\tscore\n") -> Path:
    """The three files of a collection."""
    folder.mkdir(exist_ok=True)
    rows = [
        {"id": row.id, "title": row.title, "text": row.text, "source": row.source or "", "date": row.date or ""}
        | ({} if row.article_id == row.id else {"article_id": row.article_id})
        for row in collection.passages
    ]
    questions = [
        {"id": question.id, "question": question.question, "answers": question.answers}
        for question in collection.questions
    ]
    for name, records in (("corpus", rows), ("queries", questions)):
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    judged = [
        f"{question_id}\t{passage}\t1\n"
        for question_id, passages in collection.relevant.items()
        for passage in sorted(passages)
    ]
    (folder / "qrels.tsv").write_text(header + "".join(judged), "utf-8")
    return folder
