//! The shortest way from one row of keys to another, as far as it is worth looking for it.
//!
//! E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy form.

use super::Run;

/// The runs that `old` and `new` have in common, in order.
///
/// `stretch` differences are looked for at once. Past them the way that came farthest is taken and the search begins anew
/// where it ends: the work is then at most that many steps for every token, whatever the texts are, and what comes out
/// depends on the texts alone. (A limit of time would give other answers on a busy machine.)
pub(super) fn common(old: &[u32], new: &[u32], stretch: usize) -> Vec<Run> {
    // The search begins at the beginning, and of several ways takes one that goes along with it: the ends come first.
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(one, other)| one == other).count();
    let end = Run { old: old.len() - tail, new: new.len() - tail, len: tail };
    let (old, new) = (&old[..end.old], &new[..end.new]);
    let mut runs: Vec<Run> = Vec::new();
    let (mut x, mut y) = (0, 0);
    while x < old.len() && y < new.len() {
        let (found, reached) = farthest(&old[x..], &new[y..], stretch);
        runs.extend(found.into_iter().map(|run| Run { old: run.old + x, new: run.new + y, len: run.len }));
        (x, y) = (x + reached.0, y + reached.1);
    }
    match runs.last_mut() {
        _ if tail == 0 => {}
        Some(last) if last.old + last.len == end.old && last.new + last.len == end.new => last.len += tail,
        _ => runs.push(end),
    }
    runs
}

/// How far into `old` each diagonal was followed with a given number of differences; diagonal `k` is where
/// `old` is `k` ahead of `new`. Unreached diagonals hold `None`.
#[derive(Default)]
struct Round(Vec<Option<usize>>);

impl Round {
    fn at(&self, diagonal: isize) -> Option<usize> {
        let differences = self.0.len() / 2;
        *self.0.get(usize::try_from(diagonal + differences as isize).ok()?)?
    }

    /// Where a way onto `diagonal` arrives with one difference more, before it follows what is equal: whether it passed
    /// over a token of `old` (else of `new`), and its place in `old`.
    fn arrive(&self, diagonal: isize, old: usize, new: usize) -> Option<(usize, bool)> {
        let over_new =
            self.at(diagonal + 1).filter(|x| x.checked_add_signed(-diagonal).is_some_and(|y| y <= new));
        let over_old = self.at(diagonal - 1).map(|x| x + 1).filter(|x| *x <= old);
        match (over_new, over_old) {
            (Some(one), Some(other)) if one > other => Some((one, false)),
            (_, Some(x)) => Some((x, true)),
            (Some(x), None) => Some((x, false)),
            (None, None) => None,
        }
    }
}

/// The runs up to where the search ends, and that place: the ends of both rows, or the farthest that was reached.
fn farthest(old: &[u32], new: &[u32], stretch: usize) -> (Vec<Run>, (usize, usize)) {
    let follow = |x: usize, diagonal: isize| {
        let y = x.strict_add_signed(-diagonal);
        x + old[x..].iter().zip(&new[y..]).take_while(|(one, other)| one == other).count()
    };
    let end = old.len() as isize - new.len() as isize;
    let mut rounds = vec![Round(vec![Some(follow(0, 0))])];
    for differences in 0..stretch {
        let last = &rounds[differences];
        if last.at(end) == Some(old.len()) {
            return (way_back(&rounds, end, old.len(), new.len()), (old.len(), new.len()));
        }
        let reach = differences as isize + 1;
        let mut next = vec![None; 2 * differences + 3];
        for diagonal in (-reach..=reach).step_by(2) {
            let arrived = last.arrive(diagonal, old.len(), new.len());
            next[(diagonal + reach) as usize] = arrived.map(|(x, _)| follow(x, diagonal));
        }
        rounds.push(Round(next));
    }
    let last = &rounds[stretch];
    let reach = stretch as isize;
    let far = (-reach..=reach)
        .filter_map(|diagonal| last.at(diagonal).map(|x| (2 * x as isize - diagonal, diagonal)));
    // Of several equally far the last: a fixed choice is all that is needed.
    let Some((_, diagonal)) = far.max() else { return (Vec::new(), (old.len(), new.len())) };
    let x = last.at(diagonal).unwrap_or_default();
    let runs = way_back(&rounds, diagonal, old.len(), new.len());
    (runs, (x, x.strict_add_signed(-diagonal)))
}

/// The runs on the way to where the last of `rounds` came on `diagonal`.
fn way_back(rounds: &[Round], mut diagonal: isize, old: usize, new: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for differences in (0..rounds.len()).rev() {
        let Some(x) = rounds[differences].at(diagonal) else { break };
        let before = differences.checked_sub(1).and_then(|before| rounds[before].arrive(diagonal, old, new));
        let (start, over_old) = before.unwrap_or((0, false));
        if x > start {
            runs.push(Run { old: start, new: start.strict_add_signed(-diagonal), len: x - start });
        }
        diagonal += if over_old { -1 } else { 1 };
    }
    runs.reverse();
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The length of the longest common subsequence, as the textbook has it.
    fn longest(old: &[u32], new: &[u32]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for one in old {
            let mut diagonal = 0;
            for (at, other) in new.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if one == other { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[new.len()]
    }

    fn matched(runs: &[Run], old: &[u32], new: &[u32]) -> usize {
        let mut end = (0, 0);
        for run in runs {
            assert!(run.old >= end.0 && run.new >= end.1 && run.len > 0, "runs are in order and apart");
            assert_eq!(old[run.old..run.old + run.len], new[run.new..run.new + run.len]);
            end = (run.old + run.len, run.new + run.len);
        }
        runs.iter().map(|run| run.len).sum()
    }

    #[test]
    fn past_a_stretch_the_search_goes_on_from_where_it_came_farthest() {
        let old: Vec<u32> = (0..4_000).collect();
        let new: Vec<u32> = (0..4_000).map(|n| if n % 5 == 0 { n + 10_000 } else { n }).collect();
        assert_eq!(matched(&common(&old, &new, 256), &old, &new), 3_200);
        let other: Vec<u32> = (10_000..13_000).collect();
        assert_eq!(common(&old, &other, 256), []);
    }

    proptest! {
        #[test]
        fn within_a_stretch_nothing_more_can_be_kept(
            old in prop::collection::vec(0_u32..5, 0..90), new in prop::collection::vec(0_u32..5, 0..90),
        ) {
            prop_assert_eq!(matched(&common(&old, &new, 256), &old, &new), longest(&old, &new));
        }
    }
}
