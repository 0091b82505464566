//! Workbooks for tests, put together from pieces of XML.

use std::io::{Cursor, Read, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::limits::Limits;
use super::workbook::Workbook;
use crate::error::Result;

/// An archive of these files.
pub(super) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An .xlsx with these sheets (name, what stands in `sheetData`), shared texts and cell styles.
pub(super) fn xlsx(sheets: &[(&str, &str)], strings: &str, styles: &str) -> Vec<u8> {
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut listed = String::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        listed += &format!("<sheet name=\"{name}\" sheetId=\"{0}\" r:id=\"rId{0}\"/>", index + 1);
        relations += &format!(
            "<Relationship Id=\"rId{0}\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/s{0}.xml\"/>",
            index + 1
        );
        parts.push((
            format!("xl/worksheets/s{}.xml", index + 1),
            format!("<worksheet><dimension ref=\"A1\"/><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    for kind in ["styles", "sharedStrings"] {
        relations +=
            &format!("<Relationship Id=\"{kind}\" Type=\"{DOCUMENT}/{kind}\" Target=\"/xl/{kind}.xml\"/>");
    }
    let workbook = format!("<workbook xmlns:r=\"{DOCUMENT}\"><sheets>{listed}</sheets></workbook>");
    let root = format!(
        "<Relationships><Relationship Id=\"a\" Type=\"{DOCUMENT}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    parts.extend([
        ("_rels/.rels".to_owned(), root),
        ("xl/workbook.xml".to_owned(), workbook),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")),
        ("xl/sharedStrings.xml".to_owned(), format!("<sst>{strings}</sst>")),
        ("xl/styles.xml".to_owned(), format!("<styleSheet>{styles}</styleSheet>")),
    ]);
    let files: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_bytes())).collect();
    archive(&files)
}

/// An .ods with these tables.
pub(super) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>{tables}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Workbook> {
    Workbook::read(Cursor::new(bytes), Limits::default())
}

/// The CSV that the tables of a workbook become, each after its name.
#[track_caller]
pub(super) fn csv(bytes: &[u8]) -> String {
    let mut text = String::new();
    for mut found in read(bytes).unwrap().tables {
        let mut csv = String::new();
        found.sheet.csv.read_to_string(&mut csv).unwrap();
        text +=
            &format!("{}: {}", found.sheet.name, csv.trim_start_matches('\u{FEFF}').replace("\r\n", "\n"));
    }
    text
}

/// What refuses a workbook, with its hints.
#[track_caller]
pub(super) fn refused(bytes: &[u8]) -> String {
    let error = read(bytes).map(|_| ()).unwrap_err();
    format!("{}\n{}", error.message(), error.hints().join("\n"))
}
