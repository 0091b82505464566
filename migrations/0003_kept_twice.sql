-- What no digest covers is kept twice, so that no flipped bit goes unseen.
--
-- Versions prove what a record says, SHA-256 what a text says. Neither covers times, the log, row numbers, whose content a
-- row holds, ancestry beyond what is kept, sight or purges. SQLite's integrity check compares every index with its table,
-- row by row and both ways: a value that stands in an index is in the file twice, and a flip reaches one of the two.
-- So every column without a digest is a column of an index. No query needs these; nothing in the program has to keep them.

CREATE INDEX store_info_twin ON store_info(project, name, created_at);
CREATE INDEX change_twin ON change(at, coder, command, summary, kind, target, reverses);
CREATE INDEX coder_twin ON coder(change_id, created_at);
CREATE INDEX attribute_twin ON attribute(change_id);
CREATE INDEX assignment_twin ON assignment(change_id, created_at, modified_at);
CREATE INDEX alias_twin ON alias(change_id);
CREATE INDEX conflict_twin ON conflict(change_id, created_at);

-- Where there is an index that may be longer, no new one is needed.
DROP INDEX document_text;
CREATE INDEX document_text ON document(text_id, change_id, created_at, modified_at);
DROP INDEX code_parent;
CREATE INDEX code_parent ON code(parent_id, change_id, created_at, modified_at);
DROP INDEX annotation_change;
CREATE INDEX annotation_change ON annotation(change_id, created_at, modified_at);
DROP INDEX memo_document;
CREATE INDEX memo_document ON memo(document_id, change_id, created_at, modified_at);
-- Of an earlier state the version covers all but its row's number and its times, which are the last two values.
DROP INDEX history_author;
CREATE INDEX history_author ON history(author, left_by, json_extract(before, '$[0]', '$[#-2]', '$[#-1]'));

-- An index of a table WITHOUT ROWID holds the whole primary key behind its own columns.
CREATE INDEX lineage_twin ON lineage(uuid, parent);
CREATE INDEX tombstone_twin ON tombstone(change_id);
CREATE INDEX purged_twin ON purged(at);
CREATE INDEX sight_twin ON sight(document);
