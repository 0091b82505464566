//! Field by field: what two states of one record say together.

use crate::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo, Progress,
};
use crate::domain::version::Content;

/// The name of a field that two sides changed differently.
pub type Field = &'static str;

/// Content whose fields can be merged one by one.
pub trait Fields: Content + Clone + PartialEq {
    /// What `ours` and `theirs` say together, seen from the states that both came from. There is one such state, or
    /// several when histories crossed; then a field counts as unchanged where it is as in all of them. Fields that both
    /// changed differently are named in `clashes` and keep ours.
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self;

    /// What two records say together that were made independently and are one: there is no state that both came from.
    /// `one` is the record whose id stays. What only one side says is kept; what both say differently is named in `clashes`.
    fn join(one: &Self, other: &Self, clashes: &mut Vec<Field>) -> Self {
        Self::merge(&[], one, other, clashes)
    }
}

/// The merged value of one field. `of` takes the field out of a state.
fn pick<C, T: PartialEq + Clone>(
    name: Field,
    (bases, ours, theirs): (&[&C], &C, &C),
    of: impl Fn(&C) -> &T,
    clashes: &mut Vec<Field>,
) -> T {
    let (our_value, their_value) = (of(ours), of(theirs));
    let unchanged = |value: &T| !bases.is_empty() && bases.iter().all(|base| of(base) == value);
    if our_value == their_value || unchanged(their_value) {
        our_value.clone()
    } else if unchanged(our_value) {
        their_value.clone()
    } else {
        clashes.push(name);
        our_value.clone()
    }
}

/// The joined value of a text that may be empty: an empty one says nothing.
fn pick_said(name: Field, one: &str, other: &str, clashes: &mut Vec<Field>) -> String {
    match (one, other) {
        (one, "") => one.to_owned(),
        ("", other) => other.to_owned(),
        (one, other) => {
            if one != other {
                clashes.push(name);
            }
            one.to_owned()
        }
    }
}

impl Fields for Coder {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        Coder { handle: pick("handle", (bases, ours, theirs), |coder| &coder.handle, clashes) }
    }
}

impl Fields for Document {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        let sides = (bases, ours, theirs);
        // Where a text came from belongs to the text: the file of one side and the encoding of the other would be a text
        // that nobody has.
        let text = |document: &Document| -> Origin {
            (
                document.text,
                document.source.clone(),
                document.source_sha256,
                document.encoding.clone(),
                document.newline.clone(),
                document.bom,
            )
        };
        let (our_text, their_text) = (text(ours), text(theirs));
        let base_texts: Vec<Origin> = bases.iter().map(|base| text(base)).collect();
        let base_texts: Vec<&Origin> = base_texts.iter().collect();
        let (text, source, source_sha256, encoding, newline, bom) =
            pick("text", (&base_texts, &our_text, &their_text), |text| text, clashes);
        let name = pick("name", sides, |document| &document.name, clashes);
        Document { name, text, source, source_sha256, encoding, newline, bom }
    }

    /// The same text is the same document: it keeps the name that the older one has.
    fn join(one: &Self, other: &Self, clashes: &mut Vec<Field>) -> Self {
        if one.text != other.text {
            clashes.push("text");
        }
        one.clone()
    }
}

/// A text and where it came from: digest, file, digest of the file, encoding, line ends, byte order mark.
type Origin = (crate::domain::Digest, String, crate::domain::Digest, String, String, bool);

impl Fields for Attribute {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        // Document and name are the identity of an attribute: only the value can differ.
        let value = pick("value", (bases, ours, theirs), |attribute| &attribute.value, clashes);
        Attribute { value, ..ours.clone() }
    }
}

impl Fields for Code {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        let sides = (bases, ours, theirs);
        Code {
            parent: pick("parent", sides, |code| &code.parent, clashes),
            name: pick("name", sides, |code| &code.name, clashes),
            color: pick("color", sides, |code| &code.color, clashes),
            description: pick("description", sides, |code| &code.description, clashes),
        }
    }

    /// Colours are mostly given out by the program: two that differ mean nothing, and the older one stays.
    fn join(one: &Self, other: &Self, clashes: &mut Vec<Field>) -> Self {
        let sides = (&[][..], one, other);
        Code {
            parent: pick("parent", sides, |code| &code.parent, clashes),
            name: pick("name", sides, |code| &code.name, clashes),
            color: if one.color.is_empty() { other.color.clone() } else { one.color.clone() },
            description: pick_said("description", &one.description, &other.description, clashes),
        }
    }
}

impl Fields for Annotation {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        let sides = (bases, ours, theirs);
        // A place is one thing: a start from one side and an end from the other would be a passage nobody chose.
        let place = |one: &Annotation| (one.document, one.text, one.range);
        let (our_place, their_place) = (place(ours), place(theirs));
        let base_places: Vec<_> = bases.iter().map(|base| place(base)).collect();
        let base_places: Vec<&_> = base_places.iter().collect();
        let (document, text, range) =
            pick("place", (&base_places, &our_place, &their_place), |place| place, clashes);
        Annotation {
            document,
            text,
            range,
            code: pick("code", sides, |one| &one.code, clashes),
            coder: pick("coder", sides, |one| &one.coder, clashes),
            note: pick("note", sides, |one| &one.note, clashes),
        }
    }

    fn join(one: &Self, other: &Self, clashes: &mut Vec<Field>) -> Self {
        let said = Annotation { note: one.note.clone(), ..other.clone() };
        let mut joined = Annotation::merge(&[], one, &said, clashes);
        joined.note = pick_said("note", &one.note, &other.note, clashes);
        joined
    }
}

impl Fields for Memo {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        let sides = (bases, ours, theirs);
        Memo {
            subject: pick("subject", sides, |memo| &memo.subject, clashes),
            coder: pick("coder", sides, |memo| &memo.coder, clashes),
            text: pick("text", sides, |memo| &memo.text, clashes),
        }
    }
}

impl Fields for Assignment {
    /// What one side has read is read: where both sides moved on, the further one holds, and nobody is asked.
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, _: &mut Vec<Field>) -> Self {
        let mut clashes = Vec::new();
        let state: Progress =
            pick("state", (bases, ours, theirs), |assignment| &assignment.state, &mut clashes);
        let further = ours.state.max(theirs.state);
        Assignment { state: if clashes.is_empty() { state } else { further }, ..ours.clone() }
    }
}

impl Fields for Alias {
    fn merge(bases: &[&Self], ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self {
        // The retired id is the identity of an alias.
        let target = pick("target", (bases, ours, theirs), |alias| &alias.target, clashes);
        Alias { target, ..ours.clone() }
    }
}
