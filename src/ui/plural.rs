//! Numbers and their nouns.

/// `count(1, "document")` is `1 document`, `count(1204, "code")` is `1,204 codes`.
///
/// For nouns whose plural is the singular and `s`; others go through [`count_of`].
pub fn count(number: u64, singular: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {singular}{ending}", thousands(number))
}

/// As [`count`], for a noun whose plural must be said: `count_of(2, "copy", "copies")`.
pub fn count_of(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { singular } else { plural })
}

/// `number` with a comma between groups of three digits: `1,204`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_else_is_plural() {
        assert_eq!(count(0, "document"), "0 documents");
        assert_eq!(count(1, "document"), "1 document");
        assert_eq!(count(3, "document"), "3 documents");
        assert_eq!(count_of(2, "copy", "copies"), "2 copies");
    }

    #[test]
    fn digits_are_grouped_by_three_from_the_right() {
        let cases =
            [(0, "0"), (999, "999"), (1_204, "1,204"), (100_000, "100,000"), (1_234_567, "1,234,567")];
        for (number, shown) in cases {
            assert_eq!(thousands(number), shown);
        }
    }
}
