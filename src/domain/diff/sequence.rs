//! The runs that two rows of tokens have in common: what begins and ends alike, then shingles that stand once, long ones
//! first, then the shortest way between them.

use std::ops::Range;

use super::{Run, anchor, myers};

/// The lengths of the shingles that are tried, one after the other, each within what the one before left open. What is
/// unique depends on where one looks, so that single words come twice.
const SHINGLES: [usize; 6] = [32, 12, 4, 2, 1, 1];

/// Up to this many tokens on both sides together, the shortest way is better than unique words, and as cheap.
const FEW: usize = 192;

/// How many differences between unpinned tokens are looked for at once.
const STRETCH: usize = 256;

/// The runs that `old` and `new` have in common, in order and apart, none touching the next on both sides.
pub(super) fn common(old: &[u32], new: &[u32]) -> Vec<Run> {
    let mut sequence = Sequence { old, new, runs: Vec::new() };
    sequence.between(0..old.len(), 0..new.len(), &SHINGLES);
    sequence.runs
}

struct Sequence<'a> {
    old: &'a [u32],
    new: &'a [u32],
    runs: Vec<Run>,
}

impl Sequence<'_> {
    fn between(&mut self, old: Range<usize>, new: Range<usize>, shingles: &[usize]) {
        let equal = |(one, other): &(&u32, &u32)| one == other;
        let (ours, theirs) = (&self.old[old.clone()], &self.new[new.clone()]);
        let head = ours.iter().zip(theirs).take_while(equal).count();
        let (ours, theirs) = (&ours[head..], &theirs[head..]);
        let tail = ours.iter().rev().zip(theirs.iter().rev()).take_while(equal).count();
        let (ours, theirs) = (&ours[..ours.len() - tail], &theirs[..theirs.len() - tail]);
        self.push(Run { old: old.start, new: new.start, len: head });
        let (mut old_at, mut new_at) = (old.start + head, new.start + head);
        let here =
            |run: Run| Run { old: run.old + old.start + head, new: run.new + new.start + head, len: run.len };
        if !ours.is_empty() && !theirs.is_empty() {
            match shingles.split_first() {
                Some((length, shorter)) if ours.len() + theirs.len() > FEW => {
                    for run in anchor::chain(ours, theirs, *length).into_iter().map(here) {
                        self.between(old_at..run.old, new_at..run.new, shorter);
                        self.push(run);
                        (old_at, new_at) = (run.old + run.len, run.new + run.len);
                    }
                    self.between(old_at..old.end - tail, new_at..new.end - tail, shorter);
                }
                _ => {
                    myers::common(ours, theirs, STRETCH).into_iter().map(here).for_each(|run| self.push(run))
                }
            }
        }
        self.push(Run { old: old.end - tail, new: new.end - tail, len: tail });
    }

    fn push(&mut self, run: Run) {
        match self.runs.last_mut() {
            _ if run.len == 0 => {}
            Some(last) if last.old + last.len == run.old && last.new + last.len == run.new => {
                last.len += run.len
            }
            _ => self.runs.push(run),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows of few different keys or of many, so long that they are pinned together by shingles.
    fn row() -> impl Strategy<Value = Vec<u32>> {
        prop_oneof![
            prop::collection::vec(0_u32..4, 0..700),
            prop::collection::vec(0_u32..300, 0..700),
            (0_u32..900, 0_u32..900).prop_map(|(from, to)| (from..to).collect()),
        ]
    }

    #[test]
    fn a_few_edits_in_a_long_row_cost_what_they_changed_and_no_more() {
        let old: Vec<u32> = (0..10_000).map(|n| n * n % 997).collect();
        let mut new = old.clone();
        for at in (0..10_000).step_by(211) {
            new[at] = 5_000;
        }
        let kept: usize = common(&old, &new).iter().map(|run| run.len).sum();
        assert_eq!(kept, 10_000 - 10_000_usize.div_ceil(211));
    }

    proptest! {
        #[test]
        fn runs_are_equal_in_order_and_apart_whatever_the_rows_are(old in row(), new in row()) {
            let mut end = (0, 0);
            for (nth, run) in common(&old, &new).into_iter().enumerate() {
                prop_assert!(run.old >= end.0 && run.new >= end.1 && run.len > 0);
                prop_assert!(nth == 0 || (run.old, run.new) != end, "two runs that touch are one");
                prop_assert_eq!(&old[run.old..run.old + run.len], &new[run.new..run.new + run.len]);
                end = (run.old + run.len, run.new + run.len);
            }
            prop_assert!(end.0 <= old.len() && end.1 <= new.len());
        }
    }
}
