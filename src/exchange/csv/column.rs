//! The columns of a contract, as tables of constants.

/// A column of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name it is written under.
    pub name: &'static str,
    /// Other names it is understood under.
    pub aliases: &'static [&'static str],
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold, which decides how damage shows and what the manifest declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text; guarded, and may honestly look damaged.
    Text,
    /// A UUID with hyphens.
    Id,
    /// A position in code points or another count.
    Number,
    /// A time in UTC.
    Time,
    /// A SHA-256 in hex.
    Digest,
    /// `1` or blank; read in any common spelling.
    Flag,
    /// A word of a closed list, such as `delete`.
    Word,
    /// The versions of the record, opaque to people.
    Lineage,
}

impl Column {
    /// A column without other names.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Column { name, aliases: &[], kind }
    }

    /// The same column, understood under `aliases` too.
    pub const fn or(self, aliases: &'static [&'static str]) -> Self {
        Column { aliases, ..self }
    }

    /// Whether `header` names this column, in any case.
    pub fn is(&self, header: &str) -> bool {
        std::iter::once(&self.name).chain(self.aliases).any(|name| name.eq_ignore_ascii_case(header))
    }
}
