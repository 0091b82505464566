//! The laws of importing a workbook, as it comes and put together from pieces of XML.
#![no_main]

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use postil::actions::import::{Options, import_workbook};
use postil_fuzz::{Study, import_laws};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

static STUDY: LazyLock<Study> = LazyLock::new(Study::new);

/// The parts that are put together, parted by `\xff` in the input.
const XLSX: [&str; 4] =
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"];
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// The first byte: 0 is a file as it comes, 1 an .xlsx of parts, 2 an .ods with this content, 3 parts under names of the input's.
fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else { return };
    let file = match choice % 4 {
        0 => rest.to_vec(),
        1 => {
            let mut parts = rest.split(|byte| *byte == 0xff);
            let named: Vec<(&str, &[u8])> =
                XLSX.iter().map(|name| (*name, parts.next().unwrap_or_default())).collect();
            let workbook = format!(
                "<workbook xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"annotations\" sheetId=\"1\" r:id=\"a\"/>\
                 <sheet name=\"codes\" sheetId=\"2\" r:id=\"b\"/></sheets></workbook>"
            );
            let relation = |id: &str, kind: &str, target: &str| {
                format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
            };
            let relations = [
                relation("a", "worksheet", "worksheets/sheet1.xml"),
                relation("b", "worksheet", "worksheets/sheet2.xml"),
                relation("c", "sharedStrings", "sharedStrings.xml"),
                relation("d", "styles", "styles.xml"),
            ];
            let relations = format!("<Relationships>{}</Relationships>", relations.concat());
            let root = format!(
                "<Relationships>{}</Relationships>",
                relation("a", "officeDocument", "xl/workbook.xml")
            );
            let mut files: Vec<(&str, &[u8])> = vec![
                ("_rels/.rels", root.as_bytes()),
                ("xl/workbook.xml", workbook.as_bytes()),
                ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ];
            files.extend(named);
            archive(&files)
        }
        2 => archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", b"<manifest:manifest/>"),
            ("content.xml", rest),
        ]),
        _ => {
            let pieces: Vec<&[u8]> = rest.split(|byte| *byte == 0xff).collect();
            let names: Vec<String> =
                pieces.iter().step_by(2).map(|name| String::from_utf8_lossy(name).into_owned()).collect();
            let files: Vec<(&str, &[u8])> =
                names.iter().map(String::as_str).zip(pieces.iter().skip(1).step_by(2).copied()).collect();
            archive(&files)
        }
    };
    let options = Options { partial: true, create_codes: true, yes: true, ..Options::default() };
    import_laws(&STUDY, &options, |session, options| {
        import_workbook(session, Cursor::new(&file), "a.xlsx", options, None)
    });
});

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        // A second file of one name is refused here; strangers' archives have them, and come as they are.
        if zip
            .start_file(
                *name,
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
            )
            .is_ok()
        {
            zip.write_all(content).expect("writing to memory cannot fail");
        }
    }
    zip.finish().expect("writing to memory cannot fail").into_inner()
}
