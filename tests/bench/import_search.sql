-- After import.sql: what SQLite needs to find records by what we find them by in
-- the directory in memory, which is read when somebody logs in.
CREATE INDEX record_name ON record (form, name);
CREATE INDEX record_birth ON record (birth);
CREATE INDEX record_hamlet ON record (hamlet);
CREATE INDEX record_citizen ON record (citizen_id);
CREATE INDEX record_household ON record (household);
CREATE INDEX record_person ON record (person);
CREATE VIRTUAL TABLE words USING fts5 (name, citizen_id, content = 'record',
	tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
INSERT INTO words (words) VALUES ('rebuild');
