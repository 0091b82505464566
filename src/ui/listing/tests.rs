use super::*;
use crate::ui::ColorMode;
use crate::ui::tests::face;

const AWKWARD: &str = "a,\"b\"\tc\nd";

fn columns() -> [Column; 4] {
    [
        Column::text("name", "Name"),
        Column::number("count", "Count"),
        Column::number("share", "Share").decimals(1),
        Column::text("read", "Read"),
    ]
}

fn written(format: Format, terminal: bool, rows: &[[Cell<'static>; 4]]) -> String {
    let (mut ui, out, _) = face(terminal, ColorMode::Never, false);
    let mut listing = Listing::new(&mut ui, format, &columns()).unwrap();
    for row in rows {
        listing.row(row).unwrap();
    }
    assert_eq!(listing.finish().unwrap(), rows.len() as u64);
    out.text()
}

fn rows() -> [[Cell<'static>; 4]; 2] {
    [
        [AWKWARD.into(), Cell::Int(-7), Cell::Float(0.25), Cell::Bool(true)],
        ["é".into(), Cell::Int(1204), Cell::Float(f64::NAN), Cell::Null],
    ]
}

#[test]
fn a_table_aligns_its_columns_by_what_is_seen() {
    let expected = "Name       Count  Share  Read\na,\"b\" c d     -7    0.2  yes\né           1204\n";
    assert_eq!(written(Format::Table, false, &rows()), expected);
}

#[test]
fn plain_has_no_header_and_one_line_a_row() {
    assert_eq!(written(Format::Plain, false, &rows()), "a,\"b\" c d\t-7\t0.25\ttrue\né\t1204\t\t\n");
}

#[test]
fn csv_quotes_what_needs_quoting_and_gives_it_back() {
    let text = written(Format::Csv, false, &rows());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["name", "count", "share", "read"]);
    let records: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
    assert_eq!(records[0], vec![AWKWARD, "-7", "0.25", "true"]);
    assert_eq!(records[1], vec!["é", "1204", "", ""]);
}

#[test]
fn json_and_jsonl_carry_types_and_the_same_objects() {
    let array: Vec<serde_json::Value> = serde_json::from_str(&written(Format::Json, false, &rows())).unwrap();
    let lines: Vec<serde_json::Value> = written(Format::Jsonl, false, &rows())
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(array, lines);
    let first = serde_json::json!({"name": AWKWARD, "count": -7, "share": 0.25, "read": true});
    assert_eq!(array[0], first);
    assert!(array[1]["share"].is_null() && array[1]["read"].is_null());
}

#[test]
fn a_list_is_an_array_in_json_and_joined_elsewhere() {
    let list = || Cell::List(vec!["x".into(), "y".into()]);
    for (format, expected) in [(Format::Jsonl, "{\"codes\":[\"x\",\"y\"]}\n"), (Format::Plain, "x; y\n")] {
        let (mut ui, out, _) = face(false, ColorMode::Never, false);
        let mut listing = Listing::new(&mut ui, format, &[Column::text("codes", "Codes")]).unwrap();
        listing.row(&[list()]).unwrap();
        listing.finish().unwrap();
        assert_eq!(out.text(), expected);
    }
}

#[test]
fn a_listing_without_rows_is_still_whole() {
    assert_eq!(written(Format::Json, false, &[]), "[]\n");
    assert_eq!(written(Format::Jsonl, false, &[]), "");
    assert_eq!(written(Format::Csv, false, &[]), "name,count,share,read\n");
    assert_eq!(written(Format::Table, false, &[]), "");
}

#[test]
fn on_a_terminal_the_widest_text_is_cut_and_control_characters_are_seen() {
    let long = "a very long name that does not fit on a narrow screen";
    let text = written(
        Format::Table,
        true,
        &[
            [long.into(), Cell::Int(1), Cell::Null, Cell::Null],
            ["\u{1b}[2J".into(), Cell::Null, Cell::Null, Cell::Null],
        ],
    );
    assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    assert!(text.contains('…') && text.contains("\\u{1b}[2J"), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn a_row_of_the_wrong_length_is_our_bug() {
    let (mut ui, _, _) = face(false, ColorMode::Never, false);
    let mut listing = Listing::new(&mut ui, Format::Plain, &columns()).unwrap();
    assert_eq!(listing.row(&[Cell::Null]).unwrap_err().kind(), crate::ErrorKind::Internal);
}
