//! The hot paths over texts: import, index, search, and locating a quote.
//!
//! The prose is made here, so that a run needs no files; a tenth of it is not ASCII, as in most corpora.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use postil::domain::address::Address;
use postil::domain::locate::{LocateOptions, Located, locate};
use postil::domain::resolve::Which;
use postil::domain::search::{Matcher, PhraseOptions};
use postil::domain::{Alignment, CharRange, Followed, IndexedText, Reanchor, Text, TextIndex};

/// Deterministic prose of about `bytes` bytes: sentences, paragraphs, some of it not ASCII.
fn prose(bytes: usize) -> String {
    const WORDS: [&str; 24] = [
        "the",
        "state",
        "of",
        "cyber",
        "diplomacy",
        "a",
        "regime",
        "and",
        "norms",
        "que",
        "sécurité",
        "agreement",
        "power",
        "to",
        "in",
        "actors",
        "weaken",
        "over",
        "time",
        "institutions",
        "“trust”",
        "border",
        "is",
        "war",
    ];
    let mut text = String::with_capacity(bytes + 64);
    let mut seed: u32 = 42;
    let mut next = |below: u32| {
        // A linear congruential generator (Numerical Recipes): the same prose on every run.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % below
    };
    while text.len() < bytes {
        for _ in 0..8 + next(16) {
            text.push_str(WORDS[next(24) as usize]);
            text.push(' ');
        }
        text.pop();
        text.push_str(if next(6) == 0 { ".\n\n" } else { ". " });
    }
    text
}

fn import_and_index(criterion: &mut Criterion) {
    let ten = prose(10_000_000);
    let ascii: String = ten.chars().filter(char::is_ascii).collect();
    let windows = ten.replace('\n', "\r\n");
    let mut group = criterion.benchmark_group("10 MB");
    group.sample_size(10).throughput(Throughput::Bytes(10_000_000));
    group.bench_function("import", |b| b.iter(|| Text::import(black_box(ten.as_bytes()), None)));
    group.bench_function("import CRLF", |b| b.iter(|| Text::import(black_box(windows.as_bytes()), None)));
    group.bench_function("index", |b| b.iter(|| TextIndex::new(black_box(&ten)).chars()));
    group.bench_function("index ASCII", |b| b.iter(|| TextIndex::new(black_box(&ascii)).chars()));
    group.bench_function("lines", |b| b.iter(|| TextIndex::new(black_box(&ten)).line_count()));
    group.bench_function("paragraphs", |b| b.iter(|| TextIndex::new(black_box(&ten)).paragraphs().len()));
    group.bench_function("sentences", |b| b.iter(|| TextIndex::new(black_box(&ten)).sentences().len()));

    let kept = IndexedText::new(ten.clone());
    let length = kept.index().chars();
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("10,000 slices", |b| {
        b.iter(|| {
            let index = kept.index();
            let ranges = (0..10_000_u32).filter_map(|at| {
                let start = at.wrapping_mul(2_654_435_761) % (length - 100);
                CharRange::new(start, start + 60)
            });
            ranges.filter_map(|range| index.slice(range)).map(str::len).sum::<usize>()
        });
    });
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let text = prose(10_000_000);
    let mut group = criterion.benchmark_group("search 10 MB");
    group.sample_size(10).throughput(Throughput::Bytes(10_000_000));
    let options = PhraseOptions::default();
    let phrases = [
        ("rare word", "weaken over", options),
        ("word", "diplomacy", options),
        ("whole word", "diplomacy", PhraseOptions { whole_word: true, ..options }),
        ("phrase", "cyber diplomacy", options),
        ("ignoring case", "Diplomacy", PhraseOptions { ignore_case: true, ..options }),
        ("ignoring accents", "securite", PhraseOptions { ignore_accents: true, ..options }),
    ];
    for (name, phrase, options) in phrases {
        let matcher = Matcher::phrase(phrase, options).expect("the phrase has words");
        group.bench_function(name, |b| b.iter(|| matcher.find_iter(black_box(&text)).count()));
    }
    let matcher = Matcher::regex(r"cyber\s+(war|power)\w*", false).expect("the pattern is good");
    group.bench_function("regex", |b| b.iter(|| matcher.find_iter(black_box(&text)).count()));
    group.finish();
}

fn quotes(criterion: &mut Criterion) {
    let mut text = prose(100_000);
    let middle = text.floor_char_boundary(50_000);
    text.insert_str(middle, " Here stands the “only passage” of\nits kind in all of this prose. ");
    let exact = "Here stands the “only passage” of\nits kind";
    let folded = "Here stands the \"only passage\" of its kind";
    let slipped = "Here stood the only pasage of its kin in all this prose";
    let mut group = criterion.benchmark_group("quote in 100 kB");
    for (name, quote) in [("exact", exact), ("folded", folded), ("fuzzy", slipped)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let found = locate(&TextIndex::new(black_box(&text)), quote, LocateOptions::default());
                assert!(found != Located::Missing, "the quote is in the text");
            });
        });
    }
    let address = Address::parse("doc:p40").expect("this is an address");
    group.bench_function("paragraph", |b| {
        b.iter(|| address.resolve(&TextIndex::new(black_box(&text)), Which::Only))
    });
    group.finish();

    let long = prose(10_000_000);
    let quote = format!("{} {}", slipped, "with many other words that nobody wrote ".repeat(11));
    let mut group = criterion.benchmark_group("quote of 500 in 10 MB");
    group.sample_size(10);
    group.bench_function("fuzzy", |b| {
        b.iter(|| locate(&TextIndex::new(&long), &quote, LocateOptions::default()))
    });
    group.finish();
}

/// A revision of `text`: one word in a hundred is another, one in five hundred is gone, and a few are new.
fn revised(text: &str) -> String {
    let mut new = String::with_capacity(text.len() + text.len() / 50);
    for (nth, word) in text.split_inclusive(' ').enumerate() {
        match (nth.wrapping_mul(2_654_435_761) >> 8) % 1_000 {
            0..10 => new.push_str("reworded "),
            10..12 => {}
            12..14 => new.extend([word, "inserted "]),
            _ => new.push_str(word),
        }
    }
    new
}

/// Letters that follow no pattern, four of them, or words made of such letters.
fn noise(bytes: usize, seed: u32, word: usize) -> String {
    let mut seed = seed;
    let letter = |nth: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if word > 0 && nth % word == word - 1 { ' ' } else { char::from(b'a' + (seed >> 24) as u8 % 4) }
    };
    (0..bytes).map(letter).collect()
}

fn reanchor(criterion: &mut Criterion) {
    let small = prose(100_000);
    let large = prose(10_000_000);
    let one_line = large.replace('\n', " ");
    let wrapped = small.replace(". ", ".\n");
    let unspaced = noise(1_000_000, 5, 0);
    let pairs = [
        ("100 kB, 1 % edited", small.clone(), revised(&small)),
        ("100 kB, wrapped anew", small.clone(), wrapped),
        ("10 MB, 1 % edited", large.clone(), revised(&large)),
        ("10 MB in one line, 1 % edited", one_line.clone(), revised(&one_line)),
        ("10 MB, one word edited", large.clone(), large.replacen("weaken over", "weakened over", 1)),
        ("1 MB of random words", noise(1_000_000, 1, 6), noise(1_000_000, 2, 6)),
        ("1 MB of random letters", noise(1_000_000, 3, 0), noise(1_000_000, 4, 0)),
        ("1 MB of one letter", "a".repeat(1_000_000), "a".repeat(990_000)),
        ("1 MB without a space, edited", unspaced.clone(), unspaced.replace("abcabc", "d")),
        ("1 MB of two words", "on off ".repeat(143_000), "off on on ".repeat(100_000)),
    ];
    let mut group = criterion.benchmark_group("align");
    group.sample_size(10);
    for (name, old, new) in &pairs {
        let (old, new) = (TextIndex::new(old), TextIndex::new(new));
        group.throughput(Throughput::Bytes(old.body().len() as u64));
        group.bench_function(*name, |b| b.iter(|| Alignment::between(black_box(&old), black_box(&new))));
    }
    group.finish();

    let mut group = criterion.benchmark_group("follow 10,000 passages");
    group.sample_size(10).throughput(Throughput::Elements(10_000));
    for (name, old, new) in &pairs {
        let (old, new) = (TextIndex::new(old), TextIndex::new(new));
        let alignment = Alignment::between(&old, &new);
        let through = Reanchor::with(&old, &new, &alignment);
        let length = old.chars() - 200;
        group.bench_function(*name, |b| {
            b.iter(|| {
                let ranges = (0..10_000_u32).filter_map(|at| {
                    let start = at.wrapping_mul(2_654_435_761) % length;
                    CharRange::new(start, start + 10 + at % 190)
                });
                ranges.filter(|range| through.follow(*range) != Followed::Orphaned).count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, import_and_index, search, quotes, reanchor);
criterion_main!(benches);
