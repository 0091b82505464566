//! From the runs that two rows have in common to those that mean something.

use super::Run;
use super::moved::Gap;
use super::rarity::{self, Rarity};
use super::token::Tokens;

/// How far an insertion or deletion is pushed to and fro, in tokens.
const REACH: usize = 64;

/// The runs without islands: what stands alone between larger changes on either side may be a chance likeness ("of
/// the", a comma) and not what is left of the text. `is_chance` says it of a run and the gaps before and after it;
/// `all` is the part of the rows that the runs are of.
pub(super) fn without_islands(
    runs: Vec<Run>,
    all: &Gap,
    is_chance: impl Fn(Run, &Gap, &Gap) -> bool,
) -> Vec<Run> {
    let mut kept: Vec<Run> = Vec::with_capacity(runs.len());
    let end = Run { old: all.old.end, new: all.new.end, len: 0 };
    for next in runs.into_iter().chain([end]) {
        // One island less makes the gap before the next one larger: look back until one holds.
        while let Some((last, before)) = kept.split_last() {
            let from = before
                .last()
                .map_or((all.old.start, all.new.start), |run| (run.old + run.len, run.new + run.len));
            let gap_before = Gap { old: from.0..last.old, new: from.1..last.new };
            let gap_after = Gap { old: last.old + last.len..next.old, new: last.new + last.len..next.new };
            if !is_chance(*last, &gap_before, &gap_after) {
                break;
            }
            kept.pop();
        }
        if next.len > 0 {
            kept.push(next);
        }
    }
    kept
}

/// Whether a run of `size` is smaller than the changes on either side, the sizes of both sides of the gaps before and
/// after it. Between two insertions nothing of the old text is lost, and what is left of it is no chance.
pub(super) fn is_enclosed(size: usize, before: (usize, usize), after: (usize, usize)) -> bool {
    size <= before.0.max(before.1)
        && size <= after.0.max(after.1)
        && size <= before.0 + after.0
        && size <= before.1 + after.1
}

/// The runs of tokens without those that are enclosed by changes and say too little for that room: in two sentences of
/// ten words a "the" in common means nothing, a rare word does.
pub(super) fn without_chance(
    runs: Vec<Run>,
    all: &Gap,
    old: &Tokens,
    new: &Tokens,
    rarity: &Rarity,
) -> Vec<Run> {
    let sizes = |gap: &Gap| (old.size(gap.old.clone()), new.size(gap.new.clone()));
    without_islands(runs, all, |run, before, after| {
        is_enclosed(old.size(run.old..run.old + run.len), sizes(before), sizes(after)) && {
            let room = |before: usize, after: usize| (before + run.len + after).ilog2();
            let room = room(before.old.len(), after.old.len()) + room(before.new.len(), after.new.len());
            rarity.of(old, run.old..run.old + run.len) < room + rarity::SURE
        }
    })
}

/// Pushes every plain insertion and deletion to where texts are parted: "the [cat. The] dog" is the same as
/// "[the cat.] The dog", and the second is what somebody did.
pub(super) fn pushed_to_seams(runs: &mut Vec<Run>, old: (&str, &Tokens), new: (&str, &Tokens)) {
    for at in 1..runs.len() {
        let (one, other) = (runs[at - 1], runs[at]);
        let gap_old = one.old + one.len..other.old;
        let gap_new = one.new + one.len..other.new;
        let ((text, tokens), gap) = match (gap_old.is_empty(), gap_new.is_empty()) {
            (true, false) => (new, gap_new),
            (false, true) => (old, gap_old),
            _ => continue,
        };
        // A run is pushed out of being only where nothing lies beyond it.
        let whole = |is_outermost: bool, len: usize| if is_outermost { len } else { len - 1 };
        let most_back = whole(at == 1 && one.old == 0 && one.new == 0, one.len).min(REACH);
        let is_last = other.old + other.len == old.1.len() && other.new + other.len == new.1.len();
        let most_ahead = whole(at + 1 == runs.len() && is_last, other.len).min(REACH);
        let alike = |x: usize, y: usize| text[tokens.bytes(x)] == text[tokens.bytes(y)];
        let back = (1..=most_back).take_while(|by| alike(gap.start - by, gap.end - by)).count();
        let ahead = (0..most_ahead).take_while(|by| alike(gap.start + by, gap.end + by)).count();
        let mut best = (0, back);
        for from_back in 0..=back + ahead {
            let strength = |edge: usize| seam(text, tokens, edge + from_back - back);
            let strength = strength(gap.start) + strength(gap.end);
            if strength > best.0 {
                best = (strength, from_back);
            }
        }
        let (one_len, other_start) = (one.len + best.1 - back, best.1);
        runs[at - 1].len = one_len;
        runs[at] = Run {
            old: other.old + other_start - back,
            new: other.new + other_start - back,
            len: other.len + back - other_start,
        };
    }
    runs.retain(|run| run.len > 0);
}

/// How strongly a text is parted before token `at`: by nothing, a space, a comma, the end of a sentence, a line, a
/// paragraph, its own end.
fn seam(text: &str, tokens: &Tokens, at: usize) -> u32 {
    if at == 0 || at >= tokens.len() {
        return 6;
    }
    let before = tokens.bytes(at - 1);
    let between = &text[before.end..tokens.bytes(at).start];
    match between.bytes().filter(|byte| *byte == b'\n').count() {
        0 if between.is_empty() => 0,
        0 => match text[before].chars().next_back() {
            Some('.' | '?' | '!' | '…' | '؟' | '۔' | '。' | '।') => 3,
            Some(c) if !c.is_alphanumeric() => 2,
            _ => 1,
        },
        1 => 4,
        _ => 5,
    }
}
