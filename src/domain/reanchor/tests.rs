//! What becomes of passages, by example.

use super::*;

const ESSAY: &str = "Norms and Power\n\n\
    A norm is a standard of proper behaviour for actors with a given identity. States follow norms when they see \
    themselves in them, and they follow power when they must.\n\n\
    The balance of power is older than the word. Where no state can rule the others, each watches its neighbour and \
    arms against it, although nobody wants a war.\n\n\
    Trust grows slowly. It needs habits, and habits need years in which nothing happens at the border.\n";

/// The label and the words of what became of the only place of `quote`.
#[track_caller]
fn follow<'n>(old: &str, new: &'n str, quote: &str) -> (&'static str, &'n str) {
    let (before, after) = (TextIndex::new(old), TextIndex::new(new));
    let at = old.find(quote).expect("the quote is in the old text");
    assert_eq!(old.rfind(quote), Some(at), "the quote is there once");
    let range = before.char_range_of_bytes(at, at + quote.len()).expect("a quote is not empty");
    let followed = Reanchor::new(&before, &after).follow(range);
    let words =
        followed.range().map_or("", |range| after.slice(range).expect("the place is in the new text"));
    let label = match followed {
        Followed::Exact(_) => "exact",
        Followed::Moved(_) => "moved",
        Followed::Edited(_) => "edited",
        Followed::Orphaned => "orphaned",
    };
    (label, words)
}

/// As [`follow`], in the essay after each of the `edits`: what is to be replaced, and by what.
#[track_caller]
fn revised(edits: &[(&str, &str)], quote: &str) -> (&'static str, String) {
    let mut new = ESSAY.to_owned();
    for (was, is) in edits {
        assert_eq!(new.matches(was).count(), 1, "`{was}` is to be replaced once");
        new = new.replace(was, is);
    }
    let (label, words) = follow(ESSAY, &new, quote);
    (label, words.to_owned())
}

#[track_caller]
fn becomes(edits: &[(&str, &str)], quote: &str, label: &str, words: &str) {
    assert_eq!(revised(edits, quote), (label, words.to_owned()));
}

#[test]
fn a_passage_in_front_of_every_change_stays_and_one_behind_moves() {
    let edits = [("older than the word", "much older than its name")];
    becomes(&edits, "States follow norms", "exact", "States follow norms");
    becomes(&edits, "Trust grows slowly.", "moved", "Trust grows slowly.");
}

#[test]
fn a_typing_error_that_is_mended_inside_makes_an_edited_passage() {
    let edits = [("a standard of proper behaviour", "a standard of appropriate behavior")];
    becomes(
        &edits,
        "A norm is a standard of proper behaviour for actors",
        "edited",
        "A norm is a standard of appropriate behavior for actors",
    );
    becomes(&edits, "behaviour for actors", "edited", "behavior for actors");
    becomes(&[("neighbour", "neighbor")], "neighbour", "edited", "neighbor");
}

#[test]
fn what_is_put_in_between_belongs_to_the_passage_and_what_is_put_in_at_its_ends_does_not() {
    let passage = "Trust grows slowly. It needs habits";
    becomes(
        &[("slowly. It", "slowly. Nobody can order it. It")],
        passage,
        "edited",
        "Trust grows slowly. Nobody can order it. It needs habits",
    );
    becomes(&[("Trust grows", "Yet one thing is sure: Trust grows")], passage, "moved", passage);
    becomes(&[("needs habits,", "needs habits and luck,")], passage, "exact", passage);
    // Also where what is put in begins or ends as the passage does.
    becomes(&[("Trust grows", "Trust is rare. Trust grows")], passage, "moved", passage);
    becomes(&[("needs habits,", "needs habits. It needs habits,")], passage, "exact", passage);
}

#[test]
fn what_is_taken_away_at_the_end_of_a_passage_shrinks_it() {
    let passage = "Trust grows slowly. It needs habits, and habits need years";
    becomes(&[("Trust grows slowly. ", "")], passage, "edited", "It needs habits, and habits need years");
    becomes(&[(", and habits need years", "")], passage, "edited", "Trust grows slowly. It needs habits");
    becomes(&[("no state can rule the others, each ", "each ")], "state can rule", "orphaned", "");
}

#[test]
fn what_stands_in_place_of_the_first_words_belongs_to_the_passage() {
    becomes(&[("Trust grows", "Faith grows")], "Trust grows slowly.", "edited", "Faith grows slowly.");
    becomes(&[("Trust grows", "Faith grows")], "Trust", "edited", "Faith");
    becomes(
        &[("at the border", "anywhere")],
        "nothing happens at the border",
        "edited",
        "nothing happens anywhere",
    );
}

#[test]
fn a_paragraph_that_was_cut_and_pasted_takes_its_passages_along() {
    let paragraph = "The balance of power is older than the word. Where no state can rule the others, each watches its \
        neighbour and arms against it, although nobody wants a war.\n\n";
    let edits = [(paragraph, ""), ("A norm is", &format!("{paragraph}A norm is"))];
    becomes(&edits, "arms against it, although", "moved", "arms against it, although");
    becomes(&edits, "States follow norms", "moved", "States follow norms");
    becomes(&edits, paragraph.trim(), "moved", paragraph.trim());
    // Edited on the way.
    let edited = paragraph.replace("its neighbour", "everybody else");
    let edits = [(paragraph, ""), ("A norm is", &format!("{edited}A norm is"))];
    becomes(&edits, "each watches its neighbour and arms", "edited", "each watches everybody else and arms");
}

#[test]
fn a_passage_that_was_torn_apart_is_orphaned() {
    let last =
        "Trust grows slowly. It needs habits, and habits need years in which nothing happens at the border.";
    let first = "The balance of power is older than the word. Where no state can rule the others, each watches its \
        neighbour and arms against it, although nobody wants a war.";
    let edits = [(last, ""), ("A norm is", &format!("{last}\n\nA norm is")), (first, first)];
    let half = "each watches its neighbour and arms against it, although nobody wants a war.\n\nTrust grows slowly. It \
        needs habits, and habits need years in which nothing happens";
    becomes(&edits, half, "orphaned", "");
    // Most of it went one way.
    let most = &half[half.find("war.").expect("it is there")..];
    becomes(&edits, most, "edited", most.trim_start_matches("war.\n\n"));
}

#[test]
fn a_passage_that_was_taken_away_is_orphaned() {
    becomes(&[("Trust grows slowly. ", "")], "Trust grows slowly.", "orphaned", "");
    let other = "Nothing in this sentence has anything to do with what was here before it was written.";
    let sentence =
        "States follow norms when they see themselves in them, and they follow power when they must.";
    becomes(&[(sentence, other)], sentence, "orphaned", "");
}

#[test]
fn words_that_stand_elsewhere_as_well_lead_nowhere() {
    // "they see themselves" went; "States see themselves" was there before and is not the passage.
    let old = "States see themselves in norms. Then they see themselves in power, and arms follow.";
    let new = "States see themselves in norms. Then arms follow.";
    assert_eq!(follow(old, new, "see themselves in power"), ("orphaned", ""));
    let (old, new) = ("Norms bind. Trust grows, and norms bind trust.", "Norms bind. Trust grows.");
    assert_eq!(follow(old, new, "norms bind"), ("orphaned", ""));
}

#[test]
fn of_two_equally_good_places_neither_is_taken() {
    let sentence =
        "Trust grows slowly. It needs habits, and habits need years in which nothing happens at the border.";
    let once = [(sentence, ""), ("A norm is", &format!("{sentence} A norm is"))];
    becomes(&once, sentence, "moved", sentence);
    let twice = [
        (sentence, ""),
        ("A norm is", &format!("{sentence} A norm is")),
        ("The balance", &format!("{sentence} The balance")),
    ];
    becomes(&twice, sentence, "orphaned", "");
}

#[test]
fn a_short_passage_moves_only_with_its_context() {
    let edits = [
        ("Trust grows slowly. It needs habits, and", "And"),
        ("of power is", "of power (it needs habits) is"),
    ];
    becomes(&edits, "needs habits", "orphaned", "");
    let edits = [
        ("where no state", "where no state"),
        (", although nobody wants a war", ""),
        ("they follow power when they must", "arms against it, although nobody wants a war"),
    ];
    becomes(&edits[1..], "although nobody", "moved", "although nobody");
}

#[test]
fn footnote_marks_that_are_stripped_leave_the_passages_around_them() {
    let marked = ESSAY
        .replace("norms when", "norms<sup>1</sup> when")
        .replace("neighbour and", "neighbour[12] and")
        .replace("slowly.", "slowly.3")
        .replace("power is", "power4 is");
    let words = |quote: &str| follow(&marked, ESSAY, quote);
    assert_eq!(words("they see themselves"), ("moved", "they see themselves"));
    assert_eq!(
        words("States follow norms<sup>1</sup> when they"),
        ("edited", "States follow norms when they")
    );
    assert_eq!(words("norms<sup>1</sup>"), ("edited", "norms"));
    assert_eq!(words("its neighbour[12]"), ("edited", "its neighbour"));
    assert_eq!(words("grows slowly.3 It"), ("edited", "grows slowly. It"));
    assert_eq!(words("balance of power4"), ("edited", "balance of power"));
    // The mark alone is gone.
    assert_eq!(words("12"), ("orphaned", ""));
    let words = |quote: &str| follow(ESSAY, &marked, quote);
    assert_eq!(words("States follow norms"), ("exact", "States follow norms"));
    assert_eq!(words("its neighbour"), ("moved", "its neighbour"));
}

#[test]
fn quotation_marks_that_are_straightened_stay_with_their_words() {
    let curly = "They call it “self‑help”. The ‘dilemma’ isn’t new — it’s older than “power”.";
    let straight = "They call it \"self-help\". The 'dilemma' isn't new - it's older than \"power\".";
    assert_eq!(follow(curly, straight, "“self‑help”"), ("edited", "\"self-help\""));
    assert_eq!(follow(curly, straight, "isn’t new — it’s"), ("edited", "isn't new - it's"));
    assert_eq!(follow(curly, straight, "dilemma"), ("exact", "dilemma"));
    assert_eq!(follow(curly, straight, "older than"), ("exact", "older than"));
    assert_eq!(follow(straight, curly, "\"power\"."), ("edited", "“power”."));
}

#[test]
fn lines_that_are_wrapped_anew_leave_the_words_the_same() {
    let wrapped = ESSAY
        .replace("when they see themselves", "when\nthey see\n  themselves")
        .replace("power is older", "power\nis older");
    let passage = "States follow norms when they see themselves in them";
    assert_eq!(
        follow(ESSAY, &wrapped, passage),
        ("moved", "States follow norms when\nthey see\n  themselves in them")
    );
    assert_eq!(
        follow(&wrapped, ESSAY, "when\nthey see\n  themselves"),
        ("moved", "when they see themselves")
    );
    // One line feed for one space: the place is the same, and so are the words.
    let once = ESSAY.replace("power is older", "power\nis older");
    assert_eq!(follow(ESSAY, &once, "balance of power is older"), ("exact", "balance of power\nis older"));
    // A word that was parted at the end of a line is another spelling of it.
    let parted = ESSAY.replace("neighbour", "neigh-\nbour");
    assert_eq!(follow(&parted, ESSAY, "its neigh-\nbour and"), ("edited", "its neighbour and"));
    assert_eq!(follow(ESSAY, &parted, "neighbour"), ("edited", "neigh-\nbour"));
}

#[test]
fn what_was_written_twice_stays_with_the_passage_that_was_there() {
    assert_eq!(follow("see the cat.", "see the the cat.", "the cat"), ("moved", "the cat"));
    assert_eq!(follow("see the the cat.", "see the cat.", "the cat"), ("moved", "the cat"));
    assert_eq!(follow("see the cat sat", "see the the cat cat sat", "the cat"), ("moved", "the cat"));
}

#[test]
fn letters_keep_their_marks_and_joined_emoji_stay_joined() {
    assert_eq!(follow("a cafe here", "a cafe\u{301} here", "cafe"), ("edited", "cafe\u{301}"));
    assert_eq!(follow("a cafe\u{301} here", "a cafe here", "cafe\u{301}"), ("edited", "cafe"));
    assert_eq!(follow("a café here", "a cafe\u{301} here", "caf"), ("exact", "caf"));
    assert_eq!(follow("a 👩‍🔬 works", "a 👩‍🚀 works", "a 👩‍🔬"), ("edited", "a 👩‍🚀"));
    assert_eq!(follow("او می روم خانه", "او می‌روم خانه", "می روم"), ("edited", "می‌روم"));
    assert_eq!(follow("他来了。我走了。", "他昨天来了。我走了。", "我走了"), ("moved", "我走了"));
    assert_eq!(follow("他来了。我走了。", "他昨天来了。我走了。", "他来了"), ("edited", "他昨天来了"));
}

#[test]
fn a_range_past_the_end_is_orphaned() {
    let text = TextIndex::new("Norms bind.");
    let range = CharRange::new(6, 12).expect("a range");
    assert_eq!(Reanchor::new(&text, &text).follow(range), Followed::Orphaned);
}
