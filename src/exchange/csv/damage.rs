//! What spreadsheets do to cells, recognised; and cells read strictly.

use std::fmt;

/// A mark that a spreadsheet, not a person, left in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// `#NAME?`, `#REF!`, `Err:509`…: the cell was taken for a formula.
    FormulaError,
    /// `1.23E+19`: the cell was taken for a number and its digits are gone.
    ScientificNumber,
    /// `####`: the cell was saved as it was shown, in a column too narrow for it.
    TooNarrow,
    /// U+FFFD: some character was lost when the file was converted.
    LostCharacter,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Damage::FormulaError => "a spreadsheet took this for a formula and left its error",
            Damage::ScientificNumber => "a spreadsheet took this for a number and rounded it",
            Damage::TooNarrow => "a spreadsheet saved what it showed in a column too narrow",
            Damage::LostCharacter => "a character was lost when the file was converted (U+FFFD)",
        })
    }
}

/// The error values of Excel (as of its `ERROR.TYPE` function) and LibreOffice that are whole cells.
const FORMULA_ERRORS: [&str; 11] = [
    "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!",
    "#ERROR!",
];

/// The damage that shows in a cell of free text.
///
/// An honest text may look like that, so compare with what the store holds before refusing.
pub fn inspect_text(cell: &str) -> Option<Damage> {
    match cell.as_bytes() {
        [b'#', ..] if FORMULA_ERRORS.contains(&cell) => Some(Damage::FormulaError),
        [b'#', b'#', b'#', rest @ ..] if rest.iter().all(|byte| *byte == b'#') => Some(Damage::TooNarrow),
        [b'E', b'r', b'r', b':', digits @ ..]
            if matches!(digits.len(), 3 | 4) && digits.iter().all(u8::is_ascii_digit) =>
        {
            Some(Damage::FormulaError)
        }
        // U+FFFD is EF BF BD; looking for its first byte skips Latin text at the speed of memory.
        bytes if memchr::memchr(0xEF, bytes).is_some() && cell.contains('\u{FFFD}') => {
            Some(Damage::LostCharacter)
        }
        _ => None,
    }
}

/// The damage that shows in a cell that holds an identifier, a hash or a lineage.
pub fn inspect_token(cell: &str) -> Option<Damage> {
    inspect_text(cell).or_else(|| is_scientific(cell).then_some(Damage::ScientificNumber))
}

/// `1E+19`, `1,23457E+035`, `1.2e-5`.
pub(super) fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',', '٫']).unwrap_or((mantissa, "0"));
    is_number(whole) && is_number(fraction) && is_number(exponent)
}

/// Whether `damaged` is `original` with some of its non-ASCII characters turned into `?`, as saving in a legacy
/// encoding does: one `?` a code point (LibreOffice) or one a UTF-16 unit (Excel). Equal strings are not damaged.
pub fn lossy_copy_of(damaged: &str, original: &str) -> bool {
    let follows = |marks: fn(char) -> usize| {
        let mut cell = damaged.chars().peekable();
        for wanted in original.chars() {
            if cell.next_if_eq(&wanted).is_some() {
                continue;
            }
            if wanted.is_ascii() || !(0..marks(wanted)).all(|_| cell.next_if_eq(&'?').is_some()) {
                return false;
            }
        }
        cell.next().is_none()
    };
    damaged != original && (follows(|_| 1) || follows(char::len_utf16))
}

/// Whether `damaged` is `original` without some of its control characters: OpenDocument cannot hold most of them, and
/// spreadsheets drop even tabs on the way through it. Line feeds stay.
pub fn stripped_copy_of(damaged: &str, original: &str) -> bool {
    let mut cell = damaged.chars().peekable();
    let mut lost = false;
    for wanted in original.chars() {
        if cell.next_if_eq(&wanted).is_some() {
            continue;
        }
        if !wanted.is_control() || wanted == '\n' {
            return false;
        }
        lost = true;
    }
    lost && cell.next().is_none()
}

/// The ASCII digit for a digit of Arabic or Persian, in which people type and spreadsheets show numbers.
pub(super) fn ascii_digit(letter: char) -> Option<char> {
    let value = match letter {
        '\u{660}'..='\u{669}' => u32::from(letter) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(letter) - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// A position in code points, from a cell that is not blank. `12.0` and `12,0` are 12, as spreadsheets reformat, and so is
/// `۱۲`.
///
/// # Errors
/// The reason to refuse the cell.
pub fn parse_position(cell: &str) -> Result<u32, &'static str> {
    if !cell.is_ascii() {
        let plain: String = cell.chars().map(|letter| ascii_digit(letter).unwrap_or(letter)).collect();
        if plain.is_ascii() {
            return parse_position(&plain);
        }
    }
    let (whole, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
    let all = |text: &str, test: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(test);
    if all(whole, u8::is_ascii_digit) && all(fraction, |byte| *byte == b'0') {
        // A thousands separator also has this shape: `12.000`. Spreadsheets add one decimal zero or two, not three.
        if fraction.len() > 2 {
            return Err("is it a fraction or thousands? write the position as plain digits");
        }
        return whole.parse().map_err(|_| "is past the end of any text (at most 4294967295)");
    }
    if cell.starts_with('-') {
        return Err("a position cannot be negative; the first is 0");
    }
    if is_scientific(cell) {
        return Err("a spreadsheet wrote this position as a rounded number");
    }
    Err("is not a position: plain digits, counted in characters from 0")
}

/// A yes-or-no cell: `TRUE`, `1`, `yes` in any case, or blank, `FALSE`, `0`, `no`.
///
/// # Errors
/// The reason to refuse the cell.
pub fn parse_flag(cell: &str) -> Result<bool, &'static str> {
    match cell.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" => Ok(true),
        "" | "0" | "false" | "no" => Ok(false),
        _ => Err("is neither TRUE nor FALSE"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_leave_behind_is_recognised() {
        for cell in ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "Err:509", "Err:502"] {
            assert_eq!(inspect_text(cell), Some(Damage::FormulaError), "{cell}");
        }
        for cell in ["1E+19", "1.2E+35", "1.23456789012346E+019", "1,2E+35", "1٫2E+35", "3e10"] {
            assert_eq!(inspect_token(cell), Some(Damage::ScientificNumber), "{cell}");
        }
        assert_eq!(inspect_text("###"), Some(Damage::TooNarrow));
        assert_eq!(inspect_text("caf\u{FFFD}"), Some(Damage::LostCharacter));
    }

    #[test]
    fn honest_text_is_not_damage() {
        for cell in
            ["", "#norms", "##", "### heading", "Err: no", "Err:or", "１E５", "state", "1e234567-1234"]
        {
            assert_eq!(inspect_token(cell), None, "{cell}");
        }
        assert_eq!(inspect_text("1E+19"), None);
    }

    #[test]
    fn a_question_mark_is_damage_only_where_the_original_was_not_ascii() {
        assert!(lossy_copy_of("caf? ??", "café 世界"));
        assert!(lossy_copy_of("caf? 世?", "café 世界"));
        assert!(lossy_copy_of("a ?? b", "a 🦀 b") && lossy_copy_of("a ? b", "a 🦀 b"));
        assert!(!lossy_copy_of("café", "café"));
        assert!(!lossy_copy_of("wh?t", "what"));
        assert!(!lossy_copy_of("caf??", "café"));
        assert!(!lossy_copy_of("why?", "why"));
    }

    #[test]
    fn a_text_that_lost_its_control_characters_is_recognised() {
        assert!(stripped_copy_of("ab", "a\u{b}b") && stripped_copy_of("a\tb", "a\tb\u{1}\t"));
        assert!(
            !stripped_copy_of("ab", "ab")
                && !stripped_copy_of("ab", "a\nb")
                && !stripped_copy_of("a", "a\u{b}b")
        );
    }

    #[test]
    fn positions_are_read_strictly() {
        assert_eq!(parse_position("120"), Ok(120));
        assert_eq!(parse_position("007"), Ok(7));
        assert_eq!(parse_position("12.0"), Ok(12));
        assert_eq!(parse_position("12,00"), Ok(12));
        assert_eq!((parse_position("۱۲"), parse_position("١٢")), (Ok(12), Ok(12)));
        assert_eq!(parse_position("4294967295"), Ok(u32::MAX));
        for cell in [
            "-1",
            "+1",
            "1e3",
            "1E3",
            "12.5",
            "12.000",
            "4294967296",
            "9223372036854775808",
            "",
            ".0",
            "1.",
            "x",
            "１",
        ] {
            assert!(parse_position(cell).is_err(), "{cell}");
        }
        assert!(parse_position("-3").is_err_and(|reason| reason.contains("negative")));
    }

    #[test]
    fn flags_are_read_in_any_case() {
        assert_eq!(parse_flag("TRUE"), Ok(true));
        assert_eq!(parse_flag("true"), Ok(true));
        assert_eq!(parse_flag(""), Ok(false));
        assert!(parse_flag("maybe").is_err());
    }
}
