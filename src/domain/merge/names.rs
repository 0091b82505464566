//! Names that two records want and only one can have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    // A number that was taken stays taken: nobody begins again at 2, or a hundred thousand codes of one name would be
    // counted through for each of them.
    let mut next: HashMap<String, u32> = HashMap::new();
    for place in late {
        let short = shortened(wanted[place]);
        let number = next.entry(short.clone()).or_insert(2);
        let name = loop {
            let name = format!("{short}~{number}");
            *number += 1;
            if taken.insert(name.clone()) {
                break name;
            }
        };
        given.insert(place, name);
    }
    given
}

/// The longest name, in code points, that a number is put after; see `domain::name`.
const LONGEST: usize = 240;

fn shortened(name: &str) -> String {
    let short: String = name.chars().take(LONGEST).collect();
    short.trim_end().to_owned()
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

    #[test]
    fn numbers_go_on_where_they_stopped_also_for_names_that_are_cut() {
        let given = told_apart(&["a", "a~3", "a", "a", "a"]);
        assert_eq!(given.into_values().collect::<Vec<_>>(), ["a~2", "a~4", "a~5"]);
        let long = "x".repeat(LONGEST);
        let (one, other) = (format!("{long}one"), format!("{long}other"));
        let given = told_apart(&[&one, &one, &other, &other]);
        assert_eq!(given.into_values().collect::<Vec<_>>(), [format!("{long}~2"), format!("{long}~3")]);
        let many = vec!["a"; 50_000];
        assert_eq!(told_apart(&many).len(), 49_999);
    }
}
