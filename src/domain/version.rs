//! Versions: the hash that names one state of one record.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Entity;

/// The first 8 bytes of SHA-256 over (entity, id, parent versions, content). Written `v` + 16 hex digits.
///
/// No time enters it, so two machines that make the same change make the same version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// Stands among the parents of a version that nobody wrote: it follows from its other parents by the rules of
    /// merging, and is worked out anew when more is known. No record ever has this version: it is no hash of anything.
    ///
    /// A mark in the hash itself, not beside it: it travels wherever the version goes, and a derived state is never
    /// taken for the same words typed by a person.
    pub const DERIVED: Version = Version(0);

    /// The version of the record `id` in the state `content` (`None`: deleted), following `parents`.
    /// The order of `parents` does not matter.
    pub fn of<C: Content + ?Sized>(
        entity: Entity,
        id: Uuid,
        parents: &[Version],
        content: Option<&C>,
    ) -> Self {
        let mut canonical = Canonical(Sha256::new());
        canonical.0.update([entity.number()]);
        canonical.0.update(id.as_bytes());
        canonical.0.update((parents.len() as u32).to_be_bytes());
        if let [parent] = parents {
            canonical.0.update(parent.0.to_be_bytes());
        } else {
            let mut sorted = parents.to_vec();
            sorted.sort_unstable();
            for parent in sorted {
                canonical.0.update(parent.0.to_be_bytes());
            }
        }
        match content {
            Some(content) => {
                canonical.0.update([1]);
                content.feed(&mut canonical);
            }
            None => canonical.0.update([0]),
        }
        let digest = canonical.0.finalize();
        let head = digest.first_chunk::<8>().expect("a SHA-256 digest has 32 bytes");
        Version(u64::from_be_bytes(*head))
    }

    /// The version of the deletion of `id` after `parent`.
    pub fn of_deletion(entity: Entity, id: Uuid, parent: Version) -> Self {
        Version::of::<NoContent>(entity, id, &[parent], None)
    }

    /// Appends the written form to `text`. A million lineages are written without the machinery of formatting.
    pub fn push_to(self, text: &mut String) {
        text.push('v');
        for shift in (0..16).rev() {
            let digit = (self.0 >> (shift * 4) & 0xF) as u32;
            text.push(char::from_digit(digit, 16).expect("four bits are one hexadecimal digit"));
        }
    }

    /// The value as SQLite keeps it: the same 64 bits, signed.
    pub fn to_stored(self) -> i64 {
        i64::from_be_bytes(self.0.to_be_bytes())
    }

    /// The version that was kept as `stored`.
    pub fn from_stored(stored: i64) -> Self {
        Version(u64::from_be_bytes(stored.to_be_bytes()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{:016x}", self.0)
    }
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let hex = text.strip_prefix('v').filter(|hex| hex.len() == 16).ok_or(())?;
        if !hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Err(());
        }
        u64::from_str_radix(hex, 16).map(Version).map_err(|_| ())
    }
}

/// What a record says, in a fixed canonical order, with references by id.
pub trait Content {
    /// Feeds every field, in order, to the hash.
    fn feed(&self, canonical: &mut Canonical);
}

/// The content of a deleted record: there is none.
enum NoContent {}

impl Content for NoContent {
    fn feed(&self, _: &mut Canonical) {
        match *self {}
    }
}

/// The hash that content is fed to. Every field is preceded by its length, so that
/// no two different sequences of fields are the same bytes.
pub struct Canonical(Sha256);

impl Canonical {
    /// A text field.
    pub fn text(&mut self, value: &str) {
        self.0.update((value.len() as u64 + 1).to_be_bytes());
        self.0.update(value.as_bytes());
    }

    /// A text field that may be absent; absence differs from the empty text.
    pub fn optional_text(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.0.update(0u64.to_be_bytes()),
        }
    }

    /// A whole number.
    pub fn number(&mut self, value: u64) {
        self.0.update(value.to_be_bytes());
    }

    /// A reference.
    pub fn id(&mut self, value: Uuid) {
        self.0.update(value.as_bytes());
    }

    /// A reference that may be absent. The nil id is never given to a record.
    pub fn optional_id(&mut self, value: Option<Uuid>) {
        self.id(value.unwrap_or(Uuid::nil()));
    }

    /// A digest of other bytes.
    pub fn digest(&mut self, value: &super::Digest) {
        self.0.update(value.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair(&'static str, &'static str);

    impl Content for Pair {
        fn feed(&self, canonical: &mut Canonical) {
            canonical.text(self.0);
            canonical.text(self.1);
        }
    }

    fn version(parents: &[Version], content: &Pair) -> Version {
        Version::of(Entity::Code, Uuid::from_u128(7), parents, Some(content))
    }

    #[test]
    fn a_version_reads_back_what_it_writes() {
        let version = version(&[], &Pair("a", "b"));
        assert_eq!(version.to_string().parse(), Ok(version));
        let mut pushed = String::new();
        version.push_to(&mut pushed);
        assert_eq!(pushed, version.to_string());
        assert_eq!(Version::from_stored(version.to_stored()), version);
        assert_eq!("v12".parse::<Version>(), Err(()));
        assert_eq!("vFFFFFFFFFFFFFFFF".parse::<Version>(), Err(()));
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(version(&[], &Pair("ab", "c")), version(&[], &Pair("a", "bc")));
    }

    #[test]
    fn parents_count_but_their_order_does_not() {
        let (one, two) = (Version(1), Version(2));
        let content = Pair("a", "b");
        assert_eq!(version(&[one, two], &content), version(&[two, one], &content));
        assert_ne!(version(&[one], &content), version(&[], &content));
        assert_ne!(version(&[one], &content), version(&[two], &content));
    }

    #[test]
    fn a_deletion_is_a_version_of_its_own() {
        let parent = version(&[], &Pair("a", "b"));
        let gone = Version::of_deletion(Entity::Code, Uuid::from_u128(7), parent);
        assert_ne!(gone, parent);
        assert_ne!(gone, Version::of_deletion(Entity::Code, Uuid::from_u128(8), parent));
    }
}
