-- The peer of an import: the tables and indexes that ours writes
-- (doc/store.md).  The events as they are, by place, by feed and number (our
-- chain) and by record (the places that records has); of each record a row by
-- its id with the columns of its row in the directory.  As quick as SQLite was
-- found to be: each line goes to both tables as it comes, and what is no key
-- gets its index at the end.  import_search.sql may follow, and then COMMIT.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE event (id INTEGER PRIMARY KEY, feed TEXT, seq INTEGER, rec TEXT,
	bytes TEXT);
CREATE TABLE record (id TEXT PRIMARY KEY, form TEXT, state TEXT, name TEXT,
	birth TEXT, hamlet TEXT, citizen_id TEXT, household TEXT, person TEXT);
CREATE TEMP VIEW line AS SELECT '' AS l;
CREATE TEMP TRIGGER take INSTEAD OF INSERT ON line BEGIN
	INSERT INTO event (feed, seq, rec, bytes)
		VALUES (NEW.l ->> 'feed', NEW.l ->> 'seq', NEW.l ->> 'rec',
			NEW.l);
	INSERT INTO record
		SELECT NEW.l ->> 'rec', NEW.l ->> 'form',
			NEW.l ->> '$.set.state',
			lower(coalesce(NEW.l ->> '$.set.full_name',
				NEW.l ->> '$.set.head_name')),
			NEW.l ->> '$.set.birth', NEW.l ->> '$.set.hamlet',
			NEW.l ->> '$.set.citizen_id',
			NEW.l ->> '$.set.household', NEW.l ->> '$.set.person'
		WHERE NEW.l ->> 'rec' IS NOT NULL ON CONFLICT (id) DO NOTHING;
END;
.mode ascii
.separator "\001" "\n"
BEGIN;
.import /dev/stdin line
CREATE UNIQUE INDEX event_place ON event (feed, seq);
CREATE INDEX event_rec ON event (rec);
