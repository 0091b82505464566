//! Which sheets are tables; traps, and what is no workbook.

use std::io::Cursor;

use expect_test::expect;
use proptest::prelude::*;

use super::super::made::{archive, csv, ods, read, refused, xlsx};
use super::*;

/// A row of texts.
fn row(number: u32, cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<c t=\"str\"><v>{cell}</v></c>")).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

fn sheets(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let rows: Vec<(&str, String)> = sheets.iter().map(|(name, header)| (*name, row(1, header))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(name, rows)| (*name, rows.as_str())).collect();
    xlsx(&rows, "", "")
}

fn known(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let workbook = read(bytes).unwrap();
    let tables =
        workbook.tables.iter().map(|found| format!("{}: {}", found.table.name(), found.sheet.name)).collect();
    (tables, workbook.passed_over)
}

#[test]
fn sheets_come_in_the_order_in_which_they_refer_to_each_other() {
    let bytes = sheets(&[
        ("annotations 2", &["id", "quote"]),
        ("Annotations", &["id", "quote"]),
        ("people", &["handle", "name"]),
        ("Codes", &["path"]),
        ("blank", &[]),
        ("read me", &["Codings"]),
    ]);
    let (tables, passed_over) = known(&bytes);
    assert_eq!(
        tables,
        ["coders: people", "codes: Codes", "annotations: annotations 2", "annotations: Annotations"]
    );
    assert!(passed_over.is_empty(), "{passed_over:?}");
}

#[test]
fn sheets_of_ones_own_and_copies_are_passed_over_and_told() {
    let bytes = sheets(&[
        ("annotations", &["id", "document", "quote", "code"]),
        ("annotations (2)", &["id", "document", "quote", "code"]),
        ("pivot", &["document", "code", "Count"]),
        ("colours", &["colour of the day"]),
    ]);
    let (tables, passed_over) = known(&bytes);
    assert_eq!(tables, ["annotations: annotations"]);
    assert_eq!(
        passed_over,
        [
            "sheet `pivot`: its columns are not those of a table: `document`, `code`, `Count`",
            "sheet `colours`: its columns are not those of a table: `colour of the day`",
            "sheet `annotations (2)`: it looks like `annotations`, which is there under its own name",
        ]
    );
}

#[test]
fn sheets_of_other_names_are_all_taken_when_none_has_the_proper_one() {
    let bytes = sheets(&[("ana", &["document", "quote"]), ("ben", &["document", "quote", "note"])]);
    assert_eq!(known(&bytes).0, ["annotations: ana", "annotations: ben"]);
}

#[test]
fn a_workbook_without_a_table_is_refused_with_its_sheets() {
    assert!(
        refused(&sheets(&[("Sheet1", &["a", "b"]), ("Sheet2", &[])]))
            .starts_with("no sheet of this workbook is known: `Sheet1`\nthe first row names the columns")
    );
    assert!(refused(&sheets(&[("Sheet1", &[])])).starts_with("the workbook is empty: it has no cell"));
    // A title above the columns: passed over, what was edited below it would be lost.
    let said = refused(&sheets(&[("codes", &["path"]), ("annotations", &["Round 1, for ben"])]));
    assert!(
        said.starts_with("sheet `annotations`: none of its columns is known: `Round 1, for ben`\n"),
        "{said}"
    );
    assert!(said.contains("delete what stands above it"), "{said}");
}

#[test]
fn what_is_no_workbook_is_told_by_what_it_is() {
    let files: [(&str, Vec<u8>); 12] = [
        ("nothing", vec![]),
        ("csv", b"id,note\r\n".to_vec()),
        ("old or encrypted", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 more".to_vec()),
        ("xml", b"\xEF\xBB\xBF<?xml version=\"1.0\"?>".to_vec()),
        ("cut short", sheets(&[("annotations", &["id", "note"])])[..200].to_vec()),
        ("no workbook", archive(&[("a.txt", b"x")])),
        ("text document", archive(&[("_rels/.rels", b"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>"), ("word/document.xml", b"")])),
        ("odt", archive(&[("mimetype", b"application/vnd.oasis.opendocument.text")])),
        ("xlsb", archive(&[("_rels/.rels", b"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.bin\"/></Relationships>"), ("xl/workbook.bin", b"")])),
        ("encrypted ods", archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
            ("content.xml", b"\x01\x02"),
        ])),
        ("no content", archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")])),
        ("doubled", archive(&[("content.xml", b""), ("Content.xml", b"")])),
    ];
    let said: Vec<String> = files
        .iter()
        .map(|(what, bytes)| format!("{what}: {}", refused(bytes).lines().next().unwrap()))
        .collect();
    expect![[r#"
        nothing: the file is empty
        csv: this is not an .xlsx or .ods workbook
        old or encrypted: the workbook is encrypted, or in the format of Excel before 2007 (.xls)
        xml: this is XML or HTML, not a workbook
        cut short: the workbook is damaged or was cut short: its archive cannot be read
        no workbook: this is an archive, but neither an .xlsx nor an .ods workbook
        text document: this is an archive, but neither an .xlsx nor an .ods workbook
        odt: this is an OpenDocument file, but no spreadsheet: `application/vnd.oasis.opendocument.text`
        xlsb: this is a binary workbook (.xlsb)
        encrypted ods: the workbook is encrypted
        no content: the workbook is damaged: it has no `content.xml`
        doubled: the workbook is damaged: its archive holds two files of one name"#]]
    .assert_eq(&said.join("\n"));
}

/// A cell of a sheet that another crate wrote.
#[derive(Debug, Clone)]
enum Cell {
    Text(String),
    Number(f64),
    Truth(bool),
    Blank,
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        "[ -~\\n\\té🦀_x0-9]{0,12}".prop_map(Cell::Text),
        any::<f64>().prop_filter("a number", |number| number.is_finite()).prop_map(Cell::Number),
        (0..100_000_i32).prop_map(|number| Cell::Number(number.into())),
        any::<bool>().prop_map(Cell::Truth),
        Just(Cell::Blank),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_sheet_is_read_as_another_reader_reads_it(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..6)
    ) {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        let page = workbook.add_worksheet();
        for (column, name) in (0..).zip(["id", "quote", "note"]) {
            page.write_string(0, column, name).unwrap();
        }
        for (row, cells) in (1..).zip(&rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Text(text) => drop(page.write_string(row, column, text).unwrap()),
                    Cell::Number(number) => drop(page.write_number(row, column, *number).unwrap()),
                    Cell::Truth(truth) => drop(page.write_boolean(row, column, *truth).unwrap()),
                    Cell::Blank => {}
                }
            }
        }
        let bytes = workbook.save_to_buffer().unwrap();
        let mut found = read(&bytes).unwrap().tables.remove(0);
        let options = ReadOptions { guard: false, delimiter: Some(Delimiter::Comma), encoding: None };
        let mut sheet = Sheet::open(&mut found.sheet.csv, &[], options).unwrap();
        let mut other: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
        let range = calamine::Reader::worksheet_range(&mut other, "Sheet1").unwrap();
        for row in range.rows().skip(1).filter(|row| row.iter().any(|cell| !cell.to_string().is_empty())) {
            let ours = sheet.next_row().unwrap().unwrap();
            for (column, theirs) in row.iter().enumerate() {
                match theirs {
                    calamine::Data::Float(number) => prop_assert_eq!(ours.at(column).parse::<f64>(), Ok(*number)),
                    calamine::Data::Bool(truth) => prop_assert_eq!(ours.at(column), truth.to_string().to_uppercase()),
                    theirs => prop_assert_eq!(ours.at(column), theirs.to_string()),
                }
            }
        }
        prop_assert!(sheet.next_row().unwrap().is_none());
    }
}

/// Letters that hardly pack.
fn noise(length: usize) -> String {
    let mut state = 1_u32;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + (state >> 24) as u8 % 16)
    });
    letters.take(length).collect()
}

/// What refuses a workbook whose first sheet has these bytes.
fn refused_sheet(xml: &[u8]) -> String {
    let root = b"<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    let book = b"<workbook><sheets><sheet name=\"annotations\" r:id=\"b\"/></sheets></workbook>";
    let relations =
        b"<Relationships><Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"s.xml\"/></Relationships>";
    refused(&archive(&[
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/s.xml", xml),
    ]))
}

#[test]
fn xml_that_is_a_trap_is_refused() {
    for (xml, why) in [
        (
            "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet><sheetData/></worksheet>".to_owned(),
            "a document type",
        ),
        (
            "<worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>".to_owned(),
            "an entity",
        ),
        ("<a>".repeat(1_000), "nested too deeply"),
        (format!("<worksheet x=\"{}\"/>", noise(17 << 20)), "longer than any cell"),
        ("<worksheet><sheetData></worksheet>".to_owned(), "not XML"),
        ("<worksheet><sheetData><row>".to_owned(), "ends before its rows do"),
        ("\u{FEFF}{}".to_owned(), "ends before its rows do"),
    ] {
        let said = refused_sheet(xml.as_bytes());
        assert!(said.starts_with("sheet `annotations`: ") && said.contains(why), "{why}: {said}");
    }
    assert!(refused_sheet(b"<worksheet>\xFF\xFE</worksheet>").contains("not XML"));
}

#[test]
fn a_part_that_unpacks_to_a_thousand_times_its_size_is_not_unpacked() {
    let said = refused_sheet(&vec![b' '; 20 << 20]);
    assert!(said.contains("the workbook's file `xl/s.xml` would unpack from 20"), "{said}");
    // Small ones are harmless, whatever they are packed to.
    assert!(refused_sheet(&vec![b' '; 1 << 20]).contains("ends before its rows do"));
}

#[test]
fn a_size_that_is_a_lie_is_found_out() {
    let mut bytes = sheets(&[("annotations", &["id", "note"])]);
    // The central directory's size of the first sheet: 24 bytes after the signature, whose name follows after 46.
    let name = b"xl/worksheets/s1.xml";
    let place = bytes.windows(name.len()).rposition(|window| window == name).unwrap();
    bytes[place - 46 + 24..place - 46 + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert!(
        refused(&bytes).contains("its file `xl/worksheets/s1.xml` cannot be read on"),
        "{}",
        refused(&bytes)
    );
}

#[test]
fn bytes_that_changed_in_the_archive_are_noticed() {
    // Stored, not packed: nothing but the check sum tells.
    let text = "<worksheet><sheetData><row><c t=\"str\"><v>id</v></c><c t=\"str\"><v>note</v></c></row></sheetData></worksheet>";
    let good = sheets(&[("annotations", &["id", "note"])]);
    assert_eq!(csv(&good), "annotations: id,note\n");
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut original = zip::ZipArchive::new(Cursor::new(&good)).unwrap();
    for index in 0..original.len() {
        let mut file = original.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        zip.start_file(file.name().unwrap().into_owned(), stored).unwrap();
        std::io::Write::write_all(&mut zip, &content).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let place = bytes.windows(7).position(|window| window == b"note</v").unwrap();
    bytes[place] = b'v';
    assert!(refused(&bytes).contains("cannot be read on"), "{}\n{text}", refused(&bytes));
}

#[test]
fn limits_hold_for_files_sheets_texts_and_the_archive() {
    let bytes = sheets(&[("annotations", &["id", "note"]), ("ben", &["id", "note"])]);
    let limited = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        Workbook::read(Cursor::new(&bytes), limits).map(|_| ()).unwrap_err().message().to_owned()
    };
    assert!(limited(|limits| limits.file = 100).contains("at most 100 are read"));
    assert!(limited(|limits| limits.parts = 3).contains("archive holds 7 files; at most 3"));
    assert!(limited(|limits| limits.sheets = 1).contains("more than 1 sheets"));
    // The largest part alone would fit.
    assert!(limited(|limits| limits.inflated = 1_000).contains("more than is read"));
    assert!(limited(|limits| limits.idle = 40).contains("most of it holds no text"));
    assert!(limited(|limits| limits.cell = 1).contains("longer than any row"));
}

#[test]
fn one_text_in_a_million_cells_is_not_written_a_million_times() {
    let text = "x".repeat(60_000);
    let rows: String =
        (2..4).map(|number| format!("<row r=\"{number}\"><c t=\"s\"><v>0</v></c></row>")).collect();
    let bytes =
        xlsx(&[("annotations", &(row(1, &["id", "note"]) + &rows))], &format!("<si><t>{text}</t></si>"), "");
    let limits = Limits { text: 100_000, ..Limits::default() };
    let error = Workbook::read(Cursor::new(&bytes), limits).map(|_| ()).unwrap_err();
    assert_eq!(error.message(), "sheet `annotations`: the workbook's cells hold more text than is read");
    let cell =
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>");
    let table = format!(
        "<table:table table:name=\"annotations\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>quote</text:p>\
         </table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"1048575\">{cell}</table:table-row></table:table>"
    );
    assert!(
        Workbook::read(Cursor::new(&ods(&table)), limits)
            .is_err_and(|error| error.message().contains("more text than is read"))
    );
}
