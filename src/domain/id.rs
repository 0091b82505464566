//! Identity: random UUIDv7 for what has no name of its own, UUIDv5 for what has.
//!
//! Two stores that make the same coder, attribute or assignment make the same id, because those are
//! derived from a natural key under the project's id. Everything else gets a time-ordered random id.

use uuid::Uuid;

/// Makes UUIDv7s in strictly rising order, so that a unique index over them only ever grows at its end.
///
/// Time and seed come from outside: the source itself is pure, and a seeded one repeats itself.
#[derive(Debug, Clone)]
pub struct IdSource {
    millis: u64,
    /// The 74 random bits of a version 7 UUID, used as a counter with random steps.
    tail: u128,
    random: u64,
}

const TAIL_BITS: u32 = 74;

impl IdSource {
    /// A source whose ids carry `millis` (Unix time) and follow from `seed`.
    pub fn new(millis: u64, seed: u64) -> Self {
        let mut source = IdSource { millis, tail: 0, random: seed };
        let start = (u128::from(source.next_random()) << 64) | u128::from(source.next_random());
        // The top bit stays clear: a counter that starts low cannot overflow within one change.
        source.tail = start & ((1 << (TAIL_BITS - 1)) - 1);
        source
    }

    /// The next id; greater than every earlier one of this source.
    pub fn next_id(&mut self) -> Uuid {
        self.tail += 1 + u128::from(self.next_random() >> 32);
        let high = (self.tail >> 62) & 0xFFF;
        let low = self.tail & ((1 << 62) - 1);
        let value = (u128::from(self.millis) << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low;
        Uuid::from_u128(value)
    }

    /// SplitMix64: enough to tell ids apart, and reproducible under a seed.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// The id of what `parts` name within a project. The separator cannot occur in a part
/// (names have no control characters), so different keys never meet.
fn derived(project: Uuid, kind: &str, parts: &[&str]) -> Uuid {
    let mut key = String::from(kind);
    for part in parts {
        key.push('\u{1f}');
        key.push_str(part);
    }
    Uuid::new_v5(&project, key.as_bytes())
}

/// The id of the coder with this handle.
pub fn coder_id(project: Uuid, handle: &str) -> Uuid {
    derived(project, "coder", &[handle])
}

/// The id of the attribute `name` of a document.
pub fn attribute_id(project: Uuid, document: Uuid, name: &str) -> Uuid {
    derived(project, "attribute", &[&document.to_string(), name])
}

/// The id of a coder's assignment to a document.
pub fn assignment_id(project: Uuid, document: Uuid, coder: Uuid) -> Uuid {
    derived(project, "assignment", &[&document.to_string(), &coder.to_string()])
}

/// The id of the alias that retires `retired`. An alias is a record of its own, with its own versions.
pub fn alias_id(retired: Uuid) -> Uuid {
    derived(retired, "alias", &[])
}

/// The id of the conflict between two versions of a record. The same whichever side is called ours.
pub fn conflict_id(record: Uuid, one: super::Version, other: super::Version) -> Uuid {
    let (low, high) = if one <= other { (one, other) } else { (other, one) };
    derived(record, "conflict", &[&low.to_string(), &high.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_are_version_seven() {
        let mut source = IdSource::new(1_700_000_000_000, 42);
        let ids: Vec<Uuid> = (0..10_000).map(|_| source.next_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        let (seconds, _) = ids[0].get_timestamp().expect("a version 7 id has a time").to_unix();
        assert_eq!(seconds, 1_700_000_000);
    }

    #[test]
    fn the_same_seed_repeats_and_another_does_not() {
        let first = IdSource::new(5, 1).next_id();
        assert_eq!(first, IdSource::new(5, 1).next_id());
        assert_ne!(first, IdSource::new(5, 2).next_id());
    }

    #[test]
    fn a_handle_names_one_coder_in_one_project() {
        let (here, there) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(coder_id(here, "ana"), coder_id(here, "ana"));
        assert_ne!(coder_id(here, "ana"), coder_id(there, "ana"));
    }
}
