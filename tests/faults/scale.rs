//! How much is tried: the gate runs with every change, the soak before a release.

use std::sync::LazyLock;

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// In minutes.
    Gate,
    /// For the figures.
    Soak,
}

/// What `FAULTS` asks for: `soak`, else the gate.
#[expect(
    clippy::disallowed_methods,
    reason = "the harness has no other way to be told; the program never sees it"
)]
pub(crate) fn scale() -> Scale {
    static SCALE: LazyLock<Scale> = LazyLock::new(|| match std::env::var("FAULTS").as_deref() {
        Ok("soak") => Scale::Soak,
        Ok("" | "gate") | Err(_) => Scale::Gate,
        Ok(other) => panic!("FAULTS is `gate` or `soak`, not `{other}`"),
    });
    *SCALE
}

/// The number of rounds: `gate` in the short form, `soak` in the long one.
pub(crate) fn rounds(gate: usize, soak: usize) -> usize {
    match scale() {
        Scale::Gate => gate,
        Scale::Soak => soak,
    }
}

/// Chance that can be repeated (`SplitMix64`).
pub(crate) struct Random(u64);

impl Random {
    /// The same seed draws the same.
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// From 0 up to 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
