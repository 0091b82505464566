//! The laws of following a passage, on random texts and edits.

use proptest::prelude::*;

use super::*;

/// Texts that are hard to cut: few letters, marks, joined and flag emoji, a script without spaces, blank lines.
fn wild() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            4 => "[a-c ]{0,6}",
            2 => prop::sample::select(&[
                " ", "\n", "\n\n", "e\u{301}", "\u{301}", "👩‍🔬", "👩", "\u{200d}", "🇦🇧", "🇧", "می‌روم", "\u{200c}",
                "我来", "“a”", "\"a\"", "’", "–", "é", "\u{1f3fd}", "한", "\u{1112}\u{1161}", "norms bind", ". ",
            ][..]).prop_map(str::to_owned),
            1 => "\\PC{0,3}",
        ],
        0..25,
    )
    .prop_map(|parts| parts.concat())
}

/// A text of many distinct words in sentences and paragraphs; word `n` stands nowhere else.
fn prose(words: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    words.prop_map(|count| {
        let ends = |n: usize| match n % 11 {
            4 => ", ",
            7 => ". ",
            10 if n.is_multiple_of(3) => ".\n\n",
            _ => " ",
        };
        (0..count).map(|n| format!("w{}o{n}{}", n * 7919 % 1000, ends(n))).collect()
    })
}

/// Edits of a text in words: where, how many words go, how many come.
type Edits = Vec<(usize, usize, usize)>;

fn edits(most: usize) -> impl Strategy<Value = Edits> {
    prop::collection::vec((0..400_usize, 0..4_usize, 0..4_usize), 0..most)
}

/// The text after the edits; words between `keep.0` and `keep.1` are left alone.
fn edited(words: &[String], edits: &Edits, keep: (usize, usize)) -> String {
    let mut gone = vec![false; words.len()];
    let mut come = vec![0; words.len() + 1];
    for (at, less, more) in edits {
        let at = at % words.len();
        (at..(at + less).min(words.len())).for_each(|at| gone[at] = true);
        come[at] += more;
    }
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        let is_kept = keep.0 <= at && at < keep.1;
        if keep.0 >= at || at >= keep.1 {
            (0..come[at]).for_each(|n| text.push_str(&format!("new{at}n{n} ")));
        }
        if is_kept || !gone[at] {
            text.push_str(word);
        }
    }
    text
}

fn ranges(chars: u32) -> impl Iterator<Item = CharRange> {
    (0..chars).flat_map(move |start| (start + 1..=chars).filter_map(move |end| CharRange::new(start, end)))
}

/// Some of the ranges of a text: all of a short one.
fn some_ranges(chars: u32, seed: u32) -> Vec<CharRange> {
    if chars <= 40 {
        return ranges(chars).collect();
    }
    let mut seed = seed;
    let mut next = move |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    (0..200)
        .filter_map(|nth| {
            let start = next(chars);
            CharRange::new(start, chars.min(start + 1 + next(if nth % 4 == 0 { chars } else { 30 })))
        })
        .collect()
}

fn is_clean(text: &TextIndex<'_>, range: CharRange) -> bool {
    [range.start(), range.end()].iter().all(|at| is_between_clusters(text.body(), text.byte_of(*at)))
}

fn without_range(followed: Followed) -> &'static str {
    match followed {
        Followed::Exact(_) => "exact",
        Followed::Moved(_) => "moved",
        Followed::Edited(_) => "edited",
        Followed::Orphaned => "orphaned",
    }
}

proptest! {
    #[test]
    fn in_a_text_that_did_not_change_every_passage_is_exact(text in wild()) {
        let index = TextIndex::new(&text);
        let through = Reanchor::new(&index, &index);
        for range in some_ranges(index.chars(), 1) {
            prop_assert_eq!(through.follow(range), Followed::Exact(range));
        }
    }

    #[test]
    fn whatever_the_texts_are_places_are_inside_cut_no_cluster_and_keep_their_promise(old in wild(), new in wild()) {
        let (before, after) = (TextIndex::new(&old), TextIndex::new(&new));
        let through = Reanchor::new(&before, &after);
        let alignment = Alignment::between(&before, &after);
        let again = Reanchor::with(&before, &after, &alignment);
        for range in some_ranges(before.chars(), 2) {
            let followed = through.follow(range);
            prop_assert_eq!(again.follow(range), followed);
            let Some(place) = followed.range() else { continue };
            let words = after.slice(place);
            prop_assert!(words.is_some(), "{} is outside", place);
            prop_assert!(is_clean(&after, place) || !is_clean(&before, range), "{} -> {}", range, place);
            let (was, is) = (before.slice(range).unwrap_or_default(), words.unwrap_or_default());
            match followed {
                Followed::Edited(_) => prop_assert!(!same_words(was, is)),
                Followed::Exact(_) => prop_assert!(place == range && same_words(was, is)),
                _ => prop_assert!(place != range && same_words(was, is)),
            }
        }
    }

    #[test]
    fn one_edit_beside_a_passage_never_changes_its_words(
        text in "([ab]{1,8}|[a-c ]{1,8}|👩|\n){1,12}", from in 0_usize..60, len in 0_usize..12, more in "([ab]{0,6}|[a-c ]{0,12}|👩)",
    ) {
        let chars: Vec<char> = text.chars().collect();
        let from = from.min(chars.len());
        let to = (from + len).min(chars.len());
        let new: String = chars[..from].iter().copied().chain(more.chars()).chain(chars[to..].iter().copied()).collect();
        let (before, after) = (TextIndex::new(&text), TextIndex::new(&new));
        let through = Reanchor::new(&before, &after);
        let beside = |range: &CharRange| range.end() as usize <= from || range.start() as usize >= to;
        // White space at the ends of a passage goes with either neighbour.
        let is_trimmed = |range: &CharRange| before.slice(*range).is_some_and(|words| words == words.trim());
        for range in ranges(before.chars()).filter(beside).filter(is_trimmed) {
            let followed = through.follow(range);
            prop_assert!(matches!(followed, Followed::Exact(_) | Followed::Moved(_)), "{range} of {text:?} in {new:?}: {followed:?}");
            let place = followed.range().unwrap_or(range);
            prop_assert_eq!(before.slice(range), after.slice(place));
            // And back again to the same words.
            let back = Reanchor::new(&after, &before).follow(place);
            prop_assert!(matches!(back, Followed::Exact(_) | Followed::Moved(_)), "{place} of {new:?} in {text:?}: {back:?}");
        }
    }

    #[test]
    fn what_is_put_in_before_a_passage_moves_it_by_just_that_much(
        words in prose(2..400), at in 0_usize..400, more in "[xyz ]{1,40} ",
    ) {
        let at = at % words.len();
        let (head, tail) = (words[..at].concat(), words[at..].concat());
        let (old, new) = (format!("{head}{tail}"), format!("{head}{more}{tail}"));
        let (before, after) = (TextIndex::new(&old), TextIndex::new(&new));
        let through = Reanchor::new(&before, &after);
        let (from, by) = (head.len() as u32, more.len() as u32);
        for range in some_ranges(tail.trim_end().len() as u32, 3) {
            let Some(range) = CharRange::new(range.start() + from, range.end() + from) else { continue };
            let moved = CharRange::new(range.start() + by, range.end() + by);
            prop_assert_eq!(through.follow(range).range(), moved, "{}", range);
        }
    }

    #[test]
    fn edits_beside_a_passage_never_change_its_words_however_many_they_are(
        words in prose(2..400), edits in edits(60), start in 0_usize..400, len in 1_usize..40,
    ) {
        let start = start % words.len();
        let end = (start + len).min(words.len());
        let old = words.concat();
        let new = edited(&words, &edits, (start, end));
        let (before, after) = (TextIndex::new(&old), TextIndex::new(&new));
        let from = words[..start].concat().len();
        let passage = words[start..end].concat();
        let passage = passage.trim_end();
        let range = before.char_range_of_bytes(from, from + passage.len()).expect("words are not empty");
        let followed = Reanchor::new(&before, &after).follow(range);
        let place = match followed {
            Followed::Exact(place) | Followed::Moved(place) => place,
            _ => return Err(TestCaseError::fail(format!("{passage:?}: {followed:?}"))),
        };
        prop_assert_eq!(after.slice(place), Some(passage));
        // Nothing but where it stood can tell it from the old one: the way back leads there.
        let back = Reanchor::new(&after, &before).follow(place);
        prop_assert_eq!(back.range(), Some(range));
        prop_assert_eq!(without_range(back), without_range(followed));
    }

    #[test]
    fn passages_keep_their_order_where_nothing_moved(words in prose(2..400), edits in edits(40), many: bool) {
        let old = words.concat();
        // Apart from one another: a word alone among many edits may be lost to a passage and yet be found by itself.
        let mut apart: Edits = edits.iter().map(|(at, less, more)| (at % words.len() / 12 * 12, *less, *more)).collect();
        apart.sort_unstable();
        apart.dedup_by_key(|(at, ..)| *at);
        let new = edited(&words, if many { &edits } else { &apart }, (0, 0));
        let (before, after) = (TextIndex::new(&old), TextIndex::new(&new));
        let through = Reanchor::new(&before, &after);
        let starts: Vec<u32> = words.iter().scan(0, |at, word| {
            *at += word.len() as u32;
            Some(*at - word.len() as u32)
        }).collect();
        let end = |nth: usize| starts[nth] + words[nth].trim_end().len() as u32;
        // Whole words: the "3" that is left of a word may be the "3" of the word that took its place.
        let passages = (0..words.len()).flat_map(|nth| (nth..words.len().min(nth + 4)).map(move |last| (nth, last)));
        let places: Vec<(CharRange, CharRange)> = passages
            .filter_map(|(nth, last)| CharRange::new(starts[nth], end(last)))
            .filter_map(|range| match through.follow(range) {
                Followed::Edited(_) if many => None,
                followed => Some((range, followed.range()?)),
            })
            .collect();
        prop_assert!(!places.is_empty() || new.split_whitespace().all(|word| word.starts_with("new")));
        for (nth, (range, place)) in places.iter().enumerate() {
            for (other, other_place) in &places[nth + 1..] {
                prop_assert!(place.start() <= other_place.start(), "{range} -> {place}, {other} -> {other_place}");
                prop_assert!(range.end() > other.end() || place.end() <= other_place.end(), "{range} -> {place}, {other} -> {other_place}");
            }
        }
    }

    #[test]
    fn a_paragraph_that_moved_takes_every_passage_in_it_along(
        words in prose(60..400), cut in 0_usize..400, len in 12_usize..40, paste in 0_usize..400,
    ) {
        let cut = cut % (words.len() - 12);
        let end = (cut + len).min(words.len());
        let mut rest = words.clone();
        let block: Vec<String> = rest.drain(cut..end).collect();
        let paste = paste % rest.len();
        let new = [&rest[..paste], &block[..], &rest[paste..]].concat().concat();
        let old = words.concat();
        let (before, after) = (TextIndex::new(&old), TextIndex::new(&new));
        let through = Reanchor::new(&before, &after);
        let from = words[..cut].concat().len() as u32;
        let to = rest[..paste].concat().len() as u32;
        for range in some_ranges(block.concat().trim_end().len() as u32, 5) {
            let (Some(was), Some(is)) = (
                CharRange::new(range.start() + from, range.end() + from),
                CharRange::new(range.start() + to, range.end() + to),
            ) else { continue };
            // What lies beside the block moved instead, when it is the smaller part.
            prop_assert_eq!(through.follow(was).range(), Some(is));
        }
    }
}
