//! Stores of strangers. What is in their records is the matter of `tests/it/hostile_store*.rs`: here is what they are.

use crate::case::{Case, case, fifo, link, sparse};
use crate::project::Project;

/// A change to a store.
type Change = fn(&Project);

/// Runs SQL on the store past the program.
#[expect(clippy::disallowed_methods, reason = "strangers do not use our hardened connections either")]
fn plant(project: &Project, sql: &str) {
    rusqlite::Connection::open(project.path("study.postil")).unwrap().execute_batch(sql).unwrap();
}

/// Writes bytes over those of the store.
fn patch(project: &Project, at: usize, new: &[u8]) {
    let mut bytes = project.bytes();
    bytes[at..at + new.len()].copy_from_slice(new);
    project.write("study.postil", bytes);
}

fn replaced(project: &Project, content: &[u8]) {
    project.write("study.postil", content);
}

/// The store is gone, and something else may take its place.
fn gone(project: &Project) {
    std::fs::remove_file(project.path("study.postil")).unwrap();
}

/// Every one: what it is, whether it opens, why, and how it comes about.
const STORES: [(&str, bool, &str, Change); 31] = [
    ("trigger", false, "nothing that was planted runs, and it is named", |project| {
        plant(project, "CREATE TRIGGER evil AFTER INSERT ON code BEGIN DELETE FROM document; END");
    }),
    ("view", false, "nothing that was planted runs, and it is named", |project| {
        plant(
            project,
            "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        );
    }),
    ("view-for-a-table", false, "nothing that was planted runs, and it is named", |project| {
        plant(
            project,
            "ALTER TABLE memo RENAME TO hidden; CREATE VIEW memo AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
             SELECT i AS id FROM n",
        );
    }),
    ("generated-column", false, "the table is not ours any more", |project| {
        plant(project, "ALTER TABLE code ADD COLUMN evil TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL");
    }),
    ("virtual-table", false, "nothing that was planted is used, and it is named", |project| {
        plant(project, "CREATE VIRTUAL TABLE words USING fts5(word)");
    }),
    ("more-tables", false, "what is not ours is named", |project| plant(project, "CREATE TABLE more (a)")),
    ("index-on-expression", false, "what is not ours is named", |project| {
        plant(project, "CREATE INDEX slow ON code(upper(name))");
    }),
    ("index-missing", false, "what is missing is named", |project| {
        plant(project, "DROP INDEX annotation_place")
    }),
    ("schema-no-sql", false, "a schema that SQLite cannot read", |project| {
        plant(
            project,
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE (' WHERE name = 'memo'",
        );
    }),
    ("application-of-another", false, "another program's database", |project| {
        plant(project, "PRAGMA application_id=1")
    }),
    ("version-newer", false, "a newer postil's", |project| plant(project, "PRAGMA user_version=99")),
    ("version-negative", false, "another program's database", |project| {
        plant(project, "PRAGMA user_version=-1")
    }),
    ("encoding-utf-16", false, "another program's database", |project| {
        gone(project);
        plant(project, "PRAGMA encoding='UTF-16'; CREATE TABLE a (b); PRAGMA user_version=2");
    }),
    ("empty", false, "no store", |project| replaced(project, b"")),
    ("of-1-byte", false, "no store", |project| replaced(project, b"S")),
    ("of-100-bytes", false, "the header alone", |project| {
        let bytes = project.bytes();
        replaced(project, &bytes[..100]);
    }),
    ("header-only-magic", false, "no store", |project| replaced(project, b"SQLite format 3\0")),
    ("cut-short", false, "half of it is not there", |project| {
        let bytes = project.bytes();
        replaced(project, &bytes[..bytes.len() / 2]);
    }),
    ("zeros-of-1-gib", false, "no store", |project| sparse(project, "study.postil", 1 << 30)),
    (
        "pages-claimed",
        true,
        "a count of pages that is not so is not believed by SQLite: the file's length counts",
        |project| {
            patch(project, 28, &[0x7f, 0xff, 0xff, 0xff]);
            // The count only holds where the two change counters agree.
            patch(project, 92, &[0, 0, 0, 1]);
        },
    ),
    ("page-size-of-65536", false, "pages of another size", |project| patch(project, 16, &[0, 1])),
    ("schema-of-format-200", false, "a form of schema that SQLite does not have", |project| {
        patch(project, 44, &[0, 0, 0, 200]);
    }),
    ("page-size-of-none", false, "no page has 0 bytes", |project| patch(project, 16, &[0, 0])),
    ("first-page-of-nonsense", false, "no database", |project| patch(project, 100, &[0xff; 3_000])),
    ("a-folder", false, "no regular file", |project| {
        gone(project);
        std::fs::create_dir(project.path("study.postil")).unwrap();
    }),
    ("a-pipe", false, "no regular file: opening it would wait for ever", |project| {
        gone(project);
        fifo(project, "study.postil");
    }),
    ("a-device", false, "no regular file", |project| {
        gone(project);
        link(project, "/dev/zero", "study.postil");
    }),
    ("a-link-to-itself", false, "it leads nowhere", |project| {
        gone(project);
        link(project, "study.postil", "study.postil");
    }),
    ("a-link", true, "a store may stand elsewhere; its journal stands beside the file itself", |project| {
        std::fs::create_dir(project.path("elsewhere")).unwrap();
        std::fs::rename(project.path("study.postil"), project.path("elsewhere/study.postil")).unwrap();
        link(project, "elsewhere/study.postil", "study.postil");
    }),
    (
        "a-hard-link",
        true,
        "a file of two names; that is told, since each name would have a journal of its own",
        |project| {
            std::fs::hard_link(project.path("study.postil"), project.path("other-name")).unwrap();
        },
    ),
    ("journal-of-nonsense", true, "SQLite knows that it is none", |project| {
        project.write("study.postil-journal", [&[0xd9, 0xd5, 0x05, 0xf9][..], &[0xff; 4_000]].concat());
    }),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, opens, why, change) in STORES {
        let exit = i32::from(!opens);
        cases.push(case(
            format!("store/{name}"),
            exit,
            why,
            ["--store", "study.postil", "code", "add", "more"],
            change,
        ));
        // The same of somebody else, merged into a store of one's own.
        cases.push(case(
            format!("store/{name}-merged"),
            exit,
            why,
            ["--store", "own.postil", "merge", "study.postil"],
            move |project| {
                std::fs::copy(project.path("study.postil"), project.path("own.postil")).unwrap();
                change(project);
            },
        ));
    }
    cases
}
