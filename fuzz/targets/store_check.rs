//! A store in which bytes were changed: nothing but a refusal or findings, or it says what it said before; and a merge takes it
//! as a sound store or not at all.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use postil::actions::care;
use postil::actions::merge::{Options, Other, merge};
use postil::store::Access;
use postil_fuzz::{Study, dump, sound, told};

static STUDY: LazyLock<Study> = LazyLock::new(Study::new);
/// The places of the store that hold something: most of a small database is zeros.
static FILLED: LazyLock<Vec<usize>> = LazyLock::new(|| {
    STUDY.store.iter().enumerate().filter(|(_, byte)| **byte != 0).map(|(at, _)| at).collect()
});
/// What the store says, but for what no version vouches for.
static SAID: LazyLock<String> = LazyLock::new(|| {
    let session = STUDY.session();
    vouched(&dump(&session, &STUDY.path("said")).expect("a sound store can be exported"))
});

/// A dump without times: they are shown and decide nothing, and no version holds them.
fn vouched(said: &str) -> String {
    let is_time =
        |cell: &str| cell.len() == 24 && cell.ends_with('Z') && cell.as_bytes().get(10) == Some(&b'T');
    let line = |line: &str| {
        line.split(',').filter(|cell| !cell.is_empty() && !is_time(cell)).collect::<Vec<_>>().join(",")
    };
    said.lines().map(|one| line(one) + "\n").collect()
}

// The first byte: bit 0, the whole file is the input, else it is a list of changes to a sound store (place in 3 bytes, length
// in 1, bytes); bit 1, the places count only bytes that are not zero; bit 2, the file is cut short at the end; bit 3, it is
// merged into the sound store.
fuzz_target!(|data: &[u8]| {
    let Some((choice, mut rest)) = data.split_first() else { return };
    let (store, filled) = (&STUDY.store, &FILLED);
    LazyLock::force(&SAID);
    let mut bytes;
    if choice & 1 != 0 {
        bytes = rest.to_vec();
    } else {
        bytes = store.clone();
        if choice & 4 != 0
            && let [high, low, more @ ..] = rest
        {
            bytes.truncate(bytes.len() * (usize::from(*high) << 8 | usize::from(*low)) / 65_535);
            rest = more;
        }
        while let [one, two, three, length, more @ ..] = rest {
            let place = usize::from(*one) << 16 | usize::from(*two) << 8 | usize::from(*three);
            let place = if choice & 2 != 0 { filled[place % filled.len()] } else { place % store.len() };
            let (new, more) = more.split_at(usize::from(*length % 16).min(more.len()));
            for (at, byte) in (place..).zip(new) {
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            rest = more;
        }
    }
    if choice & 8 != 0 {
        let path = STUDY.path("theirs.postil");
        std::fs::write(&path, &bytes).expect("the other store can be written");
        let mut session = STUDY.session();
        let other = Other { path, name: "theirs.postil".to_owned() };
        match told(merge(&mut session, &[other], &Options { yes: true, ..Options::default() })) {
            Some(_) => sound(&session),
            None => {
                drop(session);
                assert!(STUDY.bytes() == *store, "a refused merge wrote to the store");
            }
        }
        return;
    }
    STUDY.begin(&bytes);
    if let Some(session) = told(STUDY.open(Access::Read))
        && let Some(report) = told(care::check(&session))
    {
        let said = told(dump(&session, &STUDY.path("dump")));
        drop(session);
        assert!(STUDY.bytes() == bytes, "reading changed the store");
        if report.findings.is_empty() {
            assert_eq!(said.map(|said| vouched(&said)).as_ref(), Some(&*SAID), "the check found nothing");
        }
    }
    // Whatever it is, a write is done, or refused and leaves no trace that matters; it is no bug of ours.
    if let Some(mut session) = told(STUDY.open(Access::Write)) {
        let _ = told(postil::actions::history::undo(&mut session, None));
    }
});
