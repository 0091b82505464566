//! Unknown names, and the known ones that are nearest to them.

use std::collections::HashMap;

use crate::error::Error;

/// How many unknown names are compared with all known ones. A sheet of another project holds thousands, and a person
/// learns what is wrong from the first.
const COMPARED: usize = 100;

/// The reasons to refuse unknown names, each worked out once.
#[derive(Default)]
pub(super) struct Unknown {
    reasons: HashMap<String, String>,
}

impl Unknown {
    /// The reason to refuse `name`, a `what` that is none of `names`.
    pub(super) fn reason(&mut self, what: &str, name: &str, names: impl FnOnce() -> Vec<String>) -> String {
        if let Some(reason) = self.reasons.get(name) {
            return reason.clone();
        }
        let plain = format!("there is no {what} `{name}`");
        if self.reasons.len() >= COMPARED {
            return plain;
        }
        let near = Error::refused("").did_you_mean(name, names().iter().map(String::as_str));
        let reason = match near.hints().first() {
            Some(hint) => format!("{plain}; {hint}"),
            None => plain,
        };
        self.reasons.insert(name.to_owned(), reason.clone());
        reason
    }
}
