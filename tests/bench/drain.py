#!/usr/bin/env python3
"""drain.py FILE - Drain as its paper has it, straightforward Python with regular expressions, for a speed to compare with.

P. He, J. Zhu, Z. Zheng, M. R. Lyu, "Drain: an online log parsing approach with fixed depth tree", ICWS 2017: depth 4,
similarity .5, 100 children, numbers, addresses and paths masked by expressions as in its published settings. Written
for this benchmark; it is neither drain3 nor logparser, which Debian does not package.
"""
import re
import sys

MASKS = [re.compile(p) for p in (
    r"blk_-?\d+", r"(/[\w.-]+){2,}", r"(\d+\.){3}\d+(:\d+)?", r"0x[0-9a-fA-F]+", r"(?<=[^A-Za-z0-9])-?\+?\d+(?=[^A-Za-z0-9])|[0-9]+$")]
DIGIT = re.compile(r"\d")
DEPTH, SIMILARITY, CHILDREN = 4, 0.5, 100


class Group:
    __slots__ = ("words", "count")

    def __init__(self, words):
        self.words, self.count = words, 1


def likeness(template, words):
    same = wild = 0
    for a, b in zip(template, words):
        if a == "<*>":
            wild += 1
        elif a == b:
            same += 1
    return same / len(words), wild


def leaf_of(root, words):
    node = root.setdefault(len(words), {})
    for word in words[:DEPTH - 2]:
        if DIGIT.search(word):
            word = "<*>"
        if word not in node:
            if len(node) >= CHILDREN:
                word = "<*>"
            node.setdefault(word, {})
        node = node[word]
    return node.setdefault("", [])


def add(root, line):
    for mask in MASKS:
        line = mask.sub("<*>", line)
    words = line.split()
    if not words:
        return None
    leaf = leaf_of(root, words)
    best, most = None, (-1.0, -1)
    for group in leaf:
        found = likeness(group.words, words)
        if found > most:
            best, most = group, found
    if best is None or most[0] < SIMILARITY:
        best = Group(words)
        leaf.append(best)
    else:
        best.words = [a if a == b else "<*>" for a, b in zip(best.words, words)]
        best.count += 1
    return best


def main():
    root, groups, lines = {}, set(), 0
    with open(sys.argv[1], encoding="utf-8", errors="replace") as f:
        for line in f:
            groups.add(id(add(root, line.rstrip("\n"))))
            lines += 1
    print(lines, len(groups))


main()
