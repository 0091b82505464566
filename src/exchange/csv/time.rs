//! Times as RFC 3339 in UTC with milliseconds: `2026-11-22T08:33:53.000Z`.
//!
//! Spreadsheets leave this form alone (its `T` and `Z` make it text), and it sorts as text.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// The length of a written time in bytes.
pub const LENGTH: usize = 24;

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 in UTC as text; `None` outside the years 0000 to 9999, which RFC 3339 cannot write.
///
/// A million rows carry two million times, which through a general formatter would take half of the export.
pub fn format(milliseconds: i64) -> Option<[u8; LENGTH]> {
    let (year, month, day) = civil_date(milliseconds.div_euclid(DAY_MS));
    let within = milliseconds.rem_euclid(DAY_MS);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    put(&mut text[0..4], u32::try_from(year).ok().filter(|year| *year <= 9999)?);
    put(&mut text[5..7], month);
    put(&mut text[8..10], day);
    let part = |unit: i64, modulus: i64| u32::try_from(within / unit % modulus).unwrap_or(0);
    put(&mut text[11..13], part(3_600_000, 24));
    put(&mut text[14..16], part(60_000, 60));
    put(&mut text[17..19], part(1_000, 60));
    put(&mut text[20..23], part(1, 1_000));
    Some(text)
}

/// Writes `number` in decimal, right-aligned over the zeros that `digits` holds.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// (year, month, day) of the day that is `days` after 1970-01-01 in the proleptic Gregorian calendar.
///
/// The years are counted from March, so that the leap day is the last of its year, in eras of 400 years
/// (146,097 days); months from March follow 153 days in five. (Hinnant, "chrono-compatible low-level date algorithms".)
fn civil_date(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// The milliseconds since 1970 that a cell means: our own form, any RFC 3339 time, or `2026-11-22[ 08:33[:53[.000]]]`
/// (what a spreadsheet may make of it), taken as UTC.
///
/// # Errors
/// The reason to refuse the cell.
pub fn parse(cell: &str) -> Result<i64, &'static str> {
    if let Some(time) = parse_own(cell) {
        return Ok(time);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(cell) {
        return Ok(time.timestamp_millis());
    }
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(cell, form).ok())
        .or_else(|| NaiveDate::parse_from_str(cell, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .map(|time| time.and_utc().timestamp_millis())
        .ok_or("is not a time like 2026-11-22T08:33:53.000Z")
}

/// The time in exactly the form that [`format`] writes, and only if it writes this time so.
fn parse_own(cell: &str) -> Option<i64> {
    let text: &[u8; LENGTH] = cell.as_bytes().try_into().ok()?;
    let number = |from: usize, to: usize| {
        text[from..to].iter().fold(0_i64, |number, digit| number * 10 + i64::from(digit.wrapping_sub(b'0')))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    // Years from March, as in `civil_date`, whose inverse this is.
    let (march_year, march_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
    let days = 365 * march_year + leap_days + (153 * march_month + 2) / 5 + day - 1 - 719_468;
    let seconds = number(11, 13) * 3_600 + number(14, 16) * 60 + number(17, 19);
    let time = days * DAY_MS + seconds * 1_000 + number(20, 23);
    // Writing it again checks every digit, separator and range at once: 31 February comes out as March.
    (format(time).as_ref() == Some(text)).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn times_agree_with_chrono_and_come_back(milliseconds in -62_167_219_200_000i64..253_402_300_800_000) {
            let ours = format(milliseconds).map(|text| String::from_utf8_lossy(&text).into_owned());
            let theirs = DateTime::from_timestamp_millis(milliseconds).unwrap();
            let theirs = theirs.to_rfc3339_opts(SecondsFormat::Millis, true);
            prop_assert_eq!(ours.as_deref(), Some(theirs.as_str()));
            prop_assert_eq!(parse(ours.as_deref().unwrap()), Ok(milliseconds));
        }
    }

    #[test]
    fn years_that_the_form_cannot_hold_are_not_written() {
        assert_eq!(format(253_402_300_800_000), None);
        assert_eq!(format(-62_167_219_200_001), None);
        assert_eq!(format(i64::MIN), None);
    }

    #[test]
    fn what_a_spreadsheet_makes_of_a_time_is_understood() {
        let time = parse("2026-11-22T08:33:53Z").unwrap();
        assert_eq!(parse("2026-11-22 08:33:53"), Ok(time));
        assert_eq!(parse("2026-11-22T09:33:53+01:00"), Ok(time));
        assert_eq!(parse("2026-11-22 08:33"), Ok(time - 53_000));
        assert_eq!(parse("2026-11-22"), parse("2026-11-22T00:00:00.000Z"));
        for cell in [
            "22.11.2026",
            "2026-02-30",
            "2026-02-30T00:00:00.000Z",
            "2026-11-22T24:00:00.000Z",
            "2026-11-22T08:33:53.0/0Z",
        ] {
            assert!(parse(cell).is_err(), "{cell}");
        }
    }
}
