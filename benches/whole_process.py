"""The rows of the speed table. Started by whole_process.sh, which says how.

Floor and postil run in turn (A B A B …), so that a slow minute of the machine hits both; the figure compared is the
median over the pairs of the ratio of their CPU seconds (user + system), and the largest peak memory of any run. Wall
seconds are not compared: they measure the disk and the neighbours as much as the program.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

POSTIL = str(Path(sys.argv[1]).resolve())
WORK = Path(sys.argv[2]).resolve()
DATA, FLOOR, TIMER = WORK / "data", str(WORK / "bin/floor"), str(WORK / "bin/bench")
STATE = WORK / "state/postil"
SMALL, LARGE = 100_000, 1_000_000
CODE, CODER = "security-praise", "ana"


def run(*command):
    """Prepares something, untimed; a failure ends the benchmark, since every later figure would be wrong."""
    done = subprocess.run([str(word) for word in command], cwd=STATE, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}: {done.stderr.strip()}")


def timed(*command, prepare=lambda: None):
    """One run under the yardstick's timer: (CPU seconds, peak MiB). Standard output goes to the file `timed.log`."""
    prepare()
    (STATE / "timed.log").unlink(missing_ok=True)
    os.sync()
    done = subprocess.run(
        [TIMER, "--runs", "1", "--timeout", "600", "--out", "timed", "--", *map(str, command)],
        cwd=STATE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    )
    result = json.loads(done.stdout)
    if result["note"]:
        said = (STATE / "timed.log").read_text(errors="replace").strip()[-500:]
        sys.exit(f"{' '.join(map(str, command))}\n{result['note']}: {said}")
    return result["cpu"], result["rss_mib"]


def postil(store, *words):
    return (POSTIL, "--store", STATE / f"{store}.postil", *words)


@dataclass
class Row:
    """One line of the table; `limit` is in floor times, `memory` in MiB."""

    work: str
    limit: float
    memory: float | None = None
    floor: list = field(default_factory=list)
    postil: list = field(default_factory=list)
    peak: float = 0.0

    def pair(self, floor, ours):
        self.floor.append(floor[0])
        self.postil.append(ours[0])
        self.peak = max(self.peak, ours[1])

    def ratio(self):
        return statistics.median(b / a for a, b in zip(self.floor, self.postil))

    def met(self):
        return self.ratio() <= self.limit and (self.memory is None or self.peak <= self.memory)

    def line(self):
        memory = "" if self.memory is None else f"{self.memory:g}"
        return (
            f"| {self.work} | {statistics.median(self.floor):.4f} | {statistics.median(self.postil):.4f} | {self.ratio():.2f} "
            f"| {self.limit:g} | {self.peak:.1f} | {memory} | {len(self.floor)} | {'met' if self.met() else 'MISSED'} |"
        )


# ---- stores, made when first asked for ------------------------------------------------------------------------------

def copy(source, target):
    for suffix in ("", "-journal", "-wal", "-shm"):
        (STATE / f"{target}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(STATE / source, STATE / target)


def floor_documents():
    if not (STATE / "docs.db").exists():
        run(FLOOR, "init", "docs.db", "delete")
        run(FLOOR, "docs", "docs.db", DATA / "docs")
    return "docs.db"


def our_documents():
    if not (STATE / "docs.postil").exists():
        run(POSTIL, "init", "docs")
        run(*postil("docs", "document", "add", DATA / "docs"))
    return "docs.postil"


def floor_codings(count):
    name = f"codings_{count}.db"
    if not (STATE / name).exists():
        copy(floor_documents(), name)
        run(FLOOR, "import", name, DATA / f"codings_{count}.csv")
    return name


def our_codings(count):
    name = f"codings_{count}"
    if not (STATE / f"{name}.postil").exists():
        copy(our_documents(), f"{name}.postil")
        run(*postil(name, "import", "csv", DATA / f"codings_{count}.csv", "--create-codes"))
    return name


# ---- rows -----------------------------------------------------------------------------------------------------------

def passages(count):
    """Different passages of one document, each quoting text found once in it: tagging the same one twice writes nothing."""
    one = json.loads((DATA / "one.json").read_text())
    text = (DATA / "docs" / one["document"]).read_bytes().decode().removeprefix("\ufeff").replace("\r\n", "\n")
    found = []
    for start in range(one["start"], len(text) - 120, 97):
        quote = text[start : start + 60]
        # An ellipsis would make postil join two ends, which the floor cannot do.
        if quote == quote.strip() and text.count(quote) == 1 and "..." not in quote and "…" not in quote:
            found.append((start, start + 60, quote))
            if len(found) == count:
                return one["document"], found
    sys.exit(f"{one['document']} has only {len(found)} passages to tag")


def version():
    row = Row("`--version`", 2)
    for _ in range(41):
        row.pair(timed(FLOOR, "version"), timed(POSTIL, "--version"))
    return [row]


def tag(how):
    row = Row(f"`tag` by {how}, 100,000 annotations", 2.5, 12)
    theirs, ours = floor_codings(SMALL), our_codings(SMALL)
    copy(theirs, "tag.db")
    copy(f"{ours}.postil", "tag.postil")
    document, places = passages(22)
    stem = document.removesuffix(".txt")
    for number, (start, end, quote) in enumerate(places):
        if how == "offsets":
            a = timed(FLOOR, "add", "tag.db", document, start, end, CODE, CODER)
            b = timed(*postil("tag", "tag", f"{stem}:{start}-{end}", CODE, "--coder", CODER))
        else:
            a = timed(FLOOR, "quote", "tag.db", document, quote, CODE, CODER)
            b = timed(*postil("tag", "tag", stem, quote, CODE, "--coder", CODER))
        if number:  # the first pair warms the file cache after the copies
            row.pair(a, b)
    return [row]


def add():
    row = Row("`document add`, 1,000 texts, 100 MB", 2)

    def empty_floor():
        (STATE / "add.db").unlink(missing_ok=True)
        run(FLOOR, "init", "add.db", "delete")

    def empty_ours():
        (STATE / "add.postil").unlink(missing_ok=True)
        run(POSTIL, "init", "add")

    for _ in range(5):
        row.pair(
            timed(FLOOR, "docs", "add.db", DATA / "docs", prepare=empty_floor),
            timed(*postil("add", "document", "add", DATA / "docs"), prepare=empty_ours),
        )
    return [row]


def imports(count, pairs):
    """The import, and the undo of the large one on the store that each run leaves."""
    rows = [Row(f"`import csv`, {count:,} annotations", 1.4, 320)]
    if count == LARGE:
        rows.append(Row("`undo` of that import (against the import)", 1))
    source = DATA / f"codings_{count}.csv"
    theirs, ours = floor_documents(), our_documents()
    for _ in range(pairs):
        a = timed(FLOOR, "import", "import.db", source, "verify", prepare=lambda: copy(theirs, "import.db"))
        b = timed(
            *postil("import", "import", "csv", source, "--create-codes"), prepare=lambda: copy(ours, "import.postil")
        )
        rows[0].pair(a, b)
        if count == LARGE:
            if not (STATE / f"codings_{count}.postil").exists():
                copy("import.postil", f"codings_{count}.postil")
            rows[1].pair(b, timed(*postil("import", "undo")))
    return rows


def export(count, pairs):
    row = Row(f"`export csv`, {count:,} annotations", 2, 150)
    theirs, ours = floor_codings(count), our_codings(count)
    for _ in range(pairs):
        a = timed(FLOOR, "export", theirs, "floor.csv")
        gone = lambda: (STATE / "ours.csv").unlink(missing_ok=True)
        row.pair(a, timed(*postil(ours, "export", "csv", "-o", "ours.csv"), prepare=gone))
    return [row]


def stats():
    row = Row("`stats codes --by document`, 1,000,000 annotations", 2)
    theirs, ours = floor_codings(LARGE), our_codings(LARGE)
    for _ in range(5):
        a = timed(FLOOR, "freq", theirs, "floor.csv")
        row.pair(a, timed(*postil(ours, "stats", "codes", "--by", "document", "--format", "csv")))
    return [row]


def cooccurrence():
    row = Row("`stats cooccurrence`, 1,000,000 annotations", 1.5)
    theirs, ours = floor_codings(LARGE), our_codings(LARGE)
    for _ in range(5):
        a = timed(FLOOR, "cooc", theirs, "floor.csv")
        row.pair(a, timed(*postil(ours, "stats", "cooccurrence", "--format", "csv")))
    return [row]


def find():
    row = Row("`find`, one word, all hits in context, 100 MB", 1.5)
    theirs = floor_documents()
    our_documents()
    for _ in range(9):
        a = timed(FLOOR, "scan", theirs, "cyber", "floor.txt")
        row.pair(a, timed(*postil("docs", "find", "cyber", "--format", "plain")))
        # The log holds standard output and error: a closing sentence of ours may follow the hits.
        hits = sum(1 for _ in (STATE / "floor.txt").open("rb"))
        printed = sum(1 for _ in (STATE / "timed.log").open("rb"))
        if not hits <= printed <= hits + 2:
            sys.exit(f"the floor finds {hits} hits and postil prints {printed} lines: not the same work")
    return [row]


def merge():
    """One coder's 100,000 annotations come to another's, as a store and as a table; then the same once more."""
    rows = [
        Row("`merge` of a store, 100,000 into 100,000 annotations", 2, 500),
        Row("the same store again (against the merge)", 1),
        Row("`import csv` of the same work, 100,000 into 100,000", 2, 320),
    ]
    codes = (DATA / "codes.txt").read_text().split()
    copy(our_documents(), "shared.postil")
    run(*postil("shared", "code", "add", *codes))
    for coder in ("ana", "ben"):
        run(POSTIL, "init", coder, "--from", "shared.postil")
        run(*postil(coder, "--coder", coder, "import", "csv", DATA / f"coder_{coder}_{SMALL}.csv"))
    copy(floor_documents(), "ana.db")
    run(FLOOR, "import", "ana.db", DATA / f"coder_ana_{SMALL}.csv")
    table = DATA / f"coder_ben_{SMALL}.csv"
    for _ in range(5):
        floor = timed(FLOOR, "merge", "merge.db", table, prepare=lambda: copy("ana.db", "merge.db"))
        first = timed(*postil("merge", "merge", "ben.postil"), prepare=lambda: copy("ana.postil", "merge.postil"))
        rows[0].pair(floor, first)
        rows[1].pair(first, timed(*postil("merge", "merge", "ben.postil")))
        ours = timed(*postil("table", "import", "csv", table), prepare=lambda: copy("ana.postil", "table.postil"))
        rows[2].pair(floor, ours)
    return rows


def agree():
    """Two coders, 100,000 passages each, on the same texts: without intervals, and with 1,000 draws of the documents."""
    rows = [
        Row("`agree`, 2 × 100,000 annotations, no intervals", 2),
        Row("`agree`, 2 × 100,000 annotations, 1,000 resamples", 5),
    ]
    copy(floor_documents(), "pair.db")
    copy(our_documents(), "pair.postil")
    for coder in ("ana", "ben"):
        table = DATA / f"coder_{coder}_{SMALL}.csv"
        run(FLOOR, "import", "pair.db", table)
        run(*postil("pair", "--coder", coder, "import", "csv", table, "--create-codes"))
    for _ in range(7):
        floor = timed(FLOOR, "agree", "pair.db", "floor.csv")
        rows[0].pair(floor, timed(*postil("pair", "agree", "--bootstrap", "0", "--format", "csv")))
        rows[1].pair(floor, timed(*postil("pair", "agree", "--format", "csv")))
    return rows


ROWS = {
    "version": version,
    "tag-offsets": lambda: tag("offsets"),
    "tag-quote": lambda: tag("quote"),
    "add": add,
    "import-small": lambda: imports(SMALL, 5),
    "import-large": lambda: imports(LARGE, 3),
    "undo": lambda: imports(LARGE, 3),  # measured with the import it undoes
    "merge": merge,
    "export-small": lambda: export(SMALL, 5),
    "export-large": lambda: export(LARGE, 3),
    "stats": stats,
    "cooccurrence": cooccurrence,
    "agree": agree,
    "find": find,
}


def main():
    wanted = sys.argv[3:] or [name for name in ROWS if name != "undo"]
    unknown = [name for name in wanted if name not in ROWS]
    if unknown:
        sys.exit(f"unknown row {unknown[0]!r}: one of {' '.join(ROWS)}")
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    print("| work | floor CPU s | postil CPU s | ratio | limit | peak MiB | limit MiB | pairs | verdict |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    rows = []
    try:
        for name in wanted:
            for row in ROWS[name]():
                rows.append(row)
                print(row.line(), flush=True)
    finally:
        shutil.rmtree(STATE, ignore_errors=True)
    sys.exit(0 if all(row.met() for row in rows) else 1)


main()
