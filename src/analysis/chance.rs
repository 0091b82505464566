//! The functions behind probabilities. DLMF is the NIST Digital Library of Mathematical Functions, <https://dlmf.nist.gov>.

use std::f64::consts::TAU;

/// The least argument at which the series of Stirling is used.
const STIRLING_FROM: f64 = 15.0;
/// The coefficients of Stirling's series, B(2k) / (2k (2k − 1)) with the Bernoulli numbers B, for k from 1.
const STIRLING: [f64; 7] =
    [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
/// A part of a sum that no longer changes it.
const NEGLIGIBLE: f64 = 1e-17;

/// The natural logarithm of the gamma function at `z` > 0.
///
/// Stirling's series, DLMF 5.11.1, from z = 15 on, where its first left-out term is below 1e-17; smaller arguments are
/// brought there by Γ(z + 1) = z Γ(z), DLMF 5.5.1.
pub fn ln_gamma(z: f64) -> f64 {
    let (mut z, mut shift) = (z, 1.0);
    while z < STIRLING_FROM {
        shift *= z;
        z += 1.0;
    }
    let inverse = 1.0 / z;
    let series = STIRLING.iter().rev().fold(0.0, |sum, term| sum * inverse * inverse + term) * inverse;
    (z - 0.5) * z.ln() - z + 0.5 * TAU.ln() + series - shift.ln()
}

/// The natural logarithm of `n` over `k`; `k` is at most `n`.
pub fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |number: u64| ln_gamma(number as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The probability that a chi-square of `df` degrees of freedom (1 or more) is `statistic` or greater: the upper tail
/// Q(df / 2, statistic / 2) of the normalised incomplete gamma function, DLMF 8.2.4.
pub fn chi_square_tail(statistic: f64, df: u64) -> f64 {
    let (a, x) = (df as f64 / 2.0, statistic / 2.0);
    if x <= 0.0 {
        return 1.0;
    }
    // x^a e^(−x) / Γ(a), which both forms share.
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    let tail = if x < a + 1.0 { 1.0 - front * series(a, x) } else { front * fraction(a, x) };
    tail.clamp(0.0, 1.0)
}

/// The sum over n of x^n / (a (a + 1) … (a + n)), which converges fast below the mean: DLMF 8.7.1 by 8.2.6.
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut below) = (1.0 / a, 1.0 / a, a);
    while term > sum * NEGLIGIBLE {
        below += 1.0;
        term *= x / below;
        sum += term;
    }
    sum
}

/// The continued fraction 1 / (x + 1 − a − 1 (1 − a) / (x + 3 − a − 2 (2 − a) / (x + 5 − a − …))), which converges fast
/// above the mean: the even part of DLMF 8.9.2. Evaluated forwards, numerator by numerator, with the ratios that Lentz
/// (Applied Optics 15, 1976) and Thompson and Barnett (J. Comp. Phys. 64, 1986) use.
fn fraction(a: f64, x: f64) -> f64 {
    /// What stands for a denominator of zero.
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut below = x + 1.0 - a;
    let mut upper = 1.0 / TINY;
    let mut lower = 1.0 / nonzero(below);
    let mut value = lower;
    let mut n = 0.0;
    loop {
        n += 1.0;
        let above = -n * (n - a);
        below += 2.0;
        lower = 1.0 / nonzero(above * lower + below);
        upper = nonzero(below + above / upper);
        let factor = upper * lower;
        value *= factor;
        // For whole a the fraction ends, and for all others the factors come down to 1; a bound keeps what is no
        // number from going on for ever.
        if (factor - 1.0).abs() < f64::EPSILON || n > 1e6 || !value.is_finite() {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn the_logarithm_of_gamma_is_that_of_factorials_and_of_the_root_of_pi() {
        near(ln_gamma(0.5), 0.572_364_942_924_700_1, 1e-14);
        near(ln_gamma(11.0), 15.104_412_573_075_516, 1e-14);
        near(ln_gamma(1_000_001.0), 12_815_518.384_658_169, 1e-14);
        assert!(ln_gamma(1.0).abs() < 1e-13 && ln_gamma(2.0).abs() < 1e-13);
        near(ln_choose(52, 5), 2_598_960_f64.ln(), 1e-13);
        assert!(ln_choose(7, 0).abs() < 1e-13);
    }

    const TAILS: [(f64, u64, f64); 11] = [
        (3.841_458_820_694_124, 1, 0.05),
        (0.001, 1, 0.974_772_879_369_960_4),
        (5.0, 3, 0.171_797_144_296_733_13),
        (9.487_729_036_781_154, 4, 0.05),
        (40.0, 4, 4.328_422_607_120_971e-8),
        (12.5, 20, 0.897_792_624_162_214),
        (20.0, 10, 0.029_252_688_076_961_073),
        (300.0, 250, 0.016_518_273_157_868_72),
        (2_000.0, 2_100, 0.940_371_671_231_523),
        (200_000.0, 199_000, 0.056_652_008_947_040_36),
        (700.0, 2, 9.929_590_396_264_98e-153),
    ];

    // The expected values are those of an independent program with 40 digits (mpmath's gammainc, regularised).
    #[test]
    fn the_tail_of_chi_square_is_that_of_the_tables() {
        for (statistic, df, expected) in TAILS {
            near(chi_square_tail(statistic, df), expected, 1e-9);
        }
        assert_eq!(chi_square_tail(0.0, 3), 1.0);
        assert_eq!(chi_square_tail(1e6, 1), 0.0);
    }
}
