//! What two texts begin and end with alike: most edits leave most of a text to it.

use super::token::is_between_clusters;

/// How much of what is alike is left to the comparison, in bytes: an insertion may have to be pushed into it.
const MARGIN: usize = 1 << 10;

/// How far a place to cut is looked for, in bytes.
const NEAR: usize = 1 << 12;

/// How many bytes at the beginning and at the end need no comparison. They overlap in neither text, and both cuts lie
/// between clusters of both.
pub(super) fn alike(old: &str, new: &str) -> (usize, usize) {
    let head = common_head(old.as_bytes(), new.as_bytes());
    if head == old.len() && head == new.len() {
        return (head, 0);
    }
    let tail = common_tail(&old.as_bytes()[head..], &new.as_bytes()[head..]);
    let head = cut(old, head, |len| [(old, len), (new, len)]);
    let tail = cut(old, tail, |len| [(old, old.len() - len), (new, new.len() - len)]);
    (head, tail)
}

/// The greatest length, less the margin, at which both texts can be cut: after white space, if there is some near.
fn cut<'a>(old: &str, len: usize, places: impl Fn(usize) -> [(&'a str, usize); 2]) -> usize {
    let Some(most) = len.checked_sub(MARGIN) else { return 0 };
    let lengths = || (most.saturating_sub(NEAR)..=most).rev();
    let is_cut = |len: &usize| {
        places(*len).iter().all(|(text, at)| text.is_char_boundary(*at) && is_between_clusters(text, *at))
    };
    let is_after_space = |len: &usize| {
        let before = places(*len)[0].1.checked_sub(1);
        before.is_some_and(|before| old.as_bytes()[before].is_ascii_whitespace())
    };
    let after_space = lengths().filter(is_after_space).find(is_cut);
    after_space.or_else(|| lengths().find(is_cut)).unwrap_or(0)
}

/// How many bytes both begin with. Block by block: whole blocks are compared at the speed of memory.
fn common_head(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks(256).zip(other.chunks(256));
    let whole = blocks.take_while(|(one, other)| one == other).map(|(one, _)| one.len()).sum();
    let rest = one[whole..].iter().zip(&other[whole..]);
    whole + rest.take_while(|(one, other)| one == other).count()
}

/// How many bytes both end with.
fn common_tail(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks(256).zip(other.rchunks(256));
    let whole: usize = blocks.take_while(|(one, other)| one == other).map(|(one, _)| one.len()).sum();
    let rest = one[..one.len() - whole].iter().rev().zip(other[..other.len() - whole].iter().rev());
    whole + rest.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_alike_is_cut_off_but_for_a_margin() {
        let words = "so many words ".repeat(1_000);
        let (old, new) = (format!("{words}one {words}"), format!("{words}another {words}"));
        let (head, tail) = alike(&old, &new);
        assert!((words.len() - 2 * MARGIN..words.len()).contains(&head), "{head}");
        assert!((words.len() - 2 * MARGIN..words.len()).contains(&tail), "{tail}");
        assert_eq!((&old[head - 1..head], &old[old.len() - tail - 1..old.len() - tail]), (" ", " "));
        assert_eq!(alike(&words, &words), (words.len(), 0));
    }

    proptest! {
        // Each case takes as long as hundreds of small ones.
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn both_ends_are_the_same_in_both_texts_and_do_not_overlap(
            old in "[ab]{0,3}", new in "[ab]{0,3}", around in "([a ]|e\u{301}|👩‍🔬){500,1500}",
        ) {
            let (old, new) = (format!("{around}{old}{around}"), format!("{around}{new}{around}"));
            let (head, tail) = alike(&old, &new);
            prop_assert_eq!(&old[..head], &new[..head]);
            prop_assert_eq!(&old[old.len() - tail..], &new[new.len() - tail..]);
            prop_assert!(old == new || head + tail <= old.len().min(new.len()));
            for text in [&old, &new] {
                prop_assert!(is_between_clusters(text, head) && is_between_clusters(text, text.len() - tail));
            }
        }
    }
}
