//! Names and what stands for them: put into a text all at once, and taken out again.
//!
//! - A name is found where it stands as words of its own: no letter, digit or combining mark is next to it. Hyphens,
//!   apostrophes and the zero-width non-joiner part words here, so `Anna` is found in `Anna's`, `Anna-Maria` and, with a
//!   Persian plural, in `سارا‌ها`: of two ways to err, the one that leaves a name in the text is the worse.
//! - As it is written: `ANNA` is another spelling and needs a row of its own, since nothing else could tell the way back.
//! - All names at once, the longest first: what was put in is never looked at again.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::CharRange;

/// A name and its pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// As it stands in the text.
    pub name: String,
    /// What is to stand there instead.
    pub pseudonym: String,
}

/// Names and their pseudonyms, ready to be found.
#[derive(Debug, Clone)]
pub struct Pairs {
    pairs: Vec<Pair>,
    /// By the first character of the name, the longest first.
    by_first: HashMap<char, Vec<usize>>,
}

/// One place where another word stands now. Positions are code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Which of the pairs.
    pub pair: usize,
    /// Where the word was.
    pub old: CharRange,
    /// Where the other one is, in the text that came of it.
    pub new: CharRange,
}

/// A text with other words in it, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: String,
    /// Where the words are, in order.
    pub edits: Vec<Edit>,
}

impl Pairs {
    /// Makes names findable. No name is empty, and none stands twice; the caller has seen to that.
    pub fn new(pairs: Vec<Pair>) -> Pairs {
        let mut by_first: HashMap<char, Vec<usize>> = HashMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            by_first.entry(pair.name.chars().next().unwrap_or_default()).or_default().push(index);
        }
        for places in by_first.values_mut() {
            places.sort_by_key(|place| std::cmp::Reverse(pairs[*place].name.len()));
        }
        Pairs { pairs, by_first }
    }

    /// The pairs, in the order in which they came.
    pub fn all(&self) -> &[Pair] {
        &self.pairs
    }

    /// The other way round: names for pseudonyms.
    pub fn reversed(&self) -> Pairs {
        let turn = |pair: &Pair| Pair { name: pair.pseudonym.clone(), pseudonym: pair.name.clone() };
        Pairs::new(self.pairs.iter().map(turn).collect())
    }

    /// `text` with every name replaced.
    pub fn apply(&self, text: &str) -> Edited {
        let mut edited = Edited { text: String::with_capacity(text.len()), edits: Vec::new() };
        let (mut old, mut new) = (0, 0);
        let (mut at, mut copied) = (0, 0);
        let mut before = None;
        while let Some(first) = text[at..].chars().next() {
            let Some(pair) = self.at(text, at, before) else {
                before = Some(first);
                at += first.len_utf8();
                old += 1;
                new += 1;
                continue;
            };
            let Pair { name, pseudonym } = &self.pairs[pair];
            edited.text.push_str(&text[copied..at]);
            edited.text.push_str(pseudonym);
            let (left, came) = (length(name), length(pseudonym));
            // Neither is empty, so neither range is.
            let ranges = CharRange::new(old, old + left).zip(CharRange::new(new, new + came));
            edited.edits.extend(ranges.map(|(old, new)| Edit { pair, old, new }));
            old += left;
            new += came;
            at += name.len();
            copied = at;
            before = name.chars().next_back();
        }
        edited.text.push_str(&text[copied..]);
        edited
    }

    /// The longest name that stands at `at` as words of its own; `before` is the character before it.
    fn at(&self, text: &str, at: usize, before: Option<char>) -> Option<usize> {
        let rest = &text[at..];
        let places = self.by_first.get(&rest.chars().next()?)?;
        places.iter().copied().find(|place| {
            let name = &self.pairs[*place].name;
            let after = rest.strip_prefix(name.as_str()).map(|after| after.chars().next());
            let begins = name.chars().next().is_some_and(is_of_word);
            let ends = name.chars().next_back().is_some_and(is_of_word);
            after.is_some_and(|after| {
                !(begins && before.is_some_and(is_of_word))
                    // A mark changes the letter before it, whatever that is.
                    && !after.is_some_and(|after| is_combining_mark(after) || ends && is_of_word(after))
            })
        })
    }

    /// How often any of the names stands in `text`.
    pub fn count(&self, text: &str) -> u64 {
        self.apply(text).edits.len() as u64
    }

    /// The names that `text` has in another spelling only: in capitals, or composed otherwise (`é` as one character or
    /// two). By their places among the pairs.
    pub fn other_spellings(&self, text: &str) -> Vec<usize> {
        let fold = |text: &str| text.to_lowercase().nfc().collect::<String>();
        let folded = Pairs::new(
            self.pairs
                .iter()
                .map(|pair| Pair { name: fold(&pair.name), pseudonym: "\u{1}".to_owned() })
                .collect(),
        );
        let mut found: Vec<usize> = folded.apply(&fold(text)).edits.iter().map(|edit| edit.pair).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Edited {
    /// Where a passage of the old text is now. One that has part of a name has the whole of what stands for it: no part of
    /// the one is a part of the other. All other passages keep their words.
    pub fn follow(&self, range: CharRange) -> CharRange {
        let start = self.moved(range.start(), |edit| edit.new.start());
        let end = self.moved(range.end(), |edit| edit.new.end());
        CharRange::new(start, end).unwrap_or(range)
    }

    /// Where a position is now; within an edit, where `within` says.
    fn moved(&self, position: u32, within: impl Fn(&Edit) -> u32) -> u32 {
        // The edits that begin before it: only the last of them may reach beyond it.
        let before = self.edits.partition_point(|edit| edit.old.start() < position);
        match self.edits[..before].last() {
            None => position,
            Some(edit) if position < edit.old.end() => within(edit),
            Some(edit) => edit.new.end() + (position - edit.old.end()),
        }
    }

    /// Whether `back`, made of the text of this, leads to `old` again with every edit where it was.
    pub fn is_undone_by(&self, back: &Edited, old: &str) -> bool {
        back.text == old
            && back.edits.len() == self.edits.len()
            && self
                .edits
                .iter()
                .zip(&back.edits)
                .all(|(one, other)| one.old == other.new && one.new == other.old)
    }
}

fn is_of_word(one: char) -> bool {
    one.is_alphanumeric() || is_combining_mark(one)
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        let pair = |(name, pseudonym): &(&str, &str)| Pair {
            name: (*name).to_owned(),
            pseudonym: (*pseudonym).to_owned(),
        };
        Pairs::new(pairs.iter().map(pair).collect())
    }

    #[test]
    fn names_are_words_of_their_own_in_every_script() {
        let table = pairs(&[("Anna", "P01"), ("سارا", "ش۱"), ("José", "P03"), ("علی‌رضا", "ش۲")]);
        for (text, came) in [
            ("Anna, Anna's Annas annA Anna-Maria _Anna_", "P01, P01's Annas annA P01-Maria _P01_"),
            ("سارا و سارا‌ها و ساراست", "ش۱ و ش۱‌ها و ساراست"),
            ("علی‌رضا علی", "ش۲ علی"),
            // `Anna` and a mark on its last letter is another name.
            ("Anna\u{308} José Jose\u{301}", "Anna\u{308} P03 Jose\u{301}"),
            ("🙂Anna🙂", "🙂P01🙂"),
            ("", ""),
        ] {
            assert_eq!(table.apply(text).text, came, "{text}");
        }
        assert_eq!(table.other_spellings("ANNA met Jose\u{301}"), [0, 2]);
    }

    #[test]
    fn the_longest_name_is_taken_and_nothing_is_replaced_twice() {
        let table = pairs(&[("Anna", "Berta"), ("Anna Maria", "Clara"), ("Berta", "Anna")]);
        let edited = table.apply("Anna Maria and Anna and Berta");
        assert_eq!(edited.text, "Clara and Berta and Anna");
        assert!(edited.is_undone_by(&table.reversed().apply(&edited.text), "Anna Maria and Anna and Berta"));
    }

    #[test]
    fn a_passage_with_part_of_a_name_has_all_of_what_stands_for_it() {
        let table = pairs(&[("Anna", "P1")]);
        let edited = table.apply("so Anna said");
        let follow = |start, end| {
            let range = edited.follow(CharRange::new(start, end).unwrap());
            (range.start(), range.end())
        };
        assert_eq!(edited.text, "so P1 said");
        // All of it, a part, its end and more, its beginning and less, what is right beside it, what is after it.
        for (before, after) in [
            ((3, 7), (3, 5)),
            ((4, 5), (3, 5)),
            ((5, 12), (3, 10)),
            ((0, 4), (0, 5)),
            ((0, 3), (0, 3)),
            ((7, 8), (5, 6)),
            ((8, 12), (6, 10)),
        ] {
            assert_eq!(follow(before.0, before.1), after, "{before:?}");
        }
    }

    proptest! {
        /// There and back is where it was: the text to the byte, and every passage that cuts no name.
        #[test]
        fn there_and_back_is_where_it_was(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "Anna", "Anna Maria", "سارا", "ها", "\u{200c}", "👩\u{200d}👧", "e\u{301}", " ", "\n", "'s", "-", "x", "Ali",
                ]),
                0..40,
            ),
            cuts in prop::collection::vec((0_u32..200, 1_u32..60), 0..20),
        ) {
            let text = words.concat();
            let table = pairs(&[("Anna", "P01"), ("Anna Maria", "Person Two"), ("سارا", "شخص"), ("Ali", "علی‌رضا")]);
            let there = table.apply(&text);
            let back = table.reversed().apply(&there.text);
            prop_assume!(there.is_undone_by(&back, &text));
            let chars = length(&text);
            for (start, more) in cuts {
                let Some(range) = CharRange::new(start, start + more).filter(|range| range.end() <= chars) else {
                    continue;
                };
                let cuts_a_name = there.edits.iter().any(|edit| {
                    let inside = |at: u32| edit.old.start() < at && at < edit.old.end();
                    inside(range.start()) || inside(range.end())
                });
                let followed = there.follow(range);
                prop_assert!(followed.end() <= length(&there.text));
                if !cuts_a_name {
                    prop_assert_eq!(back.follow(followed), range);
                }
            }
        }

        /// What is refused as irreversible is so for a reason: a pseudonym stood in the text, or met a letter.
        #[test]
        fn a_text_without_pseudonyms_comes_back(text in "[A-Za-z ,.'-]{0,80}") {
            let table = pairs(&[("Anna", "P01"), ("Ben", "P02")]);
            let there = table.apply(&text);
            prop_assert!(there.is_undone_by(&table.reversed().apply(&there.text), &text));
        }
    }
}
