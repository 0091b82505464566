//! A codebook that is read is written and read again as the same; and what is taken in is sound, once.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use postil::actions::code::{self, CodebookForm};
use postil::exchange::codes::CodebookEntry;
use postil::exchange::csv::damage::inspect_text;
use postil_fuzz::{Study, sound, told};

static STUDY: LazyLock<Study> = LazyLock::new(Study::new);

/// What both forms keep of an entry.
fn kept(entry: &CodebookEntry) -> (Vec<String>, Option<String>, String) {
    (entry.path.clone(), entry.color.clone(), entry.description.replace("\r\n", "\n").replace('\r', "\n"))
}

// The first byte chooses the form, and whether a store takes it in: that costs a hundred times as much as reading.
fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let form = if choice & 1 == 0 { CodebookForm::Text } else { CodebookForm::Csv };
    let Some(mut entries) = told(code::read(file, form)) else { return };
    assert!(!entries.is_empty());
    // As a store gives them: in the order of the tree.
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    // A store that two people began may have two codes of one path, until somebody makes one of them; a text cannot.
    let twice = |at: usize| entries[..at].iter().any(|other| other.path == entries[at].path);
    let has_twins = (0..entries.len()).any(twice);
    for form in [CodebookForm::Text, CodebookForm::Csv] {
        if has_twins && form == CodebookForm::Text {
            continue;
        }
        let mut written = Vec::new();
        if told(code::write(&mut written, &entries, form)).is_none() {
            continue;
        }
        let Some(again) = told(code::read(written.as_slice(), form)) else {
            if form == CodebookForm::Csv && entries.iter().any(looks_damaged) {
                continue;
            }
            panic!("our own codebook is refused: {}", String::from_utf8_lossy(&written));
        };
        let shape = |entries: &[CodebookEntry]| entries.iter().map(|entry| kept(entry)).collect::<Vec<_>>();
        if form == CodebookForm::Csv {
            assert_eq!(shape(&again), shape(&entries), "{}", String::from_utf8_lossy(&written));
        } else {
            // The text names every level above a code as well.
            let again = shape(&again);
            assert!(
                shape(&entries).iter().all(|one| again.contains(one)),
                "{}",
                String::from_utf8_lossy(&written)
            );
        }
    }
    if choice & 2 != 0 {
        let mut session = STUDY.session();
        let Some(imported) = told(code::import(&mut session, &entries)) else {
            drop(session);
            assert!(STUDY.bytes() == STUDY.store, "a refused codebook was written");
            return;
        };
        sound(&session);
        let again = told(code::import(&mut session, &entries)).expect("it was taken a moment ago");
        assert!(again.change.is_none() || has_twins, "{:?} and then {:?}", imported.value, again.value);
    }
});

/// Whether a cell of the entry reads like what a spreadsheet leaves of one that it could not show or work out. A table with
/// such a cell is refused, since it is honest far less often than not.
fn looks_damaged(entry: &CodebookEntry) -> bool {
    let path = entry.path.join("/");
    [path.as_str(), &entry.description].into_iter().any(|cell| inspect_text(cell).is_some())
}
