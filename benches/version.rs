//! The hash that names a state: a million of them are part of every large import.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use postil::domain::record::Annotation;
use postil::domain::{CharRange, Digest, Entity, Version};
use uuid::Uuid;

fn annotation(note: &str) -> Annotation {
    Annotation {
        document: Uuid::from_u128(1),
        text: Digest::of(b"text"),
        range: CharRange::new(120, 188).expect("120 is before 188"),
        code: Some(Uuid::from_u128(2)),
        coder: Uuid::from_u128(3),
        note: note.to_owned(),
    }
}

fn versions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("version");
    group.throughput(Throughput::Elements(1));
    let id = Uuid::from_u128(9);
    let bare = annotation("");
    group.bench_function("first", |bench| {
        bench.iter(|| Version::of(Entity::Annotation, black_box(id), &[], Some(black_box(&bare))));
    });
    let noted = annotation(&"a note of some length, as analysts write them; ".repeat(10));
    let parents = [Version(1), Version(2)];
    group.bench_function("merge with a note of 470 characters", |bench| {
        bench.iter(|| Version::of(Entity::Annotation, black_box(id), &parents, Some(black_box(&noted))));
    });
    group.bench_function("deletion", |bench| {
        bench.iter(|| Version::of_deletion(Entity::Annotation, black_box(id), Version(1)));
    });
    group.finish();
}

criterion_group!(benches, versions);
criterion_main!(benches);
