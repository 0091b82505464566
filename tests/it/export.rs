//! `export csv` and `export table`: what is written, and where.

use expect_test::expect;
use postil::actions::export::{BundleOptions, WriteOptions, write_bundle};
use postil::actions::{Access, Session, Who};
use postil::store::select::Selection;

use super::project::Project;
use super::sheet::{Sheet, coded};

#[test]
fn a_file_holds_one_row_per_annotation_in_the_order_of_places() {
    let (project, _) = coded();
    let file = project.read("a.csv");
    assert!(file.starts_with("\u{feff}id,document,start,end,quote,"), "{file}");
    assert_eq!(file.matches("\r\n").count(), 5);
    let sheet = Sheet::parse(&file);
    let cells: Vec<String> = (0..sheet.rows.len())
        .map(|row| {
            ["start", "end", "quote", "code", "coder", "note"].map(|column| sheet.cell(row, column)).join("|")
        })
        .collect();
    expect![[r#"
        0|5|Norms|actors/state|ana|
        0|17|Norms bind states|norms|ana|a definition
        20|32|States speak|actors/state|ben|
        58|66|at times|norms|ana|'=1+1"#]]
    .assert_eq(&cells.join("\n"));
}

#[test]
fn standard_output_gets_the_same_bytes_as_a_file() {
    let (project, _) = coded();
    assert_eq!(project.ok("export csv -o -"), project.read("a.csv"));
    let plain = project.ok("export csv -o - --no-bom --no-guard --delimiter ;");
    assert!(plain.starts_with("id;document;"), "{plain}");
    assert!(plain.contains(";=1+1;") && project.read("a.csv").contains(",'=1+1,"), "{plain}");
}

#[test]
fn filters_choose_the_rows() {
    let (project, _) = coded();
    let rows = |line: &str| Sheet::parse(&project.ok(line)).rows.len();
    assert_eq!(rows("export csv -o - --code norms"), 2);
    assert_eq!(rows("export csv -o - --by ben"), 1);
    assert_eq!(rows("export csv -o - --code actors --by ana"), 1);
    assert!(project.refused("export csv -o - --code norm").contains("`norms`"));
}

#[test]
fn nothing_is_replaced_without_force() {
    let (project, _) = coded();
    let before = project.read("a.csv");
    project.ok("untag 1");
    expect![[r#"
        error: `$FOLDER/a.csv` exists already
        hint: add `--force` to replace it, or write somewhere else
    "#]]
    .assert_eq(&project.refused("export csv -o a.csv"));
    assert_eq!(project.read("a.csv"), before);
    project.ok("export csv -o a.csv --force");
    assert_ne!(project.read("a.csv"), before);

    project.ok("export csv -o round/");
    expect![[r#"
        error: the folder `$FOLDER/round` is not empty
        hint: name a new folder, or add `--force` to replace the files of an earlier export
    "#]]
    .assert_eq(&project.refused("export csv -o round"));
    project.ok("export csv -o round --force");
    expect![[r#"
        error: `$FOLDER/study.postil` is a file
        hint: name a folder, or a file that ends in `.csv` for the annotations alone
    "#]]
    .assert_eq(&project.refused("export csv -o study.postil"));
    let missing = project.refused("export csv -o nowhere/deep/a.csv");
    assert!(missing.contains("there is no folder `$FOLDER/nowhere/deep`"), "{missing}");
}

#[test]
fn a_bundle_holds_every_table_the_texts_and_the_manifest() {
    let (project, _) = coded();
    project.ok("memo code:norms 'what binds'");
    expect![[r#"
        --- stderr
        4 annotations, 3 codes and 1 document in 8 files below `round`
        hint: edit `round/annotations.csv` in any spreadsheet, then `postil import csv round/annotations.csv --dry-run`
    "#]].assert_eq(&project.run("export csv -o round").text());
    let mut names: Vec<String> = ["", "texts"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(project.path("round").join(folder)).unwrap())
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    expect![[r#"
        annotations.csv
        assignments.csv
        coders.csv
        codes.csv
        datapackage.json
        documents.csv
        memos.csv
        note.txt
        texts"#]]
    .assert_eq(&names.join("\n"));
    assert_eq!(project.read("round/texts/note.txt"), project.read("note.txt"));
    assert_eq!(project.read("round/annotations.csv"), project.read("a.csv"));
    expect![[r#"
        id,path,color,description,action,created,lineage
        019c13ec-9e00-7404-92a7-64fc40f3ceb5,actors,,,,2026-01-31T12:00:00.000Z,v1dd146148c386d3d
        019c13ec-9e00-7404-92a7-64fc638cb9f8,actors/state,,,,2026-01-31T12:00:00.000Z,v24582ebb43481285
        019c13ec-9e00-7404-92a7-64fb9e14577d,norms,,,,2026-01-31T12:00:00.000Z,v06f02381e6d5399e
    "#]]
    .assert_eq(&project.read("round/codes.csv").replace(['\u{feff}', '\r'], ""));
    expect![[r#"
        id,name,file,chars,text_sha256,source,source_sha256,encoding,newline,bom,created,modified,action,lineage
        019c13ec-9e00-7407-bed9-eeb5030d93e9,note,texts/note.txt,77,38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50,note.txt,38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50,utf-8,lf,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,,v73f3755b6684690e
    "#]].assert_eq(&project.read("round/documents.csv").replace(['\u{feff}', '\r'], ""));
    let manifest: serde_json::Value = serde_json::from_str(&project.read("round/datapackage.json")).unwrap();
    assert_eq!(manifest["postil"]["contract"], 1);
    project.ok("export csv -o bare --no-texts");
    assert!(!project.path("bare/texts").exists());
    assert_eq!(Sheet::read(&project, "bare/documents.csv").cell(0, "file"), "");
}

#[test]
fn a_second_export_of_the_same_content_is_the_same_bytes() {
    let (project, _) = coded();
    project.ok("export csv -o one");
    project.ok("export csv -o two");
    for name in ["annotations.csv", "codes.csv", "documents.csv", "coders.csv", "datapackage.json"] {
        assert_eq!(project.read(&format!("one/{name}")), project.read(&format!("two/{name}")), "{name}");
    }
}

#[test]
fn more_rows_than_a_spreadsheet_shows_go_on_in_further_files() {
    let (project, _) = coded();
    let who = Who { coder: None, now: 0, seed: 0 };
    let session = Session::open(&project.path("study.postil"), Access::Read, who).unwrap();
    let export = |most_rows| {
        let options = BundleOptions {
            no_texts: true,
            force: true,
            writing: WriteOptions::default(),
            selection: Selection::default(),
            most_rows,
        };
        write_bundle(&session, &project.path("round"), &options).unwrap()
    };
    assert_eq!(export(2).parts, 2);
    let parts =
        ["annotations", "annotations-2"].map(|name| Sheet::read(&project, &format!("round/{name}.csv")));
    assert_eq!(parts.each_ref().map(|part| part.rows.len()), [2, 2]);
    assert!(project.ok("import csv round").contains("4 unchanged"));
    // The proof that nothing is missing counts all parts.
    project.ok("import csv round --missing-means-deleted");
    // A shorter export over a longer one leaves nothing behind that an import would read.
    assert_eq!(export(3).parts, 2);
    assert_eq!(export(4).parts, 1);
    assert!(!project.path("round/annotations-2.csv").exists());
}

#[test]
fn names_that_no_system_allows_become_safe_files() {
    let project = Project::new();
    for (index, name) in ["../x", "CON", "a:b", "A:b", "📎 note", "\u{202e}txt", ".hidden"].iter().enumerate()
    {
        project.write(&format!("{index}.txt"), format!("Text number {index}."));
        project.args(&["document", "add", &format!("{index}.txt"), "--name", name]).ok();
    }
    project.ok("export csv -o out");
    let sheet = Sheet::read(&project, "out/documents.csv");
    let files: Vec<&str> = (0..sheet.rows.len()).map(|row| sheet.cell(row, "file")).collect();
    expect![[r#"
        [
            "texts/_x.txt",
            "texts/hidden.txt",
            "texts/A_b.txt",
            "texts/CON_.txt",
            "texts/a_b~2.txt",
            "texts/_txt.txt",
            "texts/📎 note.txt",
        ]
    "#]]
    .assert_debug_eq(&files);
    assert!(!project.path("x.txt").exists());
}

#[test]
fn a_long_table_splits_paths_and_carries_attributes() {
    let (project, _) = coded();
    project.ok("document set note year=1999");
    let table = Sheet::parse(&project.ok("export table --long -o -"));
    expect![[r#"
        document,start,end,quote,code,coder,note,created,modified,level_1,level_2,year
        note,0,5,Norms,actors/state,ana,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,actors,state,1999
        note,0,17,Norms bind states,norms,ana,a definition,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,norms,,1999
        note,20,32,States speak,actors/state,ben,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,actors,state,1999
        note,58,66,at times,norms,ana,'=1+1,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,norms,,1999
    "#]].assert_eq(&table.without("id").text_with(",", "\n"));
}

#[test]
fn a_wide_table_counts_by_passage_document_or_paragraph() {
    let (project, _) = coded();
    project.ok("document set note year=1999");
    let wide = |unit: &str| {
        Sheet::parse(&project.ok(&format!("export table --wide -o - {unit}"))).text_with(",", "\n")
    };
    expect![[r#"
        document,start,end,coder,quote,actors,actors/state,norms
        note,0,5,ana,Norms,0,1,0
        note,0,17,ana,Norms bind states,0,0,1
        note,20,32,ben,States speak,0,1,0
        note,58,66,ana,at times,0,0,1
    "#]]
    .assert_eq(&wide("--unit passage"));
    expect![[r#"
        document,year,actors,actors/state,norms
        note,1999,0,2,2
    "#]]
    .assert_eq(&wide("--unit document --values count"));
    expect![[r#"
        document,paragraph,start,end,actors,actors/state,norms
        note,1,0,18,0,1,1
        note,2,20,76,0,1,1
    "#]]
    .assert_eq(&wide("--unit paragraph"));
    assert_eq!(project.run("export table -o -").status, Some(2));
    project.ok("export table --wide -o wide.csv --code norms");
    assert!(project.refused("export table --wide -o wide.csv").contains("--force"));
}

#[test]
fn a_bundle_is_a_folder_in_a_folder_that_is_there() {
    let project = Project::small();
    let said = project.run("export csv -o notes.txt");
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("notes.csv") && !project.path("notes.txt").exists(), "{}", said.err);
    let said = project.run("export csv -o nowhere/round1");
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("mkdir -p"), "{}", said.err);
}
