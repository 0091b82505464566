//! Somebody else's text, made harmless for a terminal.
//!
//! A document or a name may carry bytes that move the cursor, rename the window or turn the line around. On a
//! terminal each such character is shown as `\u{1b}`; in a pipe the text is left as it is, for the next program.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_normalization::char::is_combining_mark;

/// `text` with every character that would act on a terminal shown as `\u{…}`. Line feeds and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |character| character == '\n' || character == '\t')
}

/// As [`visible`], with line feeds and tabs escaped as well: for names, which stand inside a sentence and could
/// otherwise forge the lines after it.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

fn escape(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most text has none of the bytes such characters begin with; one pass over the bytes settles it.
    let suspicious = |byte: u8| byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef);
    if !text.bytes().any(suspicious) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        let after = at + character.len_utf8();
        if acts(character) && !stays(character) && !joins(before, character, &text[after..]) {
            out.push_str(&text[copied..at]);
            write!(out, "\\u{{{:x}}}", u32::from(character)).expect("writing to a string cannot fail");
            copied = after;
        }
        before = Some(character);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Whether a terminal (or the eye) would obey `character` instead of showing it.
fn acts(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether `character` is a joiner at work: Persian words and emoji families are spelled with them.
fn joins(before: Option<char>, character: char, rest: &str) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
        && before.is_some_and(joinable)
        && rest.chars().next().is_some_and(joinable)
}

fn joinable(character: char) -> bool {
    let symbol = u32::from(character) >= 0x2190;
    !acts(character) && (character.is_alphanumeric() || is_combining_mark(character) || symbol)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_bidi_controls_and_zero_widths_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(visible("x\u{202e}y\u{2069}\u{200f}\u{61c}"), "x\\u{202e}y\\u{2069}\\u{200f}\\u{61c}");
        assert_eq!(
            visible("\u{feff}\u{200b}\u{2028}\u{9b}\u{7f}\r"),
            r"\u{feff}\u{200b}\u{2028}\u{9b}\u{7f}\u{d}"
        );
    }

    #[test]
    fn ordinary_text_is_borrowed_and_line_feeds_stay() {
        for text in ["plain\n\ttext", "Ünïcode — “quoted” … ½", "می‌خواهم", "👩‍👩‍👧 ❤️‍🔥", "क्‍ष"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(_)), "{text}");
        }
        assert_eq!(visible_line("a\nhint: b"), "a\\u{a}hint: b");
    }

    #[test]
    fn a_joiner_that_joins_nothing_is_shown() {
        assert_eq!(visible("a \u{200d}b"), "a \\u{200d}b");
        assert_eq!(visible("a\u{200c}"), "a\\u{200c}");
        assert_eq!(visible("a\u{200c}\u{200d}b"), "a\\u{200c}\\u{200d}b");
    }

    proptest! {
        #[test]
        fn no_acting_character_survives_but_line_feeds_tabs_and_joiners(text in any::<String>()) {
            for character in visible(&text).chars() {
                let allowed = ['\n', '\t', '\u{200c}', '\u{200d}'].contains(&character);
                prop_assert!(allowed || !acts(character));
            }
        }

        #[test]
        fn making_visible_twice_is_making_visible_once(text in any::<String>()) {
            let once = visible(&text).into_owned();
            prop_assert_eq!(visible(&once).into_owned(), once);
        }
    }
}
