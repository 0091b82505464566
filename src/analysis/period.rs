//! When: days, weeks and months of UTC.

use chrono::{DateTime, Datelike};

/// How long the steps of a timeline are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `2026-01-31`.
    Day,
    /// `2026-W05`, from Monday to Sunday, as ISO 8601 counts them: the week of a year's first Thursday is its first.
    Week,
    /// `2026-01`.
    Month,
}

impl Period {
    /// The period of a moment in milliseconds since 1970 UTC, written so that periods sort as text; `None` outside the
    /// years 0 to 9999.
    pub fn of(self, milliseconds: i64) -> Option<String> {
        let day = DateTime::from_timestamp_millis(milliseconds)?.date_naive();
        let (year, written) = match self {
            Period::Day => (day.year(), format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())),
            Period::Week => {
                let week = day.iso_week();
                (week.year(), format!("{:04}-W{:02}", week.year(), week.week()))
            }
            Period::Month => (day.year(), format!("{:04}-{:02}", day.year(), day.month())),
        };
        (0..=9999).contains(&year).then_some(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_may_belong_to_the_year_before() {
        // 2027-01-03T23:59:59.999Z, a Sunday, and the millisecond after it.
        let sunday = 1_799_020_799_999;
        let of = |moment| [Period::Day, Period::Week, Period::Month].map(|period| period.of(moment).unwrap());
        assert_eq!(of(sunday), ["2027-01-03", "2026-W53", "2027-01"]);
        assert_eq!(of(sunday + 1), ["2027-01-04", "2027-W01", "2027-01"]);
        assert_eq!(of(-1), ["1969-12-31", "1970-W01", "1969-12"]);
    }

    #[test]
    fn a_moment_that_no_calendar_writes_has_no_period() {
        for moment in [i64::MIN, i64::MAX, 253_402_300_800_000, -62_167_219_200_001] {
            assert_eq!(Period::Month.of(moment), None, "{moment}");
        }
    }
}
