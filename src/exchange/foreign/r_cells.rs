//! Cells as R writes them.

use std::borrow::Cow;

use super::super::csv::damage::parse_position;

/// What a cell of text stands for: `NA` for nothing, `<U+06CC>` for a character that the encoding of the machine lacked.
pub(super) fn text_of(cell: &str) -> Cow<'_, str> {
    if cell == "NA" {
        return Cow::Borrowed("");
    }
    if !cell.contains("<U+") {
        return Cow::Borrowed(cell);
    }
    let mut text = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some(at) = rest.find("<U+") {
        let digits = rest[at + 3..].split('>').next().unwrap_or_default();
        let is_code = (4..=8).contains(&digits.len()) && rest[at + 3 + digits.len()..].starts_with('>');
        match u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|_| is_code) {
            Some(letter) => {
                text.push_str(&rest[..at]);
                text.push(letter);
                rest = &rest[at + 3 + digits.len() + 1..];
            }
            None => {
                text.push_str(&rest[..at + 3]);
                rest = &rest[at + 3..];
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// A position. R shortens round numbers: 100000 becomes `1e+05`, without a loss. A spreadsheet writes `1E+05`, and rounds.
///
/// # Errors
/// The reason to refuse the cell.
pub(super) fn position_of(cell: &str) -> Result<u32, &'static str> {
    let short = cell.split_once("e+").and_then(|(digits, zeros)| {
        let zeros: usize = zeros.parse().ok()?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = format!("{whole}{fraction}{}", "0".repeat(zeros.checked_sub(fraction.len())?.min(10)));
        let is_number = !whole.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| plain.parse().ok())?
    });
    short.map_or_else(|| parse_position(cell), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_r_could_not_write_come_back() {
        assert_eq!(text_of("NA"), "");
        assert_eq!(text_of("NAME"), "NAME");
        assert_eq!(text_of("<U+0645><U+06CC>\u{200c}x <U+0001F980>"), "می\u{200c}x 🦀");
        assert_eq!(text_of("a <U+12> <U+ZZZZ> <U+0041 <U+0042>"), "a <U+12> <U+ZZZZ> <U+0041 B");
        assert_eq!(text_of("<U+"), "<U+");
    }

    #[test]
    fn a_round_number_that_r_shortened_is_that_number_and_a_rounded_one_is_none() {
        assert_eq!(position_of("1e+05"), Ok(100_000));
        assert_eq!(position_of("1.5e+07"), Ok(15_000_000));
        assert_eq!(position_of("123"), Ok(123));
        for cell in ["1E+05", "1e5", "1.25e+01", "1e+10", "1e+99", "-1e+05", "e+05", "NA", "1.e+05x"] {
            assert!(position_of(cell).is_err(), "{cell}");
        }
    }
}
