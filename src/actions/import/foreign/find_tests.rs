//! Passages at their positions and by their words.

use proptest::prelude::*;

use super::*;
use crate::domain::units::Unit;

// 6 characters beyond U+FFFF before the second sentence: 6 more UTF-16 units there.
const TEXT: &str =
    "🦀🦀🦀 “States” arm — 🦀🦀🦀.\n\nNorms bind states; norms bind firms.\nامنیتی\u{200c}سازی cafe\u{301}.";

fn columns() -> Columns {
    Columns { start: "start".to_owned(), quote: "words".to_owned(), ..Columns::default() }
}

fn said(words: &str, positions: &[(Unit, u32, u32)]) -> ForeignRow {
    let reading = |(unit, start, end): &(Unit, u32, u32)| Reading {
        unit: *unit,
        start: Bound::FromStart(*start),
        end: Bound::FromStart(*end),
    };
    ForeignRow {
        row: 2,
        quote: words.to_owned(),
        readings: positions.iter().map(reading).collect(),
        ..ForeignRow::default()
    }
}

fn find_as(read: &ForeignRow, wording: Wording) -> Found {
    Finder::default().find(1, &TextIndex::new(TEXT), read, &columns(), wording)
}

fn find(words: &str, positions: &[(Unit, u32, u32)]) -> Found {
    find_as(&said(words, positions), Wording::Exact)
}

fn reason(found: Found) -> String {
    match found {
        Found::Nowhere(refusal) => refusal.to_string(),
        other => panic!("found: {other:?}"),
    }
}

fn slice(range: CharRange) -> &'static str {
    TextIndex::new(TEXT).slice(range).expect("what was found is in the text")
}

#[test]
fn the_reading_under_which_the_words_are_there_is_the_right_one() {
    let both = |start, end| [(Unit::CodePoints, start, end), (Unit::Utf16, start, end)];
    for (start, end) in [(25, 42), (31, 48)] {
        let Found::AtPositions { range, checked: true } = find("Norms bind states", &both(start, end)) else {
            panic!("not at {start}-{end}");
        };
        assert_eq!(slice(range), "Norms bind states");
        assert_eq!(range.start(), 25);
    }
}

#[test]
fn words_at_their_positions_may_differ_in_white_space_quotation_marks_and_dashes() {
    let found = find("\"States\" arm - 🦀🦀🦀.  Norms bind", &[(Unit::CodePoints, 4, 36)]);
    assert!(matches!(found, Found::AtPositions { range, checked: true } if range.start() == 4), "{found:?}");
    let bytes = TEXT.find("cafe").unwrap() as u32;
    let found = find("café. ", &[(Unit::Bytes, bytes, bytes + 7)]);
    assert!(
        matches!(found, Found::Perhaps { range, at_positions: true, .. } if slice(range) == "cafe\u{301}.")
    );
}

#[test]
fn positions_without_the_words_are_not_believed_and_the_words_are_looked_for() {
    assert_eq!(find("norms bind firms", &[(Unit::CodePoints, 25, 42)]), find("norms bind firms", &[]));
    let Found::ByWords(range) = find("norms bind firms", &[]) else { panic!("once in the text") };
    assert_eq!(slice(range), "norms bind firms");
    assert!(matches!(find("orms bind ", &[]), Found::Several(hits) if hits.len() == 2));
    assert!(matches!(find("norms bind firms", &[(Unit::CodePoints, 0, u32::MAX)]), Found::ByWords(_)));
}

#[test]
fn few_words_may_be_at_their_positions_by_accident() {
    let found = find("bind", &[(Unit::CodePoints, 31, 35)]);
    assert!(
        matches!(&found, Found::Perhaps { at_positions: true, hits, .. } if hits.len() == 2),
        "{found:?}"
    );
    let found = find("firms", &[(Unit::CodePoints, 0, 5)]);
    assert!(matches!(&found, Found::Perhaps { at_positions: false, .. }), "{found:?}");
    assert!(matches!(find("firms", &[]), Found::ByWords(_)));
}

#[test]
fn positions_alone_are_taken_where_there_are_no_words_and_said_to_be_unchecked() {
    let found = find("", &[(Unit::CodePoints, 25, 30)]);
    assert!(matches!(found, Found::AtPositions { range, checked: false } if slice(range) == "Norms"));
    let past = reason(find(" ", &[(Unit::CodePoints, 26, 9_999)]));
    assert!(past.contains("`26-9999`: is no passage of the text, which has"), "{past}");
    assert!(reason(find("", &[(Unit::CodePoints, 30, 30)])).contains("is no passage"));
    assert!(reason(find("", &[])).contains("names no passage"));
}

#[test]
fn positions_from_the_end_count_from_the_end_of_this_text() {
    let bounds = |start, end| Reading { unit: Unit::CodePoints, start, end };
    let read = |start, end| ForeignRow { readings: vec![bounds(start, end)], ..said("", &[]) };
    let last = find_as(&read(Bound::FromEnd(6), Bound::FromEnd(0)), Wording::Unbroken);
    assert!(matches!(last, Found::AtPositions { range, .. } if slice(range) == "cafe\u{301}."));
    let before = read(Bound::FromEnd(999), Bound::FromEnd(0));
    assert!(reason(find_as(&before, Wording::Unbroken)).contains("`-999--0`"));
}

#[test]
fn damage_is_named_rather_than_a_passage_that_is_missing() {
    assert!(reason(find("?States? arm", &[(Unit::CodePoints, 4, 16)])).contains("encoding"));
    assert!(reason(find("#NAME?", &[])).contains("formula"));
    let missing = reason(find("nothing of the kind", &[(Unit::CodePoints, 1, 4)]));
    assert!(missing.contains("not at 1-4, nor anywhere in the text"), "{missing}");
    let bad = Refusal::cell(2, "start", "1E+05", "rounded");
    let read = ForeignRow { bad_position: Some(bad), ..said("nothing of the kind", &[]) };
    assert!(reason(find_as(&read, Wording::Exact)).contains("`1E+05` is no position: rounded"));
}

#[test]
fn words_of_a_cut_cell_are_no_passage_of_their_own() {
    let text = "e\u{301}".repeat(20_000);
    let words: String = text.chars().take(LONGEST_CELL).collect();
    let find = |positions: &[(Unit, u32, u32)]| {
        Finder::default().find(
            1,
            &TextIndex::new(&text),
            &said(&words, positions),
            &columns(),
            Wording::Exact,
        )
    };
    assert!(reason(find(&[])).contains("cuts a cell"));
    let at = find(&[(Unit::CodePoints, 0, 40_000)]);
    assert!(matches!(at, Found::AtPositions { range, .. } if range.end() == 40_000), "{at:?}");
}

#[test]
fn words_without_their_markup_are_found_white_space_aside() {
    let read = said("arm — 🦀🦀🦀 . Norms bi nd states", &[]);
    let Found::ByWords(range) = find_as(&read, Wording::WithoutMarkup) else { panic!("once in the text") };
    assert_eq!(slice(range), "arm — 🦀🦀🦀.\n\nNorms bind states");
    // Where nothing else is found, also in a text that was broken at other places. Too few words prove nothing.
    assert!(matches!(find_as(&read, Wording::Exact), Found::ByWords(hit) if hit == range));
    assert!(reason(find("bi nd fi", &[])).contains("not in the text"));
    // Both places read so when blanks do not count, though only one does when they do.
    let index = TextIndex::new("He said no\nthing, nothing at all.");
    let said = said("nothing", &[]);
    let found = Finder::default().find(2, &index, &said, &columns(), Wording::WithoutMarkup);
    assert!(matches!(found, Found::Several(hits) if hits.len() == 2));
}

#[test]
fn what_is_known_of_one_text_is_not_taken_for_another() {
    let mut finder = Finder::default();
    let mut look = |text: i64, body: &str, words: &str, wording| {
        finder.find(text, &TextIndex::new(body), &said(words, &[(Unit::Utf16, 2, 20)]), &columns(), wording)
    };
    assert!(matches!(
        look(1, "🦀🦀 norms bind firms!", "norms bind firms!", Wording::Exact),
        Found::ByWords(_)
    ));
    let other = look(2, "é norms bind firms!..", "norms bind firms!.", Wording::Exact);
    assert!(matches!(other, Found::AtPositions { .. }), "{other:?}");
    for (text, body) in [(3, "no thing, nothing"), (4, "nothing")] {
        let found = look(text, body, "nothing", Wording::WithoutMarkup);
        assert_eq!(matches!(found, Found::Several(_)), text == 3, "{found:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_found_reads_as_the_words_and_a_true_position_is_always_found(
        text in "[ab \n🦀é\u{301}\u{200c}ی“-]{2,40}", start in 0_usize..40, len in 1_usize..12, in_units: bool, off in 0_u32..3,
    ) {
        let letters: Vec<char> = text.chars().collect();
        prop_assume!(start < letters.len());
        let end = (start + len).min(letters.len());
        let words: String = letters[start..end].iter().collect();
        prop_assume!(!words.trim().is_empty());
        let position = |count: usize| match in_units {
            true => letters[..count].iter().map(|letter| letter.len_utf16() as u32).sum::<u32>(),
            false => count as u32,
        };
        let (from, to) = (position(start) + off, position(end) + off);
        let read = said(&words, &[(Unit::CodePoints, from, to), (Unit::Utf16, from, to)]);
        let index = TextIndex::new(&text);
        let found = Finder::default().find(1, &index, &read, &columns(), Wording::Exact);
        let ranges = match &found {
            Found::AtPositions { range, .. } | Found::ByWords(range) | Found::Perhaps { range, .. } => vec![*range],
            Found::Several(hits) => hits.to_vec(),
            Found::Nowhere(refusal) => panic!("{words:?} in {text:?}: {refusal}"),
        };
        for range in &ranges {
            let slice = index.slice(*range).unwrap_or_default();
            prop_assert!(reads_as(slice, &words), "{:?} for {:?}", slice, words);
        }
        if off == 0 {
            let is_true = |range: &CharRange| (range.start(), range.end()) == (start as u32, end as u32);
            let at_positions = !matches!(found, Found::ByWords(_) | Found::Perhaps { at_positions: false, .. });
            prop_assert!(at_positions, "{:?}", found);
            prop_assert!(ranges.iter().any(is_true), "{:?}", found);
        }
    }
}
