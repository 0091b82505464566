//! What a store knows of whose work a coder could see: agreement needs coders who could not.

use crate::project::Project;

const TEXT: &str = "Norms bind the weak. The strong write them down.\n";

/// `ana` has coded a text in `ana/study.postil`.
fn coded() -> Project {
    let project = Project::empty();
    project.write("text.txt", TEXT);
    std::fs::create_dir_all(project.path("ana")).unwrap();
    project.ok("init ana/study");
    for line in ["document add text.txt", "code add norms power", "tag text 'Norms bind the weak' norms"] {
        project.ok(&format!("--store ana/study.postil --coder ana {line}"));
    }
    project
}

fn saw(project: &Project, store: &str) -> String {
    let listed = project.ok(&format!("--store {store} coder list --format csv"));
    let cells = listed.lines().skip(1).map(|line| {
        let mut cells = line.split(',');
        format!("{}: {}", cells.next().unwrap(), cells.nth(4).unwrap())
    });
    cells.collect::<Vec<_>>().join("\n")
}

#[test]
fn who_codes_beside_others_saw_their_work_and_who_codes_apart_did_not() {
    let project = coded();
    std::fs::create_dir(project.path("ben")).unwrap();
    std::fs::create_dir(project.path("cleo")).unwrap();
    project.ok("init ben/ben --from ana/study.postil");
    project.ok("init cleo/cleo --from ana/study.postil --with-annotations");
    // Another change first: with one clock and one seed for all, equal changes would make equal ids.
    project.ok("--store cleo/cleo.postil --coder cleo document set text round=1");
    for coder in ["ben", "cleo"] {
        project.ok(&format!(
            "--store {coder}/{coder}.postil --coder {coder} tag text 'The strong write them down' power"
        ));
    }
    assert_eq!(saw(&project, "ben/ben.postil"), "ben: ");
    assert_eq!(saw(&project, "cleo/cleo.postil"), "ana: \ncleo: ana (1)");
    // It travels with the work, in whatever order, and to whoever asks for that work alone.
    project.ok("--store ana/study.postil --coder ana merge ben/ben.postil --only coder=ben");
    project.ok("--store ana/study.postil --coder ana merge cleo/cleo.postil");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: \nben: \ncleo: ana (1)");
    // Whoever goes on where everything came together sees everything.
    project.ok("--store ana/study.postil --coder ana tag text 'The strong' power");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: ben (1), cleo (1)\nben: \ncleo: ana (1)");
    // An undo takes back what was written, not what was seen.
    project.ok("--store ana/study.postil --coder ana undo");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: ben (1), cleo (1)\nben: \ncleo: ana (1)");
    project.ok("--store ana/study.postil check");
}

#[test]
fn coders_who_became_one_did_not_see_themselves() {
    let project = coded();
    project.ok("--store ana/study.postil --coder ben tag text 'The strong write' power");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: \nben: ana (1)");
    project.ok("--store ana/study.postil --coder ana coder merge ben ana");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: ");
}

#[test]
fn work_that_is_taken_as_that_of_another_coder_brings_what_it_saw() {
    let project = coded();
    std::fs::create_dir(project.path("ben")).unwrap();
    project.ok("init ben/ben --from ana/study.postil --with-annotations");
    project.ok("--store ben/ben.postil --coder user tag text 'The strong write' power");
    project.ok("--store ana/study.postil --coder ana merge ben/ben.postil --as user=ben");
    assert_eq!(saw(&project, "ana/study.postil"), "ana: \nben: ana (1)");
}

#[test]
fn what_is_purged_leaves_no_trace_of_who_saw_what() {
    let project = coded();
    project.ok("--store ana/study.postil --coder ben tag text 'The strong write' power");
    project.ok("--store ana/study.postil --coder ana document purge text --yes-erase text");
    assert_eq!(
        project.ok("--store ana/study.postil sql 'SELECT count(*) FROM sight' --format csv").trim(),
        "count(*)\n0"
    );
}
