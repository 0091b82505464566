//! The laws of the bundle, on random projects: export, import into an empty store and export again are the same bytes;
//! import into the store it came from changes nothing, whatever happened there in between.

use std::path::Path;

use postil::actions::export::{BundleOptions, WriteOptions, write_bundle};
use postil::actions::import::{Options, Outcome, import_annotations, import_bundle};
use postil::actions::{Session, Who};
use postil::domain::name::{check_code_name, check_name};
use postil::domain::record::{Document, MemoSubject};
use postil::domain::{CharRange, Digest};
use postil::store::annotation::AnnotationDraft;
use postil::store::code::CodeDraft;
use postil::store::select::Selection;
use postil::store::{Access, Store, StoreInfo};
use proptest::prelude::*;
use uuid::Uuid;

use super::laws::law;
use super::rebuild::files;
use super::sheet::Sheet;

/// Texts that spreadsheets, shells and terminals do things to.
const HOSTILE: [&str; 20] = [
    "=1+1",
    "'=1",
    "''",
    "'tis",
    "@x",
    "-",
    "+1",
    "\t",
    "a,b",
    "\"q\"",
    "a;b",
    "l1\nl2",
    "\n",
    "e\u{301}",
    "🦀👩‍👩‍👧",
    "\u{5e9}\u{5dc}",
    "\u{202e}x",
    "#NAME?",
    "\u{fffd}",
    "＝",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => "[a-zA-Z ]{0,8}",
        // No CR, which every cell and every text turns into LF, and no NUL.
        1 => any::<String>().prop_map(|text| text.replace(['\0', '\r'], "")),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.concat())
}

/// One edit; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Edit {
    Document(String, String),
    Attribute(usize, String, String),
    RenameDocument(usize, String),
    Code(usize, String, String),
    RenameCode(usize, String),
    RemoveCode(usize),
    Tag(usize, u32, u32, usize, usize, String),
    Note(usize, String),
    Retag(usize, usize),
    Untag(usize),
    Memo(usize, String),
    Undo,
}

fn edit() -> impl Strategy<Value = Edit> {
    let n = 0usize..5;
    prop_oneof![
        3 => (text(), text()).prop_map(|(name, body)| Edit::Document(name, body)),
        1 => (n.clone(), text(), text()).prop_map(|(a, b, c)| Edit::Attribute(a, b, c)),
        1 => (n.clone(), text()).prop_map(|(a, b)| Edit::RenameDocument(a, b)),
        3 => (n.clone(), text(), text()).prop_map(|(a, b, c)| Edit::Code(a, b, c)),
        1 => (n.clone(), text()).prop_map(|(a, b)| Edit::RenameCode(a, b)),
        1 => n.clone().prop_map(Edit::RemoveCode),
        8 => (n.clone(), 0u32..20, 1u32..9, n.clone(), n.clone(), text())
            .prop_map(|(a, b, c, d, e, f)| Edit::Tag(a, b, c, d, e, f)),
        2 => (n.clone(), text()).prop_map(|(a, b)| Edit::Note(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Retag(a, b)),
        1 => n.clone().prop_map(Edit::Untag),
        1 => (n, text()).prop_map(|(a, b)| Edit::Memo(a, b)),
        1 => Just(Edit::Undo),
    ]
}

fn pick<T>(items: &[T], choice: usize) -> Option<&T> {
    items.get(choice % items.len().max(1))
}

struct Work {
    session: Session,
    folder: tempfile::TempDir,
}

impl Work {
    fn new(seed: u64) -> Work {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("laws.postil");
        let info =
            StoreInfo { project: Uuid::from_u128(seed.into()), name: "laws".to_owned(), created_at: 0 };
        drop(Store::create(&path, info).unwrap());
        let store = Store::open(&path, Access::Write).unwrap();
        let who = Who { coder: Some("ana".to_owned()), now: 1_767_225_600_000, seed };
        Work { session: Session::on(store, who), folder }
    }

    /// Makes the edit as the verbs do; one that cannot be made does nothing.
    fn make(&mut self, edit: &Edit) {
        if let Edit::Undo = edit {
            let _ = postil::actions::history::undo(&mut self.session, None);
            return;
        }
        self.session
            .change("test", |tx| {
                let reader = tx.reader();
                let (documents, codes) = (reader.documents()?, reader.codes()?);
                let annotations = reader.annotations(&Selection::default())?;
                match edit {
                    Edit::Document(name, body) => {
                        let (name, body) = (name.trim(), format!("{body}."));
                        if check_name("document", name).is_ok() && reader.document(name)?.is_none() {
                            let sha256 = Digest::of(body.as_bytes());
                            let chars = body.chars().count() as u32;
                            let text = tx.ensure_text(&body, chars, sha256)?;
                            let content = Document {
                                name: name.to_owned(),
                                text: sha256,
                                source: format!("{name}.txt"),
                                source_sha256: sha256,
                                encoding: "utf-8".to_owned(),
                                newline: "lf".to_owned(),
                                bom: false,
                            };
                            tx.insert_document(None, &content, text)?;
                        }
                    }
                    Edit::Attribute(document, name, value) => {
                        if let Some(document) = pick(&documents, *document)
                            && check_name("attribute", name).is_ok()
                            && !value.is_empty()
                        {
                            tx.set_attribute(document.id, name, value)?;
                        }
                    }
                    Edit::RenameDocument(document, name) => {
                        if let Some(document) = pick(&documents, *document)
                            && check_name("document", name).is_ok()
                            && reader.document(name)?.is_none()
                        {
                            tx.rename_document(document, name)?;
                        }
                    }
                    Edit::Code(parent, name, description) => {
                        let parent = pick(&codes, *parent).map(|code| code.id).filter(|_| *parent < 3);
                        if check_code_name(name).is_ok() && reader.codes_named(parent, name)?.is_empty() {
                            let draft = CodeDraft {
                                parent,
                                name: name.clone(),
                                color: "#0072b2".to_owned(),
                                description: description.clone(),
                            };
                            tx.insert_code(None, &draft)?;
                        }
                    }
                    Edit::RenameCode(code, name) => {
                        if let Some(code) = pick(&codes, *code)
                            && check_code_name(name).is_ok()
                            && reader.codes_named(code.parent, name)?.is_empty()
                        {
                            tx.update_code(code.id, &CodeDraft { name: name.clone(), ..code.draft() })?;
                        }
                    }
                    Edit::RemoveCode(code) => {
                        if let Some(code) = pick(&codes, *code)
                            && !codes.iter().any(|other| other.parent == Some(code.id))
                        {
                            tx.delete_code(code.id)?;
                        }
                    }
                    Edit::Tag(document, start, length, code, coder, note) => {
                        if let Some(document) = pick(&documents, *document) {
                            let start = (*start).min(document.chars - 1);
                            let end = (start + length).min(document.chars);
                            let draft = AnnotationDraft {
                                document: document.id,
                                text: document.text_id,
                                range: CharRange::new(start, end).unwrap(),
                                code: pick(&codes, *code).map(|code| code.id).filter(|_| *code < 4),
                                coder: tx.ensure_coder(["ana", "ben", "josé"][*coder % 3])?,
                                note: note.clone(),
                            };
                            if reader.same_annotation(&draft)?.is_none() {
                                tx.insert_annotation(&draft, (tx.at(), tx.at()))?;
                            }
                        }
                    }
                    Edit::Note(annotation, note) => {
                        if let Some(row) = pick(&annotations, *annotation) {
                            let draft = AnnotationDraft { note: note.clone(), ..row.draft.clone() };
                            if draft != row.draft
                                && reader.same_annotation(&draft)?.is_none_or(|same| same.id == row.id)
                            {
                                tx.update_annotation(row.id, &draft)?;
                            }
                        }
                    }
                    Edit::Retag(annotation, code) => {
                        if let Some(row) = pick(&annotations, *annotation) {
                            let code = pick(&codes, *code).map(|code| code.id);
                            let draft = AnnotationDraft { code, ..row.draft.clone() };
                            if reader.same_annotation(&draft)?.is_none() {
                                tx.update_annotation(row.id, &draft)?;
                            }
                        }
                    }
                    Edit::Untag(annotation) => {
                        if let Some(row) = pick(&annotations, *annotation) {
                            tx.delete_annotation(row.id)?;
                        }
                    }
                    Edit::Memo(subject, text) => {
                        let subject = match (subject % 3, pick(&documents, *subject), pick(&codes, *subject))
                        {
                            (0, Some(document), _) => MemoSubject::Document(document.id),
                            (1, _, Some(code)) => MemoSubject::Code(code.id),
                            _ => MemoSubject::Project,
                        };
                        if !text.is_empty() {
                            let coder = tx.ensure_coder("ana")?;
                            tx.insert_memo(subject, coder, text)?;
                        }
                    }
                    Edit::Undo => {}
                }
                Ok(())
            })
            .unwrap();
    }

    fn export(&self, folder: &Path, guard: bool) {
        let options = BundleOptions {
            no_texts: false,
            force: false,
            writing: WriteOptions { guard, ..WriteOptions::default() },
            selection: Selection::default(),
            most_rows: 3,
        };
        write_bundle(&self.session, folder, &options).unwrap();
    }

    fn import(&mut self, folder: &Path) -> Outcome {
        import_bundle(&mut self.session, folder, &Options { yes: true, ..Options::default() }, None).unwrap()
    }
}

/// How a failing law shows what was refused.
fn refusals(outcome: &Outcome) -> String {
    outcome.refusals.iter().map(|(file, refusal)| format!("{file}: {refusal}\n")).collect()
}

proptest! {
    #![proptest_config(law(80))]

    #[test]
    fn a_bundle_rebuilds_its_store_and_changes_nothing_where_it_came_from(
        before in prop::collection::vec(edit(), 1..25),
        since in prop::collection::vec(edit(), 0..6),
        guard in any::<bool>(),
    ) {
        let mut work = Work::new(7);
        before.iter().for_each(|edit| work.make(edit));
        let bundle = work.folder.path().join("bundle");
        work.export(&bundle, guard);

        let mut other = Work::new(8);
        let outcome = other.import(&bundle);
        prop_assert_eq!(outcome.refused, 0, "{}", refusals(&outcome));
        // An empty project leaves nothing behind where it is imported, not even its name.
        prop_assume!(outcome.change.is_some());
        let again = other.folder.path().join("again");
        other.export(&again, guard);
        let (one, two) = (files(&bundle), files(&again));
        prop_assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
        for (name, bytes) in &one {
            let (one, two) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&two[name]));
            prop_assert_eq!(one, two, "{}", name);
        }

        let outcome = work.import(&bundle);
        prop_assert_eq!(outcome.refused, 0, "{}", refusals(&outcome));
        prop_assert!(outcome.change.is_none(), "{:?}", outcome);

        // An old bundle that nobody edited is news to nobody.
        since.iter().for_each(|edit| work.make(edit));
        let outcome = work.import(&bundle);
        prop_assert_eq!(outcome.refused, 0, "{}", refusals(&outcome));
        prop_assert!(outcome.change.is_none(), "{:?}", outcome);
    }
}

/// What a person or a spreadsheet does to a table of annotations.
#[derive(Debug, Clone)]
enum Slip {
    /// A cell, by row and column, becomes this.
    Cell(usize, usize, String),
    /// A cell becomes that of another row.
    Copy(usize, usize, usize),
    Delete(usize),
    Blank(usize, usize),
    DropRow(usize),
    CopyRow(usize),
}

fn slip() -> impl Strategy<Value = Slip> {
    let (row, column) = (0usize..8, 0usize..16);
    prop_oneof![
        4 => (row.clone(), column.clone(), text()).prop_map(|(a, b, c)| Slip::Cell(a, b, c)),
        // The note is what people edit most.
        3 => (row.clone(), text()).prop_map(|(a, b)| Slip::Cell(a, 7, b)),
        3 => (row.clone(), row.clone(), column.clone()).prop_map(|(a, b, c)| Slip::Copy(a, b, c)),
        2 => row.clone().prop_map(Slip::Delete),
        2 => (row.clone(), column).prop_map(|(a, b)| Slip::Blank(a, b)),
        1 => row.clone().prop_map(Slip::DropRow),
        1 => row.prop_map(Slip::CopyRow),
    ]
}

fn spoil(table: &str, slips: &[Slip], dropped: Option<usize>) -> String {
    let mut sheet = Sheet::parse(table);
    for slip in slips.iter().filter(|_| !table.is_empty()) {
        let rows = sheet.rows.len().max(1);
        let row = |row: usize| row % rows;
        if sheet.rows.is_empty() {
            break;
        }
        match slip {
            Slip::Cell(at, column, value) => sheet.rows[row(*at)][*column] = value.clone(),
            Slip::Copy(from, to, column) => {
                sheet.rows[row(*to)][*column] = sheet.rows[row(*from)][*column].clone();
            }
            Slip::Delete(at) => sheet.rows[row(*at)][8] = "delete".to_owned(),
            Slip::Blank(at, column) => sheet.rows[row(*at)][*column] = String::new(),
            Slip::DropRow(at) => drop(sheet.rows.remove(row(*at))),
            Slip::CopyRow(at) => sheet.rows.push(sheet.rows[row(*at)].clone()),
        }
    }
    let name = dropped.map(|column| sheet.header[column].clone());
    match name {
        Some(name) => sheet.without(&name).text(),
        None => sheet.text(),
    }
}

proptest! {
    #![proptest_config(law(80))]

    #[test]
    fn whatever_comes_back_a_rehearsal_foretells_it_and_a_second_import_is_quiet(
        before in prop::collection::vec(edit(), 4..25),
        slips in prop::collection::vec(slip(), 0..8),
        since in prop::collection::vec(edit(), 0..5),
        dropped in prop::option::weighted(0.2, 0usize..16),
    ) {
        let mut work = Work::new(7);
        before.iter().for_each(|edit| work.make(edit));
        let options = WriteOptions::default();
        let rows = postil::actions::export::Rows::read(work.session.reader(), &Selection::default()).unwrap();
        let (_, bytes) =
            postil::actions::export::write_annotations(&work.session, &rows, Vec::new(), options).unwrap();
        let table = spoil(&String::from_utf8(bytes).unwrap(), &slips, dropped);
        since.iter().for_each(|edit| work.make(edit));

        let options = Options { partial: true, create_codes: true, yes: true, ..Options::default() };
        let mut run = |dry_run| {
            let options = Options { dry_run, ..options.clone() };
            import_annotations(&mut work.session, table.as_bytes(), "a.csv", None, &options, None).unwrap()
        };
        let (foretold, told, again) = (run(true), run(false), run(false));
        prop_assert_eq!(foretold.annotations, told.annotations);
        prop_assert_eq!((foretold.refused, foretold.wrote), (told.refused, told.wrote));
        prop_assert_eq!(foretold.change, None);
        prop_assert!(again.change.is_none(), "{}{:?}", table, again);
        let report = postil::actions::care::check(&work.session).unwrap();
        prop_assert!(report.findings.is_empty(), "{}{:?}", table, report.findings);
    }
}
