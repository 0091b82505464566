//! Cells that are not text, made text as a person sees them meant.

/// How a number is to be understood: what its number format says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NumberKind {
    /// As a number.
    #[default]
    Plain,
    /// As so many per cent.
    Percent,
    /// As a day, or a time of a day.
    Date,
    /// As a time span.
    Duration,
}

/// How a spreadsheet's error of a formula that nobody calculated is written. It is none of the errors that a formula may
/// have, but the rules of damage refuse it like one.
pub(super) const NOT_CALCULATED: &str = "#CALC!";

/// A number as digits: `12`, not `12.0`; the shortest digits that mean this number; and the form that says that digits are
/// lost where they are, since a spreadsheet keeps 15.
pub(super) fn number(value: f64) -> String {
    const EXACT: f64 = 1e15;
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() >= EXACT || value.abs() < 1e-9 {
        let text = format!("{value:E}");
        return if text.contains("E-") { text } else { text.replace('E', "E+") };
    }
    value.to_string()
}

/// A truth value, as spreadsheets write it into CSV.
pub(super) fn boolean(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

/// A number as its format means it.
pub(super) fn formatted(value: f64, kind: NumberKind, is_1904: bool) -> String {
    match kind {
        NumberKind::Plain => number(value),
        NumberKind::Percent => percent(value),
        NumberKind::Date => date(value, is_1904).unwrap_or_else(|| number(value)),
        NumberKind::Duration => duration(value),
    }
}

/// A part of one as so many per cent.
pub(super) fn percent(value: f64) -> String {
    // A hundred times the number, without the digits that only the multiplication made: 0.07 is 7 %.
    let hundredfold = (value * 100.0 * 1e9).round() / 1e9;
    format!("{}%", number(hundredfold))
}

const DAY_MS: i64 = 86_400_000;

/// A day number with its time of day. Days count from the end of 1899, or from the beginning of 1904; `None` before that and
/// beyond the year 9999.
///
/// A whole number is a date, less than one a time of day, anything else both.
fn date(serial: f64, is_1904: bool) -> Option<String> {
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let milliseconds = (serial * DAY_MS as f64).round() as i64;
    let (day, within) = (milliseconds.div_euclid(DAY_MS), milliseconds.rem_euclid(DAY_MS));
    let clock = clock(within);
    if day == 0 && !is_1904 {
        return Some(clock);
    }
    // Excel's calendar has a 29 February 1900, day 60; the days before it are therefore one nearer to their origin.
    let origin = match (is_1904, day) {
        (true, _) => -24_107,
        (false, 60) => return Some("1900-02-29".to_owned()),
        (false, ..60) => -25_568,
        (false, _) => -25_569,
    };
    let time = super::super::super::csv::time::format((day + origin) * DAY_MS)?;
    let date: String = time.iter().take(10).map(|byte| char::from(*byte)).collect();
    Some(if within == 0 { date } else { format!("{date} {clock}") })
}

/// A time span in days as hours, minutes and seconds.
fn duration(days: f64) -> String {
    let milliseconds = (days.abs() * DAY_MS as f64).round();
    if milliseconds > 1e15 {
        return number(days);
    }
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{}", clock(milliseconds as i64))
}

/// Milliseconds as `08:33:53`, with thousandths where there are any.
pub(super) fn clock(milliseconds: i64) -> String {
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { text } else { format!("{text}.{rest:03}") }
}

/// A date of an OpenDocument cell, `2026-11-22` or `2026-11-22T08:33:53.000000000`, in the form of [`formatted`].
pub(super) fn iso_date(text: &str) -> String {
    let Some((date, time)) = text.split_once('T') else { return text.to_owned() };
    let time = time.strip_suffix('Z').unwrap_or(time);
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    match fraction.trim_end_matches('0') {
        "" if whole == "00:00:00" => date.to_owned(),
        "" => format!("{date} {whole}"),
        digits => format!("{date} {whole}.{}", &digits[..digits.floor_char_boundary(3)]),
    }
}

/// A time of an OpenDocument cell, `PT08H33M53S`, as `08:33:53`; as it stands when it is of another form.
pub(super) fn iso_time(text: &str) -> String {
    let parse = || {
        let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds: f64 = rest.strip_suffix('S')?.replace(',', ".").parse().ok()?;
        let minutes = hours.parse::<i64>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
        minutes.checked_mul(60_000)?.checked_add((seconds * 1_000.0).round() as i64)
    };
    parse().map_or_else(|| text.to_owned(), clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_a_person_typed() {
        for (value, text) in [
            (12.0, "12"),
            (-3.0, "-3"),
            (0.1 + 0.2 - 0.2 + 1.0, "1.1"),
            (0.0, "0"),
            (-0.0, "0"),
            (999_999_999_999_999.0, "999999999999999"),
            (1e15, "1E+15"),
            (1.234_567_890_123_46e19, "1.23456789012346E+19"),
            (1.2e-12, "1.2E-12"),
            (0.25, "0.25"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn day_numbers_are_dates_and_times() {
        let text = |value, is_1904| formatted(value, NumberKind::Date, is_1904);
        assert_eq!(text(46_348.0, false), "2026-11-22");
        assert_eq!(text(46_348.0 - 1_462.0, true), "2026-11-22");
        assert_eq!(text(46_348.356_863_425_93, false), "2026-11-22 08:33:53");
        assert_eq!(text(0.5, false), "12:00:00");
        assert_eq!(text(1.0, false), "1900-01-01");
        assert_eq!(text(59.0, false), "1900-02-28");
        assert_eq!(text(60.0, false), "1900-02-29");
        assert_eq!(text(61.0, false), "1900-03-01");
        assert_eq!(text(-5.0, false), "-5");
        assert_eq!(text(1e300, false), "1E+300");
    }

    #[test]
    fn shares_and_spans_look_as_they_were_typed() {
        assert_eq!(formatted(0.07, NumberKind::Percent, false), "7%");
        assert_eq!(formatted(0.125, NumberKind::Percent, false), "12.5%");
        assert_eq!(formatted(1.5, NumberKind::Duration, false), "36:00:00");
        assert_eq!(formatted(-0.25, NumberKind::Duration, false), "-06:00:00");
    }

    #[test]
    fn dates_and_times_of_open_document_are_read() {
        assert_eq!(iso_date("2026-11-22"), "2026-11-22");
        assert_eq!(iso_date("2026-11-22T00:00:00"), "2026-11-22");
        assert_eq!(iso_date("2026-11-22T08:33:53"), "2026-11-22 08:33:53");
        assert_eq!(iso_date("2026-11-22T08:33:53.000000000"), "2026-11-22 08:33:53");
        assert_eq!(iso_date("2026-11-22T08:33:53.120000000"), "2026-11-22 08:33:53.12");
        assert_eq!(iso_time("PT08H33M53S"), "08:33:53");
        assert_eq!(iso_time("PT36H00M00.5000S"), "36:00:00.500");
        assert_eq!(iso_time("P1D"), "P1D");
    }
}
