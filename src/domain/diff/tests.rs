//! What a comparison of two texts promises, and what its steps do to runs.

use proptest::prelude::*;

use super::*;

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-c]{1,3}",
        3 => prop::sample::select(&["States follow norms. ", "Trust grows slowly, ", "the ", "of ", "war", ". ", "\n\n"][..])
            .prop_map(str::to_owned),
        1 => prop::sample::select(&[" ", "\n", "e\u{301}", "é", "👩‍🔬", "می‌روم", "“", "\"", "我来"][..])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// Some words that follow from a number.
fn words(seed: u32) -> String {
    let word = |nth: u32| format!("w{} ", (seed * 31 + nth).wrapping_mul(2_654_435_761) >> 20);
    (0..4 + seed % 11).map(word).collect()
}

/// Two texts of which the second is mostly the first, its parts moved about, dropped, doubled and mixed with others.
fn revision() -> impl Strategy<Value = (String, String)> {
    let order = prop::collection::vec((0_u32..30, 0_u32..200), 0..30);
    (1_u32..30, order).prop_map(|(parts, order)| {
        let part = |(at, other): &(u32, u32)| words(if *other < 150 { at % parts } else { 1_000 + other });
        ((0..parts).map(words).collect(), order.iter().map(part).collect())
    })
}

fn check(old: &str, new: &str) -> Result<(), TestCaseError> {
    let diff = Diff::between(old, new);
    let mut all: Vec<&Piece> = Vec::new();
    for pieces in std::iter::once(&diff.stayed).chain(&diff.moved) {
        for pair in pieces.windows(2) {
            prop_assert!(pair[0].old.end <= pair[1].old.start && pair[0].new.end <= pair[1].new.start);
        }
        all.extend(pieces);
    }
    for piece in &all {
        let (was, is) = (&old[piece.old.clone()], &new[piece.new.clone()]);
        prop_assert!(!was.is_empty() && !is.is_empty());
        prop_assert_eq!(piece.likeness == Likeness::Same, was == is, "{:?} {:?}", was, is);
        for (text, edges) in [(old, &piece.old), (new, &piece.new)] {
            prop_assert!(is_between_clusters(text, edges.start) && is_between_clusters(text, edges.end));
        }
    }
    // Nothing goes with two things.
    for side in [|piece: &Piece| piece.old.clone(), |piece: &Piece| piece.new.clone()] {
        let mut ranges: Vec<Range<usize>> = all.iter().map(|piece| side(piece)).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", ranges);
    }
    let back = Diff::between(new, old);
    let turned = |pieces: &Vec<Piece>| -> Vec<Piece> {
        let turn = |piece: &Piece| Piece {
            old: piece.new.clone(),
            new: piece.old.clone(),
            likeness: piece.likeness,
        };
        pieces.iter().map(turn).collect()
    };
    prop_assert_eq!(turned(&back.stayed), diff.stayed, "the way back is another way");
    let mut moved: Vec<Vec<Piece>> = back.moved.iter().map(turned).collect();
    moved.sort_by_key(|pieces| pieces[0].old.start);
    prop_assert_eq!(moved, diff.moved);
    Ok(())
}

#[test]
fn a_chance_likeness_between_two_rewritten_sentences_is_dropped_and_a_rare_word_is_kept() {
    let old = "They agreed. Ministers of every country met in the capital to sign a treaty. It was cold.";
    let new = "They agreed. Nobody remembers who came to the castle or when somebody spoke. It was cold.";
    let diff = Diff::between(old, new);
    let kept: Vec<&str> = diff
        .stayed
        .iter()
        .filter(|piece| piece.likeness == Likeness::Same)
        .map(|piece| &old[piece.old.clone()])
        .collect();
    assert_eq!(kept, ["They agreed. ", ". It was cold."]);
    let new = "They agreed. Nobody remembers Ministers who came to the castle. It was cold.";
    let diff = Diff::between(old, new);
    let kept: Vec<&str> = diff
        .stayed
        .iter()
        .filter(|piece| piece.likeness == Likeness::Same)
        .map(|piece| &old[piece.old.clone()])
        .collect();
    assert_eq!(kept, ["They agreed.", " Ministers ", ". It was cold."]);
}

#[test]
fn what_was_put_in_begins_where_a_sentence_begins() {
    let (old, new) = ("One. The cat sat here.", "One. The dog ran off. The cat sat here.");
    let diff = Diff::between(old, new);
    let same = |old: Range<usize>, new: Range<usize>| Piece { old, new, likeness: Likeness::Same };
    // The space goes with either; were it the first "The", the second would be part of what was put in.
    assert_eq!(diff.stayed, [same(0..4, 0..4), same(4..22, 21..39)]);
}

#[test]
fn a_block_that_moved_is_found_with_what_was_edited_in_it() {
    let block = "Where no state can rule the others, each watches its neighbour and arms against it.";
    let old = format!(
        "{block} A norm is a standard of proper behaviour. Trust grows slowly and needs habits of peace."
    );
    let new = format!(
        "A norm is a standard of proper behaviour. Trust grows slowly and needs habits of peace. {}",
        block.replace("each watches its neighbour", "every one of them eyes another")
    );
    let diff = Diff::between(&old, &new);
    let [moved] = diff.moved.as_slice() else { panic!("one block moved: {diff:?}") };
    assert_eq!(&old[moved[0].old.start..moved[moved.len() - 1].old.end], block);
    // A phrase is no block.
    let old = "Nobody wants a war. A norm is a standard of proper behaviour. Trust grows slowly.";
    let new = "A norm is a standard of proper behaviour. Trust grows slowly. Nobody wants a war.";
    assert_eq!(Diff::between(old, new).moved, Vec::<Vec<Piece>>::new());
}

#[test]
fn texts_that_make_a_comparison_slow_are_compared_all_the_same() {
    // One letter; a row without any word; no two words in the same order.
    let letters = "a".repeat(50_000);
    check(&letters, &letters[1_000..]).expect("a good comparison");
    let noise = |seed: u32| -> String {
        let letter =
            |n: u32| char::from(b'a' + (n.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 27) as u8 % 4);
        (0..20_000_u32).map(|n| letter(n.wrapping_mul(n))).collect()
    };
    check(&noise(1), &noise(99)).expect("a good comparison");
    let words: Vec<String> = (0..6_000).map(|n| format!("word{n} ")).collect();
    let turned: String = words.iter().rev().map(String::as_str).collect();
    check(&words.concat(), &turned).expect("a good comparison");
}

proptest! {
    #[test]
    fn any_two_texts_are_compared_alike_from_both_sides(old in text(), new in text()) {
        check(&old, &new)?;
    }

    #[test]
    fn a_text_and_its_revision_are_compared_alike_from_both_sides((old, new) in revision()) {
        check(&old, &new)?;
    }
}
