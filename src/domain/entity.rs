//! The kinds of record a store keeps versions of.

/// A kind of versioned record. The numbers are stored and hashed: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Entity {
    /// An analyst.
    Coder = 1,
    /// A named text.
    Document = 2,
    /// One named property of a document.
    Attribute = 3,
    /// An entry of the codebook.
    Code = 4,
    /// What one coder said of one span.
    Annotation = 5,
    /// A note on a document, a code or the project.
    Memo = 6,
    /// A coder's state on a document.
    Assignment = 7,
    /// A retired id and the record that took its place.
    Alias = 8,
    /// Two heads of one record that a person must choose between.
    Conflict = 9,
}

impl Entity {
    /// Every kind, in the order of their numbers. References only point to earlier kinds,
    /// so writing in this order and deleting in the reverse never leaves a dangling one.
    pub const ALL: [Entity; 9] = [
        Entity::Coder,
        Entity::Document,
        Entity::Attribute,
        Entity::Code,
        Entity::Annotation,
        Entity::Memo,
        Entity::Assignment,
        Entity::Alias,
        Entity::Conflict,
    ];

    /// The number that is stored and hashed.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Entity::ALL.into_iter().find(|entity| i64::from(entity.number()) == number)
    }

    /// The word people read, in the singular.
    pub fn word(self) -> &'static str {
        match self {
            Entity::Coder => "coder",
            Entity::Document => "document",
            Entity::Attribute => "attribute",
            Entity::Code => "code",
            Entity::Annotation => "annotation",
            Entity::Memo => "memo",
            Entity::Assignment => "assignment",
            Entity::Alias => "alias",
            Entity::Conflict => "conflict",
        }
    }
}
