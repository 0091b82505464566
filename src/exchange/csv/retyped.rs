//! Text that a spreadsheet took for a number, a date or a time, and wrote back in its own manner.

/// Whether `cell` is `original` as a spreadsheet would write it that takes it for a number, a share, a time or a date: `7`
/// for `007`, `100000` for `1e5`, `12:30:00 PM` for `12:30`, `01/02/26` for `1/2`. Equal strings are not retyped, and only an
/// original that can be taken for such a thing can have been.
pub fn retyped_copy_of(cell: &str, original: &str) -> bool {
    if cell == original || cell.len() > LONGEST || original.len() > LONGEST {
        return false;
    }
    let (cell, original) = (plain(cell), plain(original));
    let boolean = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    (boolean(&original) && cell.eq_ignore_ascii_case(&original))
        || is_number_of(&cell, &original)
        || clock(&original).is_some_and(|time| clock(&cell) == Some(time))
        || is_date_of(&cell, &original)
}

/// Longer than any number, date or time that a spreadsheet takes for one, in bytes.
const LONGEST: usize = 64;

/// With ASCII digits and marks: in Persian and Arabic, spreadsheets write numbers in the digits of the language.
fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .map(|letter| match letter {
            '٫' => '.',
            '٬' => ',',
            '٪' => '%',
            '\u{a0}' | '\u{202f}' => ' ',
            _ => super::damage::ascii_digit(letter).unwrap_or(letter),
        })
        .collect()
}

/// Whether both can be taken for the same number, as far as a spreadsheet keeps digits.
fn is_number_of(cell: &str, original: &str) -> bool {
    let (written, wanted) = (numbers(cell), numbers(original));
    if written.is_empty() || wanted.is_empty() {
        return false;
    }
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-14 * a.abs().max(b.abs());
    // LibreOffice saves shares and powers in the formats of some languages a hundred times too small.
    let digits = |text: &str| text.trim_matches(|letter: char| !('1'..='9').contains(&letter)).to_owned();
    let is_share = cell.ends_with('%') && original.ends_with('%') && digits(cell) == digits(original);
    let is_power = super::damage::is_scientific(cell) && super::damage::is_scientific(original);
    is_share || is_power || written.iter().any(|a| wanted.iter().any(|b| same(*a, *b)))
}

/// The numbers that a text can be taken for: with the point for a decimal mark, and with the comma.
fn numbers(text: &str) -> Vec<f64> {
    let (text, factor) = match text.strip_suffix('%') {
        Some(share) => (share.trim_end(), 0.01),
        None => (text, 1.0),
    };
    let text = text.trim_start_matches(['$', '€', '£', '¥', ' ']).trim_end_matches(['$', '€', '£', '¥', ' ']);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits > 0
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b',' | b'e' | b'E'));
    if !is_number {
        return Vec::new();
    }
    let parse = |thousands: char, decimal: char| {
        let text = text.replace(thousands, "").replace(decimal, ".");
        text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| number * factor)
    };
    [parse(',', '.'), parse('.', ',')].into_iter().flatten().collect()
}

/// The milliseconds of a time of day or a time span: `12:30`, `12:30:00 PM`, `01:02:03,500`.
fn clock(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (time, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(time), _) => (time.trim_end(), Some(0)),
        (_, Some(time)) => (time.trim_end(), Some(12)),
        _ => (lower.as_str(), None),
    };
    let mut parts = time.split(':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds: f64 = parts.next().map_or(Some(0.0), |seconds| seconds.replace(',', ".").parse().ok())?;
    if parts.next().is_some() || hours > 9_999 || minutes > 59 || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    let hours = half.map_or(hours, |half| hours % 12 + half);
    Some((hours * 60 + minutes) * 60_000 + (seconds * 1_000.0).round() as u64)
}

/// Whether all numbers of a day stand in a longer or otherwise written one: a spreadsheet adds the year or shortens it.
fn is_date_of(cell: &str, original: &str) -> bool {
    let (Some(mut left), Some(wanted)) = (day(cell), day(original)) else { return false };
    // What is added to two numbers is the year; what is left of three must be nothing.
    wanted.len() <= left.len()
        && left.len() == 3
        && wanted.iter().all(|number| {
            let place = left.iter().position(|other| other == number);
            place.map(|place| left.swap_remove(place)).is_some()
        })
}

/// The numbers of a date such as `1/2`, `03.04.2026` or `2026-11-22`, years without their century.
fn day(text: &str) -> Option<Vec<u32>> {
    let separator = text.chars().find(|letter| matches!(letter, '/' | '.' | '-'))?;
    let numbers: Vec<u32> = text
        .trim_end_matches('.')
        .split(separator)
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()?;
    let fits = (2..=3).contains(&numbers.len()) && numbers.iter().all(|number| *number < 10_000);
    fits.then(|| numbers.iter().map(|number| if *number >= 100 { number % 100 } else { *number }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_make_of_numbers_dates_and_times_is_recognised() {
        for (original, cell) in [
            ("007", "7"),
            ("+5", "5"),
            ("1e5", "100000"),
            ("1E5", "1.00E+05"),
            ("1e5", "1,00E+05"),
            ("1e5", "1٫00E+05"),
            ("1.10", "1.1"),
            ("1.10", "1٫1"),
            ("1,234", "1234"),
            ("1.234,50", "1234,5"),
            ("12345678901234567890", "1.23456789012346E+019"),
            ("1234567890123456", "1234567890123460"),
            ("50%", "50.00%"),
            ("50%", "50,00 %"),
            ("50%", "۵۰٫۰۰%"),
            ("50%", "۰٫۵۰%"),
            ("1e5", "1٫00E+03"),
            ("$5", "$5.00"),
            ("false", "FALSE"),
            ("12:30", "12:30:00 PM"),
            ("12:30", "۱۲:۳۰:۰۰"),
            ("0:30", "12:30:00 AM"),
            ("01:02:03,500", "01:02:03.50"),
            ("1/2", "01/02/26"),
            ("1/2", "۲۰۲۶/۰۱/۰۲"),
            ("1/2", "2026-02-01"),
            ("03/04/2026", "03/04/26"),
            ("12.12.2026", "12.12.26"),
            ("۱۲۳", "123"),
        ] {
            assert!(retyped_copy_of(cell, original), "{original} to {cell}");
        }
    }

    #[test]
    fn what_a_person_changed_is_not() {
        for (original, cell) in [
            ("007", "8"),
            ("7", "7"),
            ("norms", "Norms"),
            ("", "0"),
            ("5", ""),
            ("1.5", "1.6"),
            ("12:30", "12:31"),
            ("1/2", "1/3"),
            ("1/2", "1/2/3/4"),
            ("2026-11-22", "2026-11-23"),
            ("true", "false"),
            ("p. 12", "12"),
            ("-", "--"),
            ("e", "E"),
            ("3-4", "3-5"),
            ("1.2.3", "1.2"),
        ] {
            assert!(!retyped_copy_of(cell, original), "{original} to {cell}");
        }
    }
}
