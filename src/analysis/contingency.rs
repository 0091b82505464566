//! Tables of counts by two properties, and whether the two have to do with each other.
//!
//! The tests take the counts as independent cases. Coded passages are not: one text, one coder and one line of thought
//! make many of them.

use super::chance::{chi_square_tail, ln_choose};

/// The tables that Fisher's test looks through at most; beyond them there are enough cases for chi-square.
const MOST_TABLES: u32 = 200_000;
/// Columns that it goes through at most, one inside the other.
const MOST_COLUMNS: usize = 64;
/// How much more likely than the table at hand one may be and still count as equally likely: sums of logarithms are
/// not exact.
const SAME: f64 = 1e-7;
/// Below this many cases expected in a cell, chi-square is a poor guide (Cochran, W. G. (1954), "Some methods for
/// strengthening the common χ² tests", Biometrics 10).
pub const FEW: f64 = 5.0;

/// What the test of Pearson says of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// The sum of (observed − expected)² / expected.
    pub statistic: f64,
    /// Degrees of freedom: (rows − 1) (columns − 1).
    pub df: u64,
    /// The probability of such a statistic or a greater one where the two properties have nothing to do with each
    /// other.
    pub p: f64,
    /// How strongly they have to do with each other, 0 to 1, whatever the size of the table: Cramér's V, from
    /// Cramér, H. (1946), Mathematical Methods of Statistics, 21.9.
    pub cramers_v: f64,
    /// The least number of cases that was expected in a cell.
    pub least_expected: f64,
}

/// The test of Pearson, K. (1900), "On the criterion that a given system of deviations…", Philosophical Magazine 50,
/// without a correction for continuity. `rows` are equally long; rows and columns without any case are left out. `None`
/// where fewer than two of either are left.
pub fn chi_square(rows: &[Vec<u64>]) -> Option<ChiSquare> {
    let rows = without_empty(rows)?;
    let of_rows: Vec<f64> = rows.iter().map(|row| row.iter().sum::<u64>() as f64).collect();
    let of_columns = columns_of(&rows);
    let all: f64 = of_rows.iter().sum();
    let (mut statistic, mut least_expected) = (0.0, f64::INFINITY);
    for (row, of_row) in rows.iter().zip(&of_rows) {
        for (count, of_column) in row.iter().zip(&of_columns) {
            let expected = of_row * *of_column as f64 / all;
            statistic += (*count as f64 - expected).powi(2) / expected;
            least_expected = expected.min(least_expected);
        }
    }
    let (down, across) = (rows.len() as u64 - 1, of_columns.len() as u64 - 1);
    let df = down * across;
    Some(ChiSquare {
        statistic,
        df,
        p: chi_square_tail(statistic, df),
        cramers_v: (statistic / (all * down.min(across) as f64)).sqrt().min(1.0),
        least_expected,
    })
}

/// Fisher's exact test of a table of two rows or of two columns, two-sided: the probability of all tables with the same
/// sums that are at most as likely as this one (Freeman, G. H. and Halton, J. H. (1951), "Note on an exact treatment of
/// contingency…", Biometrika 38, for more than two by two).
///
/// `rows` as in [`chi_square`]. `None` for other tables, and where more tables than can be looked through have these
/// sums.
pub fn fisher(rows: &[Vec<u64>]) -> Option<f64> {
    let rows = without_empty(rows)?;
    let [one, other] = two_rows(&rows)?;
    let columns: Vec<u64> = one.iter().zip(&other).map(|(one, other)| one + other).collect();
    if columns.len() > MOST_COLUMNS {
        return None;
    }
    // The row with fewer cases has fewer ways to spread them.
    let row = if one.iter().sum::<u64>() <= other.iter().sum::<u64>() { &one } else { &other };
    let total: u64 = row.iter().sum();
    let whole = ln_choose(columns.iter().sum(), total);
    let observed: f64 = columns.iter().zip(row).map(|(all, part)| ln_choose(*all, *part)).sum();
    let mut tables = Tables {
        room: room_after(&columns),
        columns,
        whole,
        at_most: observed - whole + SAME,
        left: MOST_TABLES,
        sum: 0.0,
    };
    tables.spread(0, total, 0.0)?;
    Some(tables.sum.min(1.0))
}

/// By column, the cases that fit into the columns after it.
fn room_after(columns: &[u64]) -> Vec<u64> {
    let mut room = vec![0; columns.len()];
    for at in (1..columns.len()).rev() {
        room[at - 1] = room[at] + columns[at];
    }
    room
}

/// The tables with the same sums, one after the other.
struct Tables {
    columns: Vec<u64>,
    room: Vec<u64>,
    /// The logarithm of the number of ways to draw the row from all cases.
    whole: f64,
    /// The logarithm of the greatest probability that counts.
    at_most: f64,
    /// How many more steps are taken.
    left: u32,
    sum: f64,
}

impl Tables {
    /// Spreads `rest` cases over the columns from `at` on; `ways` is the logarithm of the ways so far. `None` when there
    /// are too many tables.
    fn spread(&mut self, at: usize, rest: u64, ways: f64) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let (all, room) = (self.columns[at], self.room[at]);
        if at + 1 == self.columns.len() {
            let probability = ways + ln_choose(all, rest) - self.whole;
            if probability <= self.at_most {
                self.sum += probability.exp();
            }
            return Some(());
        }
        for here in rest.saturating_sub(room)..=rest.min(all) {
            self.spread(at + 1, rest - here, ways + ln_choose(all, here))?;
        }
        Some(())
    }
}

fn columns_of(rows: &[Vec<u64>]) -> Vec<u64> {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column]).sum()).collect()
}

/// The table without the rows and columns that hold nothing; `None` where less than two by two is left.
fn without_empty(rows: &[Vec<u64>]) -> Option<Vec<Vec<u64>>> {
    let sums = columns_of(rows);
    let kept = |row: &Vec<u64>| -> Vec<u64> {
        row.iter().zip(&sums).filter(|(_, sum)| **sum > 0).map(|(count, _)| *count).collect()
    };
    let rows: Vec<Vec<u64>> =
        rows.iter().filter(|row| row.iter().any(|count| *count > 0)).map(kept).collect();
    (rows.len() > 1 && rows[0].len() > 1).then_some(rows)
}

/// A table of two rows, or one of two columns lying on its side.
fn two_rows(rows: &[Vec<u64>]) -> Option<[Vec<u64>; 2]> {
    if let [one, other] = rows {
        return Some([one.clone(), other.clone()]);
    }
    let side = |column: usize| rows.iter().map(|row| row[column]).collect();
    (rows[0].len() == 2).then(|| [side(0), side(1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
    }

    // The expected values are those of SciPy's chi2_contingency(correction=False).
    #[test]
    fn chi_square_is_that_of_an_independent_program() {
        let found = chi_square(&[vec![10, 20, 30], vec![6, 9, 17], vec![4, 3, 8]]).unwrap();
        near(found.statistic, 1.456_177_793_560_606_2);
        assert_eq!(found.df, 4);
        near(found.p, 0.834_374_628_342_631_8);
        near(found.cramers_v, 0.082_489_812_272_715_7);
        near(found.least_expected, 2.803_738_317_757_009);
        let found = chi_square(&[vec![762, 327, 468], vec![484, 239, 477]]).unwrap();
        near(found.statistic, 30.070_149_095_754_672);
        near(found.p, 2.953_589_183_211_759_5e-7);
    }

    // Those of SciPy's fisher_exact, and for more columns sums of exact fractions over all tables.
    #[test]
    fn fisher_is_that_of_an_independent_program() {
        near(fisher(&[vec![3, 1], vec![1, 3]]).unwrap(), 0.485_714_285_714_285_7);
        near(fisher(&[vec![8, 2], vec![1, 5]]).unwrap(), 0.034_965_034_965_034_97);
        near(fisher(&[vec![2, 15], vec![1200, 900]]).unwrap(), 0.000_219_889_970_735_900_3);
        let three = [vec![1, 9, 2], vec![11, 3, 4]];
        near(fisher(&three).unwrap(), 0.002_534_071_310_209_557);
        near(fisher(&[vec![1, 11], vec![9, 3], vec![2, 4]]).unwrap(), fisher(&three).unwrap());
        near(fisher(&[vec![0, 3, 1, 2], vec![5, 1, 4, 0]]).unwrap(), 0.014_110_889_110_889_11);
    }

    #[test]
    fn rows_and_columns_without_a_case_are_not_there() {
        let full = [vec![8, 2], vec![1, 5]];
        let with_empty = [vec![8, 0, 2], vec![0, 0, 0], vec![1, 0, 5]];
        assert_eq!(chi_square(&with_empty), chi_square(&full));
        assert_eq!(fisher(&with_empty), fisher(&full));
    }

    #[test]
    fn what_cannot_be_tested_is_not() {
        for rows in
            [vec![], vec![vec![]], vec![vec![3, 4]], vec![vec![3], vec![4]], vec![vec![3, 0], vec![4, 0]]]
        {
            assert_eq!(chi_square(&rows), None, "{rows:?}");
            assert_eq!(fisher(&rows), None, "{rows:?}");
        }
        assert_eq!(fisher(&[vec![1, 2, 3], vec![3, 2, 1], vec![1, 1, 1]]), None, "three by three");
        assert_eq!(fisher(&[vec![900_000, 900_000], vec![900_000, 900_000]]), None, "too many tables");
        let wide = vec![vec![1; MOST_COLUMNS + 1], vec![2; MOST_COLUMNS + 1]];
        assert_eq!(fisher(&wide), None);
    }

    proptest! {
        #[test]
        fn the_tests_do_not_see_the_order_of_rows_and_columns(
            one in prop::collection::vec(0_u64..12, 3),
            other in prop::collection::vec(0_u64..12, 3),
        ) {
            let rows = [one.clone(), other.clone()];
            let turned: Vec<Vec<u64>> = [&other, &one].map(|row| row.iter().rev().copied().collect()).to_vec();
            let (found, of_turned) = (fisher(&rows), fisher(&turned));
            prop_assert_eq!(found.is_some(), of_turned.is_some());
            if let (Some(found), Some(of_turned)) = (found, of_turned) {
                prop_assert!((found - of_turned).abs() < 1e-9);
                prop_assert!(found > 0.0 && found <= 1.0);
            }
            if let (Some(found), Some(of_turned)) = (chi_square(&rows), chi_square(&turned)) {
                prop_assert!((found.statistic - of_turned.statistic).abs() < 1e-9);
                prop_assert!((0.0..=1.0).contains(&found.p) && (0.0..=1.0).contains(&found.cramers_v));
            }
        }
    }
}
