-- The peer of an import: the events as they are, with their places, and a
-- table of records with the columns by which they are found.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE line (l TEXT);
.mode ascii
.separator "\001" "\n"
.import /dev/stdin line
BEGIN;
CREATE TABLE event (id INTEGER PRIMARY KEY, feed TEXT, seq INTEGER, rec TEXT,
	bytes TEXT);
INSERT INTO event (feed, seq, rec, bytes)
	SELECT l ->> 'feed', l ->> 'seq', l ->> 'rec', l FROM line;
CREATE UNIQUE INDEX event_place ON event (feed, seq);
CREATE INDEX event_rec ON event (rec);
CREATE TABLE record (id TEXT PRIMARY KEY, form TEXT, state TEXT, name TEXT,
	birth TEXT, hamlet TEXT, citizen_id TEXT, household TEXT, person TEXT);
INSERT INTO record
	SELECT l ->> 'rec', l ->> 'form', l ->> '$.set.state',
		lower(coalesce(l ->> '$.set.full_name',
			l ->> '$.set.head_name')),
		l ->> '$.set.birth', l ->> '$.set.hamlet',
		l ->> '$.set.citizen_id', l ->> '$.set.household',
		l ->> '$.set.person'
	FROM line WHERE l ->> 'rec' IS NOT NULL ON CONFLICT (id) DO NOTHING;
CREATE INDEX record_name ON record (form, name);
CREATE INDEX record_birth ON record (birth);
CREATE INDEX record_hamlet ON record (hamlet);
CREATE INDEX record_citizen ON record (citizen_id);
CREATE INDEX record_household ON record (household);
CREATE INDEX record_person ON record (person);
CREATE VIRTUAL TABLE words USING fts5 (name, citizen_id, content = 'record',
	tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
INSERT INTO words (words) VALUES ('rebuild');
DROP TABLE line;
COMMIT;
