//! Reading and writing `annotations.csv`: 100,000 rows of the length that real ones have.

use std::hint::black_box;
use std::io::sink;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use postil::domain::Digest;
use postil::exchange::annotations::{AnnotationReader, AnnotationRow, AnnotationWriter};
use postil::exchange::csv::{ReadOptions, WriteOptions};
use uuid::Uuid;

const ROWS: u32 = 100_000;

/// Writes rows of about `length` bytes of free text into `output`.
fn write(output: impl std::io::Write, length: usize) {
    let digest = Digest::of(b"text");
    let quote = "norms, as the states saw them, “emerge” slowly; ".repeat(length / 50 + 1);
    let mut writer = AnnotationWriter::new(output, WriteOptions::default()).expect("a sink takes everything");
    for row in 0..ROWS {
        let start = row * 37 % 90_000;
        let annotation = AnnotationRow {
            id: Uuid::from_u128(u128::from(row) << 64 | 0x8000_0000_0000_0000),
            document: "document-0421",
            start,
            end: start + 120,
            quote: &quote,
            code: "actors/state",
            coder: "ana",
            note: "",
            created: 1_795_336_433_000 + i64::from(row / 100),
            modified: 1_795_336_433_000 + i64::from(row / 100),
            before: "of the thirty-two letters before",
            after: "and the thirty-two that follow, \"",
            document_sha256: &digest,
            lineage: "v0123456789abcdef",
        };
        writer.write(&annotation).expect("a sink takes everything");
    }
    writer.finish().expect("a sink takes everything");
}

fn exchange(criterion: &mut Criterion) {
    let mut file = Vec::new();
    write(&mut file, 200);
    let mut group = criterion.benchmark_group("annotations.csv");
    group.sample_size(10).throughput(Throughput::Bytes(file.len() as u64));
    group.bench_function("write 100,000 rows", |bencher| bencher.iter(|| write(sink(), 200)));
    group.bench_function("read 100,000 rows", |bencher| {
        bencher.iter(|| {
            let mut reader = AnnotationReader::open(file.as_slice(), ReadOptions::default())
                .expect("our own header is known");
            let mut characters = 0_u64;
            while let Some(row) = reader.next_annotation().expect("our own file is read") {
                characters += row.map_or(0, |row| u64::from(row.end.unwrap_or(0) - row.start.unwrap_or(0)));
            }
            black_box(characters)
        });
    });
    group.finish();
}

criterion_group!(benches, exchange);
criterion_main!(benches);
