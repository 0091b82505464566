//! Where a quote is said to stand, it stands; where it stands, it is found; and a passage follows into another text or is
//! said to be gone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postil::domain::fold::{FoldedPattern, Folding};
use postil::domain::locate::{LEAST_SIMILARITY, LocateOptions, Located, find_all, find_everywhere, locate};
use postil::domain::quoted::{places, reads_as};
use postil::domain::{CharRange, Followed, Reanchor, Text, TextIndex};

// Two texts parted by the first NUL: what is looked through, and what is looked for.
fuzz_target!(|data: &[u8]| {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (first, second) = (&data[..at], data.get(at + 1..).unwrap_or_default());
    let Ok(text) = Text::import(first, None) else { return };
    assert!(!text.body().contains(['\0', '\r']));
    assert_eq!(text.chars() as usize, text.body().chars().count());
    assert_eq!(
        Text::stored(text.body().as_bytes().to_vec()).map(|again| again.sha256()),
        Some(text.sha256())
    );
    let index = TextIndex::new(text.body());
    let quote = String::from_utf8_lossy(second).into_owned();
    let inside = |range: &CharRange| index.slice(*range).is_some();
    let apart = |ranges: &[CharRange]| ranges.windows(2).all(|pair| pair[0].end() <= pair[1].start());
    let stands = !quote.trim().is_empty() && text.body().contains(&quote);
    for fold in [true, false] {
        for nearest in [true, false] {
            match locate(&index, &quote, LocateOptions { fold, nearest }) {
                Located::Exact(range) => assert_eq!(index.slice(range), Some(quote.as_str())),
                Located::Folded(range) => {
                    assert!(fold && !stands && inside(&range));
                }
                Located::Ambiguous(ranges) => {
                    assert!(ranges.len() > 1 && apart(&ranges) && ranges.iter().all(inside), "{ranges:?}");
                    if stands {
                        assert!(ranges.iter().all(|range| index.slice(*range) == Some(quote.as_str())));
                    }
                }
                Located::Fuzzy { range, similarity } => {
                    assert!(nearest && !stands && inside(&range));
                    assert!((LEAST_SIMILARITY..=1.0).contains(&similarity));
                }
                Located::Missing => assert!(!stands, "{quote:?} stands in {:?}", text.body()),
            }
        }
    }
    let (all, everywhere) = (find_all(&index, &quote), find_everywhere(&index, &quote));
    assert!(apart(&all) && all.iter().all(inside));
    assert!(apart(&everywhere) && everywhere.iter().all(inside));
    assert_eq!(all.is_empty(), everywhere.is_empty());
    for place in places(&index, &quote) {
        assert!(index.slice(place).is_some_and(|slice| reads_as(slice, &quote)), "{place:?}");
    }
    if let Some(pattern) = FoldedPattern::new(&quote, Folding::default()) {
        assert!(
            quote.trim().is_empty() || pattern.find_at(&quote, 0).is_some(),
            "{quote:?} does not fold to itself"
        );
    }
    // A passage followed into another text, and into the same one.
    let Ok(other) = Text::import(second, None) else { return };
    let other = TextIndex::new(other.body());
    let (same, into) = (Reanchor::new(&index, &index), Reanchor::new(&index, &other));
    let third = index.chars() / 3;
    for (start, end) in [(0, index.chars()), (third, third * 2), (0, 1), (index.chars() - 1, index.chars())] {
        let Some(range) = CharRange::new(start, end) else { continue };
        assert_eq!(same.follow(range), Followed::Exact(range));
        let followed = into.follow(range);
        if let Some(there) = followed.range() {
            assert!(other.slice(there).is_some(), "{followed:?}");
        }
    }
});
