//! What rows of each table look like: by that the pages are known to which no way leads any more.

use super::record::{TreeKind, Value};

/// A table, or an index from which something can be learnt.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) kind: TreeKind,
    /// A letter a column: `n` null (the place of the row's number), `i` and `I` a number, `t` and `T` text, `u` an id that
    /// is written out, `b` an id, `B` a digest; with a capital `I` or `T`, or null.
    columns: &'static str,
}

impl Shape {
    const fn table(name: &'static str, columns: &'static str) -> Shape {
        Shape { name, kind: TreeKind::Table, columns }
    }

    const fn keys(name: &'static str, columns: &'static str) -> Shape {
        Shape { name, kind: TreeKind::Keys, columns }
    }

    /// Whether a row of these values may be one of the table's.
    pub(super) fn fits(&self, values: &[Value]) -> bool {
        values.len() == self.columns.len()
            && self.columns.bytes().zip(values).all(|(column, value)| match (column, value) {
                (b'n' | b'I' | b'T', Value::Null)
                | (b'i' | b'I', Value::Int(_))
                | (b't' | b'T', Value::Text(_)) => true,
                (b'u', Value::Text(bytes)) => bytes.len() == 36,
                (b'b', Value::Blob(bytes)) => bytes.len() == 16,
                (b'B', Value::Blob(bytes)) => bytes.len() == 32,
                _ => false,
            })
    }
}

/// The schema itself, which stands on the first page.
pub(super) const SCHEMA: Shape = Shape::table("sqlite_schema", "tttiT");

/// What is read, in the columns of every schema so far. Migrations have added tables and indices, never columns.
pub(super) const SHAPES: [Shape; 42] = [
    Shape::table("store_info", "nbti"),
    Shape::table("change", "nittttII"),
    Shape::table("coder", "nbtiii"),
    Shape::table("text", "nBit"),
    Shape::table("document", "nbtittttiiiii"),
    Shape::table("attribute", "nbittii"),
    Shape::table("code", "nbItttiiii"),
    Shape::table("annotation", "nbiiiiIitiiii"),
    Shape::table("memo", "nbIIitiiii"),
    Shape::table("assignment", "nbiitiiii"),
    Shape::table("alias", "nbiuuii"),
    Shape::table("conflict", "nbiuiittiiii"),
    Shape::table("sqlite_sequence", "ti"),
    Shape::keys("history", "iibiiIT"),
    Shape::keys("lineage", "bii"),
    Shape::keys("tombstone", "biii"),
    Shape::keys("purged", "bi"),
    Shape::keys("sight", "bbb"),
    // Indices: the ids and digests of rows that are lost, and what is kept twice.
    Shape::keys("coder_uuid", "bi"),
    Shape::keys("document_uuid", "bi"),
    Shape::keys("attribute_uuid", "bi"),
    Shape::keys("code_uuid", "bi"),
    Shape::keys("annotation_uuid", "bi"),
    Shape::keys("memo_uuid", "bi"),
    Shape::keys("assignment_uuid", "bi"),
    Shape::keys("alias_uuid", "bi"),
    Shape::keys("conflict_uuid", "bi"),
    Shape::keys("coder_handle", "ti"),
    Shape::keys("document_name", "ti"),
    Shape::keys("text_sha256", "Bi"),
    Shape::keys("change_twin", "ittttIIi"),
    Shape::keys("store_info_twin", "btii"),
    Shape::keys("lineage_twin", "bii"),
    Shape::keys("coder_twin", "iii"),
    Shape::keys("document_text", "iiiii"),
    Shape::keys("attribute_twin", "ii"),
    Shape::keys("code_parent", "Iiiii"),
    Shape::keys("annotation_change", "iiii"),
    Shape::keys("memo_document", "Iiiii"),
    Shape::keys("assignment_twin", "iiii"),
    Shape::keys("alias_twin", "ii"),
    Shape::keys("conflict_twin", "iii"),
];

/// The place of the table or index called `name` in [`SHAPES`].
pub(super) fn place_of(name: &str) -> Option<usize> {
    SHAPES.iter().position(|shape| shape.name == name)
}
