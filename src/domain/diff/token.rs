//! A text as a row of tokens: words and single signs, without the white space between them.
//!
//! White space is left out so that a text wrapped at another width is the same row of tokens. Every token begins and
//! ends between grapheme clusters: no letter is ever parted from its marks, no joined emoji from its halves.

use std::ops::Range;

use unicode_normalization::char::decompose_canonical;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

use super::super::fold::fold_char;

/// A run of letters longer than this (in clusters) is no word but a text without spaces: each cluster is a token then.
const LONGEST_WORD: usize = 48;

/// The tokens of a part of a text.
#[derive(Debug, Default)]
pub(in super::super) struct Tokens {
    /// Where each token is, in bytes of the whole text.
    spans: Vec<(u32, u32)>,
    /// What each token says, folded: see [`key`].
    keys: Vec<u32>,
}

impl Tokens {
    /// The tokens of `text[part]`, whose ends lie between clusters. `text` is below 4 GiB.
    pub(in super::super) fn lex(text: &str, part: Range<usize>) -> Self {
        let mut tokens = Tokens::default();
        // The clusters of the word that is being read.
        let mut word: Vec<Range<usize>> = Vec::new();
        let mut at = part.start;
        while at < part.end {
            let (end, kind) = cluster(text, at);
            match kind {
                Kind::Letter => word.push(at..end),
                Kind::Sign => {
                    tokens.take_word(text, &mut word);
                    tokens.push(text, at..end);
                }
                Kind::White => tokens.take_word(text, &mut word),
            }
            at = end;
        }
        tokens.take_word(text, &mut word);
        tokens
    }

    /// How many there are.
    pub(in super::super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What each says; equal keys are equal tokens up to folding, or (very rarely) a clash of hashes.
    pub(in super::super) fn keys(&self) -> &[u32] {
        &self.keys
    }

    /// The bytes of token `at`.
    pub(in super::super) fn bytes(&self, at: usize) -> Range<usize> {
        let (start, end) = self.spans[at];
        start as usize..end as usize
    }

    /// The bytes from the first of `tokens` to the last; `None` when there are none.
    pub(super) fn bytes_of(&self, tokens: Range<usize>) -> Option<Range<usize>> {
        let last = tokens.end.checked_sub(1).filter(|last| *last >= tokens.start)?;
        Some(self.bytes(tokens.start).start..self.bytes(last).end)
    }

    /// How many bytes there are from the first of `tokens` to the last.
    pub(super) fn size(&self, tokens: Range<usize>) -> usize {
        self.bytes_of(tokens).map_or(0, |bytes| bytes.len())
    }

    fn take_word(&mut self, text: &str, word: &mut Vec<Range<usize>>) {
        match (word.first(), word.last()) {
            (Some(first), Some(last)) if word.len() <= LONGEST_WORD => self.push(text, first.start..last.end),
            _ => word.iter().for_each(|cluster| self.push(text, cluster.clone())),
        }
        word.clear();
    }

    fn push(&mut self, text: &str, bytes: Range<usize>) {
        self.keys.push(key(&text[bytes.clone()], false));
        // A text is below 4 GiB here, so both convert without loss.
        self.spans.push((bytes.start as u32, bytes.end as u32));
    }
}

/// What a cluster is, by its first character.
enum Kind {
    /// Part of a word.
    Letter,
    /// A token of its own: a sign, or a letter of a script that puts no spaces between words.
    Sign,
    White,
}

/// The end and kind of the cluster that starts at byte `at`.
fn cluster(text: &str, at: usize) -> (usize, Kind) {
    let mut chars = text[at..].chars();
    let Some(first) = chars.next() else { return (text.len(), Kind::White) };
    let after = at + first.len_utf8();
    let end = match chars.next() {
        Some(second) if !(stands_alone(first) && stands_alone(second)) => {
            at + text[at..].graphemes(true).next().map_or(first.len_utf8(), str::len)
        }
        _ => after,
    };
    let kind = if first.is_whitespace() {
        if end == after { Kind::White } else { Kind::Sign }
    } else if (first.is_alphanumeric() || first == '_') && !is_unspaced(first) {
        Kind::Letter
    } else {
        Kind::Sign
    };
    (end, kind)
}

/// Whether two such characters always have a cluster boundary between them. Only to be fast: asking for the clusters of
/// every letter takes ten times as long. Carriage returns are not in a text.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\0'..='\u{7f}'
        | '\u{c0}'..='\u{2ff}'
        | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{5d0}'..='\u{5ea}'
        | '\u{620}'..='\u{64a}'
        | '\u{671}'..='\u{6d3}'
        | '\u{2010}'..='\u{2027}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}')
}

/// Whether `c` belongs to a script that is written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer,
/// Chinese and Japanese. A sentence would be one word there, and one edit would change all of it.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{fff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{312f}'
        | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a9e0}'..='\u{a9ff}'
        | '\u{aa60}'..='\u{aa7f}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// What a token says, as a number: quotation marks, dashes, white space and canonically equal spellings are folded, and
/// with `any_case` capital and small letters too.
///
/// A fixed hash and not the library's: what is found must be the same on every machine and in every run.
pub(super) fn key(token: &str, any_case: bool) -> u32 {
    let mut hash: u64 = 0;
    let mut feed = |c: char| {
        hash = mix(hash, u64::from(u32::from(fold_char(c))));
    };
    for c in token.chars() {
        if c.is_ascii() {
            feed(if any_case { c.to_ascii_lowercase() } else { c });
        } else if any_case {
            decompose_canonical(c, |part| part.to_lowercase().for_each(&mut feed));
        } else {
            decompose_canonical(c, &mut feed);
        }
    }
    // The upper half: the lower bits of a product depend on few bits of the factors.
    (mix(hash, 0) >> 32) as u32
}

/// One step of the hash (a rotation, an exclusive or, a product with an odd constant).
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Whether a cluster may end at byte `at`, which is a char boundary.
pub(in super::super) fn is_between_clusters(text: &str, at: usize) -> bool {
    let sure = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii);
    let bytes = text.as_bytes();
    if at == 0 || at >= bytes.len() || sure(bytes.get(at)) && sure(bytes.get(at - 1)) {
        return true;
    }
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        let tokens = Tokens::lex(text, 0..text.len());
        (0..tokens.len()).map(|at| &text[tokens.bytes(at)]).collect()
    }

    #[test]
    fn words_signs_and_letters_of_unspaced_scripts_are_tokens() {
        assert_eq!(
            tokens("A “self-help”\nsystem, 2nd."),
            ["A", "“", "self", "-", "help", "”", "system", ",", "2nd", "."]
        );
        assert_eq!(tokens("می‌روم خانه"), ["می‌روم", "خانه"]);
        assert_eq!(tokens("cafe\u{301} 👩‍🔬!"), ["cafe\u{301}", "👩‍🔬", "!"]);
        assert_eq!(tokens("我来了。You"), ["我", "来", "了", "。", "You"]);
        assert_eq!(tokens(&"x".repeat(LONGEST_WORD)).len(), 1);
        assert_eq!(tokens(&"x".repeat(LONGEST_WORD + 1)).len(), LONGEST_WORD + 1);
    }

    #[test]
    fn a_key_says_the_same_of_what_people_type_in_place_of_each_other() {
        for (one, other) in [("“", "\""), ("–", "-"), ("café", "cafe\u{301}"), ("don’t", "don't")] {
            assert_eq!(key(one, false), key(other, false), "{one}");
        }
        for (one, other) in [("War", "war"), ("ab", "ba"), ("a", "aa"), ("\"", "'")] {
            assert_ne!(key(one, false), key(other, false), "{one}");
        }
        assert_eq!(key("ÉTAT", true), key("état", true));
    }

    proptest! {
        #[test]
        fn tokens_are_whole_clusters_and_leave_out_nothing_but_white_space(
            text in "(\\PC|[a-zA-Z \n]{0,9}|[\u{300}-\u{310}\u{200c}\u{200d}\u{1f468}\u{1f3fd}\u{1f1e6}-\u{1f1e9}\u{600}\u{d4e}\u{2139}\u{e33}\u{1100}\u{1161}\u{ac00}한국éأمیя我]){0,50}"
        ) {
            let lexed = Tokens::lex(&text, 0..text.len());
            let mut at = 0;
            for token in 0..lexed.len() {
                let bytes = lexed.bytes(token);
                prop_assert!(text[at..bytes.start].chars().all(char::is_whitespace));
                at = bytes.end;
                prop_assert!(!bytes.is_empty());
                let boundaries: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
                for edge in [bytes.start, bytes.end] {
                    prop_assert!(boundaries.binary_search(&edge).is_ok(), "{:?} at {}", text, edge);
                    prop_assert!(is_between_clusters(&text, edge));
                }
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
