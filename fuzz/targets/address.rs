//! Whatever is typed as an address is read back as it was written, and names passages of its text or is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postil::domain::TextIndex;
use postil::domain::address::{Address, Place};
use postil::domain::lineage::Lineage;
use postil::domain::resolve::Which;
use postil::domain::vimgrep::parse_vimgrep;
use postil_fuzz::{TEXTS, told};

thread_local! {
    static INDICES: [TextIndex<'static>; 2] = TEXTS.map(|(_, body)| TextIndex::new(body));
}

fuzz_target!(|typed: &str| INDICES.with(|indices| all_laws(typed, indices)));

fn all_laws(typed: &str, indices: &[TextIndex<'static>; 2]) {
    if let Some(address) = told(Address::parse(typed)) {
        assert!(!address.document.is_empty());
        let written = address.to_string();
        match &address.place {
            // A name alone may be written like a place of another document; it is looked up as a name first.
            Place::Whole => {}
            Place::Quote(quote) => assert!(!quote.trim().is_empty()),
            Place::Chars(from, to) => assert!(from < to),
            Place::Lines(from, to) | Place::Paragraphs(from, to) | Place::Sentences(from, to) => {
                assert!(0 < *from && from <= to);
            }
        }
        let again = told(Address::parse(&written));
        assert_eq!(again.as_ref(), Some(&address), "`{typed}` is written `{written}`");
        for index in indices {
            for which in [Which::Only, Which::Nth(2), Which::All] {
                let Some(ranges) = told(address.resolve(index, which)) else { continue };
                assert!(!ranges.is_empty());
                assert!(
                    ranges.is_sorted() && ranges.iter().all(|range| index.slice(*range).is_some()),
                    "{ranges:?}"
                );
                if which == Which::Only {
                    assert_eq!(ranges.len(), 1);
                }
            }
        }
    }
    if let Some(hit) = parse_vimgrep(typed) {
        for index in indices {
            if let Some(range) = told(hit.resolve(index)) {
                assert_eq!(index.slice(range), Some(hit.matched.as_str()));
            }
        }
    }
    if let Ok(lineage) = typed.parse::<Lineage>() {
        assert_eq!(lineage.to_string().parse::<Lineage>().ok(), Some(lineage));
    }
}
