//! `import csv` of other programs' tables that are damaged, incomplete or something else.

use expect_test::expect;

use super::import_foreign::{project, said};
use super::sheet::{Sheet, refused};

#[test]
fn a_report_with_variables_that_a_spreadsheet_saved_is_taken_where_it_is_certain() {
    let project = project();
    project.write(
        "report.csv",
        "File,Coder,Coded,Id,Codename,Coded_Memo,Category,FileVar_age,FileVar_sex\n\
         talk,jo,War is costly,ctid:1,cost,,war,30,f\n\
         talk,jo,War is rare,ctid:2,cost,,war,30,\n\
         talk,jo,norms bind,ctid:3,norms,,30,f,\n",
    );
    let run = project.run("import csv report.csv --create-codes --partial --rejects bad.csv");
    expect![[r#"
        annotations: 2 new
        --- stderr
        read as a coding report of QualCoder: 3 passages placed by words
        warning: left aside: the columns `FileVar_age`, `FileVar_sex`
        warning: refused: report.csv, row 4, column `Codename`: `norms`: its categories can't be told from the variables that follow them; export the report again without variables, or delete their columns
        1 refused row in `bad.csv`, with the reasons
        2 codes made: war, war/cost
        new coders: jo
        change 2; `postil undo` takes it back
        --- status Some(3)
    "#]].assert_eq(&run.text());
    let again = refused(&project, "import csv bad.csv --create-codes");
    assert!(again.contains("its categories can't be told"), "{again}");
    // Mended by hand: the blank goes where the category would be.
    let bad = Sheet::read(&project, "bad.csv");
    let mended = bad.set(0, "Category", "").set(0, "FileVar_age", "30").set(0, "FileVar_sex", "f");
    mended.save(&project, "mended.csv");
    let run = project.run("import csv mended.csv --create-codes");
    assert!(run.err.contains("1 code made: norms"), "{}", run.text());
}

#[test]
fn what_could_not_be_placed_is_reported_in_the_order_of_the_sheet_and_comes_back_mended() {
    let project = project();
    project.ok("code add war");
    project.write(
        "h.csv",
        "id,document,tag,content\n\
         1,talk,war,War\n\
         2,tlak,war,War is costly\n\
         3,talk,war,peace is costly\n\
         4,talk,war,#NAME?\n\
         5,,war,War is rare\n\
         6,talk,war,caf? or\n\
         7,talk,war,\n\
         8,talk,war,War is rare\n\
         9,talk,//,who cares?\n",
    );
    let said = refused(&project, "import csv h.csv --rejects bad.csv --create-codes");
    expect![[r#"
        read as a highlights table of Taguette: 2 passages placed by words, 7 not placed
        warning: refused: h.csv, row 2, column `content`: `War`: these words are in the text 2 times, and nothing tells which is meant
        warning: refused: h.csv, row 3, column `document`: `tlak`: there is no document `tlak`; did you mean `talk`?
        warning: refused: h.csv, row 4, column `content`: `peace is costly`: the words are not in the text
        warning: refused: h.csv, row 5, column `content`: `#NAME?`: a spreadsheet took this for a formula and left its error
        warning: refused: h.csv, row 6, column `document`: ``: the row names no document
        warning: refused: h.csv, row 7, column `content`: `caf? or`: the words are not in the text
        warning: refused: h.csv, row 8, column `content`: ``: the row names no passage
        warning: refused: h.csv, row 10, column `tag`: `//`: is no name of a code
        8 refused rows in `bad.csv`, with the reasons
        error: 8 rows refused, so nothing was written
        hint: `postil document add` adds the 1 document of the table that the store lacks
        hint: mend them, or take the good rows with `--partial`
    "#]].assert_eq(&said);
    let bad = Sheet::read(&project, "bad.csv");
    assert_eq!(bad.header, ["id", "document", "tag", "content", "row", "reason"]);
    let mut mended = bad.edit("document", "tlak", "document", "talk").edit("id", "1", "content", "but war");
    mended.rows.retain(|row| ["1", "2"].contains(&row[0].as_str()));
    mended.save(&project, "mended.csv");
    let run = project.run("import csv mended.csv");
    assert!(run.out.contains("2 new"), "{}", run.text());
    assert_eq!(
        run.err.lines().next(),
        Some("read as a highlights table of Taguette: 2 passages placed by words")
    );
}

#[test]
fn a_table_is_read_in_the_form_a_spreadsheet_gives_it() {
    let rows = [["1", "talk", "war", "War is costly"], ["2", "talk", "norms; “soft”", "norms bind"]];
    let table = |delimiter: &str, end: &str| -> String {
        let header = [["ID", " Document ", "Tag", "CONTENT"]];
        let cell = |cell: &&str| if cell.contains(';') { format!("\"{cell}\"") } else { (*cell).to_owned() };
        let line = |row: &[&str; 4]| row.iter().map(cell).collect::<Vec<_>>().join(delimiter) + end;
        header.iter().chain(&rows).map(line).collect()
    };
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(table("\t", "\r\n").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let forms: [(&str, Vec<u8>); 4] = [
        ("commas", table(",", "\n").into()),
        ("semicolons after a sep line", format!("sep=;\r\n{}", table(";", "\r\n")).into()),
        ("bars", format!("\u{feff}{}", table("|", "\r")).into()),
        ("UTF-16", utf16),
    ];
    for (form, bytes) in forms {
        let project = project();
        let run = project.run_with("import csv - --create-codes", &bytes);
        assert!(run.out.contains("2 new"), "{form}: {}", run.text());
        assert!(run.err.contains("2 passages placed"), "{form}: {}", run.text());
    }
}

#[test]
fn a_table_can_be_said_to_be_of_a_program_and_then_must_be() {
    let project = project();
    project.write("own.csv", "id,document,quote,code,tag,content\n,talk,War is rare,,war,War is costly\n");
    project.ok("import csv own.csv --from taguette --create-codes");
    assert!(said(&project).contains("War is costly"));
    let said = refused(&project, "import csv own.csv --from requal");
    expect![[r#"
        error: this is no table of requal: its columns are `id`, `document`, `quote`, `code`, `tag`, `content`
        hint: a table of requal has `doc_name`, `code_name` and `segment_text`; leave `--from` out to have it recognised
    "#]].assert_eq(&said);
    let said = refused(&project, "import csv own.csv --from taguette --missing-means-deleted");
    assert!(said.contains("can't prove what was deleted"), "{said}");
    project.ok("export csv -o bundle");
    assert_eq!(project.run("import csv bundle --from qualcoder").status, Some(2));
}

#[test]
fn the_codebook_of_taguette_is_read_as_a_codebook() {
    let project = project();
    project.write(
        "book.csv",
        "tag,description,number of highlights,number of documents\nin vivo: trust,Their word,3,1\n",
    );
    let said = refused(&project, "import csv book.csv");
    assert!(said.contains("hint: `postil code import FILE --format csv` reads it"), "{said}");
    project.ok("code import book.csv");
    assert!(project.ok("code show 'in vivo: trust'").contains("Their word"));
}

#[test]
fn a_coder_who_cannot_be_and_a_damaged_memo_refuse_their_rows_and_make_nothing() {
    let project = project();
    let long = "x".repeat(300);
    project.write(
        "t.csv",
        format!(
            "Filename,Codename,pos0,pos1,Text,Owner,Memo\n\
             talk,new,0,1,War is rare,{long},\ntalk,newer,0,1,War is rare,jo,#REF!\n"
        ),
    );
    let run = project.run("import csv t.csv --create-codes --partial");
    assert!(
        run.err.contains("row 2, column `Owner`") && run.err.contains("row 3, column `Memo`"),
        "{}",
        run.text()
    );
    assert!(run.err.contains("2 passages placed"), "{}", run.text());
    assert_eq!(project.ok("code list --format plain"), "");
}
