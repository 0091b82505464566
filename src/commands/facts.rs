//! What is known of one thing, as lines of a name and a value.

use chrono::DateTime;

use super::Context;
use crate::error::Result;
use crate::ui::palette;

/// Facts about one thing; empty ones are left out.
#[derive(Default)]
pub(super) struct Facts {
    lines: Vec<(&'static str, String)>,
}

impl Facts {
    /// Adds a fact, unless `value` is empty. Further lines of `value` stand below its first.
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.lines.push((name, value));
        }
    }

    /// Writes the facts to standard output, values below one another.
    pub(super) fn show(self, context: &mut Context) -> Result<()> {
        let width = self.lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in self.lines {
            let mut name = name;
            for line in value.lines() {
                let label = context.ui.paint(palette::DIM, &format!("{name:<width$}"));
                let line = format!("{label}  {}", context.ui.shown(line));
                context.ui.answer(line.trim_end())?;
                name = "";
            }
        }
        Ok(())
    }
}

/// A moment in milliseconds since 1970, for people: `2026-01-31 12:00 UTC`.
pub(super) fn moment(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .map_or_else(|| ms.to_string(), |moment| moment.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// Counts of named things on one line: `norms 12, actors/state 3`.
pub(super) fn counted(counts: &[(String, u64)]) -> String {
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    parts.join(", ")
}

/// Memos, each headed by who wrote it and when.
pub(super) fn memos(memos: &[(String, i64, String)]) -> String {
    let parts: Vec<String> =
        memos.iter().map(|(coder, at, text)| format!("{coder}, {}:\n{text}", moment(*at))).collect();
    parts.join("\n")
}
