-- What a coder could see while coding: agreement means something only between people who did not see each other's work.

-- `coder` annotated `document` in a store where annotations of it by `other` were. By ids and without references: what is
-- known of somebody travels ahead of what they wrote. Rows are only added, also by a merge, and an undo leaves them: what
-- was seen cannot be unseen.
CREATE TABLE sight (
  coder BLOB NOT NULL CHECK (length(coder) = 16),
  document BLOB NOT NULL CHECK (length(document) = 16),
  other BLOB NOT NULL CHECK (length(other) = 16),
  PRIMARY KEY (coder, document, other)
) STRICT, WITHOUT ROWID;
