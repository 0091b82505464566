//! The values options take, checked for their form only.

use chrono::{DateTime, Days, NaiveDate, NaiveTime};
use clap::ValueEnum;

/// How a listing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListingFormat {
    /// Aligned columns, for eyes
    Table,
    /// Tab-separated, without a header
    Plain,
    /// Comma-separated, with a header
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// A table for Markdown
    Markdown,
    /// A table for LaTeX, with booktabs
    Latex,
}

/// How a listing of passages is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PassageFormat {
    /// Aligned columns, for eyes
    Table,
    /// Tab-separated, without a header
    Plain,
    /// Comma-separated, with a header
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
    /// One address a line, for `postil tag -`
    Address,
}

/// How the codebook is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TreeFormat {
    /// Indented, for eyes
    Tree,
    /// Aligned columns, for eyes
    Table,
    /// Tab-separated, without a header
    Plain,
    /// Comma-separated, with a header
    Csv,
    /// One array of objects
    Json,
    /// One object a line
    Jsonl,
}

/// The form of a codebook file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CodebookFormat {
    /// Indented text: `name: #rrggbb description`
    Text,
    /// A table with a row per code
    Csv,
}

/// Who wrote a table of codings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableOrigin {
    /// Highlights of Taguette
    Taguette,
    /// A coding report of QualCoder, or a table of it with pos0 and pos1
    #[value(name = "qualcoder")]
    QualCoder,
    /// A coding table of RQDA
    Rqda,
    /// Segments of requal
    Requal,
    /// A TSV of the STAM tools
    Stam,
    /// Postil itself
    Postil,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortKey {
    /// By document and place
    Place,
    /// By id
    Id,
    /// By date of the last change
    Date,
}

/// What one row of a table of progress stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressRows {
    /// A document, with a column for each coder
    Document,
    /// A coder
    Coder,
}

/// What one row of a wide table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportUnit {
    /// A coded passage
    Passage,
    /// A document
    Document,
    /// A paragraph of a document
    Paragraph,
}

/// What the cells of a wide table hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportValues {
    /// 1 where the code occurs, 0 where not
    Binary,
    /// How often the code occurs
    Count,
}

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorWhen {
    /// On a terminal.
    Auto,
    /// Also in a pipe.
    Always,
    /// Never.
    Never,
}

/// By what a table of counts is split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// A column per document.
    Document,
    /// A column per coder.
    Coder,
    /// A column per value of this attribute.
    Attribute(String),
}

/// `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValue {
    /// What stands before the first `=`, trimmed; never empty.
    pub key: String,
    /// What stands after it, as typed.
    pub value: String,
}

/// `[THEIRS=]OURS`: a coder of another store, and who that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoderMapping {
    /// The handle there; `None` for the only coder there.
    pub theirs: Option<String>,
    /// The handle here.
    pub ours: String,
}

/// A day or a moment, as the milliseconds it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The first millisecond, since 1970-01-01 UTC.
    pub start_ms: i64,
    /// The first millisecond after it.
    pub end_ms: i64,
}

/// The character between the cells of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub u8);

/// Parses `--color`.
pub(super) fn color_when(text: &str) -> Result<ColorWhen, String> {
    match text {
        "auto" => Ok(ColorWhen::Auto),
        "always" => Ok(ColorWhen::Always),
        "never" => Ok(ColorWhen::Never),
        hex if hex.starts_with('#') => Err("the colour of a code is given with --hex".to_owned()),
        _ => Err("possible values: auto, always, never".to_owned()),
    }
}

/// Parses `KEY=VALUE`; only the first `=` divides.
pub(super) fn key_value(text: &str) -> Result<KeyValue, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok(KeyValue { key: key.trim().to_owned(), value: value.to_owned() })
        }
        _ => Err("write KEY=VALUE, as in year=2024".to_owned()),
    }
}

/// Parses what a merge is limited to: `WHAT=NAME`.
pub(super) fn part_of_store(text: &str) -> Result<KeyValue, String> {
    key_value(text).map_err(|_| "write coder=HANDLE, document=NAME or code=PATH".to_owned())
}

/// Parses `[THEIRS=]OURS`.
pub(super) fn coder_mapping(text: &str) -> Result<CoderMapping, String> {
    let (theirs, ours) = match text.split_once('=') {
        Some((theirs, ours)) => (Some(theirs.trim()), ours.trim()),
        None => (None, text.trim()),
    };
    if ours.is_empty() || theirs.is_some_and(str::is_empty) {
        return Err("write the handle here, or THEIRS=OURS, as in user=ben".to_owned());
    }
    Ok(CoderMapping { theirs: theirs.map(str::to_owned), ours: ours.to_owned() })
}

/// Parses a number of bytes: `500`, `64KiB`, `256MiB`, `2GiB`, also `MB` for millions.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor: Option<u64> = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kib" => Some(1 << 10),
        "m" | "mib" => Some(1 << 20),
        "g" | "gib" => Some(1 << 30),
        "kb" => Some(1_000),
        "mb" => Some(1_000_000),
        "gb" => Some(1_000_000_000),
        _ => None,
    };
    let bytes =
        number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    bytes.ok_or_else(|| "write a number and a unit, as in 256MiB".to_owned())
}

/// Parses a date, `2026-01-31` (the whole day, UTC), or a moment, `2026-01-31T12:00:00Z`.
pub(super) fn when(text: &str) -> Result<When, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        let ms = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        if let Some(next) = day.checked_add_days(Days::new(1)) {
            return Ok(When { start_ms: ms(day), end_ms: ms(next) });
        }
    }
    let moment = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "write a date, as in 2026-01-31, or a moment, as in 2026-01-31T12:00:00Z".to_owned())?;
    let start_ms = moment.timestamp_millis();
    Ok(When { start_ms, end_ms: start_ms + 1 })
}

/// Parses a delimiter: one ASCII character that a cell may be parted by, or `tab`.
pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(Delimiter(b'\t')),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0 ".contains(byte) => {
            Ok(Delimiter(*byte))
        }
        _ => Err("write one character, as in ';', or the word tab".to_owned()),
    }
}

/// Parses one character that can part the levels of a code's name.
pub(super) fn level_mark(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(mark), None) if !mark.is_alphanumeric() && !mark.is_whitespace() => Ok(mark),
        _ => Err("write one character, as in '.'".to_owned()),
    }
}

/// Parses `document`, `coder` or `attribute:NAME`.
pub(super) fn grouping(text: &str) -> Result<Grouping, String> {
    match text {
        "document" => Ok(Grouping::Document),
        "coder" => Ok(Grouping::Coder),
        _ => match text.strip_prefix("attribute:") {
            Some(name) if !name.is_empty() => Ok(Grouping::Attribute(name.to_owned())),
            _ => Err("possible values: document, coder, attribute:NAME".to_owned()),
        },
    }
}

/// Parses a colour, `#rrggbb`, into lower case.
pub(super) fn hex_color(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(format!("#{}", digits.to_ascii_lowercase()))
    } else {
        Err("write #rrggbb, as in '#0072b2'".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_and_limits() {
        assert_eq!(size("256MiB"), Ok(268_435_456));
        assert_eq!(size("5 kb"), Ok(5_000));
        assert_eq!(size("12"), Ok(12));
        for wrong in ["", "MiB", "-1", "1.5G", "12 parsecs", "99999999999999999999", "18446744073709551615K"]
        {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_is_a_whole_day_and_a_moment_is_a_millisecond() {
        let day = when("1970-01-02").unwrap();
        assert_eq!((day.start_ms, day.end_ms), (86_400_000, 172_800_000));
        let moment = when("1970-01-01T01:00:00+01:00").unwrap();
        assert_eq!((moment.start_ms, moment.end_ms), (0, 1));
        assert!(when("yesterday").is_err() && when("2026-02-30").is_err());
    }

    #[test]
    fn only_the_first_equals_sign_divides_a_key_from_its_value() {
        assert_eq!(key_value("a=b=c"), Ok(KeyValue { key: "a".to_owned(), value: "b=c".to_owned() }));
        assert!(key_value("a").is_err() && key_value("=b").is_err());
    }

    #[test]
    fn a_delimiter_is_one_character_that_quoting_can_tell_from_text() {
        assert_eq!(delimiter(";"), Ok(Delimiter(b';')));
        assert_eq!(delimiter("tab"), Ok(Delimiter(b'\t')));
        for wrong in ["", "ab", "\"", "x", "\n", "；"] {
            assert!(delimiter(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_hex_colour_given_to_the_wrong_option_says_which_is_right() {
        assert!(color_when("#0072b2").unwrap_err().contains("--hex"));
        assert_eq!(hex_color("#0072B2"), Ok("#0072b2".to_owned()));
        assert!(hex_color("blue").is_err());
    }
}
