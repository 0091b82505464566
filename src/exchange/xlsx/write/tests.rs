//! What is written, as our own reader and another one read it.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use uuid::Uuid;

use super::super::{Found, Limits, ReadMe, Workbook};
use super::*;
use crate::exchange::codes::CodebookEntry;
use crate::exchange::csv::{CellSink, CellWriter, WriteOptions};
use crate::exchange::record::Record;
use crate::exchange::xlsx::Table;

fn read_me() -> ReadMe {
    ReadMe { project: "=study".to_owned(), project_id: Uuid::from_u128(7), annotations: 3 }
}

fn code(path: &str, color: &str, description: &str) -> CodebookEntry {
    CodebookEntry {
        path: path.split('/').map(str::to_owned).collect(),
        color: Some(color.to_owned()).filter(|color| !color.is_empty()),
        description: description.to_owned(),
        ..CodebookEntry::default()
    }
}

/// A workbook of these codes; and the records that were left out.
fn written(codes: &[CodebookEntry]) -> (Vec<u8>, Vec<LeftOut>) {
    let listed = codes.iter().map(|code| (code.path.join("/"), code.color.clone().unwrap_or_default()));
    let mut book = Book::new(Lists { codes: listed.collect(), coders: 1, documents: 1 }, true);
    let page = book.begin(Table::Annotations, 1, &[]).unwrap();
    page.finish().unwrap();
    let mut page = book.begin(Table::Codes, 1, &[]).unwrap();
    for code in codes {
        code.write(&mut page);
        page.end_row().unwrap();
    }
    page.finish().unwrap();
    let mut bytes = Vec::new();
    let left_out = book.finish(&mut bytes, &read_me(), 1_795_336_433_000).unwrap();
    (bytes, left_out)
}

/// The codes as the CSV file has them.
fn as_csv(codes: &[CodebookEntry]) -> Vec<u8> {
    let header = CodebookEntry::COLUMNS.iter().map(|column| column.name);
    let mut writer = CellWriter::new(Vec::new(), WriteOptions::default(), header).unwrap();
    for code in codes {
        code.write(&mut writer);
        writer.end_row().unwrap();
    }
    writer.finish().unwrap()
}

fn codes_of(bytes: &[u8]) -> Vec<u8> {
    let workbook = Workbook::read(Cursor::new(bytes), Limits::default()).unwrap();
    assert_eq!(workbook.read_me, Some(read_me()));
    let codes = workbook.tables.into_iter().find(|found| found.table == Table::Codes);
    let Some(Found { mut sheet, .. }) = codes else { return Vec::new() };
    let mut csv = Vec::new();
    sheet.csv.read_to_end(&mut csv).unwrap();
    csv
}

fn tricky() -> impl Strategy<Value = String> {
    let text = prop_oneof![any::<String>(), "[_x0-9aAbBdD'=+@\"\r\n\t,;<&\u{b}\u{1}é🦀\u{FEFF} ]{0,16}"];
    text.prop_map(|text| text.replace(['\0', '\u{fffe}', '\u{ffff}', '/'], ""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_sheet_says_to_the_byte_what_the_csv_file_says(texts in prop::collection::vec((tricky(), tricky()), 1..6)) {
        let codes: Vec<_> = texts.iter().map(|(path, text)| code(path, "#0072b2", text)).collect();
        let (bytes, left_out) = written(&codes);
        prop_assert!(left_out.is_empty());
        prop_assert_eq!(String::from_utf8(codes_of(&bytes)).unwrap(), String::from_utf8(as_csv(&codes)).unwrap());
    }
}

#[test]
fn another_reader_finds_the_same_texts_and_no_other_type() {
    let codes =
        [code("=cmd|' /C calc'!A0", "#f0e442", "007"), code("norms/a", "", "2026-11-22\n1e5 _x0041_")];
    let (bytes, _) = written(&codes);
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["read me", "annotations", "codes"]);
    let range = workbook.worksheet_range("codes").unwrap();
    let texts: Vec<Vec<&str>> = range
        .rows()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Data::String(text) => text.as_str(),
                    Data::Empty => "",
                    other => panic!("a cell is no text: {other:?}"),
                })
                .collect()
        })
        .collect();
    assert_eq!(texts[0], ["id", "path", "color", "description", "action", "created", "lineage"]);
    assert_eq!(texts[1], ["", "'=cmd|' /C calc'!A0", "#f0e442", "007", "", "", ""]);
    assert_eq!(texts[2][3], "2026-11-22\n1e5 _x0041_");
    for sheet in ["read me", "annotations", "codes"] {
        assert!(
            workbook.worksheet_formula(sheet).unwrap().used_cells().all(|(_, _, formula)| formula.is_empty())
        );
    }
}

/// One file of the workbook, as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_sheet_of_annotations_is_frozen_filtered_listed_and_coloured() {
    let (bytes, _) = written(&[code("norms", "#0072b2", ""), code("\"a\"&B1&\"c\"", "#f0e442", "")]);
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(
        sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"),
        "{sheet}"
    );
    assert!(sheet.contains("<autoFilter ref=\"A1:P2\"/>"), "{sheet}");
    assert!(sheet.contains("<formula1>codes!$B$2:$B$3</formula1>"), "{sheet}");
    assert!(sheet.contains("<formula1>\"delete\"</formula1>"), "{sheet}");
    // The code's name is compared with, whatever it is: it stands in quotes.
    assert!(sheet.contains("<formula>\"norms\"</formula>"), "{sheet}");
    assert!(sheet.contains("<formula>\"\"\"a\"\"&amp;B1&amp;\"\"c\"\"\"</formula>"), "{sheet}");
    assert!(!sheet.contains("<f>"), "{sheet}");
    let styles = part(&bytes, "xl/styles.xml");
    // White letters on blue, black ones on yellow.
    assert!(styles.contains("FF0072B2") && styles.contains("FFF0E442"), "{styles}");
}

#[test]
fn what_no_cell_can_hold_is_left_out_and_told() {
    let long = "\u{1F980}".repeat(16_384);
    let codes = [code("long", "", &long), code("norms", "", &long[4..]), code("odd", "", "a\u{ffff}b")];
    let (bytes, left_out) = written(&codes);
    let told: Vec<String> = left_out.iter().map(LeftOut::to_string).collect();
    assert_eq!(
        told,
        [
            "codes, `long`, column `description`: 32768 characters, and a cell holds 32767",
            "codes, `odd`, column `description`: the character U+FFFF, which a workbook cannot hold",
        ]
    );
    assert_eq!(codes_of(&bytes), as_csv(&codes[1..2]));
    assert!(part(&bytes, "xl/sharedStrings.xml").contains("32768 characters, and a cell holds 32767"));
}

#[test]
fn a_blank_row_of_cells_is_written_as_such() {
    let mut book = Book::new(Lists::default(), false);
    let mut page = book.begin(Table::Coders, 1, &[]).unwrap();
    (0..5).for_each(|_| page.blank());
    page.end_row().unwrap();
    assert_eq!(page.finish().unwrap(), 1);
}
