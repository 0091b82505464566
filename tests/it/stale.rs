//! `import csv` of a sheet that was written before a document got another text: its rows count in the older one.

use expect_test::expect;

use super::project::Project;
use super::sheet::{Sheet, import, refused};

const FIRST: &str = "Norms bind states.\n\nStates speak of norms; norms \u{201c}bind\u{201d} nobody, some say. Power decides. So it was.\n\n\
    Trust grows slowly. It needs habits, and habits need years.\n";

/// A sentence more at the beginning, straight quotation marks, one word that reads otherwise, and no trust.
const SECOND: &str = "This is about order.\n\nNorms bind states.\n\nStates speak of norms; norms \"bind\" nobody, some \
    say. Power settles everything. So it was.\n";

/// A project whose document `note` was coded in its first text, exported to `old.csv`, and given its second text.
fn revised() -> (Project, Sheet) {
    let project = Project::new();
    project.write("note.txt", FIRST);
    project.ok("document add note.txt");
    project.ok("code add norms power trust");
    project.ok("tag note 'Norms bind states' norms --note first");
    project.ok("tag note 'Power decides' power");
    project.ok("tag note 'Trust grows slowly' trust --coder ben");
    project.ok("export csv -o old.csv");
    let sheet = Sheet::read(&project, "old.csv");
    project.write("second.txt", SECOND);
    let run = project.run("document replace note second.txt");
    assert!(run.err.contains("1 moved, 1 edited, 1 orphaned"), "{}", run.text());
    (project, sheet)
}

/// Place, words, code and note of every annotation; those that count in an older text are marked.
fn places(project: &Project) -> String {
    let now = Sheet::parse(&project.ok("export csv -o -"));
    let columns = ["start", "end", "quote", "code", "note"];
    let orphans = project.ok("list --orphans --format csv");
    let row = |row: usize| {
        let mark = if orphans.contains(now.cell(row, "id")) { " (orphan)" } else { "" };
        columns.map(|column| now.cell(row, column)).join("|") + mark
    };
    (0..now.rows.len()).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sheet_of_the_older_text_that_nobody_edited_changes_nothing() {
    let (project, sheet) = revised();
    let before = project.dump();
    expect![[r#"
        annotations: 1 unchanged, 2 older than the store
        --- stderr
        nothing changed
        hint: older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back
    "#]]
    .assert_eq(&import(&project, &sheet));
    assert!(project.dump() == before);
}

#[test]
fn what_was_edited_beside_the_passage_is_taken_and_the_passage_stays_where_it_followed_to() {
    let (project, sheet) = revised();
    let edited =
        sheet.edit("quote", "Norms bind states", "note", "second").edit("coder", "ben", "note", "gone?");
    expect![[r#"
        annotations: 2 changed, 1 older than the store
        --- stderr
        change 7; `postil undo` takes it back
        hint: older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back
    "#]]
    .assert_eq(&import(&project, &edited));
    expect![[r#"
        22|39|Norms bind states|norms|second
        96|120|Power settles everything|power|
        101|119|Trust grows slowly|trust|gone? (orphan)"#]]
    .assert_eq(&places(&project));
    project.ok("check");
    assert!(import(&project, &edited).contains("nothing changed"));
    project.ok("undo");
    assert!(places(&project).contains("Norms bind states|norms|first"));
    project.ok("redo");
    assert!(places(&project).contains("22|39|Norms bind states|norms|second"));
    project.ok("check");
}

#[test]
fn a_new_row_is_looked_up_in_the_older_text_and_followed() {
    let (project, sheet) = revised();
    let sha256 = sheet.cell(0, "document_sha256").to_owned();
    let mut edited = sheet.clone();
    edited.rows.clear();
    let row = |start: &'static str, end: &'static str, quote: &'static str| {
        [("document", "note"), ("start", start), ("end", end), ("quote", quote), ("code", "norms")]
    };
    for cells in [
        row("6", "17", "bind states"),
        row("49", "55", "\u{201c}bind\u{201d}"),
        row("74", "87", "Power decides"),
        // Without its positions, the words are looked for in the older text as well.
        row("", "", "some say. Power decides"),
    ] {
        edited = edited.add(&[&cells[..], &[("document_sha256", sha256.as_str())]].concat());
    }
    expect![[r#"
        annotations: 4 new
        --- stderr
        warning: row 3: the words of its passage have changed since the sheet was written; it is 71-77 now
        warning: row 4: the words of its passage have changed since the sheet was written; it is 96-120 now
        warning: row 5: the words of its passage have changed since the sheet was written; it is 86-120 now
        1 passage found by its words, not by positions
        4 passages followed from an older text of their document, 3 of them with other words
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    expect![[r#"
        22|39|Norms bind states|norms|first
        28|39|bind states|norms|
        71|77|"bind"|norms|
        86|120|some say. Power settles everything|norms|
        96|120|Power settles everything|norms|
        96|120|Power settles everything|power|
        101|119|Trust grows slowly|trust| (orphan)"#]]
    .assert_eq(&places(&project));
    project.ok("check");
    assert!(import(&project, &edited).contains("4 already there"));
}

#[test]
fn a_new_row_whose_passage_is_gone_or_damaged_is_refused() {
    let (project, sheet) = revised();
    let sha256 = sheet.cell(0, "document_sha256").to_owned();
    let mut edited = sheet.clone();
    edited.rows.clear();
    for (start, end, quote) in
        [("121", "136", "It needs habits"), ("49", "55", "?bind?"), ("49", "55", "entirely other words")]
    {
        edited = edited.add(&[
            ("document", "note"),
            ("start", start),
            ("end", end),
            ("quote", quote),
            ("code", "norms"),
            ("document_sha256", &sha256),
        ]);
    }
    edited.save(&project, "edited.csv");
    expect![[r#"
        warning: refused: edited.csv, row 2, column `quote`: `It needs habits`: this passage of an older text is not in the text of now, or nobody can say where: give its place and quote of now, and blank `document_sha256`
        warning: refused: edited.csv, row 3, column `quote`: `?bind?`: letters have become `?`: the file was saved in an encoding that lacks them
        warning: refused: edited.csv, row 4, column `quote`: `entirely other words`: the quote is not at 49-55, nor anywhere in the text
        error: 3 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]]
    .assert_eq(&refused(&project, "import csv edited.csv"));
    // As the hint says: place and quote of now, and no digest.
    let mended = edited.set(0, "document_sha256", "").set(0, "start", "42").set(0, "end", "54").set(
        0,
        "quote",
        "States speak",
    );
    let mended = Sheet { rows: mended.rows[..1].to_vec(), ..mended };
    assert!(import(&project, &mended).contains("1 new"));
}

#[test]
fn a_passage_that_was_moved_in_the_older_text_is_moved_in_the_text_of_now() {
    let (project, sheet) = revised();
    let edited = sheet.clone().edit("quote", "Norms bind states", "start", "6").edit(
        "quote",
        "Norms bind states",
        "quote",
        "bind states",
    );
    expect![[r#"
        annotations: 1 changed, 1 unchanged, 1 older than the store
        --- stderr
        1 passage followed from an older text of their document
        change 7; `postil undo` takes it back
        hint: older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back
    "#]]
    .assert_eq(&import(&project, &edited));
    assert!(places(&project).contains("28|39|bind states|norms|first"), "{}", places(&project));
    project.ok("check");
    // To where nothing is any more.
    let lost = sheet
        .edit("quote", "Power decides", "start", "121")
        .edit("quote", "Power decides", "end", "136")
        .edit("quote", "Power decides", "quote", "It needs habits");
    lost.save(&project, "edited.csv");
    let said = refused(&project, "import csv edited.csv");
    assert!(
        said.contains("row 3, column `quote`: `It needs habits`: this passage of an older text"),
        "{said}"
    );
}

#[test]
fn an_orphan_is_given_a_place_in_the_text_of_now() {
    let (project, _) = revised();
    project.ok("export csv -o now.csv");
    let now = Sheet::read(&project, "now.csv");
    let place = |sheet: Sheet| {
        sheet.edit("coder", "ben", "start", "100").edit("coder", "ben", "end", "124").edit(
            "coder",
            "ben",
            "quote",
            "Power settles everything",
        )
    };
    assert!(import(&project, &place(now)).contains("1 changed, 2 unchanged"));
    assert!(places(&project).contains("96|120|Power settles everything|trust|"));
    assert_eq!(project.ok("list --orphans --count").trim(), "0");
    project.ok("check");
}

#[test]
fn a_sheet_between_two_revisions_is_known_and_followed() {
    let (project, _) = revised();
    project.ok("export csv -o between.csv");
    let between = Sheet::read(&project, "between.csv");
    project.write("third.txt", SECOND.replace("This is about order.", "Of order, and of nothing else."));
    assert!(project.run("document replace note third.txt").err.contains("change 7"));
    let before = project.dump();
    let said = import(&project, &between);
    assert!(said.contains("nothing changed"), "{said}");
    assert!(project.dump() == before);
    let edited = between.edit("quote", "Norms bind states", "note", "third");
    let said = import(&project, &edited);
    assert!(said.contains("1 changed"), "{said}");
    assert!(places(&project).contains("32|49|Norms bind states|norms|third"), "{}", places(&project));
    project.ok("check");
}

#[test]
fn a_row_without_its_lineage_means_the_text_that_it_names() {
    let (project, sheet) = revised();
    let said = import(&project, &sheet.clone().without("lineage"));
    assert!(said.contains("nothing changed"), "{said}");
    // Without the digest as well, only the words can tell.
    let said = import(&project, &sheet.without("lineage").without("document_sha256").without("id"));
    assert!(said.contains("refused") && said.contains("Power decides"), "{said}");
}

#[test]
fn a_colleagues_new_annotations_of_the_older_text_are_followed_under_their_own_ids() {
    let (project, _) = revised();
    let other = Project::new();
    other.write("note.txt", FIRST);
    other.ok("document add note.txt");
    other.ok("code add norms");
    // Other random numbers than here, as on any other machine.
    let tag = ["tag", "note", "States speak of norms", "norms", "--coder", "dora"];
    assert!(other.command().env("POSTIL_SEED", "8").args(tag).output().unwrap().status.success());
    project.write("dora.csv", other.ok("export csv -o -"));
    let run = project.run("import csv dora.csv");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(run.text().contains("1 passage followed from an older text"), "{}", run.text());
    let theirs = Sheet::parse(&other.ok("export csv -o -"));
    let (id, version) = (theirs.cell(0, "id").to_owned(), theirs.cell(0, "lineage").to_owned());
    let now = Sheet::parse(&project.ok("export csv -o -"));
    let row = (0..now.rows.len()).find(|row| now.cell(*row, "id") == id).unwrap();
    assert_eq!((now.cell(row, "start"), now.cell(row, "quote")), ("42", "States speak of norms"));
    // Its place follows from what she wrote; nobody wrote anything else.
    let lineage = now.cell(row, "lineage");
    assert!(
        lineage.split(' ').next().unwrap().ends_with(&format!("=v0000000000000000+{version}")),
        "{lineage}"
    );
    project.ok("check");
    let again = project.run("import csv dora.csv");
    assert!(again.text().contains("nothing changed"), "{}", again.text());
    project.ok("undo");
    assert!(!project.ok("export csv -o -").contains(&id));
}

#[test]
fn a_row_pasted_below_another_document_is_not_followed_from_there() {
    let (project, _) = revised();
    project.write("letter.txt", "Dear reader: Norms bind states.\n");
    project.ok("document add letter.txt");
    project.write("essay.txt", "Norms bind states. But who binds whom?\n");
    project.ok("document add essay.txt");
    project.ok("tag essay 'Norms bind states' norms");
    project.ok("export csv -o essay.csv");
    let mut pasted = Sheet::read(&project, "essay.csv");
    pasted.rows.retain(|row| row.contains(&"essay".to_owned()));
    let pasted = pasted.set(0, "document", "letter").set(0, "id", "").set(0, "lineage", "");
    let said = import(&project, &pasted);
    assert!(said.contains("1 new") && !said.contains("followed"), "{said}");
    assert!(places(&project).contains("13|30|Norms bind states|norms|"));
}
