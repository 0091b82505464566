//! The laws of importing a table of the bundle, or one of another program.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use postil::actions::import::{Delimiter, Options, import_annotations, import_bundle};
use postil_fuzz::{Study, import_laws};

static STUDY: LazyLock<Study> = LazyLock::new(Study::new);

/// The tables of a bundle, in the order in which the first byte chooses among them.
const TABLES: [&str; 6] =
    ["annotations.csv", "codes.csv", "documents.csv", "coders.csv", "memos.csv", "assignments.csv"];

// The first byte chooses the table (past the last: annotations on their own, or of another program), the second the options;
// the rest is the file.
fuzz_target!(|data: &[u8]| {
    let [choice, flags, file @ ..] = data else { return };
    let flag = |bit: u8| flags >> bit & 1 == 1;
    let options = Options {
        partial: flag(0),
        create_codes: flag(1),
        yes: true,
        no_guard: flag(2),
        encoding: flag(3).then(|| "windows-1252".to_owned()),
        delimiter: flag(4).then_some(Delimiter::Semicolon),
        missing_means_deleted: flag(5),
        ..Options::default()
    };
    match TABLES.get(usize::from(choice % 12)) {
        Some(table) => {
            let folder = STUDY.path("bundle");
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir(&folder).expect("a folder can be made");
            std::fs::write(folder.join(table), file).expect("the table can be written");
            import_laws(&STUDY, &options, |session, options| import_bundle(session, &folder, options, None));
        }
        None => {
            let complete = flag(5).then_some(6);
            import_laws(&STUDY, &options, |session, options| {
                import_annotations(session, file, "a.csv", complete, options, None)
            });
        }
    }
});
