//! What salvage gives back of a store that was damaged in many ways, against what was on the pages that stayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use postil::store::salvage::{KeptOut, Order, Salvaged, salvage};
use uuid::Uuid;

use super::content::bare;
use super::is_found;
use super::rich::{Rich, put};
use super::whereabouts::{NUMBERED, whereabouts};

/// A row as text, by table and number.
type Rows = BTreeMap<(&'static str, i64), String>;

/// Every numbered row of a store.
pub(crate) fn rows(path: &Path) -> Rows {
    let db = bare(path);
    let mut all = Rows::new();
    for table in NUMBERED {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> =
                (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap())).collect();
            all.insert((table, row.get(0).unwrap()), values.join("|"));
        }
    }
    all
}

/// Salvages damaged copies of one store, and counts.
pub(crate) struct Judge {
    sound: Rows,
    pages: BTreeMap<(&'static str, i64), BTreeSet<usize>>,
    broken: PathBuf,
    new: PathBuf,
    pub(crate) tried: usize,
    pub(crate) refused: usize,
    /// Rows whose pages all stayed.
    pub(crate) intact: usize,
    /// Those of them that came back as they were.
    pub(crate) returned: usize,
    /// Those that were told and written to the table, since what they need is gone.
    pub(crate) kept_out: usize,
    pub(crate) faults: Vec<String>,
}

impl Judge {
    pub(crate) fn new(rich: &Rich) -> Judge {
        Judge {
            sound: rows(&rich.store()),
            pages: whereabouts(&rich.store()),
            broken: rich.path("broken.postil"),
            new: rich.path("new.postil"),
            tried: 0,
            refused: 0,
            intact: 0,
            returned: 0,
            kept_out: 0,
            faults: Vec::new(),
        }
    }

    /// Salvages `bytes`, in which only `damaged` pages differ from the sound store.
    pub(crate) fn judge(&mut self, bytes: &[u8], damaged: &BTreeSet<usize>, what: &str) {
        put(&self.broken, bytes);
        self.tried += 1;
        let mut kept_out = Vec::new();
        let order = Order {
            broken: &self.broken,
            new: &self.new,
            overwrite: true,
            project: Uuid::from_u128(7),
            now: 1_800_000_000_000,
        };
        let salvaged = salvage(&order, &mut |row| {
            kept_out.push(row);
            Ok(())
        });
        assert!(std::fs::read(&self.broken).unwrap() == bytes, "{what}: the damaged store was written");
        match salvaged {
            Ok(salvaged) => self.compare(&salvaged, &kept_out, damaged, what),
            Err(error) => {
                self.refused += 1;
                if damaged.len() < bytes.len().div_ceil(4096) / 2 {
                    self.faults.push(format!("{what}: refused: {error:?}"));
                }
            }
        }
    }

    fn compare(&mut self, salvaged: &Salvaged, kept_out: &[KeptOut], damaged: &BTreeSet<usize>, what: &str) {
        if is_found(&self.new) {
            self.faults.push(format!("{what}: the new store is not sound"));
        }
        let found = rows(&self.new);
        let mut missing = 0;
        for (row, said) in &self.sound {
            let is_intact = self.pages[row].is_disjoint(damaged);
            let is_back = found.get(row) == Some(said);
            missing += usize::from(!is_back);
            if !is_intact {
                continue;
            }
            self.intact += 1;
            if is_back {
                self.returned += 1;
            } else if kept_out.iter().any(|out| out.kind == row.0 && out.id == row.1) {
                self.kept_out += 1;
            } else {
                self.faults.push(format!("{what}: lost {row:?}: {said:.200}, is {:?}", found.get(row)));
            }
        }
        for (row, said) in &found {
            let was = self.sound.get(row);
            let told = salvaged
                .findings
                .iter()
                .any(|finding| finding.entity == row.0 && finding.id == row.1.to_string());
            let stands_in = matches!(row.0, "coder" | "document" | "code") && told;
            let is_altered = told && was.is_some() && !self.pages[row].is_disjoint(damaged);
            if was != Some(said)
                && !stands_in
                && !is_altered
                && !(row.0 == "change" && (told || said.contains("1800000000000")))
            {
                self.faults.push(format!("{what}: {row:?} was {was:?} and is {said:.200}"));
            }
        }
        if missing > 0 && salvaged.is_whole() {
            self.faults.push(format!("{what}: {missing} rows are missing, and nothing is said of it"));
        }
    }

    pub(crate) fn assert_no_faults(&self) {
        let shown: Vec<&String> = self.faults.iter().take(40).collect();
        assert!(shown.is_empty(), "{} faults in {} stores: {shown:#?}", self.faults.len(), self.tried);
    }

    pub(crate) fn figure(&self) -> String {
        format!(
            "{} damaged stores, {} refused as empty; of {} rows on intact pages {} came back as they were ({:.2} %), {} were written to the table beside the store, 0 lost",
            self.tried,
            self.refused,
            self.intact,
            self.returned,
            100.0 * self.returned as f64 / self.intact.max(1) as f64,
            self.kept_out
        )
    }
}
