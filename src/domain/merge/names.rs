//! Names that two records want and only one can have.

use std::collections::{BTreeMap, BTreeSet};

/// Gives every record a name of its own. `wanted` are the names in the order of the records' claims: the first that wants
/// a name has it, the others are called `name~2`, `name~3`… Returns the new names, by the place in `wanted`.
///
/// A number, not a part of the id: people will read it in a list, and type it.
pub(super) fn told_apart(wanted: &[&str]) -> BTreeMap<usize, String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut late = Vec::new();
    for (place, name) in wanted.iter().enumerate() {
        if !taken.insert((*name).to_owned()) {
            late.push(place);
        }
    }
    let mut given = BTreeMap::new();
    for place in late {
        let name = (2..)
            .map(|number| numbered(wanted[place], number))
            .find(|name| taken.insert(name.clone()))
            .expect("numbers do not run out");
        given.insert(place, name);
    }
    given
}

/// The longest name, in code points, that a number is put after; see `domain::name`.
const LONGEST: usize = 240;

fn numbered(name: &str, number: u32) -> String {
    let short: String = name.chars().take(LONGEST).collect();
    format!("{}~{number}", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_keeps_a_name_and_no_number_is_given_twice() {
        let given = told_apart(&["a", "b", "a", "a~2", "a"]);
        assert_eq!(given, BTreeMap::from([(2, "a~3".to_owned()), (4, "a~4".to_owned())]));
        assert!(told_apart(&["a", "b"]).is_empty());
    }
}
