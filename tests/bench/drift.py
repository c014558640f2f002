"""What a person would write instead of aiops-drift compare: json, numpy and scipy.

usage: drift.py REFERENCE CURRENT
"""
import json
import sys

import numpy as np
from scipy import stats


def values(path):
    with open(path, encoding="utf-8") as lines:
        return np.fromiter((json.loads(line)["value"] for line in lines), dtype=float)


def psi(ref, cur):
    edges = np.quantile(ref, np.arange(0.1, 0.95, 0.1))
    e = np.bincount(np.searchsorted(edges, ref, side="right"), minlength=10) / len(ref)
    a = np.bincount(np.searchsorted(edges, cur, side="right"), minlength=10) / len(cur)
    e, a = np.maximum(e, 1e-4), np.maximum(a, 1e-4)
    return float(np.sum((a - e) * np.log(a / e)))


def js(ref, cur):
    edges = np.linspace(min(ref.min(), cur.min()), max(ref.max(), cur.max()), 51)
    p = np.histogram(ref, edges)[0] / len(ref)
    q = np.histogram(cur, edges)[0] / len(cur)
    m = (p + q) / 2
    return float((stats.entropy(p, m) + stats.entropy(q, m)) / 2)


def main():
    ref, cur = values(sys.argv[1]), values(sys.argv[2])
    ks = stats.ks_2samp(ref, cur, method="asymp")
    print(json.dumps({"ks_statistic": ks.statistic, "ks_pvalue": ks.pvalue, "psi": psi(ref, cur),
                      "js": js(ref, cur), "wasserstein": stats.wasserstein_distance(ref, cur),
                      "means": [ref.mean(), cur.mean()], "stds": [ref.std(), cur.std()]}))


main()
