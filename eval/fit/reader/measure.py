"""Figures of a reader on the dev rows: AUROC by task, kind and length, and the checks for guessing."""

from typing import Any

import numpy as np

from eval.fit.reader.rows import Packed

Array = np.ndarray[Any, Any]


def auroc(right: Array, wrong: Array) -> float | None:
    """Return the share of (right, wrong) pairs in which the right one scores higher, ties counting half."""
    if not len(right) or not len(wrong):
        return None
    order = np.sort(wrong)
    below = np.searchsorted(order, right, "left") + np.searchsorted(order, right, "right")
    return round(float(below.mean()) / 2 / len(wrong), 4)


def matched(right: Array, wrong: Array, right_len: Array, wrong_len: Array) -> float | None:
    """Return the AUROC over those pairs alone whose queries are of like length (the same tenth)."""
    if not len(right) or not len(wrong):
        return None
    edges = np.quantile(np.concatenate([right_len, wrong_len]), np.arange(0.1, 1, 0.1))
    rb, wb = np.searchsorted(edges, right_len), np.searchsorted(edges, wrong_len)
    parts = [(auroc(right[rb == b], wrong[wb == b]), (rb == b).sum() * (wb == b).sum()) for b in range(10)]
    kept = [(a, int(n)) for a, n in parts if a is not None]
    return round(sum(a * n for a, n in kept) / sum(n for _, n in kept), 4) if kept else None


def figures(data: Packed, answer: Array, support: Array, best: Array) -> dict[str, float | None]:
    """Return every figure by name; rows without a score (NaN) are left out.

    answer, support: a logit for each row of data. best: the number of the best sentence, for each row.
    """
    f, names = data.fields, data.names
    kind = np.array(names["kind"])[f["kind"]]
    splits = np.array(names["split"])[f["split"]]
    query = np.array(np.add.reduceat(data.sentence == -2, data.start))
    out: dict[str, float | None] = {}
    for make in ("", "-terse"):
        own = (splits == "dev-own" + make) & ~np.isnan(answer)
        right, near = own & (kind == "q"), own & (kind == "n")
        out["question/near miss" + make] = auroc(answer[right], answer[near])
        for place in ("hard", "peer"):
            other = (splits == f"dev-{place}{make}") & (kind == "q") & ~np.isnan(answer)
            out[f"question/{place} other abstract{make}"] = auroc(answer[right], answer[other])
        bare = (splits == "dev-alone" + make) & ~np.isnan(answer)
        out["question/alone" + make] = auroc(answer[bare & (kind == "q")], answer[bare & (kind == "n")])
        hits = [f["bits"][i] >> int(best[i]) & 1 for i in np.flatnonzero(right)]
        out["best sentence" + make] = round(float(np.mean(hits)), 4) if hits else None
    for name in (s for s in names["split"] if s.startswith(("dev-claim", "dev-joined", "pairs"))):
        mine = (splits == name) & ~np.isnan(support)
        right, wrong = mine & (f["label"] == 1), mine & (f["label"] == 0)
        short = name.removeprefix("dev-")
        out[short] = auroc(support[right], support[wrong])
        out[short + "/length-matched"] = matched(support[right], support[wrong], query[right], query[wrong])
        if name in ("dev-claim-whole", "dev-claim-evidence", "pairs-test"):
            for k in sorted(set(kind[wrong])):
                those = right & (kind == k) if name == "pairs-test" else right
                out[f"{short}/{k}"] = auroc(support[those if those.any() else right], support[wrong & (kind == k)])
    public = splits == "public"
    for number, source in enumerate(names["source"]):
        mine = public & (f["source"] == number)
        for task, score in ((0, answer), (1, support)):
            rows = mine & (f["task"] == task) & ~np.isnan(score)
            if rows.sum() > 19:
                out["public/" + source] = auroc(score[rows & (f["label"] == 1)], score[rows & (f["label"] == 0)])
    return {k: v for k, v in out.items() if v is not None}
