//! However three people exchange their work, by tables, workbooks or stores, and in whatever order: all end with the same.

use super::colleagues::Colleagues;

/// Three stores that began alike, in which three people tagged, wrote notes and changed the codebook at cross purposes.
fn three() -> Colleagues {
    let all = Colleagues::ana();
    for who in ["ben", "cleo"] {
        all.begin(who, "--from ana.postil --with-annotations");
    }
    for line in [
        "tag note 'States speak' actors/state --note 'ana: \u{201c}speak\u{201d}?'",
        "code edit norms --description 'what ought to be'",
        "note 1 'a better definition'",
    ] {
        all.ok("ana", line);
    }
    for line in [
        "tag letter 'so it is' power --note '=1+1'",
        "tag note 'States speak' actors/state",
        "code add trust/local",
        "code edit power --hex '#112233'",
        "document set letter year=2019",
    ] {
        all.ok("ben", line);
    }
    for line in [
        "tag letter 'So it was' power norms",
        "code rename actors/state states",
        "retag 1 power --coder ana",
        "code add trust/local",
        "untag 2 --coder ana",
    ] {
        all.ok("cleo", line);
    }
    all
}

/// One delivery: from whom, to whom, and how.
type Delivery = (&'static str, &'static str, &'static str);

fn deliver(all: &Colleagues, (from, into, how): Delivery) {
    let name = match how {
        "csv" => "round".to_owned(),
        "xlsx" => "round.xlsx".to_owned(),
        _ => format!("{from}.postil"),
    };
    let line = match how {
        "store" => format!("merge {name}"),
        _ => {
            all.ok(from, &format!("export {how} -o {name} --force"));
            format!("import {how} {name}")
        }
    };
    let run = all.run(into, &line);
    assert!(matches!(run.status, Some(0 | 3)), "{from} to {into} by {how}: {}", run.text());
    all.assert_sound(into);
}

#[test]
fn all_end_alike_by_whatever_way_their_work_went_round() {
    let ways: [&[Delivery]; 5] = [
        &[("ben", "ana", "store"), ("cleo", "ana", "store")],
        &[("cleo", "ana", "store"), ("ben", "ana", "store")],
        &[("ben", "ana", "csv"), ("cleo", "ana", "csv")],
        &[("ben", "ana", "xlsx"), ("cleo", "ana", "store")],
        &[("ben", "cleo", "csv"), ("cleo", "ana", "xlsx"), ("ben", "ana", "store"), ("ana", "ben", "csv")],
    ];
    let mut ends: Vec<String> = Vec::new();
    for way in ways {
        let all = three();
        for delivery in way {
            deliver(&all, *delivery);
        }
        // A table says nothing of what was deleted, nor which of two ids stands for both: stores settle that among themselves.
        for delivery in [
            ("ben", "ana", "store"),
            ("cleo", "ana", "store"),
            ("ana", "ben", "store"),
            ("ana", "cleo", "store"),
        ] {
            deliver(&all, delivery);
        }
        let end = all.content("ana");
        for who in ["ben", "cleo"] {
            assert_eq!(all.content(who), end, "{who} after {way:?}");
            assert!(all.run("ana", &format!("merge {who}.postil")).err.ends_with("nothing new\n"), "{way:?}");
        }
        ends.push(end);
    }
    for (way, end) in ways.iter().zip(&ends) {
        assert_eq!(end, &ends[0], "{way:?}");
    }
}
