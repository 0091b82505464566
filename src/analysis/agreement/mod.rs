//! Agreement between coders over highlighted spans. Every coefficient cites its source; docs/agreement.md explains them.
//!
//! [`material`] is what is compared. From it, [`sweep`] counts characters (or units) by code in one pass, and [`tally`] and [`pair`]
//! turn counts into coefficients; [`characters`] takes all codes together; [`unitizing`] measures lengths of units;
//! [`matching`] matches passages one to one; [`boundary`] compares borders; [`alpha_u`] is an older unitizing coefficient; [`gamma`]
//! aligns whole codings. [`bootstrap`] draws intervals, and [`disagreement`] lists where coders differ.

pub mod alpha_u;
pub mod bootstrap;
pub mod boundary;
pub mod characters;
pub mod coefficient;
pub mod disagreement;
pub mod gamma;
#[cfg(test)]
mod laws;
pub mod matching;
pub mod material;
pub mod pair;
pub mod sweep;
pub mod tally;
pub mod undefined;
pub mod unitizing;
mod units;
#[cfg(test)]
mod vectors;

pub use undefined::{Undefined, Value};

/// The mean of the values that are defined; where none is, the reason of the first.
pub fn mean_of_defined(values: impl IntoIterator<Item = Value>) -> Value {
    let (mut sum, mut count, mut reason) = (0.0, 0_u32, None);
    for value in values {
        match value {
            Ok(value) => {
                sum += value;
                count += 1;
            }
            Err(undefined) => reason = reason.or(Some(undefined)),
        }
    }
    if count > 0 { Ok(sum / f64::from(count)) } else { Err(reason.unwrap_or(Undefined::FewerThanTwoCoders)) }
}
