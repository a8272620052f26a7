"""Reports of the figures: tables in Markdown, JSON, and a picture of the curves."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

try:
    from matplotlib.figure import Figure
except ImportError:  # matplotlib is optional: no picture without it
    Figure = None  # type: ignore[assignment, misc, unused-ignore]

_COLUMNS = {
    "build_s": ("build s", "{:,.1f}"),
    "add_one_ms": ("add one, ms", "{:,.1f}"),
    "start_s": ("start s", "{:,.2f}"),
    "p50_ms_k10": ("k 10 p50 ms", "{:,.2f}"),
    "p95_ms_k10": ("p95", "{:,.2f}"),
    "p50_ms_k100": ("k 100 p50 ms", "{:,.2f}"),
    "p95_ms_k100": ("p95", "{:,.2f}"),
    "resident_mb": ("resident MB", "{:,.0f}"),
    "disk_mb": ("disk MB", "{:,.0f}"),
}
_RATIOS = {
    "p50_ms_k10": "k 10 p50",
    "p95_ms_k10": "p95",
    "p50_ms_k100": "k 100 p50",
    "p95_ms_k100": "p95",
    "add_one_ms": "add one",
}
_PRODUCT = {
    "import_characters_per_s": "import, duplicates checked, characters a second",
    "question_p50_ms": "whole question, p50 ms",
    "question_p95_ms": "whole question, p95 ms",
    "push_p95_ms": "push of an article until it is found, p95 ms",
    "start_s": "start of the program to its first answer, s",
    "resident_mb": "resident, MB",
    "resident_allowed_mb": "of 200 MB + 6 bytes a posting, MB",
    "importing_question_p95_ms": "while 100,000 passages are imported: question, p95 ms",
    "importing_question_longest_ms": "the longest question meanwhile, ms",
    "importing_push_p95_ms": "push meanwhile, p95 ms",
}


def write(results: dict[str, Any], folder: Path) -> None:
    """Write results.json, results.md and, where matplotlib is installed, results.png."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / "results.md").write_text(page(results), "utf-8")
    if Figure is not None:
        draw(results, folder / "results.png")


def page(results: dict[str, Any]) -> str:
    """The tables in Markdown."""
    machine = results["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    lines = [
        "# Results",
        "",
        f"{machine['date']}, {machine['cores']} shared cores ({machine['machine']}), Python {machine['python']};"
        f" {packages}.",
        "Same terms and questions for all, each engine in a process of its own, asked in turn; see ../README.md.",
    ]
    for size, found in results["sizes"].items():
        texts, engines = found["texts"], found["engines"]
        each = texts["characters"] / texts["passages"]
        lines += ["", f"## {int(size):,} passages of {each:.0f} characters", ""]
        lines += _table([title for title, _ in _COLUMNS.values()], engines, _cells)
        if ours := engines.get("ours"):
            others = {name: one for name, one in engines.items() if name != "ours"}
            lines += ["", "Ours as a share of each, below 1 is faster: the median of the rounds (least to most):", ""]
            lines += _table(list(_RATIOS.values()), others, partial(_shares, ours))
        product = found["product"] | found["import"]
        lines += ["", "The product itself, texts and second stage included:", "", "| what | measured |", "|---|---|"]
        lines += [f"| {title} | {product[key]:,.1f} |" for key, title in _PRODUCT.items() if product.get(key)]
        lines += _before(found.get("product_turns", {}))
    return "\n".join(lines) + "\n"


def _shares(ours: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The cells of `_RATIOS`; engines that were not asked in turn have no spread."""
    cells = []
    for key in _RATIOS:
        share = other.get(key.replace("_ms_", "_share_")) if "_ms_" in key else None
        cells.append(_spread(share) if share else f"{ours[key] / other[key]:.3g}")
    return cells


def _before(turns: dict[str, Any]) -> list[str]:
    """The whole product as a share of a former state, asked and started in turn."""
    if "before" not in turns.get("question", {}):
        return []
    question, start = turns["question"], turns["start_s"]
    lines = [
        "",
        "The product and the former state in turn:",
        "",
        "| what | now | before | share |",
        "|---|---|---|---|",
    ]
    for key in ("p50", "p95"):
        now, before = (question[name][f"{key}_ms"] for name in ("ours", "before"))
        share = _spread(question["before"][f"{key}_share"])
        lines.append(f"| question, {key} ms | {now:.1f} | {before:.1f} | {share} |")
    now, before = (start[name]["median"] for name in ("ours", "before"))
    share = _spread(start["before"]["share"])
    lines.append(f"| start to the first answer, s | {now:.2f} | {before:.2f} | {share} |")
    return lines


def _spread(share: list[float]) -> str:
    median, least, most = share
    return f"{median:.2f} ({least:.2f} to {most:.2f})"


def _table(titles: list[str], rows: dict[str, Any], cells: Callable[[Any], list[str]]) -> list[str]:
    head = [f"| | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    return head + [f"| {name} | {' | '.join(cells(one))} |" for name, one in rows.items()]


def _cells(one: dict[str, Any]) -> list[str]:
    return [form.format(one[key]) if one.get(key) is not None else "-" for key, (_, form) in _COLUMNS.items()]


def draw(results: dict[str, Any], target: Path) -> None:
    """p50 and p95 of a question, and the time to add one passage, by the number of passages; logarithmic."""
    figure = Figure(figsize=(11, 4), layout="constrained")
    panels = {"p50_ms_k100": "k 100, p50 (ms)", "p95_ms_k100": "k 100, p95 (ms)", "add_one_ms": "add one passage (ms)"}
    names = {name for found in results["sizes"].values() for name in found["engines"]}
    for place, (key, title) in enumerate(panels.items(), 1):
        axes = figure.add_subplot(1, len(panels), place)
        for name in sorted(names):
            points = [
                (int(size), found["engines"][name][key])
                for size, found in results["sizes"].items()
                if found["engines"].get(name, {}).get(key) is not None
            ]
            if points:
                axes.plot(*zip(*points, strict=True), marker="o", label=name, linewidth=3 if name == "ours" else 1.5)
        axes.set(title=title, xlabel="passages", xscale="log", yscale="log")
        axes.grid(alpha=0.3)
    figure.axes[0].legend()
    figure.savefig(target, dpi=110)
