//! Agreement by the number of passages: the sweep, the draws, the matching and the list of disagreements.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use postil::analysis::agreement::bootstrap::{Resampling, alphas};
use postil::analysis::agreement::disagreement::Comparison;
use postil::analysis::agreement::matching::{Criterion as Alike, by_code};
use postil::analysis::agreement::material::{Mark, Material, Reading};
use postil::analysis::agreement::sweep::Sums;
use postil::analysis::random::SplitMix64;
use postil::domain::CharRange;

const CODES: u64 = 40;
const LENGTH: u32 = 100_000;

/// Two coders with as many passages each, 100 in a text; half of the second's are the first's.
fn material(passages: u32) -> Material {
    let mut random = SplitMix64::new(7);
    let mark = |random: &mut SplitMix64, coder| {
        let start = random.below(u64::from(LENGTH) - 600) as u32;
        let end = start + 10 + random.below(590) as u32;
        let range = CharRange::new(start, end).expect("an end lies behind its start");
        Mark { coder, code: random.below(CODES) as u32, range, annotation: 1 }
    };
    let readings = (0..i64::from(passages / 100)).map(|document| {
        let mut marks: Vec<Mark> = (0..100).map(|_| mark(&mut random, 0)).collect();
        let alike: Vec<Mark> = marks.iter().step_by(2).map(|mark| Mark { coder: 1, ..*mark }).collect();
        marks.extend(alike);
        marks.extend((0..50).map(|_| mark(&mut random, 1)));
        Reading::new(document, LENGTH, vec![0, 1], marks).expect("every mark is in its text")
    });
    Material { coders: 2, codes: CODES as u32, readings: readings.collect() }
}

fn agreement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("agreement");
    group.sample_size(10);
    for passages in [10_000, 100_000] {
        let material = material(passages);
        group.throughput(Throughput::Elements(2 * u64::from(passages)));
        group.bench_with_input(BenchmarkId::new("sweep", passages), &material, |bench, material| {
            bench.iter(|| Sums::of(material, true));
        });
        group.bench_with_input(BenchmarkId::new("span F1", passages), &material, |bench, material| {
            bench.iter(|| by_code(material, (0, 1), Alike::Half));
        });
        group.bench_with_input(BenchmarkId::new("disagreements", passages), &material, |bench, material| {
            bench.iter(|| Comparison::of(material));
        });
        let sums = Sums::of(&material, true);
        let resampling = Resampling { resamples: 1000, seed: 1 };
        group.bench_with_input(BenchmarkId::new("1,000 draws", passages), &sums, |bench, sums| {
            bench.iter(|| alphas(sums, resampling));
        });
    }
    group.finish();
}

criterion_group!(benches, agreement);
criterion_main!(benches);
