//! What the targets have in common: a small study, and what an error may be.
//!
//! A target asserts laws; that nothing panics is only the first of them. A broken promise of our own code
//! ([`ErrorKind::Internal`], exit status 255) counts as a panic.

use std::path::{Path, PathBuf};

use postil::actions::export::{BundleOptions, WriteOptions, write_bundle};
use postil::actions::import::{Options, Outcome};
use postil::actions::{Session, Who, care};
use postil::domain::record::{Document, MemoSubject, Progress};
use postil::domain::{CharRange, Digest};
use postil::store::annotation::AnnotationDraft;
use postil::store::code::CodeDraft;
use postil::store::select::Selection;
use postil::store::{Access, Store, StoreInfo, Tx};
use postil::{ErrorKind, Result};
use tempfile::TempDir;
use uuid::Uuid;

/// Two texts: one with quotation marks, dashes and marks above letters, one that repeats itself.
pub const TEXTS: [(&str, &str); 2] = [
    (
        "note",
        "Norms bind states.\n\nStates speak of norms; norms \u{201c}bind\u{201d} \u{2014} at times \u{2014} nobody.\nJose\u{301} said so. 👩‍🔬\n",
    ),
    ("letter", "So it was, so it was, so it was.\n\nAnd so it will be.\n"),
];

/// The answer, unless it is an error that is none of our making. Panics for one that is.
pub fn told<T>(answer: Result<T>) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(error) => {
            let said = format!("{} {:?} {:?}", error.message(), error.causes(), error.hints());
            assert!(error.kind() != ErrorKind::Internal, "{said}");
            None
        }
    }
}

/// A study in a throwaway folder: its store as it was made, and a place to work on copies of it.
pub struct Study {
    folder: TempDir,
    /// The bytes of the store.
    pub store: Vec<u8>,
}

/// Who is at work, in all targets.
fn who() -> Who {
    Who { coder: Some("ana".to_owned()), now: 1_767_225_600_000, seed: 7 }
}

impl Default for Study {
    fn default() -> Self {
        Study::new()
    }
}

impl Study {
    /// Makes the study, in memory where the system has a folder for that.
    pub fn new() -> Study {
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder can be made");
        let path = folder.path().join("made.postil");
        let info = StoreInfo { project: Uuid::from_u128(7), name: "study".to_owned(), created_at: 0 };
        drop(Store::create(&path, info).expect("a store can be made"));
        let mut session = Session::open(&path, Access::Write, who()).expect("it can be opened");
        session.change("document add", fill).expect("it can be filled");
        // Every kind of record has a history.
        session.change("note", rewrite).expect("it can be changed");
        drop(session);
        let store = std::fs::read(&path).expect("it can be read");
        Study { folder, store }
    }

    /// A file of the throwaway folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The store that the next session works on.
    pub fn work(&self) -> PathBuf {
        self.path("work.postil")
    }

    /// A session on a fresh copy of the store.
    pub fn session(&self) -> Session {
        self.begin(&self.store);
        Session::open(&self.work(), Access::Write, who()).expect("the copy can be opened")
    }

    /// Puts `bytes` where the next session works, and clears away what an earlier one left beside it.
    pub fn begin(&self, bytes: &[u8]) {
        let _ = std::fs::remove_file(self.path("work.postil-journal"));
        std::fs::write(self.work(), bytes).expect("the copy can be written");
    }

    /// A session on whatever stands where the sessions work.
    ///
    /// # Errors
    /// Those of opening it.
    pub fn open(&self, access: Access) -> Result<Session> {
        Session::open(&self.work(), access, who())
    }

    /// The bytes of the copy.
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.work()).expect("the copy can be read")
    }
}

/// Panics when the store has findings.
#[track_caller]
pub fn sound(session: &Session) {
    let report = care::check(session).expect("a sound store can be checked");
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

/// Everything the store says, as a bundle without texts: equal texts are equal stores.
///
/// # Errors
/// Those of the export.
pub fn dump(session: &Session, folder: &Path) -> Result<String> {
    let _ = std::fs::remove_dir_all(folder);
    let options = BundleOptions {
        no_texts: true,
        force: true,
        writing: WriteOptions::default(),
        selection: Selection::default(),
        most_rows: 1_000,
    };
    write_bundle(session, folder, &options)?;
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    names.sort();
    let mut said = String::new();
    for name in names.iter().filter(|name| name.extension().is_some_and(|ending| ending == "csv")) {
        said += &format!("== {}\n", name.file_name().unwrap_or_default().display());
        said += &String::from_utf8_lossy(&std::fs::read(name)?);
    }
    Ok(said)
}

/// The laws of every import: a rehearsal writes nothing and foretells the run, what came in is sound, and the second time is
/// quiet. `import` imports as `options` say.
pub fn import_laws(
    study: &Study,
    options: &Options,
    mut import: impl FnMut(&mut Session, &Options) -> Result<Outcome>,
) {
    let rehearsal = Options { dry_run: true, ..options.clone() };
    let mut session = study.session();
    let Some(foretold) = told(import(&mut session, &rehearsal)) else {
        drop(session);
        assert!(study.bytes() == study.store, "a refused import wrote to the store");
        return;
    };
    assert!(study.bytes() == study.store, "a rehearsal wrote to the store");
    assert_eq!(foretold.change, None);
    let Some(run) = told(import(&mut session, options)) else {
        panic!("the rehearsal foretold a run that failed")
    };
    assert_eq!(foretold.all(), run.all());
    assert_eq!((foretold.refused, foretold.wrote), (run.refused, run.wrote));
    // `wrote` is also said of what would have been written, had no row been refused.
    let is_kept = run.wrote && (run.refused == 0 || options.partial);
    assert_eq!(run.change.is_some(), is_kept);
    sound(&session);
    match told(import(&mut session, options)) {
        Some(again) => assert!(again.change.is_none(), "{again:?}"),
        // What was complete before the deletions is not complete any more, and says so.
        None => assert!(options.missing_means_deleted, "the second time it failed"),
    }
    if run.change.is_some() {
        // Undo gives back what was there.
        let before = dump(&study.sessioned(), &study.path("before")).map(|said| without_versions(&said));
        let undone = postil::actions::history::undo(&mut session, None);
        assert!(undone.is_ok(), "{:?}", undone.map(|_| ()).map_err(|error| error.message().to_owned()));
        sound(&session);
        let after = dump(&session, &study.path("after")).map(|said| without_versions(&said));
        assert_eq!(before.ok(), after.ok());
    }
}

impl Study {
    /// The store as it was made, to read.
    fn sessioned(&self) -> Session {
        Session::open(&self.path("made.postil"), Access::Read, who()).expect("the store can be opened")
    }
}

/// A dump without versions and without what an undo does not take back: an undo puts content back, never a version.
fn without_versions(said: &str) -> String {
    let mut out = String::new();
    for line in said.lines() {
        let cells: Vec<&str> = line.split(',').filter(|cell| !is_lineage(cell)).collect();
        out += &cells.join(",");
        out.push('\n');
    }
    out
}

fn is_lineage(cell: &str) -> bool {
    let hex = |text: &str| text.len() >= 16 && text.bytes().take(16).all(|byte| byte.is_ascii_hexdigit());
    cell.strip_prefix('v').is_some_and(hex)
}

fn fill(tx: &Tx<'_>) -> Result<()> {
    let mut documents = Vec::new();
    for (name, body) in TEXTS {
        let sha256 = Digest::of(body.as_bytes());
        let chars = u32::try_from(body.chars().count()).expect("they are short");
        let text = tx.ensure_text(body, chars, sha256)?;
        let content = Document {
            name: name.to_owned(),
            text: sha256,
            source: format!("{name}.txt"),
            source_sha256: sha256,
            encoding: "utf-8".to_owned(),
            newline: "lf".to_owned(),
            bom: false,
        };
        documents.push((tx.insert_document(None, &content, text)?, text));
    }
    let code = |parent, name: &str, description: &str| {
        let (name, description) = (name.to_owned(), description.to_owned());
        tx.insert_code(None, &CodeDraft { parent, name, color: "#0072b2".to_owned(), description })
    };
    let norms = code(None, "norms", "What binds.")?;
    let actors = code(None, "actors", "")?;
    let state = code(Some(actors), "state", "=SUM(A1)")?;
    let coders = [tx.ensure_coder("ana")?, tx.ensure_coder("ben")?];
    for (number, (document, start, end, code)) in [
        (0, 0, 5, Some(norms)),
        (0, 0, 5, Some(state)),
        (0, 11, 17, Some(state)),
        (0, 20, 40, None),
        (1, 0, 9, Some(norms)),
        (1, 11, 20, Some(actors)),
    ]
    .into_iter()
    .enumerate()
    {
        let (document, text) = documents[document];
        let draft = AnnotationDraft {
            document,
            text,
            range: CharRange::new(start, end).expect("it is not empty"),
            code,
            coder: coders[number % 2],
            note: if number % 3 == 0 { format!("-note {number}") } else { String::new() },
        };
        tx.insert_annotation(&draft, (tx.at(), tx.at()))?;
    }
    tx.set_attribute(documents[0].0, "year", "1999")?;
    tx.set_attribute(documents[1].0, "year", "'=2001")?;
    tx.set_assignment(documents[0].0, coders[0], Progress::Done, (tx.at(), tx.at()))?;
    tx.insert_memo(MemoSubject::Project, coders[0], "A memo on all of it.")?;
    tx.insert_memo(MemoSubject::Code(norms), coders[1], "A memo on norms.")?;
    Ok(())
}

fn rewrite(tx: &Tx<'_>) -> Result<()> {
    let annotations = tx.reader().annotations(&Selection::default())?;
    if let Some(row) = annotations.first() {
        tx.update_annotation(row.id, &AnnotationDraft { note: "rewritten".to_owned(), ..row.draft.clone() })?;
    }
    if let Some(row) = tx.reader().codes_named(None, "norms")?.into_iter().next() {
        tx.update_code(row.id, &CodeDraft { description: "What binds states.".to_owned(), ..row.draft() })?;
    }
    Ok(())
}
