//! Many shells at once: every command is carried out, none is turned away, and nothing that was acknowledged is missing.

use std::time::{Duration, Instant};

use crate::figures::record;
use crate::project::Project;
use crate::scale::rounds;

/// A store that a crowd can write to: one long text and a code.
fn crowded() -> Project {
    let project = Project::new();
    project.write("long.txt", "All is said and some is done. ".repeat(1_000));
    project.ok("document add long.txt");
    project.ok("code add norms");
    project
}

/// The command that shell number `shell` types at its turn number `turn`; all have something to say of their own.
fn line(shell: usize, turn: usize) -> String {
    let at = shell * 300 + turn;
    match turn % 5 {
        0 => format!("code add s{shell}/t{turn}"),
        1 => format!("memo project 'said at turn {turn}' --coder c{shell}"),
        _ => format!("tag long:{at}-{} norms --coder c{shell} --note 'turn {turn}'", at + 3),
    }
}

#[test]
fn many_shells_at_once_lose_nothing_and_none_is_turned_away() {
    let (shells, turns) = (rounds(20, 50), rounds(20, 200));
    let project = crowded();
    let started = Instant::now();
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let crowd: Vec<_> = (0..shells)
            .map(|shell| {
                let project = &project;
                scope.spawn(move || {
                    let turn = |turn| {
                        let line = line(shell, turn);
                        let began = Instant::now();
                        let run = project.run(&line);
                        assert_eq!(run.status, Some(0), "{line}: {}", run.text());
                        began.elapsed()
                    };
                    (0..turns).map(turn).collect::<Vec<_>>()
                })
            })
            .collect();
        crowd.into_iter().flat_map(|shell| shell.join().unwrap()).collect()
    });
    let took = started.elapsed();

    let count = |query: &str| -> usize {
        project.args(&["sql", query, "--format", "plain"]).ok().trim().parse().unwrap()
    };
    let said = |kind: fn(usize) -> bool| shells * (0..turns).filter(|turn| kind(turn % 5)).count();
    assert_eq!(count("SELECT count(*) FROM annotations"), said(|kind| kind > 1));
    assert_eq!(count("SELECT count(*) FROM memos"), said(|kind| kind == 1));
    assert_eq!(count("SELECT count(*) FROM codes"), 1 + shells + said(|kind| kind == 0));
    // One change a command, in one row, without a gap.
    assert_eq!(count("SELECT count(*) FROM changes"), 2 + shells * turns);
    assert_eq!(count("SELECT max(id) FROM changes"), 2 + shells * turns);
    project.ok("check");

    waits.sort();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64();
    record(
        "crowd",
        &format!(
            "{shells} shells × {turns} commands: 0 lost, 0 turned away; a command took {:.2} s in the middle, {:.2} s at \
             the 99th of 100, {:.2} s at worst; {:.0} commands a second",
            at(50),
            at(99),
            at(100),
            waits.len() as f64 / took.as_secs_f64()
        ),
    );
}

/// The control: the same crowd with SQLite as it comes, where a reader that becomes a writer is turned away.
#[test]
#[expect(clippy::disallowed_methods, reason = "the control does without our hardened connections")]
fn the_same_crowd_is_turned_away_where_a_write_begins_as_a_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (i INTEGER)").unwrap();
    let refused: usize = std::thread::scope(|scope| {
        let write = || {
            let db = rusqlite::Connection::open(&path).unwrap();
            db.busy_timeout(Duration::from_secs(5)).unwrap();
            let once = || {
                db.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
                // What a program does between reading and writing.
                std::thread::sleep(Duration::from_millis(1));
                db.execute_batch("INSERT INTO t VALUES (1); COMMIT").is_err()
            };
            let refused = (0..20).filter(|_| {
                let refused = once();
                let _ = db.execute_batch("ROLLBACK");
                refused
            });
            refused.count()
        };
        let crowd: Vec<_> = (0..20).map(|_| scope.spawn(write)).collect();
        crowd.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert!(refused > 0, "the control turned nobody away: it shows nothing");
    record("crowd-control", &format!("{refused} of 400 writes turned away"));
}
