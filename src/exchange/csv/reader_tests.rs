//! Headers, delimiters and ragged rows.

use super::super::column::Kind;
use super::*;

const KNOWN: [Column; 3] = [
    Column::new("id", Kind::Id),
    Column::new("end", Kind::Number).or(&["stop"]),
    Column::new("note", Kind::Text),
];

fn open(text: &str) -> Result<Sheet<&[u8]>> {
    Sheet::open(text.as_bytes(), &KNOWN, ReadOptions::default())
}

fn rows(text: &str) -> Vec<(u64, Option<String>, Option<String>)> {
    let mut sheet = open(text).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row().unwrap() {
        rows.push((row.number(), row.known(0).map(str::to_owned), row.known(2).map(str::to_owned)));
    }
    rows
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn every_delimiter_is_found_by_the_known_names() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = format!("id{delimiter}note{delimiter}x\n1{delimiter}\"a,b;c|d\"{delimiter}2\n");
        assert_eq!(rows(&text), [(2, some("1"), some("a,b;c|d"))], "{delimiter:?}");
    }
    assert_eq!(rows("id;\"note\"\n1;\"a\"\n"), [(2, some("1"), some("a"))]);
}

#[test]
fn a_sep_line_is_obeyed_and_is_no_row() {
    for line in ["sep=;", "\"sep=;\"", "SEP=;"] {
        assert_eq!(rows(&format!("{line}\r\nid;note\r\n1;a,b\r\n")), [(2, some("1"), some("a,b"))], "{line}");
    }
    assert_eq!(rows("sep=,\nid,note\n1,a\n"), [(2, some("1"), some("a"))]);
}

#[test]
fn names_are_trimmed_in_any_case_and_order_with_aliases_and_strangers() {
    let sheet = open(" Note ,mine,STOP,\n").unwrap();
    assert!(!sheet.has(0) && sheet.has(1) && sheet.has(2));
    assert_eq!(sheet.unknown_columns().collect::<Vec<_>>(), [(1, "mine")]);
    assert_eq!(sheet.header(), ["Note", "mine", "STOP", ""]);
}

#[test]
fn a_known_column_that_is_there_twice_is_refused() {
    let error = open("id,note,stop,End\n").map(|_| ()).unwrap_err();
    assert_eq!(error.message(), "the column `end` is there twice, in columns 3 and 4");
}

#[test]
fn an_empty_table_is_refused_and_a_lone_header_is_not() {
    for text in ["", "\u{FEFF}", "\n\n", "sep=;\n"] {
        assert!(open(text).is_err_and(|error| error.message().contains("empty")), "{text:?}");
    }
    assert!(rows("id,note").is_empty());
    assert!(rows("id,note\r\n\r\n,\r\n").is_empty());
}

#[test]
fn a_header_without_a_known_name_is_refused_with_the_names_wanted() {
    let error = open("a,b\n1,2\n").map(|_| ()).unwrap_err();
    assert_eq!(error.message(), "no column of this table is known: `a`, `b`");
    assert_eq!(error.hints(), ["the columns are id, end, note"]);
}

#[test]
fn blank_rows_are_passed_over_and_counted() {
    assert_eq!(rows("id,note\n1,a\n\n,\n2,b\n"), [(2, some("1"), some("a")), (5, some("2"), some("b"))]);
}

#[test]
fn ragged_rows_are_refused_one_by_one() {
    let mut sheet = open("id,end,note\n1,2,3,,\n1,2,3,x\n1,2\n\"a\"b,2,3\n4,5,6\n").unwrap();
    let mut verdicts = Vec::new();
    while let Some(row) = sheet.next_row().unwrap() {
        verdicts.push(
            row.check_shape().and_then(|()| row.check_complete()).err().map(|refusal| refusal.to_string()),
        );
    }
    assert_eq!(verdicts[0], None);
    assert_eq!(verdicts[1].as_deref(), Some("row 3: has 4 cells where the header has 3"));
    assert_eq!(verdicts[2].as_deref(), Some("row 4: has 2 cells where the header has 3"));
    assert!(verdicts[3].as_deref().is_some_and(|text| text.contains("closing quote")));
    assert_eq!(verdicts[4], None);
}

#[test]
fn bytes_that_are_no_text_stop_the_reading_with_row_and_hint() {
    let fault = |bytes: &[u8]| {
        let mut sheet = Sheet::open(bytes, &KNOWN, ReadOptions::default())?;
        while sheet.next_row()?.is_some() {}
        Ok(())
    };
    let error: Error = fault(b"id,note\n1,ok\n2,caf\xE9\n").unwrap_err();
    assert_eq!(error.message(), "row 3: byte 18 (0xE9) is not UTF-8");
    assert!(error.hints()[0].contains("--encoding windows-1252"), "{error:?}");
    assert!(
        fault(b"id,note\n1,a\0b\n").unwrap_err().message().starts_with("row 2: a NUL character near byte 11")
    );
    assert!(fault(b"i\0d\0").unwrap_err().hints()[0].contains("utf-16le"));
    assert!(fault(b"id,\"note\n1,a\n").unwrap_err().message().starts_with("row 1: the quote that opens"));
}

#[test]
fn a_named_encoding_and_a_named_delimiter_are_obeyed() {
    let options = ReadOptions { encoding: Some("latin1"), delimiter: Some(Delimiter::Bar), guard: true };
    let mut sheet = Sheet::open(&b"id|note,x\n1|caf\xE9\n"[..], &KNOWN, options).unwrap();
    assert_eq!(sheet.next_row().unwrap().unwrap().at(1), "caf\u{e9}");
}

#[test]
fn a_file_that_was_opened_in_the_wrong_encoding_is_recognised_by_its_mark() {
    let error = open("\u{FEFF}ï»¿id,note\n1,cafÃ©\n").map(|_| ()).unwrap_err();
    assert!(error.message().starts_with("this file was UTF-8, was opened in another encoding"), "{error}");
}

#[test]
fn a_utf16_table_of_excel_is_read() {
    let bytes: Vec<u8> =
        "\u{FEFF}id\tnote\r\n1\tنص\r\n".encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect();
    let mut sheet = Sheet::open(bytes.as_slice(), &KNOWN, ReadOptions::default()).unwrap();
    assert_eq!(sheet.next_row().unwrap().unwrap().known(2), Some("نص"));
}

#[test]
fn a_quote_is_text_where_the_program_that_wrote_the_table_has_no_quoting() {
    let text = "id\tnote\n1\t\"a\" b\n2\t\"open\n";
    let mut table = Headed::read(text.as_bytes(), &KNOWN, ReadOptions::default()).unwrap();
    assert_eq!(
        (table.header(), table.delimiter()),
        (&["id".to_owned(), "note".to_owned()][..], Delimiter::Tab)
    );
    table.take_quotes_as_text();
    let mut sheet = table.knowing(&KNOWN).unwrap();
    for wanted in ["\"a\" b", "\"open"] {
        assert_eq!(sheet.next_row().unwrap().unwrap().known(2), Some(wanted));
    }
}
