//! What history needs to know of each versioned table: its name and its columns, as fixed fragments.

use std::sync::OnceLock;

use crate::domain::Entity;

/// A versioned table. Every one has the frame `id`, `uuid`, `change_id`, `version` around its own columns.
pub(super) struct Table {
    pub(super) entity: Entity,
    pub(super) name: &'static str,
    /// The columns of its own, in the order in which `history.before` holds them (after `id`).
    pub(super) columns: &'static [&'static str],
}

impl Table {
    /// The table of `entity`.
    pub(super) fn of(entity: Entity) -> &'static Table {
        &TABLES[usize::from(entity.number()) - 1]
    }

    /// `id, a, b, …` as SQL.
    pub(super) fn column_list(&self) -> String {
        format!("id, {}", self.columns.join(", "))
    }

    /// `INSERT` of a row from history: `id`, the columns, then `change_id`, `version`, `uuid`. Built once, since an undo
    /// may ask for it a million times.
    pub(super) fn reinsert(&self) -> &'static str {
        static SQL: [OnceLock<String>; 9] = [const { OnceLock::new() }; 9];
        SQL[usize::from(self.entity.number()) - 1].get_or_init(|| {
            let marks: Vec<String> = (1..=self.columns.len() + 4).map(|index| format!("?{index}")).collect();
            format!(
                "INSERT INTO {} ({}, change_id, version, uuid) VALUES ({})",
                self.name,
                self.column_list(),
                marks.join(", ")
            )
        })
    }

    /// `UPDATE` of a row to what history says; the parameters are those of [`Table::reinsert`].
    pub(super) fn rewrite(&self) -> &'static str {
        static SQL: [OnceLock<String>; 9] = [const { OnceLock::new() }; 9];
        SQL[usize::from(self.entity.number()) - 1].get_or_init(|| {
            let next = self.columns.len() + 2;
            let sets: Vec<String> = self
                .columns
                .iter()
                .enumerate()
                .map(|(index, column)| format!("{column} = ?{}", index + 2))
                .collect();
            format!(
                "UPDATE {} SET {}, change_id = ?{next}, version = ?{} WHERE id = ?1 AND uuid = ?{}",
                self.name,
                sets.join(", "),
                next + 1,
                next + 2
            )
        })
    }
}

pub(super) static TABLES: [Table; 9] = [
    Table { entity: Entity::Coder, name: "coder", columns: &["handle", "created_at"] },
    Table {
        entity: Entity::Document,
        name: "document",
        columns: &[
            "name",
            "text_id",
            "source",
            "source_sha256",
            "encoding",
            "newline",
            "bom",
            "created_at",
            "modified_at",
        ],
    },
    Table { entity: Entity::Attribute, name: "attribute", columns: &["document_id", "name", "value"] },
    Table {
        entity: Entity::Code,
        name: "code",
        columns: &["parent_id", "name", "color", "description", "created_at", "modified_at"],
    },
    Table {
        entity: Entity::Annotation,
        name: "annotation",
        columns: &[
            "document_id",
            "text_id",
            "start",
            "stop",
            "code_id",
            "coder_id",
            "note",
            "created_at",
            "modified_at",
        ],
    },
    Table {
        entity: Entity::Memo,
        name: "memo",
        columns: &["document_id", "code_id", "coder_id", "text", "created_at", "modified_at"],
    },
    Table {
        entity: Entity::Assignment,
        name: "assignment",
        columns: &["document_id", "coder_id", "state", "created_at", "modified_at"],
    },
    Table { entity: Entity::Alias, name: "alias", columns: &["entity", "retired", "target"] },
    Table {
        entity: Entity::Conflict,
        name: "conflict",
        columns: &["entity", "record", "ours", "theirs", "fields", "source", "source_row", "created_at"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_record_finds_its_table_with_the_columns_of_the_schema() {
        let db = super::super::schema::in_memory().unwrap();
        for entity in Entity::ALL {
            let table = Table::of(entity);
            assert_eq!(table.entity, entity);
            let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            let stored: Vec<String> =
                statement.query_map([table.name], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let mut expected = vec!["id", "uuid"];
            expected.extend(table.columns);
            expected.extend(["change_id", "version"]);
            assert_eq!(stored, expected, "table {}", table.name);
        }
    }
}
