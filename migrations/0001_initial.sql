-- The first schema: one project in one file.
--
-- Tables are the truth; `history` holds what they said before, written in the same transaction.
-- Every versioned table has the same frame: `id` (what this file uses), `uuid` (what other files use),
-- `change_id` (the change whose content this is) and `version` (the hash that names this state).
-- There are no triggers and no views: a store may come from a stranger and is opened with both switched off.
-- Times are milliseconds since 1970-01-01 UTC. They are shown and never compared to decide anything.

CREATE TABLE store_info (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  project BLOB NOT NULL CHECK (length(project) = 16),
  name TEXT NOT NULL CHECK (name <> ''),
  created_at INTEGER NOT NULL
) STRICT;

-- One command's worth of edits, one transaction, one undo step. The coder is kept as the handle that was
-- typed, not as a reference: history stays true when a coder is renamed or the row that made them is undone.
CREATE TABLE change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  coder TEXT NOT NULL,
  command TEXT NOT NULL,
  summary TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
  -- what an undo or redo is about, and the very change whose effects it reverses
  target INTEGER REFERENCES change(id),
  reverses INTEGER REFERENCES change(id),
  CHECK ((kind = 'do') = (target IS NULL) AND (target IS NULL) = (reverses IS NULL))
) STRICT;
CREATE INDEX change_target ON change(target) WHERE target IS NOT NULL;

CREATE TABLE coder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  handle TEXT NOT NULL CHECK (handle <> ''),
  created_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX coder_uuid ON coder(uuid);
CREATE UNIQUE INDEX coder_handle ON coder(handle);

-- Immutable and addressed by content, so that a document can be undone and redone without moving its text.
-- The body stands last: SQLite then reads the short columns without following its overflow pages.
CREATE TABLE text (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  chars INTEGER NOT NULL CHECK (chars > 0),
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX text_sha256 ON text(sha256);

CREATE TABLE document (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  name TEXT NOT NULL CHECK (name <> ''),
  text_id INTEGER NOT NULL REFERENCES text(id),
  source TEXT NOT NULL,
  source_sha256 TEXT NOT NULL CHECK (length(source_sha256) = 64),
  encoding TEXT NOT NULL,
  newline TEXT NOT NULL CHECK (newline IN ('none', 'lf', 'crlf', 'cr', 'mixed')),
  bom INTEGER NOT NULL CHECK (bom IN (0, 1)),
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_uuid ON document(uuid);
CREATE UNIQUE INDEX document_name ON document(name);
CREATE INDEX document_text ON document(text_id);

CREATE TABLE attribute (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  document_id INTEGER NOT NULL REFERENCES document(id),
  name TEXT NOT NULL CHECK (name <> ''),
  value TEXT NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX attribute_uuid ON attribute(uuid);
CREATE UNIQUE INDEX attribute_name ON attribute(document_id, name);

-- Two codes may share a parent and a name: codes made in two stores meet that way, and a person joins them.
-- One store alone never makes such a pair; `actions` sees to it.
CREATE TABLE code (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  parent_id INTEGER REFERENCES code(id) CHECK (parent_id <> id),
  name TEXT NOT NULL CHECK (name <> '' AND instr(name, '/') = 0),
  color TEXT NOT NULL CHECK (color = '' OR (length(color) = 7 AND substr(color, 1, 1) = '#')),
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX code_uuid ON code(uuid);
CREATE INDEX code_parent ON code(parent_id);

-- What one coder said of one span. A span is (document, text, start, stop): it has no property and no identity
-- of its own, so it is three columns and not a table. A table of spans was measured against this: it doubles
-- the rows of an import and puts a look-up into every count by document.
-- `text_id` says which text the offsets count in: after a revision, an annotation that could not follow keeps
-- the text it was made on.
CREATE TABLE annotation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  document_id INTEGER NOT NULL REFERENCES document(id),
  text_id INTEGER NOT NULL REFERENCES text(id),
  start INTEGER NOT NULL CHECK (start >= 0),
  stop INTEGER NOT NULL CHECK (stop > start),
  code_id INTEGER REFERENCES code(id),
  coder_id INTEGER NOT NULL REFERENCES coder(id),
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX annotation_uuid ON annotation(uuid);
-- Reading order, and the rule that one coder says one thing of one span once.
CREATE UNIQUE INDEX annotation_place ON annotation(document_id, start, stop, coder_id, code_id, text_id);
-- Counts of code by document are answered from this index alone.
CREATE INDEX annotation_code ON annotation(code_id, document_id);
CREATE INDEX annotation_change ON annotation(change_id);

CREATE TABLE memo (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  document_id INTEGER REFERENCES document(id),
  code_id INTEGER REFERENCES code(id),
  coder_id INTEGER NOT NULL REFERENCES coder(id),
  text TEXT NOT NULL CHECK (text <> ''),
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL,
  -- neither: the memo is about the project
  CHECK (document_id IS NULL OR code_id IS NULL)
) STRICT;
CREATE UNIQUE INDEX memo_uuid ON memo(uuid);
CREATE INDEX memo_document ON memo(document_id);
CREATE INDEX memo_code ON memo(code_id);

-- "Not read" is not "nothing found": agreement needs to know who finished what.
CREATE TABLE assignment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  document_id INTEGER NOT NULL REFERENCES document(id),
  coder_id INTEGER NOT NULL REFERENCES coder(id),
  state TEXT NOT NULL CHECK (state IN ('assigned', 'in progress', 'done')),
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX assignment_uuid ON assignment(uuid);
CREATE UNIQUE INDEX assignment_pair ON assignment(document_id, coder_id);

-- A retired id and the record that took its place: a merged code, an annotation that was made twice.
CREATE TABLE alias (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  entity INTEGER NOT NULL,
  retired TEXT NOT NULL CHECK (length(retired) = 36),
  target TEXT NOT NULL CHECK (length(target) = 36),
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX alias_uuid ON alias(uuid);
CREATE UNIQUE INDEX alias_retired ON alias(retired);

-- Two heads of one record that a person must choose between. An open conflict is a row; resolving it removes the row.
-- What either head says stands in the record's table or in `history`.
CREATE TABLE conflict (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid BLOB NOT NULL CHECK (length(uuid) = 16),
  entity INTEGER NOT NULL,
  record TEXT NOT NULL CHECK (length(record) = 36),
  ours INTEGER NOT NULL,
  theirs INTEGER NOT NULL,
  fields TEXT NOT NULL,
  source TEXT NOT NULL,
  source_row INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id),
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conflict_uuid ON conflict(uuid);

-- What a record said before `change_id` touched it. An insert leaves no row here: `change_id` in the table says it.
--   version, author, before   the earlier state: its version, the change whose content it was, its columns as a
--                             JSON array; `before` is NULL where the record was deleted and comes back
--   left_by                   the change whose content the record held afterwards; NULL where it was deleted
-- A row with author = change_id is a state that was delivered but never became current (a side of a conflict or merge).
CREATE TABLE history (
  change_id INTEGER NOT NULL REFERENCES change(id),
  entity INTEGER NOT NULL,
  uuid BLOB NOT NULL,
  version INTEGER NOT NULL,
  author INTEGER NOT NULL,
  left_by INTEGER,
  before TEXT,
  PRIMARY KEY (change_id, entity, uuid, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX history_record ON history(uuid, version);
CREATE INDEX history_author ON history(author);

-- The graph of versions, with rows only for versions that have a parent: a million fresh annotations cost none.
CREATE TABLE lineage (
  uuid BLOB NOT NULL,
  version INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  PRIMARY KEY (uuid, version, parent)
) STRICT, WITHOUT ROWID;

-- Records that were deleted, so that a merge cannot bring them back by accident.
CREATE TABLE tombstone (
  uuid BLOB NOT NULL PRIMARY KEY,
  entity INTEGER NOT NULL,
  version INTEGER NOT NULL,
  change_id INTEGER NOT NULL REFERENCES change(id)
) STRICT, WITHOUT ROWID;

-- Documents that were erased for good. Only the id is left.
CREATE TABLE purged (
  uuid BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
