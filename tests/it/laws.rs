//! How many random cases a law is tried on: its own number in the gate, `PROPTEST_CASES` in a soak.

use proptest::prelude::ProptestConfig;

/// The configuration of a law that is tried on `cases` random cases, or on as many as `PROPTEST_CASES` says.
#[expect(clippy::disallowed_methods, reason = "a test has no `Env`")]
pub(crate) fn law(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|asked| asked.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(cases),
        // What cannot be judged, as the bundle of an empty project, may come up more often in more cases.
        max_global_rejects: 1 << 20,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
