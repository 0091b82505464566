//! Strangers' stores in which values are of another type than their columns say.

use expect_test::expect;

use super::colleagues::Colleagues;
use super::hostile_store::{ana_and_stranger, behind_its_back, plant, refusal};

/// Writes the definition of `table` anew, without types and checks: whatever then stands in it.
fn without_checks(all: &Colleagues, who: &str, table: &str, sql: &str) {
    let columns: String = {
        let db = behind_its_back(all.project.path(&format!("{who}.postil")));
        let mut statement = db.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        names.map(|name| name.unwrap()).collect::<Vec<_>>().join(", ")
    };
    let honest: String = behind_its_back(all.project.path(&format!("{who}.postil")))
        .query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .unwrap();
    let write = |schema: &str| {
        behind_its_back(all.project.path(&format!("{who}.postil")))
            .execute_batch(&format!(
                "PRAGMA writable_schema=ON;
                 UPDATE sqlite_schema SET sql = '{}' WHERE name = '{table}'",
                schema.replace('\'', "''")
            ))
            .unwrap();
    };
    write(&format!("CREATE TABLE {table} ({})", columns.replacen("id,", "id INTEGER PRIMARY KEY,", 1)));
    plant(all, who, sql);
    // Nothing of it shows in the schema afterwards.
    write(&honest);
}

#[test]
fn values_of_another_type_are_refused() {
    let all = ana_and_stranger();
    let mut said = String::new();
    for (name, table, sql) in [
        ("name", "code", "UPDATE code SET name = x'00ff' WHERE name = 'trust'"),
        ("number", "code", "UPDATE code SET name = 12 WHERE name = 'trust'"),
        ("id", "code", "UPDATE code SET uuid = 'not an id' WHERE name = 'trust'"),
        ("version", "code", "UPDATE code SET version = 'many' WHERE name = 'trust'"),
        ("start", "annotation", "UPDATE annotation SET start = 'early'"),
        ("note", "annotation", "UPDATE annotation SET note = NULL"),
        ("chars", "text", "UPDATE text SET chars = 1.5"),
        ("time", "document", "UPDATE document SET created_at = 'yesterday'"),
        ("project", "store_info", "UPDATE store_info SET project = 'mine'"),
    ] {
        all.copy("ben", name);
        without_checks(&all, name, table, sql);
        said.push_str(&format!("# {name}\n{}", refusal(&all, name)));
    }
    expect![[r#"
        # name
        error: `name.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Blob at index: 3, name: name
        hint: `postil --store name.postil check` says what is wrong with it
        # number
        error: `number.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Integer at index: 3, name: name
        hint: `postil --store number.postil check` says what is wrong with it
        # id
        error: `id.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Text at index: 1, name: uuid
        hint: `postil --store id.postil check` says what is wrong with it
        # version
        error: `version.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Text at index: 8, name: version
        hint: `postil --store version.postil check` says what is wrong with it
        # start
        error: `start.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Text at index: 3, name: start
        hint: `postil --store start.postil check` says what is wrong with it
        # note
        error: `note.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Conversion error from type Text at index: 7, Invalid type
        hint: `postil --store note.postil check` says what is wrong with it
        # chars
        error: `chars.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Invalid column type Real at index: 2, name: chars
        hint: `postil --store chars.postil check` says what is wrong with it
        # time
        error: `time.postil` can't be merged: value 8 of a row has the wrong type
        hint: `postil --store time.postil check` says what is wrong with it
        # project
        error: `project.postil`: the store holds a value that postil can't have written
        caused by: Invalid column type Text at index: 0, name: project
    "#]]
    .assert_eq(&said);
}
