//! Writes what only the product can write among the seeds: `seeds FOLDER`. Run when a format changes.

use std::fs;
use std::io;
use std::path::Path;

use postil::actions::export::{BundleOptions, WriteOptions, write_bundle, write_workbook};
use postil::store::select::Selection;
use postil_fuzz::Study;

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).ok_or_else(|| io::Error::other("name the folder of the seeds"))?;
    let folder = Path::new(&folder);
    let study = Study::new();
    let session = study.session();
    let failed = |error: postil::Error| io::Error::other(error.message().to_owned());
    let bundle = study.path("bundle");
    let options = BundleOptions {
        no_texts: false,
        force: false,
        writing: WriteOptions::default(),
        selection: Selection::default(),
        most_rows: 1_000,
    };
    write_bundle(&session, &bundle, &options).map_err(failed)?;
    let put = |target: &str, name: &str, head: &[u8], body: &[u8]| {
        fs::create_dir_all(folder.join(target))?;
        fs::write(folder.join(target).join(name), [head, body].concat())
    };
    let tables =
        ["annotations.csv", "codes.csv", "documents.csv", "coders.csv", "memos.csv", "assignments.csv"];
    for (number, table) in (0_u8..).zip(tables) {
        let body = fs::read(bundle.join(table))?;
        put("csv_import", table, &[number, 3], &body)?;
        if number == 0 {
            put("csv_import", "alone.csv", &[7, 3], &body)?;
            put("csv_import", "complete.csv", &[7, 0x23], &body)?;
        }
    }
    let mut workbook = Vec::new();
    write_workbook(&session, &Selection::default(), &mut workbook, 1_000).map_err(failed)?;
    put("xlsx_import", "export.xlsx", &[0], &workbook)?;
    put("codebook", "table", &[3], &fs::read(bundle.join("codes.csv"))?)?;
    Ok(())
}
