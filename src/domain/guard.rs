//! The reversible guard against cells that a spreadsheet would run.
//!
//! A cell that starts with `=` is a formula to a spreadsheet, and with `+`, `-`, `@`, a tab or a line break it may
//! become one. One `'` in front makes it text. The usual advice stops there and cannot be undone: `'=1` could be
//! a guarded formula or what the analyst wrote. So `'` is guarded as well wherever reading would remove it.

use std::borrow::Cow;

/// The mark put before a value.
const MARK: char = '\'';

/// Whether a spreadsheet may run a cell that starts with `first`. The full-width forms are typed by East Asian
/// input methods and are folded to the ASCII ones by Excel.
fn is_active(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// Whether `value` is written with a mark in front.
pub fn needs_guard(value: &str) -> bool {
    let mut chars = value.chars();
    match chars.next() {
        Some(MARK) => chars.next().is_some_and(|second| second == MARK || is_active(second)),
        Some(first) => is_active(first),
        None => false,
    }
}

/// `value` as it is written into a cell. The inverse is [`unguard`], for every string.
pub fn guard(value: &str) -> Cow<'_, str> {
    if needs_guard(value) { Cow::Owned(format!("{MARK}{value}")) } else { Cow::Borrowed(value) }
}

/// The value that a cell stands for. Never allocates: it is the cell, or the cell without its first character.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(rest) if needs_guard(cell) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn law(value: &str) {
        let cell = guard(value);
        assert_eq!(unguard(&cell), value);
        assert!(!cell.chars().next().is_some_and(is_active), "{value:?} is written as {cell:?}");
    }

    #[test]
    fn every_short_string_over_the_dangerous_alphabet_comes_back() {
        let alphabet = ['\'', '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＠', 'a'];
        let mut strings = vec![String::new()];
        let mut begin = 0;
        for _ in 0..5 {
            let end = strings.len();
            for index in begin..end {
                for letter in alphabet {
                    strings.push(format!("{}{letter}", strings[index]));
                }
            }
            begin = end;
        }
        assert_eq!(strings.len(), 177_156);
        strings.iter().for_each(|value| law(value));
    }

    #[test]
    fn two_values_are_never_written_as_one_cell() {
        let values = ["=1", "'=1", "''=1", "'tis", "''tis", "'", "''", ""];
        let cells: std::collections::HashSet<_> = values.iter().map(|value| guard(value)).collect();
        assert_eq!(cells.len(), values.len());
        assert_eq!(guard("'tis the season"), "'tis the season");
    }

    proptest! {
        #[test]
        fn any_string_comes_back(value in any::<String>()) {
            law(&value);
        }
    }
}
