//! A small finished project to play with: three essays, a codebook, the codings of two people, and a store that one of them
//! has gone on with alone.

mod colleague;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::export::{BundleOptions, MOST_ROWS, Rows, WriteOptions, write_bundle, write_long, write_workbook};
use super::files::{NewFile, cannot_write, create_private, create_private_dir, is_occupied, replace_files};
use super::memo::Subject;
use super::passages::PassageWords;
use super::selection::DocumentFilter;
use super::tag::{TagRequest, Tagging, tag_each};
use super::{Session, Who, code, document, done, memo, project};
use crate::domain::resolve::Which;
use crate::error::{Error, Result};
use crate::stop::{self, Hold};
use crate::store::place::{self, DRAFT, folder_of};
use crate::store::select::Selection;
use crate::store::{Access, Store, with_the_store};

/// The store's file name without its ending.
const STORE: &str = "demo";
/// The store's title, by which a demo is known again.
const TITLE: &str = "Three essays on cyber diplomacy (a demo of postil)";
const CODEBOOK: (&str, &str) = ("codebook.txt", include_str!("../../fixtures/codebooks/cyber-diplomacy.txt"));
const ESSAYS: [Essay; 3] = [
    Essay {
        file: "texts/cyber-diplomacy-in-practice.md",
        theme: "practice",
        text: include_str!("../../fixtures/texts/cyber-diplomacy-in-practice.md"),
    },
    Essay {
        file: "texts/three-schools-one-attack.md",
        theme: "schools",
        text: include_str!("../../fixtures/texts/three-schools-one-attack.md"),
    },
    Essay {
        file: "texts/who-acts-in-cyberspace.md",
        theme: "actors",
        text: include_str!("../../fixtures/texts/who-acts-in-cyberspace.md"),
    },
];
/// Who coded which words how: a table with tabs, since quotes have commas in them.
const TAGS: &str = include_str!("../../fixtures/demo/tags.tsv");
const MEMO: (&str, &str) = (
    "code:schools/realism/security-dilemma",
    "ana codes the build-up on both sides, ben also what comes of it. The definition asks for the feedback: agree \
     on one reading before the second round.",
);

struct Essay {
    file: &'static str,
    theme: &'static str,
    text: &'static str,
}

/// A line of [`TAGS`].
struct Coding<'a> {
    coder: &'a str,
    document: &'a str,
    quote: &'a str,
    code: &'a str,
    note: &'a str,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// Where the store is.
    pub store: PathBuf,
    /// Documents.
    pub documents: usize,
    /// Codes.
    pub codes: usize,
    /// Each coder with the number of annotations.
    pub coders: Vec<(String, usize)>,
    /// A demo that was there before was overwritten.
    pub replaced: bool,
}

/// Makes the demo in `folder`: `texts/`, `codebook.txt`, `demo.postil`, `colleagues/ben.postil`, `export/`, `export.xlsx` and
/// `codings.csv`.
///
/// Everything is made beside its place and moved there when it is whole. With `replace`, the files of an earlier demo are
/// overwritten; others are never touched.
///
/// # Errors
/// Refused when `folder` is a file, or holds anything but a demo that may be replaced; the system's.
pub fn make(folder: &Path, replace: bool, who: &Who) -> Result<Demo> {
    let replaced = check_place(folder, replace)?;
    let failed = |cause| cannot_write(folder, cause);
    let fresh = !folder.exists();
    let room = if fresh { folder_of(folder) } else { folder };
    fs::create_dir_all(room).map_err(failed)?;
    let _hold = Hold::new();
    let mut builder = tempfile::Builder::new();
    builder.prefix(DRAFT);
    let draft = builder.tempdir_in(room).map_err(failed)?;
    write_sources(draft.path())?;
    let demo = build(draft.path(), who).map_err(with_the_store)?;
    stop::check().map_err(failed)?;
    let store = folder.join(format!("{STORE}.postil"));
    if fresh {
        place::put_folder(draft, folder)?;
    } else {
        move_into(draft.path(), folder, &store)?;
    }
    Ok(Demo { store, replaced, ..demo })
}

/// Whether there is a demo in `folder` that is to be overwritten.
fn check_place(folder: &Path, replace: bool) -> Result<bool> {
    let shown = folder.display();
    let elsewhere = "name a new folder: `postil demo my-demo`";
    if folder.exists() && !folder.is_dir() {
        return Err(Error::refused(format!("`{shown}` is a file")).hint(elsewhere));
    }
    if !is_occupied(folder) {
        return Ok(false);
    }
    let store = folder.join(format!("{STORE}.postil"));
    // By the title in the store, not by the file's name: `postil init demo` makes a store of that name too.
    let ours =
        store.exists() && Store::open(&store, Access::Read).is_ok_and(|open| open.info().name == TITLE);
    match (ours, replace) {
        (true, true) => Ok(true),
        (true, false) => Err(Error::refused(format!("there is a demo in `{shown}` already"))
            .hint("add `--force` to make it anew; what was changed in it is then lost")),
        (false, true) => {
            Err(Error::refused(format!("`{shown}` is not empty, and what it holds is no demo"))
                .hint(elsewhere))
        }
        (false, false) => Err(Error::refused(format!("the folder `{shown}` is not empty")).hint(elsewhere)),
    }
}

/// Moves what was made in `draft` into `folder`, `store` first: cut short, the folder is known for a demo, and may be made
/// anew.
fn move_into(draft: &Path, folder: &Path, store: &Path) -> Result<()> {
    let failed = |cause| cannot_write(folder, cause);
    place::sync_below(draft).map_err(failed)?;
    place::clear_journal(store)?;
    fs::rename(draft.join(format!("{STORE}.postil")), store).map_err(failed)?;
    replace_files(draft, folder, 1)
}

fn write_sources(folder: &Path) -> Result<()> {
    let texts = folder.join("texts");
    create_private_dir(&texts).map_err(|cause| cannot_write(&texts, cause))?;
    let essays = ESSAYS.iter().map(|essay| (essay.file, essay.text));
    for (name, text) in essays.chain([CODEBOOK]) {
        let path = folder.join(name);
        create_private(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|cause| cannot_write(&path, cause))?;
    }
    Ok(())
}

/// Makes the store and its exports, by the actions that the commands call.
fn build(folder: &Path, who: &Who) -> Result<Demo> {
    let codings = codings();
    let act_as = |coder: &str| Who { coder: Some(coder.to_owned()), ..who.clone() };
    let first = codings.first().map_or("ana", |coding| coding.coder);
    let begun = project::begin(folder, STORE, Some(TITLE), &act_as(first))?;
    let mut session = Session::open(&begun.path, Access::Write, act_as(first))?;

    for essay in &ESSAYS {
        let sources = document::gather(folder, &[essay.file.into()], &mut std::io::empty(), u64::MAX)?;
        let attributes =
            vec![("kind".to_owned(), "essay".to_owned()), ("theme".to_owned(), essay.theme.to_owned())];
        let request = document::AddRequest { sources, attributes, max_bytes: u64::MAX, ..Default::default() };
        document::add(&mut session, request, || {})?;
    }
    let book = code::read(CODEBOOK.1.as_bytes(), code::CodebookForm::Text)?;
    code::import(&mut session, &book)?;

    // A change for each coder and document, as a morning's work would leave them in the log; one for each passage would
    // take 65 times a disk's patience.
    let mut coders: Vec<(String, usize)> = Vec::new();
    for sitting in codings.chunk_by(|one, next| (one.coder, one.document) == (next.coder, next.document)) {
        let coder = sitting[0].coder;
        session = Session::on(session.store, act_as(coder));
        let tagged = tag_sitting(&mut session, sitting)?;
        match coders.iter_mut().find(|(handle, _)| handle == coder) {
            Some((_, count)) => *count += tagged,
            None => coders.push((coder.to_owned(), tagged)),
        }
    }
    session = Session::on(session.store, act_as(first));
    colleague::take_along(folder, &begun.path, &act_as(colleague::HANDLE))?;
    memo::add(&mut session, &Subject::parse(MEMO.0), MEMO.1)?;
    colleague::disagree(&mut session)?;
    for (coder, _) in &coders {
        session = Session::on(session.store, act_as(coder));
        done::finish(&mut session, &DocumentFilter::default())?;
    }
    session = Session::on(session.store, act_as(first));

    export(&session, folder)?;
    Ok(Demo { store: begun.path, documents: ESSAYS.len(), codes: book.len(), coders, replaced: false })
}

/// Tags in one change; returns how many annotations are new.
fn tag_sitting(session: &mut Session, sitting: &[Coding<'_>]) -> Result<usize> {
    let words: Vec<[String; 2]> =
        sitting.iter().map(|coding| [coding.document.to_owned(), coding.code.to_owned()]).collect();
    let requests: Vec<TagRequest<'_>> = sitting
        .iter()
        .zip(&words)
        .map(|(coding, words)| TagRequest {
            words: PassageWords {
                words,
                quote: Some(coding.quote),
                whole: false,
                which: Which::Only,
                input: None,
            },
            note: (!coding.note.is_empty()).then_some(coding.note),
            create: false,
        })
        .collect();
    let tagged = tag_each(session, &requests)?;
    Ok(tagged.iter().map(|tagging: &Tagging| tagging.tagged.len()).sum())
}

fn export(session: &Session, folder: &Path) -> Result<()> {
    let bundle = BundleOptions {
        no_texts: false,
        force: false,
        writing: WriteOptions::default(),
        selection: Selection::default(),
        most_rows: MOST_ROWS,
    };
    write_bundle(session, &folder.join("export"), &bundle)?;
    let mut file = NewFile::create(&folder.join("export.xlsx"), false)?;
    write_workbook(session, &Selection::default(), &mut file, MOST_ROWS)?;
    file.persist()?;
    let rows = session.store.read(|store| Rows::read(store.reader(), &Selection::default()))?;
    let file = NewFile::create(&folder.join("codings.csv"), false)?;
    let (_, file) = write_long(session, &rows, file, WriteOptions::default())?;
    file.persist()
}

fn codings() -> Vec<Coding<'static>> {
    let cells = |line: &'static str| {
        let mut cells = line.split('\t').chain(std::iter::repeat(""));
        let mut next = || cells.next().unwrap_or_default();
        Coding { coder: next(), document: next(), quote: next(), code: next(), note: next() }
    };
    TAGS.lines().skip(1).map(cells).collect()
}
