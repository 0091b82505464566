//! What a number format says of its numbers: the built-in ones by their number, others by their code.

use super::typed::NumberKind;

/// What the built-in format of this number says. Those between 27 and 58 are dates of East Asian calendars.
pub(super) fn built_in(id: u32) -> NumberKind {
    match id {
        9 | 10 => NumberKind::Percent,
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => NumberKind::Date,
        46 => NumberKind::Duration,
        _ => NumberKind::Plain,
    }
}

/// What a format code such as `yyyy\-mm\-dd`, `[h]:mm` or `0.00%` says. Only its first section counts: it is that of
/// numbers above zero.
pub(super) fn of_code(code: &str) -> NumberKind {
    let mut letters = code.chars();
    let mut kind = NumberKind::Plain;
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => drop(letters.find(|letter| *letter == '"')),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                // `[h]`, `[mm]`, `[s]` count on past a day; `[Red]`, `[$-407]` and `[>1]` are no matter of time.
                let is_span = |part: char| inside.chars().all(|letter| letter.eq_ignore_ascii_case(&part));
                if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(is_span) {
                    return NumberKind::Duration;
                }
            }
            // `General` is no date although it has an `e`; the other letters of dates are in no word of a format.
            'd' | 'D' | 'y' | 'Y' | 'm' | 'M' | 'h' | 'H' | 's' | 'S' => kind = NumberKind::Date,
            '%' => return NumberKind::Percent,
            _ => {}
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_their_numbers_are() {
        for code in
            ["yyyy\\-mm\\-dd", "DD.MM.YYYY", "h:mm AM/PM", "[$-409]d\\-mmm\\-yy;@", "mm:ss.0", "\"on\" d/m"]
        {
            assert_eq!(of_code(code), NumberKind::Date, "{code}");
        }
        for code in ["[h]:mm:ss", "[mm]:ss", "[HH]:MM"] {
            assert_eq!(of_code(code), NumberKind::Duration, "{code}");
        }
        for code in ["0.00%", "0%;[Red]-0%"] {
            assert_eq!(of_code(code), NumberKind::Percent, "{code}");
        }
        for code in [
            "General",
            "@",
            "0.00",
            "#,##0\\ \"days\"",
            "[Red]0",
            "0.00E+00",
            "_-* #,##0.00\\ \"\u{20ac}\"_-",
            "0;yyyy",
        ] {
            assert_eq!(of_code(code), NumberKind::Plain, "{code}");
        }
    }

    #[test]
    fn built_in_formats_are_known_by_number() {
        assert_eq!([0, 2, 49].map(built_in), [NumberKind::Plain; 3]);
        assert_eq!([14, 22, 45, 57].map(built_in), [NumberKind::Date; 4]);
        assert_eq!((built_in(46), built_in(9)), (NumberKind::Duration, NumberKind::Percent));
    }
}
