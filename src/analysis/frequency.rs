//! How often: a table of counts with named rows and columns.

use std::collections::{BTreeMap, HashMap};

/// Counts by row and column. Only what is not zero takes memory: most codes occur in few documents.
#[derive(Debug, Clone, Default)]
pub struct Frequencies {
    rows: HashMap<i64, BTreeMap<usize, u64>>,
}

impl Frequencies {
    /// Adds `count` to the cell of `row` (any number) and `column` (from 0).
    pub fn add(&mut self, row: i64, column: usize, count: u64) {
        *self.rows.entry(row).or_default().entry(column).or_default() += count;
    }

    /// The counts of `row` in the columns from 0 up to but not including `columns`.
    pub fn row(&self, row: i64, columns: usize) -> Vec<u64> {
        let mut counts = vec![0; columns];
        for (column, count) in self.rows.get(&row).into_iter().flat_map(|cells| cells.range(..columns)) {
            counts[*column] = *count;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_one_cell_add_up_whatever_comes_between() {
        let mut frequencies = Frequencies::default();
        for (row, column, count) in [(7, 1, 2), (7, 1, 3), (7, 0, 1), (7, 1, 4), (9, 2, 1)] {
            frequencies.add(row, column, count);
        }
        assert_eq!(frequencies.row(7, 3), [1, 9, 0]);
        assert_eq!(frequencies.row(9, 3), [0, 0, 1]);
        assert_eq!(frequencies.row(8, 3), [0, 0, 0]);
        assert_eq!(frequencies.row(9, 2), [0, 0]);
    }
}
