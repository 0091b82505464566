//! `postil adjudicate`: decisions stand as the work of a coder of their own, and the originals stay.

use expect_test::expect;

use crate::disagreements::three_coders;
use crate::project::Project;

/// What the coder `consensus` has, a line each.
fn consensus(project: &Project) -> Vec<String> {
    let listed = project.ok("list --by consensus --format csv");
    let mut reader = csv::Reader::from_reader(listed.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|column| column == name).unwrap()].to_owned()
    };
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| {
        format!("{}-{} {} {}", at(&row, "start"), at(&row, "end"), at(&row, "code"), at(&row, "note"))
    })
    .map(|line| line.trim_end().to_owned())
    .collect()
}

#[test]
fn each_answer_is_one_change_that_is_not_asked_again_and_can_be_undone() {
    let project = three_coders();
    let before = project.ok("list --by ana --by ben --by cleo --format csv");
    let run = project.run_with("adjudicate", b"u\n?\n\nnorms\nq\n");
    assert_eq!(run.status, Some(3), "{}", run.err);
    expect![[r#"
        1 of 3: boundary, text:2-19, 7 characters in dispute
          🕊 [Norms bind می‌روم] states. Cafés close early at night. Power speaks to power, and the weak endure what they must.
          1 ana, cleo  norms 2-12
          2 ben        norms 2-19
        2 of 3: omission, text:28-40, 12 characters in dispute
          🕊 Norms bind می‌روم states. [Cafés close] early at night. Power speaks to power, and the weak endure what they must.
          1 ana        weak
          2 ben, cleo  (nothing)
        3 of 3: confusion, text:57-78, 21 characters in dispute
          🕊 Norms bind می‌روم states. Cafés close early at night. [Power speaks to power], and the weak endure what they must.
          1 ana   power
          2 ben   weak
          3 cleo  states
        --- stderr
        1 passage on which all agree: written as consensus
        [1-2], [u]nion, [i]ntersection, [n]othing, a code, [s]kip, [q]uit or [?] decided: norms 2-19
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?]   a number   what this coder said holds
          u          from the first to the last character that anybody coded
          i          only the characters that all who coded it have in common
          n          no code holds; a note says so
          a code     this code holds, on the whole passage: type its path, or code:PATH
          s          ask another time
          q          leave the rest for another time; what was decided is kept
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] [1-2], [n]othing, a code, [s]kip, [q]uit or [?] decided: norms 28-40
        [1-3], [b] all codes, [n]othing, a code, [s]kip, [q]uit or [?] 2 places decided; `postil undo` takes back the last one
        1 place is left to decide
        --- status Some(3)
    "#]].assert_eq(&run.text());
    expect![[r#"
        2-19 norms
        28-40 norms adjudicated: not weak
        28-40 power"#]]
    .assert_eq(&consensus(&project).join("\n"));
    // What is left is asked; the end of the input leaves it.
    let run = project.run_with("adjudicate", b"");
    assert_eq!(run.status, Some(3));
    assert!(run.out.starts_with("1 of 1: "), "{}", run.out);
    // The last decision is taken back alone, and asked again.
    project.ok("undo");
    assert!(project.run_with("adjudicate", b"").out.starts_with("1 of 2: "));
    let run = project.run_with("adjudicate", b"n\nb\n");
    assert_eq!(run.status, Some(0), "{}", run.err);
    assert!(run.err.contains("nothing is left to decide"), "{}", run.err);
    assert!(project.ok("progress").contains("consensus"));
    assert_eq!(before, project.ok("list --by ana --by ben --by cleo --format csv"));
    project.ok("check");
    // Decided together is no judgement of its own: it is compared only when named, and then with a warning.
    assert!(!project.ok("agree --bootstrap 0").contains("consensus"));
    assert!(project.ok("agree --bootstrap 0 --coders ana,consensus").contains("could see the work"));
}

#[test]
fn wrong_answers_are_told_and_asked_again_and_skipped_places_stay_open() {
    let project = three_coders();
    let run = project.run_with("adjudicate", "norm\n9\ni\ns\ns\n".as_bytes());
    assert!(run.err.contains("there is no code `norm`"), "{}", run.err);
    assert!(run.err.contains("`norms`"), "{}", run.err);
    assert!(run.err.contains("2 places are left to decide"), "{}", run.err);
}

#[test]
fn a_meeting_decides_by_table_all_or_nothing() {
    let project = three_coders();
    let sheet = project.run("disagreements --format csv").out;
    let decided = |decisions: &[(&str, &str)]| {
        let mut reader = csv::Reader::from_reader(sheet.as_bytes());
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = reader.headers().unwrap().clone();
        let decision = header.iter().position(|name| name == "decision").unwrap();
        writer.write_record(&header).unwrap();
        for row in reader.records() {
            let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
            if let Some((_, what)) = decisions.iter().find(|(kind, _)| *kind == cells[1]) {
                cells[decision] = (*what).to_owned();
            }
            writer.write_record(cells).unwrap();
        }
        writer.into_inner().unwrap()
    };
    project.write("bad.csv", decided(&[("boundary", "intersection"), ("confusion", "bem")]));
    let dump = project.dump();
    let run = project.run("adjudicate --from bad.csv");
    assert_eq!(run.status, Some(1));
    assert!(run.err.contains("row 2") && run.err.contains("nothing was written"), "{}", run.err);
    assert_eq!(project.dump(), dump);
    project.write(
        "good.csv",
        decided(&[("boundary", "intersection"), ("confusion", "ben"), ("omission", "nothing")]),
    );
    let run = project.run("adjudicate --from good.csv --dry-run");
    assert!(run.err.contains("3 places would be decided"), "{}", run.err);
    assert_eq!(project.dump(), dump);
    let run = project.run("adjudicate --from good.csv");
    assert_eq!(run.status, Some(0), "{}", run.err);
    expect![[r#"
        2-12 norms
        28-40  adjudicated: not weak
        57-78 weak"#]]
    .assert_eq(&consensus(&project).join("\n"));
    assert!(project.run("adjudicate --from good.csv").err.contains("decided before"));
    project.ok("undo");
    assert!(!project.ok("coder list").contains("consensus"));
}

#[test]
fn who_is_compared_cannot_decide_and_what_all_agree_on_needs_no_questions() {
    let project = three_coders();
    let run = project.run("adjudicate --as ben --agreed-only");
    assert_eq!(run.status, Some(1));
    assert!(run.err.contains("`ben` is one of the coders whose work is compared"), "{}", run.err);
    assert!(run.err.contains("--coders ana,cleo"), "{}", run.err);
    let dump = project.dump();
    assert!(
        project
            .run("adjudicate --agreed-only --dry-run")
            .err
            .contains("1 passage on which all agree would be")
    );
    assert_eq!(project.dump(), dump);
    project.run("adjudicate --agreed-only").err.contains("written as consensus").then_some(()).unwrap();
    assert_eq!(consensus(&project).len(), 1);
    assert!(project.run("adjudicate --agreed-only").err.contains("stands there"));
    assert_eq!(project.run("adjudicate --dry-run").status, Some(2));
}
