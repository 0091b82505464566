//! Strangers' stores that are too much: refused in little time and memory; and files that lie beside a store.

use expect_test::expect;

use super::colleagues::Colleagues;
use super::hostile_store::{ana_and_stranger, plant, refusal};

/// Codes below each other, or beside each other, past what any command makes. Their versions are not those of their words:
/// the shape has to be refused before anybody looks at each of them.
fn many_codes(count: u32, parent: &str) -> String {
    format!(
        "PRAGMA ignore_check_constraints=ON;
         WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1000 + {count})
         INSERT INTO code (id, uuid, parent_id, name, color, description, created_at, modified_at, change_id, version)
         SELECT i, randomblob(16), {parent}, 'c' || i, '', '', 0, 0, 1, i FROM n"
    )
}

#[test]
fn a_codebook_of_absurd_shape_is_refused() {
    let all = ana_and_stranger();
    let mut said = String::new();
    for (name, sql) in [
        ("deep", many_codes(20_000, "CASE WHEN i > 1000 THEN i - 1 END")),
        ("wide", many_codes(100_001, "NULL")),
        ("ring", many_codes(20_000, "CASE WHEN i > 1000 THEN i - 1 ELSE 21000 END")),
        ("pair", "UPDATE code SET parent_id = (SELECT max(id) FROM code) WHERE name = 'trust'".to_owned()),
    ] {
        all.copy("ben", name);
        plant(&all, name, &sql);
        let text = refusal(&all, name);
        assert!(text.len() < 1_000, "{text}");
        said.push_str(&format!("# {name}\n{text}"));
    }
    expect![[r#"
        # deep
        error: `deep.postil` can't be merged: its codes stand in a circle, or deeper than 64 levels
        hint: `postil --store deep.postil check` says what is wrong with it
        # wide
        error: `wide.postil` can't be merged: it has more than 100000 codes
        hint: `postil --store wide.postil check` says what is wrong with it
        # ring
        error: `ring.postil` can't be merged: its codes stand in a circle, or deeper than 64 levels
        hint: `postil --store ring.postil check` says what is wrong with it
        # pair
        error: `pair.postil` can't be merged: its codes stand in a circle, or deeper than 64 levels
        hint: `postil --store pair.postil check` says what is wrong with it
    "#]]
    .assert_eq(&said);
}

#[test]
fn a_record_that_is_too_large_is_refused_without_being_held() {
    let all = ana_and_stranger();
    let mut said = String::new();
    // 100 MiB in one cell.
    for (name, sql) in [
        (
            "note",
            "UPDATE annotation SET note = replace(hex(zeroblob(52428800)), '00', 'ab') WHERE note <> ''",
        ),
        (
            "text",
            "UPDATE text SET body = replace(hex(zeroblob(52428800)), '00', 'ab') WHERE body LIKE 'A third%'",
        ),
        (
            "memo",
            "UPDATE code SET description = replace(hex(zeroblob(52428800)), '00', 'ab') WHERE name = 'trust'",
        ),
        ("title", "UPDATE store_info SET name = replace(hex(zeroblob(52428800)), '00', 'ab')"),
        ("summary", "UPDATE change SET summary = replace(hex(zeroblob(52428800)), '00', 'ab')"),
    ] {
        all.copy("ben", name);
        plant(&all, name, sql);
        let run = all.run("ana", &format!("merge {name}.postil"));
        std::fs::remove_file(all.project.path(&format!("{name}.postil"))).unwrap();
        assert!(run.text().len() < 1_000, "{}", run.text().len());
        said.push_str(&format!("# {name}\n{}", run.text()));
    }
    expect![[r#"
        # note
        --- stderr
        error: `note.postil` can't be merged: a text or value is too large for the store
        caused by: string or blob too big
        hint: `postil --store note.postil check` says what is wrong with it
        --- status Some(1)
        # text
        --- stderr
        error: `text.postil` can't be merged: a text or value is too large for the store
        caused by: string or blob too big
        hint: `postil --store text.postil check` says what is wrong with it
        --- status Some(1)
        # memo
        --- stderr
        error: `memo.postil` can't be merged: a text or value is too large for the store
        caused by: string or blob too big
        hint: `postil --store memo.postil check` says what is wrong with it
        --- status Some(1)
        # title
        --- stderr
        error: `title.postil`: a text or value is too large for the store
        caused by: string or blob too big
        --- status Some(1)
        # summary
        annotations: 3 new
        codes: 2 new
        documents: 1 new
        coders: 1 new
        --- stderr
        change 5; `postil undo` takes it back
    "#]]
    .assert_eq(&said);
    all.assert_sound("ana");
}

#[test]
fn what_lies_beside_a_store_is_neither_followed_nor_touched() {
    let all = ana_and_stranger();
    let journal = [&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7][..], &[0xff; 2_000]].concat();
    let theirs = all.bytes("ben");
    for suffix in ["-journal", "-wal", "-shm"] {
        all.copy("ana", "copy");
        let beside = format!("ben.postil{suffix}");
        all.project.write(&beside, &journal);
        let run = all.run("copy", "merge ben.postil");
        assert_eq!(run.status, Some(0), "{}", run.text());
        assert_eq!(
            run.err.contains(&format!("`ben.postil{suffix}` lies beside it")),
            suffix != "-shm",
            "{}",
            run.text()
        );
        assert!(std::fs::read(all.project.path(&beside)).unwrap() == journal, "{suffix} was touched");
        assert!(all.bytes("ben") == theirs, "{suffix}: the store was touched");
        all.assert_sound("copy");
        std::fs::remove_file(all.project.path(&beside)).unwrap();
    }
}

#[test]
fn a_store_that_was_switched_to_a_log_is_read_as_far_as_its_file_goes() {
    let all = ana_and_stranger();
    plant(&all, "ben", "PRAGMA journal_mode=WAL");
    let theirs = all.bytes("ben");
    assert_eq!(theirs[18..20], [2, 2], "it is not in the mode this is about");
    let run = all.run("ana", "merge ben.postil");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(all.said("ana").contains("a note of ben"));
    assert!(all.bytes("ben") == theirs, "the store was touched");
    assert!(!all.project.path("ben.postil-wal").exists() && !all.project.path("ben.postil-shm").exists());
    all.assert_sound("ana");
}

#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_can_be_merged() {
    use std::os::unix::fs::PermissionsExt;
    let all = ana_and_stranger();
    let path = all.project.path("ben.postil");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    all.ok("ana", "merge ben.postil");
    assert!(Colleagues::said(&all, "ana").contains("a note of ben"));
}
