//! Workbooks: archives that are traps, and sheets that are.

use crate::case::{Case, case, fixture, sparse};
use crate::project::Project;
use crate::zip_file::{Entry, deflated, zip_file};

/// Sheets, each in a file of its name, put into an otherwise sound workbook: exit status, and why.
const SHEETS: [(&str, i32, &str); 33] = [
    ("plain", 0, "the sheet that all the others are made of"),
    ("billion-laughs", 1, "a document type is never read"),
    ("xxe", 1, "a document type is never read, nor the file it names"),
    ("external-dtd", 1, "a document type is never read, nor fetched"),
    ("entity-undeclared", 1, "only XML's own five entities are read"),
    ("entity-number", 1, "no such characters"),
    ("row-far", 1, "no sheet has row 1,000,000,000"),
    ("row-past-last", 1, "no sheet has more than 1,048,576 rows"),
    ("row-backwards", 1, "rows are in order"),
    ("row-twice", 1, "rows are in order"),
    ("row-zero", 1, "rows are counted from 1"),
    ("row-no-number", 1, "rows have numbers"),
    ("cells-out-of-order", 0, "each cell says where it is"),
    ("cell-twice", 1, "which of the two counts cannot be told"),
    ("cell-column-past-last", 1, "no sheet has more than 16,384 columns"),
    ("string-out-of-range", 1, "there is no such text"),
    ("string-negative", 1, "there is no such text"),
    ("style-out-of-range", 0, "it is not known to be a date, so it is a number"),
    ("number-absurd", 1, "no number"),
    ("formula", 0, "its last value is read; nothing is calculated or fetched"),
    ("cut-short", 1, "not XML"),
    ("unclosed", 1, "not XML"),
    ("two-roots", 0, "the first is read"),
    ("utf-16", 1, "spreadsheets write UTF-8"),
    ("utf-7", 1, "plain text that nobody decodes, and no code"),
    ("latin-1", 1, "spreadsheets write UTF-8"),
    ("invalid-utf-8", 1, "not UTF-8"),
    ("nul", 1, "NUL is in no text"),
    ("no-xml", 1, "not XML"),
    ("empty", 1, "not XML"),
    ("comment-bomb", 0, "comments are passed over"),
    ("cdata", 1, "read as text, which is no code"),
    ("processing", 0, "nothing is fetched"),
];

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The entries of a workbook with this sheet of annotations.
fn workbook(sheet: Vec<u8>) -> Vec<Entry> {
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"annotations\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
    );
    vec![
        Entry::new("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        Entry::new("xl/workbook.xml", book),
        Entry::new("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        Entry::new("xl/worksheets/sheet1.xml", sheet),
    ]
}

/// A sound workbook.
fn sound() -> Vec<Entry> {
    workbook(fixture("xml/plain.xml"))
}

/// A sound workbook with one more entry.
fn with(entry: Entry) -> Vec<u8> {
    let mut entries = sound();
    entries.push(entry);
    zip_file(&entries)
}

/// A spreadsheet document with this content.
fn document(content: Vec<u8>) -> Vec<u8> {
    zip_file(&[
        Entry::new("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        Entry::new("META-INF/manifest.xml", "<manifest:manifest/>"),
        deflated("content.xml", content),
    ])
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = SHEETS
        .iter()
        .map(|(name, exit, why)| {
            let sheet = fixture(&format!("xml/{name}.xml"));
            case(format!("xlsx/{name}"), *exit, why, ["import", "xlsx", "a.xlsx"], move |project| {
                project.write("a.xlsx", zip_file(&workbook(sheet.clone())));
            })
        })
        .collect();
    cases.extend(names());
    cases.extend(archives());
    cases.extend(sheets());
    cases.extend(tables());
    cases
}

fn made(name: &str, exit: i32, why: &'static str, make: fn() -> Vec<u8>) -> Case {
    let file = if name.starts_with("ods") { "a.ods" } else { "a.xlsx" };
    case(name, exit, why, ["import", "xlsx", file], move |project| project.write(file, make()))
}

/// Archives with names that lead elsewhere, or that are there twice.
fn names() -> Vec<Case> {
    const OUT: &str = "nothing is ever unpacked, and what has such names was made to do harm";
    vec![
        made("xlsx/name-dot-dot", 1, OUT, || with(Entry::new("xl/../../x", "x"))),
        made("xlsx/name-absolute", 1, OUT, || with(Entry::new("/etc/x", "x"))),
        made("xlsx/name-backslash", 1, OUT, || with(Entry::new("..\\x", "x"))),
        made("xlsx/name-drive", 1, OUT, || with(Entry::new("c:x", "x"))),
        made("xlsx/name-twice", 1, "which of the two counts cannot be told", || {
            with(Entry::new("xl/workbook.xml", "<workbook/>"))
        }),
        made("xlsx/name-twice-in-other-case", 1, "to some programs that is one name", || {
            with(Entry::new("XL/Workbook.xml", "<workbook/>"))
        }),
        made("xlsx/link", 1, "a link in a workbook is no spreadsheet's work", || {
            with(Entry { mode: 0o120_777, ..Entry::new("xl/link", "/etc/passwd") })
        }),
        made("xlsx/name-control", 0, "a name that nobody asks for", || with(Entry::new("a\u{1b}[31m", "x"))),
        made("xlsx/name-empty", 0, "a name that nobody asks for", || with(Entry::new("", "x"))),
        made("xlsx/name-long", 0, "a name that nobody asks for", || {
            with(Entry::new(&"x".repeat(60_000), "x"))
        }),
        made("xlsx/relation-leads-out", 1, "a target is a name in the archive; this one is in none", || {
            let mut entries = sound();
            let relations = String::from_utf8(entries[2].content.clone()).unwrap();
            entries[2].content =
                relations.replace("worksheets/sheet1.xml", "../../../../etc/passwd").into_bytes();
            zip_file(&entries)
        }),
        made("xlsx/relation-to-an-address", 1, "nothing is fetched: no sheet is there", || {
            let mut entries = sound();
            let relations = String::from_utf8(entries[2].content.clone()).unwrap();
            entries[2].content =
                relations.replace("worksheets/sheet1.xml", "http://127.0.0.1:9/s.xml").into_bytes();
            zip_file(&entries)
        }),
        made("xlsx/nested-archive", 1, "what is in an archive in an archive is never looked at", || {
            zip_file(&[Entry::new("a.xlsx", zip_file(&sound()))])
        }),
        made("xlsx/macros", 0, "the sheet is read; a macro is a part that nobody asks for", || {
            with(Entry::new("xl/vbaProject.bin", vec![0xd0, 0xcf, 0x11, 0xe0]))
        }),
    ]
}

/// Archives that say what is not so.
fn archives() -> Vec<Case> {
    vec![
        made("xlsx/entries-10-001", 1, "at most 10,000 files are read", || {
            zip_file(&(0..10_001).map(|number| Entry::new(&format!("f{number}"), "")).collect::<Vec<_>>())
        }),
        made("xlsx/entries-claimed", 1, "the archive says that it holds 65,535 files", || {
            let mut bytes = zip_file(&sound());
            let end = bytes.len() - 22;
            bytes[end + 8..end + 12].fill(0xff);
            bytes
        }),
        made("xlsx/size-too-small", 1, "the sheet holds more than it says", || {
            let mut entries = sound();
            entries[3].says = Some(100);
            zip_file(&entries)
        }),
        made("xlsx/size-too-large", 1, "the sheet would unpack to 4 GiB", || {
            let mut entries = sound();
            entries[3].says = Some(u32::MAX - 1);
            zip_file(&entries)
        }),
        made("xlsx/sum-wrong", 1, "the sheet is damaged", || {
            let mut entries = sound();
            entries[3].sum = Some(1);
            zip_file(&entries)
        }),
        made("xlsx/encrypted", 1, "a password was set", || {
            let mut entries = sound();
            entries[3].flags = 1;
            zip_file(&entries)
        }),
        made("xlsx/method-unknown", 1, "packed in a manner that no spreadsheet uses", || {
            let mut entries = sound();
            entries[3].method = 99;
            zip_file(&entries)
        }),
        made("xlsx/archive-of-112-bytes", 1, "an archive within its own header", || {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.resize(90, 0);
            bytes.extend_from_slice(b"PK\x05\x06");
            bytes.resize(112, 0xff);
            bytes
        }),
        made("xlsx/archive-cut-short", 1, "its end, which lists its files, is not there", || {
            let bytes = zip_file(&sound());
            bytes[..bytes.len() / 2].to_vec()
        }),
        made("xlsx/archive-empty", 1, "no workbook is in it", || zip_file(&[])),
        made("xlsx/not-an-archive", 1, "no workbook", || b"PK\x03\x04 and that is all".to_vec()),
        made("xlsx/text-document", 1, "another kind of document", || {
            zip_file(&[Entry::new("word/document.xml", "<w:document/>")])
        }),
        case("xlsx/zeros-of-1-gib", 1, "no archive", ["import", "xlsx", "a.xlsx"], |project: &Project| {
            sparse(project, "a.xlsx", 1 << 30);
        }),
        case(
            "xlsx/zeros-of-1-tib",
            1,
            "more than 2 GiB are not read",
            ["import", "xlsx", "a.xlsx"],
            |project: &Project| {
                sparse(project, "a.xlsx", 1 << 40);
                use std::io::Write;
                let file = std::fs::OpenOptions::new().write(true).open(project.path("a.xlsx"));
                file.unwrap().write_all(b"PK\x03\x04").unwrap();
            },
        ),
        made("xlsx/bomb", 1, "a thousand times larger than it is packed", || {
            let mut entries = sound();
            entries[3] = deflated("xl/worksheets/sheet1.xml", b"<a/>".repeat(16 << 20));
            zip_file(&entries)
        }),
    ]
}

/// Sheets that are too much.
fn sheets() -> Vec<Case> {
    fn sheet(rows: &str) -> Vec<u8> {
        let whole = String::from_utf8(fixture("xml/plain.xml")).unwrap();
        let mut entries = sound();
        entries[3] = deflated(
            "xl/worksheets/sheet1.xml",
            whole.replace("</sheetData>", &format!("{rows}</sheetData>")).into_bytes(),
        );
        zip_file(&entries)
    }
    vec![
        made("xlsx/deep", 1, "elements are at most 256 deep", || sheet(&"<a>".repeat(300))),
        made("xlsx/deep-100-000", 1, "elements are at most 256 deep", || sheet(&"<a>".repeat(100_000))),
        made("xlsx/attributes-1-000-000", 0, "a tag that nobody asks for", || {
            let many: String = (0..1_000_000).map(|number| format!(" a{number}=\"\"")).collect();
            sheet(&format!("<x{many}/>"))
        }),
        made("xlsx/tag-of-20-mib", 1, "a tag has at most 16 MiB", || {
            let noise: String = (0..2_000_000_u64)
                .map(|number| format!("{:x} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
                .collect();
            sheet(&format!("<x a=\"{noise}\"/>"))
        }),
        made("xlsx/cell-of-20-mib", 1, "a cell has at most 16 MiB", || {
            let noise: String = (0..2_000_000_u64)
                .map(|number| format!("{:x} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
                .collect();
            sheet(&format!("<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>{noise}</t></is></c></row>"))
        }),
        made("xlsx/rows-100-000-blank", 0, "rows without a cell are passed over", || {
            let rows: String = (3..100_003).map(|row| format!("<row r=\"{row}\"/>")).collect();
            sheet(&rows)
        }),
    ]
}

/// Spreadsheet documents, which repeat cells and rows by counts.
fn tables() -> Vec<Case> {
    fn table(rows: &str) -> Vec<u8> {
        document(
            format!(
                "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"annotations\">\
                 <table:table-row><table:table-cell office:value-type=\"string\"><text:p>document</text:p></table:table-cell>\
                 <table:table-cell office:value-type=\"string\"><text:p>quote</text:p></table:table-cell></table:table-row>{rows}\
                 </table:table></office:spreadsheet></office:body></office:document-content>"
            )
            .into_bytes(),
        )
    }
    const CELL: &str = "office:value-type=\"string\"><text:p>norms</text:p></table:table-cell>";
    vec![
        made("ods/rows-repeated", 1, "a row that stands there a billion times", || {
            table(&format!(
                "<table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell {CELL}</table:table-row>"
            ))
        }),
        made("ods/cells-repeated", 1, "a cell that stands there four billion times", || {
            table(&format!(
                "<table:table-row><table:table-cell table:number-columns-repeated=\"4294967295\" {CELL}</table:table-row>"
            ))
        }),
        made("ods/repeated-no-number", 1, "a count that is none", || {
            table(&format!(
                "<table:table-row table:number-rows-repeated=\"-1\"><table:table-cell {CELL}</table:table-row>"
            ))
        }),
        made("ods/blank-rows-repeated", 0, "spreadsheets fill the sheet with blank rows", || {
            table(
                "<table:table-row table:number-rows-repeated=\"1048574\"><table:table-cell/></table:table-row>",
            )
        }),
        made("ods/spaces-repeated", 1, "a text of a billion blanks", || {
            table(&format!(
                "<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"1000000000\"/></text:p>\
                 </table:table-cell><table:table-cell {CELL}</table:table-row>"
            ))
        }),
        made("ods/document-type", 1, "a document type is never read", || {
            document(b"<!DOCTYPE a [<!ENTITY x \"y\">]><office:document-content/>".to_vec())
        }),
        made("ods/no-table", 1, "no sheet is in it", || document(b"<office:document-content/>".to_vec())),
    ]
}
