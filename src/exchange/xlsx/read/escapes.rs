//! `_x000B_`: how spreadsheets write characters that XML cannot hold.

use std::borrow::Cow;

/// `text` with its escapes undone. What only looks like one is left alone, and so is a NUL, which no text may have.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find("_x") else { return Cow::Borrowed(text) };
    let mut plain = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match escaped(rest) {
            Some(letter) => {
                plain.push(letter);
                rest = &rest[LENGTH..];
            }
            None => {
                plain.push('_');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The length of an escape, `_xHHHH_`.
const LENGTH: usize = 7;

/// The character of the escape that `text` begins with. Halves of surrogate pairs are none: nobody needs to escape what
/// UTF-8 can hold.
fn escaped(text: &str) -> Option<char> {
    let digits = text.get(2..6).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    let ends = text.as_bytes().get(LENGTH - 1) == Some(&b'_');
    let number = u32::from_str_radix(digits, 16).ok().filter(|number| ends && *number > 0)?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once() {
        for (text, plain) in [
            ("plain", "plain"),
            ("a_x000B_b", "a\u{b}b"),
            ("_x000D_\n", "\r\n"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x005f__x0041_", "_A"),
            ("_xFFFE_", "\u{fffe}"),
        ] {
            assert_eq!(unescape(text), plain, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_is_left_alone() {
        for text in
            ["_x", "_x00", "_x000g_", "_x0041", "_x0041x", "_X0041_", "_x0000_", "_xD83D_", "_x00é_", "__x__"]
        {
            assert_eq!(unescape(text), text);
        }
    }
}
