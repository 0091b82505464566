//! `resolve --interactive`: a person, or a pipe, is asked about one conflict after the other.

use expect_test::expect;

use super::resolve::in_conflict;

#[test]
fn a_person_is_asked_one_after_the_other() {
    let all = in_conflict();
    all.copy("ana", "copy");
    let run = all.run_with("copy", "resolve --interactive", "what?\no\nT\nv\n2021\n");
    expect![[r#"
        1 of 3: conflict 1, attribute year of letter
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          value here       2019
          value other side 2020
        2 of 3: conflict 2, code force
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          name here       force
          name other side might
          description here       who decides
          description other side who is obeyed
        3 of 3: conflict 3, #1
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          note here       from ana
          note other side from ben
        --- stderr
        [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? conflict 1 is decided: attribute year of letter, value
        [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? conflict 2 is decided: code force, name, description
        [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? note: conflict 3 is decided: #1, note
        no conflicts are left
    "#]].assert_eq(&run.text());
    all.assert_sound("copy");
    all.copy("ana", "copy");
    // A name that another code has is refused, and asked for again; the others are left for another day.
    let run = all.run_with("copy", "resolve -i", "s\nv\nnorms\nx\nskip\nq\n");
    expect![[r#"
        1 of 3: conflict 1, attribute year of letter
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          value here       2019
          value other side 2020
        2 of 3: conflict 2, code force
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          name here       force
          name other side might
          description here       who decides
          description other side who is obeyed
        3 of 3: conflict 3, #1
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          note here       from ana
          note other side from ben
        --- stderr
        [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? name: description: error: another code is called `norms`
        hint: to make one code of the two: `postil code merge force norms`
        hint: to keep both: `postil resolve 2 --ours`, or `--value name=NAME`
        [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? [o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? 3 conflicts are left
        --- status Some(3)
    "#]].assert_eq(&run.text());
    let before = all.bytes("ana");
    for input in ["", "q\n", "s\ns\ns\n", "v\n", "quit"] {
        let run = all.run_with("ana", "resolve -i", input);
        assert_eq!(run.status, Some(3), "{input:?}: {}", run.text());
        assert!(run.err.ends_with("3 conflicts are left\n"), "{}", run.text());
        assert!(all.bytes("ana") == before, "{input:?} wrote something");
    }
    let run = all.run_with("ana", "resolve -i 2", "o\n");
    assert!(run.out.starts_with("1 of 1: conflict 2, ") && run.status == Some(3), "{}", run.text());
    all.ok("ana", "resolve 1 3 --ours");
    assert_eq!(all.run_with("ana", "resolve -i", "").status, Some(0));
}
