//! Merges that meet each other, or are ended in the middle.

use std::process::Stdio;
use std::time::Duration;

use super::colleagues::Colleagues;

/// Ana's store, and some made from it in which each of `who` tagged thousands of passages.
fn busy(who: &[&str]) -> Colleagues {
    let all = Colleagues::ana();
    all.project.write("long.txt", "0123456789".repeat(600));
    all.ok("ana", "document add long.txt");
    for (place, who) in who.iter().enumerate() {
        all.begin(who, "--from ana.postil");
        let mut table = String::from("document,start,end,code,note\n");
        for start in 0..3_000 {
            table.push_str(&format!("long,{start},{},norms,{who} {start}\n", start + 3 + place));
        }
        all.run_with(who, "import csv -", &table).ok();
    }
    all
}

#[test]
fn two_merges_at_once_both_come_in() {
    let all = busy(&["ben", "cleo"]);
    all.copy("ana", "alone");
    all.ok("alone", "merge ben.postil cleo.postil");
    let children: Vec<_> = ["merge ben.postil", "merge cleo.postil", "merge ben.postil cleo.postil"]
        .iter()
        .map(|line| {
            let mut command = all.command("ana");
            command.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        let run = all.project.shape(child.wait_with_output().unwrap());
        assert_eq!(run.status, Some(0), "{}", run.text());
    }
    all.assert_sound("ana");
    assert_eq!(all.content("ana"), all.content("alone"));
}

#[test]
fn two_that_merge_each_other_at_once_end_alike() {
    let all = busy(&["ben", "cleo"]);
    let merge = |into: &str, from: &str| {
        let mut command = all.command(into);
        command.args(["merge", &format!("{from}.postil")]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let children = [merge("ben", "cleo"), merge("cleo", "ben"), merge("ana", "ben")];
    for child in children {
        let run = all.project.shape(child.wait_with_output().unwrap());
        assert_eq!(run.status, Some(0), "{}", run.text());
    }
    all.ok("ben", "merge cleo.postil ana.postil");
    all.ok("cleo", "merge ben.postil");
    all.ok("ana", "merge ben.postil");
    for who in ["ana", "ben", "cleo"] {
        all.assert_sound(who);
        assert_eq!(all.content(who), all.content("ana"), "{who}");
    }
}

#[test]
fn a_merge_that_is_killed_leaves_the_store_as_it_was() {
    let all = busy(&["ben"]);
    let before = all.content("ana");
    all.copy("ana", "whole");
    all.ok("whole", "merge ben.postil");
    let after = all.content("whole");
    let mut killed = 0;
    for round in 0..12_u64 {
        all.copy("ana", "copy");
        let mut command = all.command("copy");
        command.args(["merge", "ben.postil"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // From before the first page to after the commit, whatever the machine.
        std::thread::sleep(Duration::from_millis(round * round * 8));
        let _ = child.kill();
        let done = child.wait().unwrap().success();
        killed += u32::from(!done);
        all.assert_sound("copy");
        let now = all.content("copy");
        assert!(now == after || !done && now == before, "round {round}: neither before nor after");
    }
    assert!(killed > 0, "every merge was done before it was killed");
    // What a sudden end leaves behind is in nobody's way.
    all.ok("ana", "merge ben.postil");
    assert_eq!(all.content("ana"), after);
}
